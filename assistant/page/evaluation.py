"""The 评测 tab: evaluation runs, their reports and comparisons, drawn by assets/evaluation.js from /api/reports."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.api.service import Service
from assistant.page.script import drawn_by_script


def build(service: Service, said: Mapping[str, str]) -> None:
    drawn_by_script("evaluation")
