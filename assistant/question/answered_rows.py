"""The rows of the answer before, as a follow-up calls them: 第二个, 最后一项, 前两条, and the one measure that it cited."""

from __future__ import annotations

import re

from assistant.question.references import asked_first

_ORDINAL = re.compile(
    r"第\s*([一二三四五六七八九十]|\d{1,2})\s*(?:个|项|条|件)"
    r"|the (first|second|third|fourth|fifth)\b|(最后)一?(?:个|项|条)"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ITEM = re.compile(
    r"(?:^|[\n；;：:。])\s*(?:[-•]\s*)?(?:[（(]?(\d{1,3})[）).、．]|[①-⑳]|(（[一二三四五六七八九十]{1,3}）)(?=\S))\s*"
)
_CITED_NUMBER = re.compile(
    r"第\s*[（(]?\s*(\d{1,3})\s*[）)]?\s*条|(?:附件\s*\d+\s*)?（([一二三四五六七八九十]{1,3}|\d{1,3})）(?=[：:，,])"
)
# A measure's number as the rows of an answer have it: 第5条, 第14（2）条, no. 5, （二）, T-01.
_OWN_NUMBER = re.compile(
    r"^(?:第\s*([^第条\s]{1,12}?)\s*条|no\. (\S+)(?=\s)|(（(?:[一二三四五六七八九十]{1,3}|\d{1,3})）)|([A-Za-z]{1,3}-?\d{1,4})(?=\s))\s*"
)


def listed_item(plain: str, answers: tuple[str, ...]) -> tuple[str, str] | None:
    """(number, text) of the item that 第二个, 最后一项 means in the last answer's list."""
    ordinal = _ORDINAL.search(plain)
    if not ordinal or not answers:
        return None
    items = _items(answers[-1])
    wanted = len(items) if ordinal[3] else _ORDINALS.get(ordinal[2] or "", _count(ordinal[1]))
    if wanted and plain[: ordinal.start()].endswith("倒数"):
        wanted = len(items) + 1 - wanted
    if not 0 < wanted <= len(items):
        return None
    return items[wanted - 1]


def first_rows(plain: str, answers: tuple[str, ...]) -> list[tuple[str, str]]:
    """(number, text) of the first rows of the last answer's list, where so many are asked for (前两条谁牵头)."""
    first = asked_first(plain) if answers else None
    return _items(answers[-1])[:first] if first else []


def cited_number(answers: tuple[str, ...]) -> str:
    """The number of the one measure that the answers cite; "" where they cite none, or several."""
    numbers = {a or f"（{b}）" for text in answers for a, b in _CITED_NUMBER.findall(text)}
    return _plain_number(numbers.pop()) if len(numbers) == 1 else ""


def _items(answer: str) -> list[tuple[str, str]]:
    """The items of a list as printed: their own number and their text.  Where rows have a measure's number behind that
    of the row, a row without one is of a measure without a number."""
    starts = list(_ITEM.finditer(answer))
    if not starts:
        return []
    starts = [m for m in starts if not m[2]] or starts
    ends = [m.start() for m in starts[1:]] + [len(answer)]
    texts = [answer[m.end() : end].strip(" ；;。\n") for m, end in zip(starts, ends, strict=True)]
    own = [_OWN_NUMBER.match(text) for text in texts]
    found = []
    for m, text, label in zip(starts, texts, own, strict=True):
        printed = next((n for n in label.groups() if n), "") if label else ""
        number = _plain_number(printed) if any(own) else m[1] or m[2] or ""
        text = text[label.end() :] if label else text
        found.append((number, re.sub(r"（(?:牵头单位|责任单位|完成时限).*$|\[\d+\]", "", text)))
    return found


def _plain_number(number: str) -> str:
    """（241） is the measure numbered 241; （二） keeps its brackets."""
    inner = number.strip("（）")
    return inner if inner.isdigit() else number


def _count(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else "一二三四五六七八九十".find(text) + 1
