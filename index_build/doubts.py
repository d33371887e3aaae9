"""What the extractor was not sure of, said in words for the person who checks the list, as "Chinese · English".

`doubts_of` looks at one measure, `number_gaps` at the numbers of a plan.  The sentences are shown to people, a page
shows the half that it speaks; they never change what was extracted.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from index_build.drafts import Draft
from index_build.model import Deadline, DeadlineKind, Measure, Policy
from index_build.names import is_unit_list

LONGEST_OPENING = 24
LONGEST_UNIT = 34  # characters; longer names are usually two units run together
_PLACE_END = ("市", "区", "县", "旗", "盟", "州")


def odd_names(measures: Iterable[Measure]) -> frozenset[str]:
    """The names of units in a paper that no unit is likely to have; each name is looked at once."""
    return frozenset(filter(_is_odd, {mention.name for measure in measures for mention in measure.mentions}))


def doubts_of(measure: Measure, *, plan_has_clauses: bool, odd: Container[str]) -> tuple[str, ...]:
    """Why a person should look at this measure; empty where nothing is odd.  `odd` are the paper's `odd_names`."""
    found: list[str] = []
    if plan_has_clauses and measure.number and not measure.has_clause and not measure.mentions:
        found.append(
            "有编号但未见责任单位，而同一文件的其他措施写明了责任单位"
            " · numbered, but no unit was found, while other measures of the paper name theirs"
        )
    if measure.has_clause and not measure.mentions and not measure.deadlines:
        found.append("责任条款中没有读出单位和时限 · neither unit nor deadline was read from its clause")
    if odd:
        found += [
            f"单位写法存疑：{m.name} · an unlikely name of a unit: {m.name}"
            for m in measure.mentions
            if m.name in odd
        ]
    found += [
        f"时限无法换算成日期：{d.raw} · a deadline that is no date: {d.raw}"
        for d in measure.deadlines
        if _unread(d)
    ]
    return tuple(dict.fromkeys(found)) if found else ()


def _is_odd(name: str) -> bool:
    if name.endswith(_PLACE_END):
        return False  # a place stands for its government
    return not 2 <= len(name) <= LONGEST_UNIT or not is_unit_list(name)


def _unread(deadline: Deadline) -> bool:
    return deadline.date is None and deadline.kind in (DeadlineKind.BY, DeadlineKind.DURING)


def table_doubts(policy: Policy, opening: str, *, inferred: bool) -> str:
    """What is said of a table whose head no list has, or that was read as no table of tasks at all."""
    shown = opening if len(opening) <= LONGEST_OPENING else f"{opening[:LONGEST_OPENING]}…"
    if inferred:
        return (
            f"《{policy.title}》中以“{shown}”开头的表格，表头不认识，各列按内容推断，请核对"
            f" · please check the table of 《{policy.title}》 that opens with “{shown}”: its head is unknown, its columns"
            " were told by what they hold"
        )
    return (
        f"《{policy.title}》中以“{shown}”开头的表格列有单位，但未能识别为任务表，请核对"
        f" · please check the table of 《{policy.title}》 that opens with “{shown}”: it names units, but was not read as one"
        " of tasks"
    )


_PARTS = {
    "牵头": ("牵头单位", "lead"),
    "配合": ("配合单位", "helping unit"),
    "责任": ("责任单位", "responsible unit"),
    "时限": ("完成时限", "deadline"),
}


def guessed_labels(labels: Sequence[tuple[str, str]], policy: Policy) -> list[str]:
    """Labels that no list has, with what they were read as: the paper's own words, told by what stands after them."""
    named = dict.fromkeys(labels)
    if not named:
        return []
    read = "、".join(f"“{label}”（读作{_PARTS[word][0]}）" for label, word in named)
    english = ", ".join(f"“{label}” ({_PARTS[word][1]})" for label, word in named)
    return [
        f"《{policy.title}》自用的栏目名{read}，请核对"
        f" · please check labels of its own in 《{policy.title}》 and what they were read as: {english}"
    ]


def number_gaps(drafts: Sequence[Draft], policy: Policy) -> list[str]:
    """Numbers that a plan counts through but that are not there, and numbers out of order.

    Measures without a number that stand in a gap fill it (the source lost their numbers)."""
    found: list[str] = []
    last: dict[str, Draft] = {}
    unnumbered = 0
    for draft in drafts:
        if draft.number is None:
            unnumbered += 1
            continue
        before = last.get(draft.style)
        if before is not None and draft.serial > 1:
            missing = draft.serial - before.serial - 1
            if missing > 0 and missing != unnumbered:
                found.append(
                    f"《{policy.title}》编号从 {before.number} 到 {draft.number}，中间缺 {missing} 项"
                    f" · 《{policy.title}》: {missing} missing between numbers {before.number} and {draft.number}"
                )
            elif missing < -1 and draft.section == before.section:
                found.append(
                    f"《{policy.title}》编号 {draft.number} 出现在 {before.number} 之后，顺序有误"
                    f" · 《{policy.title}》: number {draft.number} stands behind {before.number}, out of order"
                )
        last[draft.style] = draft
        unnumbered = 0
    return found
