"""The pages that stand alone, without Gradio: the login, and what an address shows that does not exist."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import quote

from assistant.page.words import in_language, words

ASSETS = Path(__file__).parent / "assets"
ENGLISH = "/en"
OTHER_LANGUAGE = (
    '<a href="{{root}}/login?next={{other_next}}" lang="{{other_language_code}}">{{other_language}}</a>'
)


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
    return filled("login.html", "{{log_in}}", language, values, beside=OTHER_LANGUAGE)


def missing_page(path: str, root: str = "") -> str:
    """For a path that does not exist, below the prefix `root`."""
    language = language_of(path)
    home = root + (ENGLISH + "/" if language == "en" else "/")
    values = {"home": home, "path": root + path, "root": root}
    return filled("missing.html", "{{missing}}", language, values)


def filled(body: str, title: str, language: str, values: dict[str, str], beside: str = "") -> str:
    """The frame of such pages round an HTML asset, {{words}} and values filled in and everything escaped; `beside`
    stands right of the product's name."""
    said = {**words(language), **values, "lang": "zh-CN" if language == "zh" else "en"}
    text = (ASSETS / "alone.html").read_text(encoding="utf-8").replace("{{title}}", title)
    text = text.replace("<!-- beside -->", beside)
    text = text.replace("<!-- body -->", (ASSETS / body).read_text(encoding="utf-8").rstrip())
    return re.sub(r"\{\{(\w+)\}\}", lambda match: escape(said[match[1]], quote=True), text)
