"""The pages that stand alone, without Gradio: the login, and what an address shows that does not exist."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import quote

from assistant.page.words import in_language, words

ASSETS = Path(__file__).parent / "assets"
ENGLISH = "/en"


def language_of(path: str) -> str:
    """The language of the page that a path belongs to."""
    return "en" if path == ENGLISH or path.startswith((ENGLISH + "/", ENGLISH + "?")) else "zh"


def login_page(next_path: str, message: str = "") -> str:
    """The login that leads on to `next_path`, in that page's language."""
    language = language_of(next_path)
    other = "/" + next_path.removeprefix(ENGLISH).lstrip("/") if language == "en" else ENGLISH + next_path
    values = {"next": next_path, "other_next": quote(other), "message": in_language(message, language)}
    return filled("login.html", language, values)


def missing_page(path: str) -> str:
    language = language_of(path)
    return filled(
        "missing.html", language, {"home": ENGLISH + "/" if language == "en" else "/", "path": path}
    )


def filled(name: str, language: str, values: dict[str, str]) -> str:
    """An HTML asset with its {{words}} and values filled in, everything escaped."""
    said = {**words(language), **values, "lang": "zh-CN" if language == "zh" else "en"}
    text = (ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: escape(said[match[1]], quote=True), text)
