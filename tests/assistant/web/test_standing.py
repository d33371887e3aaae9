"""Where a measure stands against a day: each state, its edges, and the words that keep work going."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ledger.standing import Standing, deadline_standing, measure_standing
from assistant.view import Limit
from index_build.model import DeadlineKind

TODAY = dt.date(2024, 6, 10)


def limit(raw: str, day: str | None, kind: DeadlineKind = DeadlineKind.BY) -> Limit:
    return Limit(raw, dt.date.fromisoformat(day) if day else None, kind, None)


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        (limit("2024年6月9日前", "2024-06-09"), Standing.OVERDUE),
        (limit("2024年6月10日前", "2024-06-10"), Standing.DUE_THIS_MONTH),  # the last day still counts
        (limit("2024年6月底前", "2024-06-30"), Standing.DUE_THIS_MONTH),
        (limit("2024年7月1日前", "2024-07-01"), Standing.NOT_DUE),
        (limit("2025年6月底前", "2025-06-30"), Standing.NOT_DUE),  # the same month of another year
        (limit("2024年5月底取得阶段性成效，持续推进", "2024-05-31"), Standing.ONGOING),
        (limit("2024年8月底取得阶段性成效，持续推进", "2024-08-31"), Standing.NOT_DUE),
        (limit("每月20日前", "2024-05-20", DeadlineKind.RECURRING), Standing.ONGOING),
        (limit("长期坚持", None, DeadlineKind.ONGOING), Standing.ONGOING),
    ],
)
def test_one_time_limit(given: Limit, standing: Standing) -> None:
    assert deadline_standing(given, TODAY) is standing


def test_the_nearest_that_is_still_to_come_decides() -> None:
    past, soon, later = (
        limit("4月底", "2024-04-30"),
        limit("6月底", "2024-06-30"),
        limit("12月底", "2024-12-31"),
    )
    assert measure_standing([past, later], TODAY) is Standing.NOT_DUE
    assert measure_standing([past, later, soon], TODAY) is Standing.DUE_THIS_MONTH
    assert measure_standing([past, limit("持续推进", None, DeadlineKind.ONGOING)], TODAY) is Standing.ONGOING
    assert measure_standing([past], TODAY) is Standing.OVERDUE
    assert measure_standing([], TODAY) is Standing.UNSTATED
