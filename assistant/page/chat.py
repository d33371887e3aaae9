"""The 问答 tab: a conversation drawn by assets/chat.js, streamed through Gradio's queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from assistant.api.service import Service
from assistant.conversation import State, converse, stop
from assistant.page.script import when_loaded

EVENTS = ("ask", "stop")
AT_ONCE = 8  # answers written at the same time; Gradio's own default would be one


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
        sent = request.request  # gradio's own `headers` are copied three times over
        account = service.account_of(sent.headers, sent.cookies) if sent else None
        if account is None:
            raise gr.Error(said["login_needed"])
        return service.seen_by(account), account.name

    def grow(request: gr.Request, event: gr.EventData) -> Iterator[dict[str, Any]]:
        for state in converse(*caller(request), **asked_of(request, event)):
            yield state.row()

    def whole(request: gr.Request, event: gr.EventData) -> Any:
        """An answer that is there at once: one update, where every further one costs as much as finding the answer."""
        states = list(converse(*caller(request), **asked_of(request, event)))
        return states[-1].row() if states else gr.skip()

    def halt(request: gr.Request, event: gr.EventData) -> dict[str, Any]:
        return stop(*caller(request), event._data.get("conversation"), seat_of(request)).row()

    asking = talk.ask(
        grow if service.grows else whole,
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


def seat_of(request: gr.Request) -> str:
    return request.session_hash or ""


def asked_of(request: gr.Request, event: gr.EventData) -> dict[str, Any]:
    """What the script sent, as `converse` takes it."""
    asked = event._data
    return {
        "question": str(asked.get("question", "")),
        "conversation": asked.get("conversation"),
        "instead_of": asked.get("instead_of"),
        "without": [str(key) for key in asked.get("without") or ()][:20],
        "seat": seat_of(request),
    }
