"""The rivals find what is to be found, cite it at its place, and are given all they can be given."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.baselines import RIVALS, Found, Recipe, Rival, document_file, open_rivals, write_texts
from eval.cases import Case
from eval.metrics import score
from eval.replies import reply_from_row
from eval.sources import Sources
from index_build.errors import SettingsError
from tests.eval.conftest import TEXTS, case

FILLER = "本段只是为了让文本足够长，与问题没有关系，讲的是别的事情和别的安排。\n" * 40
LONG = Sources(
    {
        "east.txt": FILLER + TEXTS["east.txt"] + FILLER,
        "north.html": FILLER + "养老托育服务网点建设。\n" + FILLER,
    }
)


@pytest.fixture(scope="module")
def rivals() -> dict[str, Rival]:
    return {r.name: r for r in open_rivals(LONG, list(RIVALS), lambda _: [("north.html", 0, 1 << 30)])}


@pytest.mark.parametrize("name", RIVALS)
def test_each_answers_with_windows_at_their_places(name: str, rivals: dict[str, Rival]) -> None:
    row = rivals[name].answer(case(question="不动产登记当日办结由谁牵头？"))
    reply = reply_from_row(row)
    assert reply.outcome == "answered"
    assert reply.facts is None
    assert 1 <= len(reply.cited) <= 5
    found = score(case(), reply, LONG)
    assert found["citation_span_exact"].value == 1
    assert found["dangling_markers"].value == 0
    assert {s.doc for s in reply.ranked} <= set(LONG.texts)


@pytest.mark.parametrize(
    "name", [n for n in RIVALS if n not in ("llamaindex-bm25", "llamaindex-words-place")]
)
def test_each_finds_the_measure(name: str, rivals: dict[str, Rival]) -> None:
    """All but LlamaIndex's BM25 as it comes, whose words are whole Chinese clauses."""
    asked = case(
        question="不动产登记当日办结由谁牵头？",
        evidence=[{"doc": "east.txt", "no": "2", "head": "推行不动产登记当日办结。"}],
    )
    found = score(asked, reply_from_row(rivals[name].answer(asked)), LONG)
    assert found["recall_at_3"].value == 1


def test_a_rival_that_is_told_the_place_looks_nowhere_else(rivals: dict[str, Rival]) -> None:
    row = rivals["llamaindex-words-place"].answer(case(question="不动产登记由谁牵头？"))
    assert {c["doc"] for c in row["citations"]} == {"north.html"}


class Echo:
    """Remembers what it was asked; finds nothing, or one window."""

    def __init__(self, *found: Found) -> None:
        self.found, self.asked = list(found), []

    def search(self, query: str, limit: int) -> list[Found]:
        self.asked.append(query)
        return self.found[:limit]


RECIPE = Recipe("r", "甲", "", lambda texts, folder: Echo())


def test_follow_ups_are_made_easy() -> None:
    echo = Echo()
    follow: Case = case("follow_up", question="那完成时限呢？", history=[
        {"role": "user", "content": "东区企业开办谁牵头？"}, {"role": "assistant", "content": "区市场监管局。"}])  # fmt: skip
    row = Rival(RECIPE, echo).answer(follow)
    assert echo.asked == ["东区企业开办谁牵头？ 那完成时限呢？"]
    assert (row["outcome"], row["citations"]) == ("not_found", [])


def test_scope_cuts_by_offsets_and_none_means_everything() -> None:
    near, far = Found("a", 0, 10, "近", 2.0), Found("a", 100, 110, "远", 1.0)
    told = Rival(RECIPE, Echo(near, far), lambda _: [("a", 105, 200)])
    assert [c["text"] for c in told.answer(case())["citations"]] == ["远"]
    untold = Rival(RECIPE, Echo(near, far), lambda _: None)
    assert [c["text"] for c in untold.answer(case())["citations"]] == ["近", "远"]


def test_texts_are_written_byte_for_byte(tmp_path: Path) -> None:
    write_texts(Sources({"a/b.md": "一\r\n二"}), tmp_path)
    assert (tmp_path / document_file("a/b.md")).read_bytes() == "一\r\n二".encode()


def test_unknown_rivals_are_named() -> None:
    with pytest.raises(SettingsError, match="bm25s-windows"):
        open_rivals(LONG, ["ragflow"])
