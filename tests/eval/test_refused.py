"""The table of refused first hits: what passes at which limits, counted by hand over the invented plans."""

from __future__ import annotations

import pytest

from assistant.ask import Assistant
from eval.cases import Case, Evidence
from eval.refused import Refused, refused_hits, table
from index_build.build import build
from index_build.settings import BuildSettings
from tests.assistant.asked import PLANS

STORY = "{place}大爷的民宿床单、窗帘、拖鞋、早餐、停车、阁楼样样卡人准入流程到底谁牵头"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("refused")
    for name, text in PLANS.items():
        (folder / name).write_text(text, encoding="utf-8")
    build([folder], folder / "index", BuildSettings())
    return Assistant.open(folder / "index")


def test_refused_hits_are_told_apart_by_what_they_are(assistant: Assistant) -> None:
    evidence = (Evidence("city", "开展乡村民宿准入标准和流程规范工作"),)
    cases = [
        Case("a", "who_lead", STORY.format(place="澄湖市"), True, evidence=evidence),
        Case("b", "unanswerable", STORY.format(place="岚溪县"), False),
        Case("c", "who_lead", "岚溪县企业开办谁牵头", True, evidence=(Evidence("county", "推行企业开办"),)),
    ]
    hits = {(hit.case, hit.kind): hit for hit in refused_hits(cases, assistant)}
    right, none = hits["a", "right"], hits["b", "unanswerable"]
    assert right.much > 4 and right.best > 1, "no other place has as much of the story"
    assert none.much < right.much and none.best < 0.9
    assert ("c", "right") not in hits, "what is answered anyway is no refused hit"


def test_the_table_counts_what_passes_both_limits() -> None:
    hits = [
        Refused("a", "right", 4.2, 0.3, 1.1),
        Refused("b", "unanswerable", 4.2, 0.3, 0.7),
        Refused("c", "other place", 1.0, 0.3, 1.2),
        Refused("d", "right", 4.2, 0.2, 1.1),
    ]
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in table(hits).splitlines()[2:]}
    assert rows["0.0", "0.0"] == ["1", "0", "1", "1"], "the last has too small a share"
    assert rows["4.0", "0.9"] == ["1", "0", "0", "0"]
