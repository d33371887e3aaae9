"""Measures called by number: how a question may call them, and how a paper may print them."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.model import Answer, Outcome
from assistant.question.references import as_count, find_references, in_words, printed_forms

TODAY = dt.date(2031, 5, 10)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("方案第21条谁牵头", ("21",)),
        ("第21项谁负责", ("21",)),
        ("实施方案（16）谁牵头", ("16",)),
        ("实施方案(16)谁牵头", ("16",)),
        ("第十二条规定了什么", ("（十二）",)),
        ("（十二）什么时候完成", ("（十二）",)),
        ("第14条第（2）项说什么", ("14（2）",)),
        ("第14条（二）是什么", ("14（二）",)),
        ("措施21谁牵头", ("21",)),
        ("21号措施谁牵头", ("21",)),
        ("工作举措21条谁牵头", ("21",)),
        ("第5、6、7条分别谁牵头", ("5", "6", "7")),
        ("第5到8条谁牵头", ("5", "6", "7", "8")),
        ("第5条到第8条谁牵头", ("5", "6", "7", "8")),
        ("第三条至第五条谁牵头", ("3", "4", "5")),
        ("第2条到期了吗", ("2",)),
        ("第5条和第8条谁牵头", ("5", "8")),
        ("who leads item 21", ("21",)),
        ("第1001条谁牵头", ("1001",)),
        ("编号t-01谁牵头", ("T-01",)),
        ("序号a1的时限", ("A1",)),
        ("iso9001认证谁牵头", ()),
        ("（2022）谁牵头", ()),
        ("第三季度要完成什么", ()),
        ("第三方评审谁负责", ()),
        ("30条措施谁牵头", ()),
        ("8月21号前完成哪些", ()),
        ("160千瓦（含）以下谁负责", ()),
    ],
)
def test_numbers_of_a_question(text: str, numbers: tuple[str, ...]) -> None:
    assert find_references(text, ()).numbers == numbers


@pytest.mark.parametrize(
    ("text", "annex", "numbers"),
    [
        ("附件3第5条谁牵头", 3, ("5",)),
        ("附件三（二）谁牵头", 3, ("（二）",)),
        ("第7个附件第6条", 7, ("6",)),
        ("附件2里的第（三）条", 2, ("（三）",)),
    ],
)
def test_annexes(text: str, annex: int, numbers: tuple[str, ...]) -> None:
    found = find_references(text, ())
    assert (found.annex, found.numbers) == (annex, numbers)


def test_the_forms_that_a_paper_may_print() -> None:
    assert printed_forms("21")[0] == "21"
    assert {"（二十一）", "第二十一条", "二十一"} <= set(printed_forms("21"))
    assert printed_forms("1001") == ("1001", "（1001）", "第1001条")
    assert printed_forms("（十二）")[:2] == ("（十二）", "12")
    assert printed_forms("14（2）")[0] == "14（2）"
    assert "14" in printed_forms("14（2）")  # its parts may not be measures of their own


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (121, "一百二十一")],
)
def test_counting_words(n: int, words: str) -> None:
    assert in_words(n) == words
    assert as_count(words.replace("零", "")) == n


def ask(asked: Assistant, text: str) -> Answer:
    return asked.answer(text, today=TODAY)


def first(answer: Answer) -> str | None:
    return answer.citations[0].entry.number if answer.citations else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("岚溪县第5条谁牵头", "5"),
        ("岚溪县第五条谁牵头", "5"),
        ("岚溪县方案（5）谁牵头", "5"),
        ("岚溪县措施5什么时候完成", "5"),
        ("霁政发〔2031〕2号第3项谁牵头", "3"),
        ("岚溪县行动方案里的第7项归谁", "7"),
        ("澄湖市第3条的带押过户谁牵头", "3"),
    ],
)
def test_the_measure_of_that_number(asked: Assistant, text: str, number: str) -> None:
    answer = ask(asked, text)
    assert answer.outcome is Outcome.ANSWERED
    assert first(answer) == number


@pytest.mark.parametrize(
    "text", ["岚溪县第100项谁牵头", "岚溪县第八条谁牵头", "霁政发〔2031〕2号第40条", "岚溪县附件9第1条谁牵头"]
)
def test_a_number_that_the_paper_lacks(asked: Assistant, text: str) -> None:
    answer = ask(asked, text)
    assert answer.outcome is Outcome.NOT_FOUND
    assert not answer.citations


def test_several_numbers_are_answered_each(asked: Assistant) -> None:
    answer = ask(asked, "岚溪县第2条和第5条谁牵头")
    assert [c.entry.number for c in answer.citations] == ["2", "5"]
    assert "县司法局" in answer.text
    assert "县发改委" in answer.text
