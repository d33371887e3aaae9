"""The 文件 tab: what is indexed, and the reading view, drawn by assets/documents.js from /api/documents."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.api.service import Service
from assistant.page.script import drawn_by_script


def build(service: Service, said: Mapping[str, str]) -> None:
    drawn_by_script("documents")
