"""The 责任台账 tab: the ledger with its filters, exports and row detail, drawn by assets/ledger.js from /api/measures."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.api.service import Service
from assistant.page.script import drawn_by_script


def build(service: Service, said: Mapping[str, str]) -> None:
    drawn_by_script("ledger")
