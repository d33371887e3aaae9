"""Rules that a paper states, once, about who leads: what a sign or bold type marks, and what holds where none is named.

A heading that says whose tasks stand below it (一、市教育局牵头任务) is one of them.
That the unit named first leads is read by `roles`, since it decides how a list is read; the rules here only settle
the parts of units that have been read already.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index_build.clauses import in_one_role
from index_build.clauses.roles import IS_LEAD
from index_build.drafts import Placed
from index_build.model import Document, Mention, Role
from index_build.names import is_unit_list, parse_units

_SIGNS = "★☆*＊※▲△●◆■#"
_NEAR = 16  # characters between two units of one list at most: a note in brackets and a sign
_SAYS_LEADS = re.compile(IS_LEAD)  # what every rule ends with, and few papers have
_MARKED = re.compile(
    rf"[“‘（\"']?(?P<sign>[{_SIGNS}])[”’）\"']?(?:号|标记|标识|符号|字样)?(?:标注|标记|注明)?(?:的|者)?(?:责任)?(?:单位|部门)?{IS_LEAD}"
)
_BOLD = re.compile(
    rf"(?:加粗|黑体|粗体|加黑)(?:字体?)?(?:标注|标示|标明|显示|部分)?(?:的|者)?(?:责任)?(?:单位|部门)?{IS_LEAD}"
)
# What a sign between units parts: “/”前为牵头单位，“/”后为配合单位.
_SIGNS_BETWEEN = {
    sign: signs
    for signs, names in {
        "/／": ("/", "／", "斜杠", "斜线"),
        "|｜": ("|", "｜", "竖线"),
        ";；": (";", "；", "分号"),
        ":：": (":", "：", "冒号"),
        "—－-": ("——", "—", "－", "-", "破折号", "横线", "短横线"),
    }.items()
    for sign in names
}
_PARTED = re.compile(
    rf"(?P<sign>{'|'.join(map(re.escape, _SIGNS_BETWEEN))})[”’）\"'」]?(?:之|以)?(?:前|左)(?:面|边|侧)?(?:的|者)?(?:责任)?(?:单位|部门)?{IS_LEAD}"
)
_NONE_NAMED = re.compile(
    r"(?:无|没有|不设|不单设|未(?:明确|注明|列出|列明|列|标明|标注|单列|设|写明|指定|确定))(?:单独|专门)?(?:的)?牵头(?:责任)?(?:单位|部门)"
    rf"(?:的)?(?:任务|事项)?，?(?:则|由|其|以|所列)*责任(?:单位|部门){IS_LEAD}"
    rf"|(?:只|仅)(?:有|列|注明|明确)(?:一个)?责任(?:单位|部门)(?:的)?，?(?:其|该|则)*责任(?:单位|部门){IS_LEAD}"
)
_LONGEST_RULE = 60  # characters of a rule before the words that say who leads

_OF_UNITS = re.compile(
    r"(?P<units>[^（）：。]{3,30}?)(?P<verb>牵头|负责|主办|承担)?(?:的|重点|工作|任务|事项|清单|部分|落实|推进)*(?:（[^（）]*）)?：?$"
)


def lead_of_heading(text: str, start: int, end: int, *, said: bool = False) -> Placed | None:
    """The units that the heading in [start, end) of a folded text names as those of all tasks below it; with `said`
    only where a verb says so."""
    found = _OF_UNITS.match(text, start, end)
    if not found or (said and not found["verb"]) or not is_unit_list(found["units"]):
        return None
    hits = parse_units(found["units"])
    return Placed(in_one_role(hits, Role.LEAD, 0, len(found["units"]), "heading"), start)


@dataclass(frozen=True, slots=True)
class LeadRules:
    """The signs that mark a lead, whether bold type does, whether the responsible lead where no lead is named, and the
    sign that parts those that lead from the others after it."""

    signs: str = ""
    bold: bool = False
    responsible_leads: bool = False
    parted_at: str = ""

    def settle(self, mentions: Sequence[Mention], document: Document) -> tuple[Mention, ...]:
        """The mentions of one measure in the parts that the rules give them."""
        marked = [self._is_marked(mention, document) for mention in mentions]
        if any(marked):
            return tuple(
                mention._replace(role=Role.LEAD if leads else Role.RESPONSIBLE)
                for mention, leads in zip(mentions, marked, strict=True)
            )
        if self.parted_at and (count := self._before_the_sign(mentions, document)):
            return tuple(
                mention._replace(role=Role.RESPONSIBLE if n >= count else Role.LEAD)
                for n, mention in enumerate(mentions)
            )
        if self.responsible_leads and not any(mention.role is Role.LEAD for mention in mentions):
            return tuple(mention._replace(role=Role.LEAD) for mention in mentions)
        return tuple(mentions)

    def _before_the_sign(self, mentions: Sequence[Mention], document: Document) -> int:
        """How many of the units stand before the sign that parts them; all where no part is said otherwise."""
        for n, (left, right) in enumerate(pairwise(mentions), start=1):
            between = document.text[left.span.end : right.span.start]
            if len(between) < _NEAR and any(sign in between for sign in self.parted_at):
                return n
        return 0 if any(mention.role is Role.LEAD for mention in mentions) else len(mentions)

    def _is_marked(self, mention: Mention, document: Document) -> bool:
        start, end = mention.span.start, mention.span.end
        if self.signs:
            before = document.text[max(0, start - 3) : start].rstrip()[-1:]
            after = document.text[end : end + 3].lstrip()[:1]
            if (before and before in self.signs) or (after and after in self.signs):
                return True
        typed = document.text[max(0, start - 2) : start] in ("**", "__")
        return self.bold and (typed or _inside(document.bold, (start + end) // 2))


def _inside(stretches: Sequence[tuple[int, int]], at: int) -> bool:
    i = bisect_right(stretches, (at, at)) - 1
    return any(a <= at < b for a, b in stretches[max(0, i) : i + 2])


def read_lead_rules(plain: str) -> LeadRules | None:
    """The rules that a paper's folded text states; None where it states none."""
    signs: dict[str, None] = {}
    bold = responsible = False
    parted = ""
    for says in _SAYS_LEADS.finditer(plain):
        begin, end = max(0, says.start() - _LONGEST_RULE), says.end()
        signs.update(dict.fromkeys(found["sign"] for found in _MARKED.finditer(plain, begin, end)))
        bold = bold or _BOLD.search(plain, begin, end) is not None
        responsible = responsible or _NONE_NAMED.search(plain, begin, end) is not None
        if not parted and (found := _PARTED.search(plain, begin, end)):
            parted = _SIGNS_BETWEEN[found["sign"]]
    rules = LeadRules("".join(signs), bold, responsible, parted)
    return rules if rules != LeadRules() else None
