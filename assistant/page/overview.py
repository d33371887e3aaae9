"""The 总览 tab: pictures of the ledger, drawn by assets/overview.js with plotly.js from /api/overview."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.api.service import Service
from assistant.page.script import drawn_by_script


def build(service: Service, said: Mapping[str, str]) -> None:
    drawn_by_script("overview")
