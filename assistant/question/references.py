"""Measures called by number: 第21条, 第十二项, 第14条第（2）项, 附件3（二）, （16）, 措施21, item 21; what they are printed
as in a paper is left open, for the same number stands as 21., （二十一） or 第二十一条.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.characters import blanked

_CN = "[一二三四五六七八九十百]{1,5}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_D = r"(?:\d{1,3}|(?!19|20)[1-9]\d{3})"  # 2031 is a year
_N = rf"(?:{_D}|{_CN}|[{_CIRCLED}])"
_ASKED = (
    r"(?=\s*(?:$|[，。？?,、；;：:]|条|项|款|是|的|谁|由|归|什么|啥|何|哪|说|讲|写|指|要|怎|牵头|责任|负责|配合|完成|时限|期限|"
    r"截止|几|多|内容|这|那|里|和|与|属))"
)
_ITEM = r"(?:条|项|款|点|号(?=措施|任务|举措)|个(?=措施|任务|举措))"
_INNER = rf"(?:(?:的|之)?第\s*[（(]?\s*(?P<sub>{_N})\s*[）)]?\s*(?:项|款|点|小项)|[（(]\s*(?P<sub2>{_N})\s*[）)](?:项|款|点)?)?"
_ANNEX = re.compile(
    rf"(?:附件\s*(?P<annex>{_N})|第\s*(?P<nth>{_N})\s*(?:个|份)?附件)(?:[\s的里中]|里的|中的|当中)*"
)
_SEVERAL = re.compile(
    rf"第?\s*(?P<many>{_N}(?:\s*(?:、|，|,|和|与|及|-|—|～|~|\.\.|(?:条|项)?(?:到|至|-|—|～|~))\s*第?\s*{_N})+)\s*(?:这几|那几|等|几)?(?:条|项)(?!工作日)"
)
# 工作举措前两条: the first of a paper; not 牵头的前两条, 最急的前三项, whose order is that of a list.
_FIRST = re.compile(
    rf"(?<![之以目当年月日天底末])(?:最?前|头|开头)(?:面|边)?(?:的)?(?P<first>{_N}|两)(?:条|项(?!工作日)|个(?=措施|任务|举措))"
)
_ORDERED = re.compile(r"牵头|负责|配合|责任|协助|到期|截止|时限|最[急紧早先晚后近快]|多的|紧急|期限")
_RANGE = re.compile(rf"({_N})(?:条|项)?\s*(?:到|至|-|—|～|~|\.\.)\s*第?\s*({_N})")
THOUSAND = 1000  # from which numbers are printed in digits
MOST = 12  # measures of one range
_FORMS = (
    re.compile(rf"第\s*(?P<open>[（(])?\s*(?P<n>{_N})\s*[）)]?\s*{_ITEM}{_INNER}(?:措施|任务|举措)?"),
    re.compile(rf"(?P<open>[（(])\s*(?P<n>{_N})\s*[）)](?:条|项|款)?{_ASKED}"),
    re.compile(
        r"(?:措施|举措|任务|编号|序号|条目|(?:item|measure|article|task|no\.|number|clause)\s?)(?:第|为|是|：|:|no\.)?\s*"
        rf"(?P<n>{_D})(?![\d%年月日个项家万亿元.]){_INNER}(?:号|条|项)?"
    ),
    re.compile(r"(?:编号|序号|条目|第)(?:为|是|：|:)?\s*(?P<n>[a-z]{1,3}-?\d{1,4})(?!\d)(?:号|条|项)?"),
    re.compile(rf"(?<!\d)(?P<n>{_D})号(?:措施|任务|举措){_INNER}"),
)
_AFTER_SCOPE = re.compile(
    rf"\s*(?:里头的?|里面的?|里的?|中的?|的)?\s*第?\s*(?P<n>\d{{1,3}}|{_CN})\s*(?:条|[.．、](?=\D)|(?=\s+(?:谁|由|归|哪|什么|啥|牵头|配合|责任|时限|截止))){_INNER}{_ASKED}"
)
_AFTER_ANNEX = re.compile(rf"\s*(?P<open>[（(])?\s*(?P<n>{_N})\s*[）)]?(?:条|项|款|[.．、])?{_ASKED}")
_PAPER_END = re.compile(r"(?:方案|举措|办法|清单|文件|要点|计划|规划|规定|细则|》)(?:里|中|的|里的|中的)?$")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class References:
    """`numbers` as a paper may print them (21, （二）, 14（2）), `annex` the number of the annex meant, `spans` where
    they stand in the question."""

    numbers: tuple[str, ...] = ()
    annex: int | None = None
    spans: tuple[tuple[int, int], ...] = ()


# 76条呢, 那77呢: after a measure that was called by its number.
_NEXT = re.compile(
    rf"^(?:那么?|还有|再|看|查|换|来|说|，|,|\s)*第?\s*(?P<n>{_N})\s*(?:条|项|号|款)?{_INNER}\s*(?=呢|谁|由|归|讲|说|写|什么|啥|牵头|配合|[？?。]?$)"
    r"|^(?:and |what about |how about )+(?:no\. ?|number )?(?P<n2>\d{1,3})\b"
)


def find_references(plain: str, scope: Sequence[tuple[int, int]], *, numbered: bool = False) -> References:
    """`scope` are the stretches of places and document numbers, which are no references themselves; `numbered` says
    that the question before called its measure by number."""
    annex, spans, numbers = None, [], []
    text = blanked(plain, scope)
    named = _ANNEX.search(text)
    if named:
        annex = as_count(named["annex"] or named["nth"])
        spans.append(named.span())
        text = blanked(text, [named.span()])
        after = _AFTER_ANNEX.match(text, named.end())
        if after:
            numbers.append(_number(after))
            spans.append(after.span())
            text = blanked(text, [after.span()])
    for m in _SEVERAL.finditer(text):
        after_scope = "条" in m[0] and any(
            end <= m.start() and not text[end : m.start()].strip("的里中 ") for _, end in scope
        )
        if m[0].startswith("第") or after_scope:
            numbers += _each(m["many"])
            spans.append(m.span())
    first = _FIRST.search(text)
    if first and not _ORDERED.search(text[: first.start()]):
        numbers += [str(n) for n in range(1, min(first_count(first), MOST) + 1)]
        spans.append(first.span())
    text = blanked(text, spans)
    for form in _FORMS:
        for m in form.finditer(text):
            numbers.append(_number(m))
            spans.append(m.span())
        text = blanked(text, spans)
    bare = None if numbers else _bare_number(text, [end for _, end in scope])
    bare = bare or (_NEXT.search(text) if numbered and not numbers else None)
    if bare:
        numbers.append(_number(bare))
        spans.append(bare.span())
    return References(tuple(dict.fromkeys(numbers)), annex, tuple(spans))


def _bare_number(text: str, ends: Sequence[int]) -> re.Match[str] | None:
    """The first number right behind a place or a paper's name: 岚溪县21条, 实施方案里的三十条."""
    if not _AFTER_SCOPE.search(text):
        return None
    papers = (m.end() for m in re.finditer(r"\S", text) if _PAPER_END.search(text[: m.end()]))
    return next((bare for at in (*ends, *papers) if (bare := _AFTER_SCOPE.match(text, at))), None)


def first_count(match: re.Match[str]) -> int:
    """How many 前两条 means."""
    return 2 if match["first"] == "两" else as_count(match["first"])


def asked_first(plain: str) -> int | None:
    """How many of the first rows a text asks for; None where it asks for none."""
    match = _FIRST.search(plain)
    return first_count(match) if match else None


_COUNT = re.compile(rf"(?P<first>{_N}|两)(?:条|项)(?!工作日|重点|主要|措施|任务|举措|工作)")


def asked_count(plain: str) -> int:
    """How many rows a text asks for (最急的三条); 1 where it gives no number."""
    found = [first_count(m) for m in _COUNT.finditer(plain)]
    return found[-1] if found and found[-1] <= MOST else 1


def printed_forms(number: str) -> tuple[str, ...]:
    """How a paper may print the number, likeliest first."""
    m = re.fullmatch(rf"[（(]?({_N})[）)]?(?:[（(]({_N})[）)])?", number)
    if not m:
        return (number,)
    n = as_count(m[1])
    digits, words = str(n), in_words(n) if n < THOUSAND else str(n)
    plain = [
        digits,
        f"（{words}）",
        f"第{words}条",
        words,
        f"第{digits}条",
        f"（{digits}）",
        *_CIRCLED[n - 1 : n],
    ]
    if number.startswith("（"):
        plain = [f"（{words}）", digits, *plain]
    if m[2]:
        k = as_count(m[2])
        inner = [
            f"{base}{form}"
            for base in (digits, f"（{words}）", words)
            for form in (f"（{k}）", f"（{in_words(k)}）")
        ]
        plain = [*inner, *plain]
    return tuple(dict.fromkeys(plain))


def parts_of(number: str) -> tuple[str, ...]:
    """The printed forms of the parts of a measure: 13（1） to 13（20）."""
    m = re.fullmatch(r"\d{1,3}", number)
    return tuple(f"{number}（{k}）" for k in range(1, 21)) if m else ()


def as_count(text: str) -> int:
    """二十一 and 21 → 21, ⑧ → 8."""
    if len(text) == 1 and text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    if text.isdigit():
        return int(text)
    hundreds, _, rest = text.rpartition("百")
    total = (_DIGITS.find(hundreds) if hundreds else 1) * 100 if "百" in text else 0
    tens, ten, ones = rest.rpartition("十")
    if ten:
        total += (_DIGITS.find(tens) if tens else 1) * 10
    return total + (_DIGITS.find(ones) if ones else 0)


def in_words(n: int) -> str:
    """21 → 二十一."""
    hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _number(m: re.Match[str]) -> str:
    groups = m.groupdict()
    n = m["n"] or groups["n2"]
    sub = groups.get("sub") or groups.get("sub2")
    if sub:
        return f"{as_count(n)}（{as_count(sub) if sub.isdigit() else sub}）"
    return n.upper() if n[-1].isdigit() else f"（{n}）"  # T-01


def _each(text: str) -> list[str]:
    """The numbers of 5、6、7 and of 5到8."""
    between = _RANGE.search(text)
    if between:
        first, last = as_count(between[1]), as_count(between[2])
        return [str(n) for n in range(first, min(last, first + MOST) + 1)]
    return [n if n.isdigit() else f"（{n}）" for n in re.findall(_N, text)]
