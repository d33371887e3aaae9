"""The 问答 tab: a conversation drawn by assets/chat.js, streamed through Gradio's queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from assistant.api.service import Service
from assistant.conversation import State, converse, stop
from assistant.page.script import when_loaded

EVENTS = ("ask", "stop")
AT_ONCE = 40  # answers written at the same time; Gradio's own default would be one


def build(service: Service, said: Mapping[str, str]) -> None:
    # Its value is `State.row()`, its events carry question, conversation, instead_of and
    # without.  The script draws text
    # nodes only; the HTML of an answer was made safe by assistant.view.
    talk = gr.HTML(
        State().row(),
        html_template='<div class="cw-chat"></div>',
        js_on_load=when_loaded("chat") + f" // events: {EVENTS}",
        apply_default_css=False,
        elem_id="cw-conversation",
    )

    def caller(request: gr.Request) -> tuple[Service, str]:
        """The service as who asks may see it, and their name."""
        account = service.account_of(dict(request.headers), dict(request.cookies))
        if account is None:
            raise gr.Error(said["login_needed"])
        return service.seen_by(account), account.name

    def ask(request: gr.Request, event: gr.EventData) -> Iterator[dict[str, Any]]:
        asked = event._data
        states = converse(
            *caller(request),
            str(asked.get("question", "")),
            conversation=asked.get("conversation"),
            instead_of=asked.get("instead_of"),
            without=[str(key) for key in asked.get("without") or ()][:20],
        )
        for state in states:
            yield state.row()

    def halt(request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        return stop(*caller(request), event._data.get("conversation")).row()

    asking = talk.ask(
        ask,
        None,
        talk,
        concurrency_limit=AT_ONCE,
        show_progress="hidden",
        trigger_mode="multiple",
        api_visibility="private",
    )
    talk.stop(
        halt, None, talk, cancels=[asking], queue=False, show_progress="hidden", api_visibility="private"
    )
