"""What a file costs grows with its length and no faster: nothing is looked through again for each paper, row or mark."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from index_build.measures import extract
from index_build.model import Document
from index_build.readers import read_bytes

SHORT, LONG = 40, 480  # the larger text is twelve times as long
MOST = 30  # times the work; what grows with the square of the length takes up to 144


def papers_with_tables(count: int) -> str:
    """A compilation: each paper with a table of its own."""
    return "".join(
        f"# 青禾县第{i}号优化办法\n\n青政发〔2024〕{i}号\n\n1. 公开收费清单。（县财政局牵头）\n\n"
        "| 序号 | 任务 | 责任单位 | 完成时限 |\n|---|---|---|---|\n"
        f"| 1 | 建设平台{i} | 县财政局 | 6月底前 |\n| 2 | 建设窗口{i} | 县住建局 | 9月底前 |\n\n"
        "青禾县人民政府\n\n2024年5月12日\n\n"
        for i in range(1, count + 1)
    )


def dated_rows(count: int) -> str:
    """One table whose rows end with days, which look like the date of a paper."""
    rows = (f"| {i} | 建设平台{i} | 县财政局 | 2024年6月{i % 28 + 1}日 |\n" for i in range(1, 10 * count + 1))
    return "# 青禾县任务清单\n\n| 序号 | 任务 | 责任单位 | 完成时限 |\n|---|---|---|---|\n" + "".join(rows)


def stressed_words(count: int) -> str:
    """Marks of stress in every measure, left out of what is read."""
    items = (f"{i}.{'**推行**事项、' * 20}联合办理。（县财政局牵头）\n\n" for i in range(1, 2 * count + 1))
    return "# 青禾县优化营商环境方案\n\n" + "".join(items)


def numbers_named_below(count: int) -> str:
    """Units in a list of their own below the measures, by number."""
    items = "".join(f"{i}.推行第{i}类事项联合办理，压缩时间。\n" for i in range(1, 2 * count + 1))
    return f"青禾县优化营商环境方案\n{items}任务分工\n" + "".join(
        f"县财政局（{i}）\n" for i in range(1, 2 * count + 1)
    )


@pytest.mark.parametrize("text", [papers_with_tables, dated_rows, stressed_words, numbers_named_below])
def test_a_longer_file_takes_longer_in_proportion(text: Callable[[int], str]) -> None:
    def least(document: Document) -> float:
        """Seconds of computing, the best of a few turns, as other work disturbs each."""
        turns = []
        for _ in range(3):
            started = time.process_time()
            found = extract(document)
            turns.append(time.process_time() - started)
        assert found.measures
        return min(turns)

    short, long = (read_bytes(text(count).encode(), "plan.md") for count in (SHORT, LONG))
    assert least(long) < MOST * least(short)
