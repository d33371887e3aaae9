"""The frame of the page: head, header with the tabs, the tabs themselves, the source panel beside them.

Two pages are mounted, Chinese at / and English at /en, so that every label is in the page's language from the
first moment.  All assets are local files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.access import UserRole
from assistant.api.service import Service
from assistant.page import chat, documents, evaluation, ledger, overview
from assistant.page.words import words

ASSETS = Path(__file__).parent / "assets"
STYLES = ("tokens.css", "frame.css", "chat.css", "source.css", "ledger.css", "documents.css", "overview.css",
          "evaluation.css", "print.css")  # fmt: skip
SCRIPTS = (
    "core.js",
    "days.js",
    "source.js",
    "chat.js",
    "ledger.js",
    "documents.js",
    "overview.js",
    "evaluation.js",
)

# tab -> what builds it.  To add a tab: one module with a `build`, one row here, its words, its styles and script.
TABS: dict[str, Callable[[Service, Mapping[str, str]], None]] = {
    "chat": chat.build,
    "ledger": ledger.build,
    "documents": documents.build,
    "overview": overview.build,
    "evaluation": evaluation.build,
}
# tab -> the line drawing that stands over its name on a phone, in a square of 24.
SHAPES = {
    "chat": "M4 5h16v11h-9l-4 4v-4H4z",
    "ledger": "M4 5h16v14H4zM4 10h16M10 10v9",
    "documents": "M6 3h8l4 4v14H6zM14 3v4h4",
    "overview": "M5 20v-7M10 20V5M15 20v-10M20 20v-4",
    "evaluation": "M4 12l5 5L20 6",
}
# tab -> the role without which it is not shown; the interfaces behind it refuse in any case.
CLOSED = {"evaluation": UserRole.EVALUATOR}

FONTS = (
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "system-ui", "sans-serif",
)  # fmt: skip


def theme() -> gr.themes.Base:
    """Gradio's own parts in our type; colours come from tokens.css."""
    return gr.themes.Base(
        font=FONTS, font_mono=("ui-monospace", "Consolas", "monospace"), text_size=gr.themes.sizes.text_md
    )


def stamp() -> str:
    """Changes with the assets, so that browsers never mix two versions."""
    return str(int(max(path.stat().st_mtime for path in ASSETS.iterdir())))


def head(language: str, settings: Mapping[str, Any], prefix: str = "") -> str:
    """What goes into <head>: styles, scripts, and the words that the scripts show; `prefix` stands before every path."""
    version = stamp()
    scripts = [f"{prefix}/assets-cewen/{name}?{version}" for name in SCRIPTS]
    shared = {"language": language, "words": words(language), "scripts": scripts, "root": prefix, **settings}
    data = json.dumps(shared, ensure_ascii=False).replace("<", "\\u003c")
    links = [f'<link rel="stylesheet" href="{prefix}/assets-cewen/{name}?{version}">' for name in STYLES]
    links.append(f'<link rel="icon" type="image/png" href="{prefix}/assets-cewen/favicon.png">')
    links += [
        f'<meta name="theme-color" media="(prefers-color-scheme: {scheme})" content="{colour}">'
        for scheme, colour in (("light", "#ffffff"), ("dark", "#1a2125"))
    ]
    return "\n".join([*links, f"<script>window.cewen = {data};{IN_ORDER}</script>"])


# Gradio adds the head by script, and scripts that are added so run in any order unless they are told not to.
IN_ORDER = """
for (const source of cewen.scripts) {
  const script = document.createElement("script");
  script.src = source;
  script.async = false;
  document.head.append(script);
}
"""


def fill(name: str, said: Mapping[str, str], **more: str) -> str:
    """An HTML asset with its {{words}} filled in, escaped; `more` is HTML already."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda m: more[m[1]] if m[1] in more else escape(said[m[1]]), text)


def closed(tab: str) -> str:
    """Hidden until the script knows that the person may see it."""
    return f' data-for="{CLOSED[tab].value}" hidden' if tab in CLOSED else ""


def build(service: Service, language: str, prefix: str = "") -> gr.Blocks:
    said = words(language)
    tabs = "".join(
        f'<button type="button" role="tab" data-tab="{name}" id="nav-{name}" aria-controls="tab-{name}"{closed(name)}>'
        f'<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="{SHAPES[name]}"/></svg>'
        f"<span>{escape(said[f'tab_{name}'])}</span></button>"
        for name in TABS
    )
    with gr.Blocks(title=said["page_title"], analytics_enabled=False, fill_width=True) as blocks:
        gr.HTML(
            fill("header.html", said, tabs=tabs, root=prefix),
            elem_id="cw-header",
            apply_default_css=False,
            js_on_load=None,
        )
        with gr.Row(elem_id="cw-stage"):
            with gr.Column(elem_id="cw-main"):
                for name, fill_tab in TABS.items():
                    with gr.Column(elem_id=f"tab-{name}", elem_classes="cw-tab"):
                        fill_tab(service, said)
            gr.HTML(fill("source.html", said), elem_id="cw-source", apply_default_css=False, js_on_load=None)
    return blocks
