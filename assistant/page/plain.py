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


def login_page(next_path: str, message: str = "", root: str = "") -> str:
    """The login that leads on to `next_path`, in that page's language; `root` is the prefix of all paths."""
    within = next_path.removeprefix(root)
    language = language_of(within)
    other = "/" + within.removeprefix(ENGLISH).lstrip("/") if language == "en" else ENGLISH + within
    said = in_language(message, language)
    values = {"next": next_path, "other_next": quote(root + other), "message": said, "root": root}
    return filled("login.html", language, values)


def missing_page(path: str, root: str = "") -> str:
    """For a path that does not exist, below the prefix `root`."""
    language = language_of(path)
    home = root + (ENGLISH + "/" if language == "en" else "/")
    return filled("missing.html", language, {"home": home, "path": root + path, "root": root})


def filled(name: str, language: str, values: dict[str, str]) -> str:
    """An HTML asset with its {{words}} and values filled in, everything escaped."""
    said = {**words(language), **values, "lang": "zh-CN" if language == "zh" else "en"}
    text = (ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: escape(said[match[1]], quote=True), text)
