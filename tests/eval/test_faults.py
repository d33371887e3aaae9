"""Each error class from the smallest reply that deserves it; the first cause in the chain wins."""

from __future__ import annotations

import pytest

from eval.faults import FAULTS, find_fault
from eval.metrics import score
from eval.replies import NO_REPLY, Reply
from eval.sources import Paper, Sources
from tests.eval.conftest import EAST, EAST_FACT, OPENING, WEST, WEST_FACT, case, citation, fact, reply

WHO = case(lead=["区市场监管局"])
NONE = case("unanswerable", answerable=False)
WHEN = case("when", deadline_iso=["2022-12-31"])
LIST = case(
    "dept_list",
    evidence_mode="all",
    evidence=[
        {"doc": "east.txt", "no": str(n), "head": h}
        for n, h in ((1, OPENING), (2, "推行不动产登记当日办结。"))
    ],
)
REFUSED = {"outcome": "not_found", "citations": [], "facts": []}
WRONG = [citation("east.txt", 3)]

EXAMPLES = {
    "no_reply": (WHO, NO_REPLY),
    "wrongly_answered": (NONE, reply()),
    "wrongly_refused": (WHO, reply(**REFUSED)),
    "asked_back": (WHO, reply(outcome="clarify", citations=[], facts=[])),
    "wrong_place": (WHO, reply(citations=[citation("west.txt", 1)], facts=[WEST_FACT])),
    "not_retrieved": (WHO, reply(citations=WRONG, facts=[])),
    "not_cited": (WHO, reply(citations=WRONG, facts=[], ranked=[*WRONG, citation("east.txt", 1)])),
    "list_incomplete": (LIST, reply()),
    "list_mixed": (LIST, reply(citations=[citation("east.txt", n, n) for n in (1, 2, 3)])),
    "roles_swapped": (WHO, reply(facts=[fact([], ["区市场监管局"], [])])),
    "lead_wrong": (WHO, reply(facts=[fact(["区财政局"], [], [])])),
    "responsible_wrong": (
        case("who_responsible", responsible=["区税务局"]),
        reply(facts=[fact([], ["区财政局"], [])]),
    ),
    "date_wrong": (WHEN, reply(facts=[fact([], [], ["2022-06-30"])])),
    "words_missing": (case("what", must_contain=["补贴"]), reply()),
    "beside_the_point": (WHO, reply(citations=[citation("east.txt", 3), citation("east.txt", 1, 2)])),
    "wrong_outcome": (case("smalltalk_meta", evidence=[]), reply(**REFUSED)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_class_has_an_example(name: str, sources: Sources) -> None:
    asked, said = EXAMPLES[name]
    assert find_fault(asked, said, score(asked, said, sources), sources) == name


@pytest.mark.parametrize(
    ("asked", "said"),
    [(WHO, reply()), (WHEN, reply(answer="2022年12月底前[1]")), (NONE, reply(**REFUSED)),
     (LIST, reply(citations=[citation("east.txt", 1), citation("east.txt", 2, 2)], facts=[EAST_FACT]))],
)  # fmt: skip
def test_no_fault_where_nothing_is_wrong(asked, said: Reply, sources: Sources) -> None:
    assert find_fault(asked, said, score(asked, said, sources), sources) is None


def test_not_stated_for_not_found_is_a_wrong_outcome(sources: Sources) -> None:
    asked = case("unanswerable", answerable=False, outcomes=["not_stated"])
    said = reply(**REFUSED)
    assert find_fault(asked, said, score(asked, said, sources), sources) == "wrong_outcome"


def test_another_paper_of_the_same_file_is_the_wrong_place() -> None:
    """In a compilation the file is right and the place is not."""
    both = Sources(
        {"all.txt": EAST + WEST}, {"all.txt": (Paper(0, "东区举措"), Paper(len(EAST), "西区举措"))}
    )
    asked = case(evidence=[{"doc": "all.txt", "no": "2", "head": "推行不动产登记当日办结。"}])
    start = (EAST + WEST).rindex(OPENING)
    twin = {"doc": "all.txt", "text": OPENING, "quote": OPENING, "start": start, "end": start + len(OPENING)}
    said = reply(citations=[twin], facts=[])
    assert find_fault(asked, said, score(asked, said, both), both) == "wrong_place"
