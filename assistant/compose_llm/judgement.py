"""One sentence of the model: its handles filled in and the whole checked, then released or dropped with the reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category

from assistant.characters import cut_out
from assistant.compose_llm.materials import Material
from assistant.model import Claim, Verdict
from assistant.sentences import check_against
from assistant.sentences.figures import find_numbers
from assistant.sentences.language import BLANK, MARKERS, QUOTED, TITLED
from assistant.sentences.who import unknown_units
from index_build.dates import find_dates
from index_build.model import DeadlineKind
from index_build.text import fold, simplify

LONGEST_SENTENCE = 400  # characters
BANKERS = "壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
HANDLE = re.compile(r"\{\{\s*(?P<mark>m\d{1,2})\s*\.\s*(?P<name>[a-z]+\d{0,2})\s*\}\}")
MARK = re.compile(r"[\[【［]\s*(m\d{1,2})\s*[\]】］]")
BULLET = re.compile(r"^\s*(?:[-*•·#>]+|\d{1,2}[.、)）])\s*")
_EMPHASIS = re.compile(r"\*\*|__|\*(?=\S)|(?<=\S)\*")
_AFTER_DEADLINE = re.compile(r"\{\{m\d{1,2}\.deadline\}\}\s*(?:起|后|以后|之后|才|开始|以外)")
_AFFIRMS = re.compile(r"^(?:是的?|不是的?|对的?|不对|没错|yes|no)[，,。.！!：:]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence that may be released: its words without marks, the measure it rests on, the claims it makes."""

    words: str
    mark: str
    claims: tuple[Claim, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that may not, and why."""

    sentence: str
    reasons: tuple[str, ...]


def judge(sentence: str, materials: Mapping[str, Material]) -> Worded | Dropped:
    """Fill the handles of one sentence and check it; fails closed."""
    bare = _EMPHASIS.sub("", BULLET.sub("", sentence.strip()))
    marks = {m[1] for m in MARK.finditer(bare)} | {m["mark"] for m in HANDLE.finditer(bare)}
    words = _AFFIRMS.sub(
        "", MARKERS.sub("", MARK.sub("", bare)).strip()
    )  # yes and no are said by the records
    reasons: list[str] = []
    if len(words) > LONGEST_SENTENCE:
        return Dropped(words[:80], ("句子过长",))
    known = marks & set(materials)
    if len(marks) != 1 or not known:
        why = "没有标明依据" if not marks else "依据不存在" if not known else "一句话混用几项措施"
        return Dropped(words[:80], (why,))
    material = materials[next(iter(known))]
    claims: list[Claim] = []

    def filled(match: re.Match[str]) -> str:
        slot = material.slots.get(match["name"])
        if slot is None:
            reasons.append(f"占位符不存在：{match.group()}")
            return ""
        claims.extend(slot.claims)
        return slot.words

    if _AFTER_DEADLINE.search(words):
        reasons.append("时限的方向被改变")
    reasons += own_words(words, material)
    said = HANDLE.sub(filled, words)
    check = check_against(said, material.ground)
    reasons += check.reasons
    if reasons:
        return Dropped(words[:80], tuple(dict.fromkeys(reasons)))
    return Worded(said, material.mark, tuple(claims), check.verdict)


def own_words(words: str, material: Material) -> Iterator[str]:
    """What the model must not supply itself, even if it happens to be right."""
    own = fold(HANDLE.sub("＿", words))
    for pattern in (QUOTED, TITLED):
        own = cut_out(pattern, own, BLANK)
    if re.search(r"[“”「」『』\"《》]", own):
        yield "引号不成对"
    if (
        re.search(rf"\d|[{BANKERS}]", own)
        or find_numbers(own)
        or any(category(c) in ("No", "Nl") for c in own)
    ):
        yield "数字不是占位符"
    if simplify(own) != own and simplify(material.ground.text) == material.ground.text:
        yield "用了原文没有的字形"
    if any(hit.kind is not DeadlineKind.ONGOING for hit in find_dates(own, None)):
        yield "日期不是占位符"
    names: Collection[str] = {*material.ground.roles, *material.ground.known_units}
    if unknown_units(own, 0, len(own)) or any(name in own for name in names):
        yield "部门不是占位符"
