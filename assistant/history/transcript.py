"""A conversation as a file to take away: Markdown with its sources listed, or JSON with the whole answer rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.history.kept import Conversation, Message
from index_build.text import titled


def as_markdown(talk: Conversation, messages: Sequence[Message]) -> str:
    """Questions and answers under headings, each answer with its sources; times are UTC."""
    lines = [f"# {talk.title}", "", f"{talk.created:%Y-%m-%d %H:%M} UTC", ""]
    for message in messages:
        lines += ["## 问 · Question" if message.role == "user" else "## 答 · Answer", "", message.content, ""]
        cited = (message.answer or {}).get("citations") or []
        if cited:
            lines += ["**依据 · Sources**", ""]
            lines += [source_line(citation) for citation in cited]
            lines.append("")
    return "\n".join(lines)


def source_line(citation: Mapping[str, Any]) -> str:
    """One source: [1] 《title》（文号）number page, file, offsets, and the quoted words."""
    doc_no = f"（{citation['doc_no']}）" if citation.get("doc_no") else ""
    number = f" 第 {citation['number']} 项" if citation.get("number") else ""
    page = f" 第 {citation['page']} 页" if citation.get("page") else ""
    quote = " ".join(str(citation["quote"]).split())
    place = f"{citation['doc']} {citation['start']}–{citation['end']}"
    return f"- [{citation['n']}] {titled(citation['policy'])}{doc_no}{number}{page}（{place}）：“{quote}”"


def as_json(talk: Conversation, messages: Sequence[Message]) -> str:
    """The whole conversation, answer rows and ratings included; times are ISO strings in UTC."""
    said = [
        {
            "id": m.id,
            "role": m.role,
            "content": m.content,
            "created": m.created.isoformat(),
            "answer": m.answer,
            "useful": m.useful,
        }
        for m in messages
    ]
    whole = {
        "id": talk.id,
        "title": talk.title,
        "created": talk.created.isoformat(),
        "updated": talk.updated.isoformat(),
        "messages": said,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)
