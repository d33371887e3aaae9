"""Papers that a question names: by their whole title, by a part of it, as the only one of their kind, or by who issued
them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.characters import blanked
from assistant.known import Known, Path, PolicyKey, Unit, distinct_title, grams
from assistant.model import Concept
from assistant.question.phrases import Phrases
from assistant.question.topic import find_concepts
from index_build.names import same_department
from index_build.words import normalise

IN_TITLE = 0.25  # what a word counts that only calls the paper by its title
FEW_PAPERS = 3
SHORT_NAME = 3  # characters of a paper's short name
_TITLE_PART = re.compile(
    r"《([^《》]{2,60})》"
    r"|([^，。？！,?!\s\x00：:；;]{0,24}?)(?:这|那)?(?:个|份|篇)?"
    r"(行动方案|工作方案|实施方案|行动计划|责任清单|任务清单|工作要点|工作举措|若干措施|方案|计划|办法|清单|要点|举措|规划|文件|通知|条措施)"
)
_EMPTY_TITLE_WORDS = re.compile(r"优化营商环境|营商环境|工作|的|里|在|优化|进一步|实施|年")


_ISSUES = re.compile(r"《?[^《》，。？！,?!；;：:\x00]{0,40}(?:印发|转发|下发)《?$")
_NOTICE = re.compile(r"》?的通知》?")


def find_titles(plain: str, known: Known) -> list[tuple[int, int, tuple[PolicyKey, ...]]]:
    """Where whole titles stand, [start, end) with their title marks.  Outside of title marks one has to begin with the
    place, for a bare 优化营商环境行动方案 may be that of any."""
    found: list[tuple[int, int, tuple[PolicyKey, ...]]] = []
    for title, keys in known.titles.items():
        start = plain.find(title)
        if start < 0:
            continue
        end = start + len(title)
        marked = plain[start - 1 : start] == "《" and plain[end : end + 1] == "》"
        places = [name for key in keys for name in known.policy(key).place]
        if not marked and not any(title.startswith((name, name.rstrip("省市区县旗"))) for name in places):
            continue
        start, end = _with_its_notice(plain, start - marked, end + marked)
        plain = blanked(plain, [(start, end)])
        found.append((start, end, keys))
    return found


def _with_its_notice(plain: str, start: int, end: int) -> tuple[int, int]:
    """Where a title stands together with that of the notice around it, 《某县关于印发《…方案》的通知》."""
    before, after = _ISSUES.search(plain[:start]), _NOTICE.match(plain, end)
    return (before.start(), after.end()) if before and after else (start, end)


# 给个清单, 拉张清单: what the answer is to be.
_LIST_WANTED = re.compile(r"(?:[给列拉出开要导做整]|整理|汇总|形成|生成)(?:成|出)?(?:一)?[个张份]?$")


def find_papers(plain: str, known: Known, places: Sequence[Path], phrases: Phrases) -> list[PolicyKey]:
    """Papers called by a part of their title, before 方案, 办法, 清单… or in title marks."""
    found: dict[PolicyKey, float] = {}
    for m in _TITLE_PART.finditer(plain):
        if _LIST_WANTED.search(m[2] or "") and m[3] == "清单":
            continue
        wanted = grams(_EMPTY_TITLE_WORDS.sub(" ", m[1] or m[2] or ""))
        if len(wanted) < 2 and m[2] and len(m[2].replace("\x00", "")) >= SHORT_NAME:
            wanted = grams(m[2])  # 提升年方案: what is left without 年 is too little to go by
        if len(wanted) < 2:
            if m[3] and (only := _only_of_its_kind(m[3], known, places)):
                found.setdefault(only, 0.5)
            continue
        best: list[tuple[float, PolicyKey]] = []
        for policy in known.policies:
            key = policy.key
            if places and policy.place not in places:
                continue
            have = known.title_grams[key]
            shared = wanted & set(have)
            weight = sum(have[g] for g in shared)
            called = _ends_alike(m[2] or "", m[3] or "", normalise(policy.title), phrases)
            # The place's own paper, however many places have such a one.
            wholly = bool(called and places and len(shared) == len(wanted))
            if wholly or (
                weight >= 1.0 and (called or (len(shared) >= 3 and len(shared) / len(wanted) >= 0.34))
            ):
                best.append((weight + len(shared) / len(wanted) + called, key))
        top = max((score for score, _ in best), default=0.0)
        for score, key in best:
            if score >= top * 0.8:
                found[key] = max(found.get(key, 0.0), score)
    return sorted(found, key=lambda k: -found[k])


# 服务年方案 is short for the 服务年行动方案.
_BEFORE_KIND = r"(?:专项|攻坚|提升|行动|实施|工作|重点|责任|任务)*"


def _ends_alike(part: str, kind: str, title: str, phrases: Phrases) -> float:
    """1 where the last words before 方案, 清单… stand so in the title (攻坚行动实施方案) and tell titles apart."""
    telling = len(part) >= 4 or part[-2:] not in phrases.weak
    if len(part) < 2 or not telling:
        return 0.0
    called = re.search(rf"{re.escape(part[-4:])}{_BEFORE_KIND}{kind}", title)
    return 1.0 if called else 0.0


_PAPER = re.compile(r"^[^，。？！,?!；;]{0,12}?(?:方案|文件|办法|清单|通知|规定|要点)")


_OWN_LIST = re.compile(
    r"\s*(?:所|要|需)?(?:的)?(?:(?:牵头|领衔|主责|配合|协助|参与|负责|承担|责任|分工|工作|任务|措施|事项)+的?\s*)*"
    r"(?:牵头|配合|协助|参与|负责|承担|任务|措施|事项|分工|(?<=牵头的)工作|(?<=配合的)工作)的?\s*(?:清单|列表|一览表?|台账)"
)


def find_own_lists(plain: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Where a list right behind a unit is that of its tasks and no paper's title (人社局的牵头任务清单)."""
    return [m.span() for _, end, _ in units if (m := _OWN_LIST.match(plain, end))]


def papers_of_units(
    plain: str, units: Sequence[Unit], known: Known, places: Sequence[Path]
) -> list[PolicyKey]:
    """Papers that a named unit issued, where its paper is asked about (岚溪市市监局的方案)."""
    found = []
    for _, end, name in units:
        if _PAPER.match(plain[end:]):
            found += [
                p.key
                for p in known.policies
                if (not places or p.place in places)
                and any(same_department(name, issuer) for issuer in p.issuers)
            ]
    return found


def _only_of_its_kind(kind: str, known: Known, places: Sequence[Path]) -> PolicyKey | None:
    """自治区方案, 县里的责任清单: the paper of the named place that is the only one of this kind there."""
    if not places or kind in ("文件", "通知"):
        return None
    chosen = [p for p in known.policies if p.place in places and kind in distinct_title(p)]
    others = [p for p in known.policies if p.place in places]
    return (chosen[0].doc, chosen[0].ordinal) if len(chosen) == 1 and len(others) > 1 else None


def papers_titled(
    left: str, known: Known, phrases: Phrases, places: Sequence[Path], documents: Sequence[PolicyKey]
) -> tuple[PolicyKey, ...]:
    """The paper, or the few, in whose title every word of the text stands (能源三十条是谁发的)."""
    words = [normalise(c.words) for c in find_concepts(left, phrases) if c.telling]
    found = [
        p
        for p in known.policies
        if words
        and (not documents or p.key in documents)
        and (not places or p.place in places)
        and all(w in normalise(p.title) for w in words)
    ]
    return tuple(p.key for p in found) if len(found) <= FEW_PAPERS else ()


def beside_the_title(
    concepts: tuple[Concept, ...], known: Known, documents: Sequence[PolicyKey]
) -> tuple[Concept, ...]:
    """Words that only call the paper by its title count less than what is asked of it."""
    titles = [normalise(known.policy(key).title) for key in documents]
    if not titles:
        return concepts
    return tuple(
        replace(c, weight=c.weight * IN_TITLE) if any(c.words in title for title in titles) else c
        for c in concepts
    )
