"""The answer as a page shows it: nothing of a document or a person becomes markup; cards say who and when."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from assistant.ask import Assistant
from assistant.view import answer_html, answer_view, chips, ledger_filters, short

TODAY = dt.date(2024, 6, 10)
ROW = {
    "answer": "由区审批局牵头 [1]。另见 [2]。",
    "outcome": "answered",
    "citations": [
        {
            "n": 1, "doc": "甲.txt", "policy": "甲方案", "doc_no": "甲〔2024〕1号", "place": ["云岭省"], "number": "3",
            "section": ["一、环境"], "page": 2, "parts": [[5, 9]], "quote": "推进改革", "text": "推进综合窗口改革，做好服务。",
            "entry": "m1",
        }
    ],
    "facts": [
        {
            "citation": 1, "measure": "m1", "lead": ["区审批局"], "responsible": [],
            "deadlines": [{"raw": "2024年6月底前", "date": "2024-06-30", "who": None, "kind": "by"}],
        }
    ],
    "choices": [],
    "question_read": {"place": [["云岭省", "青禾市"]], "department": ["区审批局"], "dates": [], "unknown_year": [2031]},
}  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点我](javascript:alert(1))",
        "![图](http://elsewhere.example/x.png)",
        "<http://elsewhere.example>",
        '<a href="http://elsewhere.example">x</a>',
        "<b onclick=alert(1)>x</b>",
        '"><svg onload=alert(1)>',
    ],
)
def test_markup_in_words_is_shown_not_run(hostile: str) -> None:
    html = answer_html(f"{hostile}\n\n- {hostile}\n\n|a|\n|-|\n|{hostile}|\n\n```\n{hostile}\n```", {1})
    assert (
        "<script" not in html
        and "<img" not in html
        and "<a " not in html
        and "<svg" not in html
        and "<b " not in html
    )


def test_markers_become_buttons_only_for_known_citations() -> None:
    html = answer_html("甲 [1]，乙 [7]，`[1]`", {1})
    assert html.count('<button type="button" class="cite" data-n="1">1</button>') == 1
    assert "[7]" in html and "<code>[1]</code>" in html


def test_a_marker_that_is_still_being_written_is_not_shown_in_halves() -> None:
    assert answer_html("甲 [1") == "<p>甲</p>\n"
    assert 'data-n="1"' in answer_html("甲 [1]")


def test_every_row_of_a_list_is_one_whichever_paper_it_is_of(assistant: Assistant) -> None:
    answer = assistant.answer("青禾市2024年9月底前要完成哪些任务？", today=TODAY)
    rows = re.findall(r"(?m)^\d+\. ", answer.text)
    assert answer.text.count("**《") > 1 and len(rows) == 5
    assert answer_html(answer.text, range(1, 100)).count("<li") == 5


def test_the_card_of_a_measure() -> None:
    (card,) = answer_view(ROW, TODAY)["cards"]
    assert card["heading"] == "推进综合窗口改革"
    assert (card["lead"], card["responsible"], card["standing"]) == (["区审批局"], [], "due_this_month")
    assert card["deadlines"] == [
        {"raw": "2024年6月底前", "date": "2024-06-30", "who": None, "standing": "due_this_month"}
    ]
    assert card["basis"]["doc_no"] == "甲〔2024〕1号" and card["basis"]["page"] == 2


def test_a_source_is_named_by_the_paper_that_is_issued() -> None:
    citation = {**ROW["citations"][0], "policy": "青禾市人民政府关于印发《青禾市甲行动方案》的通知"}
    view = answer_view({**ROW, "citations": [citation]}, TODAY)
    assert view["citations"][0]["paper"] == view["cards"][0]["basis"]["paper"] == "青禾市甲行动方案"
    assert view["citations"][0]["policy"] == "青禾市人民政府关于印发《青禾市甲行动方案》的通知"


def test_only_what_was_found_word_for_word_counts_as_checked() -> None:
    claims = [{"verdict": verdict} for verdict in ("exact", "exact", "paraphrased", "moved", None)]
    assert answer_view({**ROW, "claims": claims}, TODAY)["verified"] == {"exact": 2, "paraphrased": 1}
    assert answer_view(ROW, TODAY)["verified"] == {"exact": 0, "paraphrased": 0}


def test_chips_say_what_was_understood_and_what_is_not_there() -> None:
    read = {**ROW["question_read"], "carried": ["place"]}
    assert chips(read) == [
        {"kind": "place", "text": "云岭省 青禾市", "key": "place:云岭省/青禾市", "carried": True},
        {"kind": "department", "text": "区审批局", "key": "department:区审批局", "carried": False},
        {"kind": "unknown", "text": "2031", "key": "unknown:2031", "carried": False},
    ]


def test_a_list_that_the_ledger_can_show_too() -> None:
    read = {
        "intent": "due_list", "place": [["云岭省", "青禾市"]], "department": [], "document": [], "number": [], "terms": {},
        "dates": [{"raw": "2024年7月到9月", "first": "2024-07-01", "last": "2024-09-30"}],
    }  # fmt: skip
    assert ledger_filters(read) == {
        "place": "云岭省/青禾市",
        "due_from": "2024-07-01",
        "due_by": "2024-09-30",
    }
    tasks = {**read, "intent": "department_tasks", "dates": [], "department": ["市财政局"]}
    assert ledger_filters(tasks) == {"place": "云岭省/青禾市", "department": "市财政局"}


@pytest.mark.parametrize(
    "more",
    [
        {"intent": "who_lead"},
        {"place": [["云岭省"], ["松岚市"]]},
        {"terms": {"审批": 0.9}},
        {"unknown_place": ["火星"]},
        {"place": []},
    ],
)
def test_a_list_that_the_ledger_cannot_say(more: dict[str, object]) -> None:
    read = {"intent": "due_list", "place": [["云岭省"]], "department": [], "dates": [], "terms": {}}
    assert ledger_filters({**read, **more}) is None


def test_short_headings() -> None:
    assert short("推进改革。其余") == "推进改革"
    assert short("一网通办，全程网办，提升效率") == "一网通办，全程网办，提升效率"  # too short a first clause
    assert len(short("很长" * 40)) == 42
