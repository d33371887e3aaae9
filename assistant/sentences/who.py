"""Who and where: departments in the roles that a sentence gives them, and places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.characters import cut_out
from assistant.sentences.ground import Ground, without_titles
from assistant.sentences.language import (
    ABSENT_WORDS,
    BLANK,
    GOES_ON,
    LIST_WORDS,
    NAME_START,
    ROLE_LABELS,
    ROLE_VERBS,
    ROLE_WORDS,
    SENTENCE_PARTS,
    UNKNOWN_UNIT,
)
from assistant.sentences.literal import quotes_of, within
from index_build.model import Role
from index_build.text import fold


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A department named in a sentence; `roles` are those that the records give it, None for an unknown one."""

    start: int
    end: int
    name: str
    roles: frozenset[Role] | None


def find_units(said: str, ground: Ground) -> list[UnitHit]:
    """Every department in a sentence, the longest name at each place; then whatever else looks like one."""
    forms = ground.roles
    names = set(forms) | ground.known_units
    longest = max((len(n) for n in names), default=0)
    hits: list[UnitHit] = []
    free, at = 0, 0
    while at < len(said):
        size = next((s for s in range(min(longest, len(said) - at), 1, -1) if said[at : at + s] in names), 0)
        if not size:
            at += 1
            continue
        hits += unknown_units(said, free, at)
        name = said[at : at + size]
        whole = name in forms and _starts_name(said, at, forms) and not GOES_ON.match(said, at + size)
        hits.append(UnitHit(at, at + size, name, frozenset(forms[name]) if whole else None))
        at = free = at + size
    return hits + unknown_units(said, free, len(said))


def _starts_name(said: str, at: int, forms: Collection[str]) -> bool:
    before = said[max(0, at - 20) : at]
    return bool(NAME_START.search(before)) or any(before.endswith(form) for form in forms)


def unknown_units(said: str, start: int, end: int) -> list[UnitHit]:
    """Names by their endings (…局, …委员会); generic words such as 责任单位 are none."""
    masked = cut_out(ROLE_WORDS, said[start:end], "，")
    return [
        UnitHit(start + match.start(), start + match.end(), match.group(), None)
        for match in UNKNOWN_UNIT.finditer(masked)
    ]


def departments(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against units that the source has not, or has in another role."""
    hits = find_units(said, ground)
    quoted = quotes_of(said)
    # a unit inside a quotation was checked with it, unless the sentence itself gives a role to what it quotes
    given = any(
        not within(m.start(), quoted) for m in ROLE_WORDS.finditer(said) if not _inside(m.start(), hits)
    )
    for hit in hits:
        if within(hit.start, quoted) and not given:
            continue
        if hit.roles is None:
            if not _stands_in_body(hit.name, ground):
                yield f"部门不在依据中：{hit.name}"
            elif role_said(said, hit, hits):
                yield f"部门没有这个职责：{hit.name}"
        elif not role_said(said, hit, hits) <= hit.roles:
            yield f"部门的职责不符：{hit.name}"
    yield from strangers(said, hits, quoted)
    yield from loose_roles(said, hits, quoted, ground)


def loose_roles(
    said: str, hits: Sequence[UnitHit], quoted: Sequence[tuple[int, int]], ground: Ground
) -> Iterator[str]:
    """A role given to nobody by name (以上单位为配合单位): whom it is told of cannot be checked."""
    bodies = "".join([fold(entry.text) for entry in ground.entries])
    for clause in SENTENCE_PARTS.finditer(said):
        if ABSENT_WORDS.search(clause.group()) or any(clause.start() <= h.start < clause.end() for h in hits):
            continue
        for match in ROLE_WORDS.finditer(said, clause.start(), clause.end()):
            if (
                match.group() not in bodies
                and not within(match.start(), quoted)
                and not match.group().isascii()
            ):
                yield f"职责没有指明单位：{clause.group()[:20]}"


def _stands_in_body(name: str, ground: Ground) -> bool:
    """A unit that a measure's body names without giving it a role may be named without one, too."""
    return any(name in fold(e.text) for e in ground.entries) or name in ground.titles


def role_said(said: str, hit: UnitHit, hits: Sequence[UnitHit]) -> set[Role]:
    """The roles that the sentence gives a unit: by the verb after it, by the label before it; where neither is
    tied to it, every role of which the sentence speaks (to be safe)."""
    words = [
        (m.start(), m.end(), m.group().lower())
        for m in ROLE_WORDS.finditer(said)
        if not _inside(m.start(), hits)
    ]
    after = next((w for w in words if w[0] >= hit.end), None)
    if after and _only_lists(said, hit.end, after[0], hits):
        named_as = re.search(r"[是为]|作为|担任|is|are", said[hit.end : after[0]])
        if after[2] in ROLE_VERBS or named_as:
            return {_role_of(after[2])}
    before = next((w for w in reversed(words) if w[1] <= hit.start), None)
    if before and before[2] in ROLE_LABELS and _only_lists(said, before[1], hit.start, hits):
        return {_role_of(before[2])}
    start = max((m.end() for m in re.finditer(r"[。；;\n]", said[: hit.start])), default=0)
    stop = next((m.start() for m in re.finditer(r"[。；;\n]", said) if m.start() >= hit.end), len(said))
    return {_role_of(w[2]) for w in words if start <= w[0] < stop}


def _role_of(word: str) -> Role:
    return ROLE_LABELS[word] if word in ROLE_LABELS else ROLE_VERBS[word]


def _inside(at: int, hits: Sequence[UnitHit]) -> bool:
    return any(hit.start <= at < hit.end for hit in hits)


def _only_lists(said: str, start: int, end: int, hits: Sequence[UnitHit]) -> bool:
    """Whether [start, end) holds only units and what joins them."""
    rest, at = [], start
    for hit in hits:
        if start <= hit.start and hit.end <= end:
            rest.append(said[at : hit.start])
            at = hit.end
    rest.append(said[at:end])
    return not LIST_WORDS.sub("", "".join(rest))


_BY_WHOM = re.compile(
    r"由([^，。；：由]{1,400}?)(?:共同|联合|分别|具体|主要)?(?:牵头|负责|配合|协助|承担|主办|组织|参与|落实|实施|主导|挂帅|统筹)"
)
_IS_WHOM = re.compile(
    r"(?:牵头|责任|配合|主办|协办|主责|负责|参与|主导)(?:责任)?(?:单位|部门|方)(?:是|为|：|有(?!关)|包括)+([^。；，：]{1,400})"
)
_WHO_DOES = re.compile(
    r"(?:^|[，。；：])((?:(?!由)[一-鿿]){2,8}?)(?:来|共同|联合)?(?:牵头|配合|协助)(?=[，。；、]|$)"
)
_LED_BY = re.compile(
    r"(?:ledby|supportedby|assistedby|helpedby|supportfrom)((?:(?!with|ledby|supportedby|assistedby|helpedby)[^，。；：.]){1,400})",
    re.IGNORECASE,
)
_NO_NAMES = re.compile(
    r"^(?:文件|原文|方案)?(?:中)?(?:没有|未|没|谁|哪|以下|上述|下列|如下|多个|两个|各|其|它|他)"
)


def strangers(said: str, hits: Sequence[UnitHit], quoted: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Whoever is given a role without looking like a department (住建牵头, 由张三负责)."""
    for pattern in (_BY_WHOM, _IS_WHOM, _WHO_DOES, _LED_BY):
        for match in pattern.finditer(said):
            if _NO_NAMES.match(match[1]) or ABSENT_WORDS.search(match[1]) or within(match.start(), quoted):
                continue
            if _inside(match.end(1), hits):
                continue  # the verb is part of a name: 组织 of 市委组织部
            if not _only_lists(said, match.start(1), match.end(1), hits):
                yield f"职责主体不在依据中：{match[1][:20]}"


_PLACE = re.compile(r"[一-鿿]{2}(?:省|市|州|盟|县|旗|区)(?![域别分间块场民级直委政府长内外容属])")
# Not the name of a place: 全市, 园区, 开发区, 各县.
_NO_PLACE = re.compile(
    r"(?:[全各本我该县市旗省州同跨多两大小等和与及在为由以到从对于]|[一-鿿][全各本我该县市旗省州园城地社街辖片景校厂小新老郊矿牧农林山库灾疫自特专]"
    r"|[开示保自功试先聚][发范税贸能验行集]|高新|经开|综保|工业|物流|合作|产业)[省市州盟县旗区]$|[一-鿿]{2}[园城地社街辖片景校厂小新老郊]区$"
)


def places(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """A place that the cited papers are of, or that their text names; another one's facts are not theirs."""
    plain = without_titles(said, ground)
    for form in sorted(ground.roles, key=len, reverse=True):
        plain = plain.replace(form, BLANK * len(form))
    own = ground.text + ground.titles
    for name in ground.other_places:
        if name in plain and name not in own:
            yield f"地方不在依据中：{name}"
    for match in _PLACE.finditer(plain):
        if match.group() not in own and not _NO_PLACE.search(match.group()):
            yield f"地方不在依据中：{match.group()}"
