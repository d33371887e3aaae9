"""What the index holds, as understanding needs it: places with their other names, documents with their titles and
numbers, years, and departments by every form in which people write them.  Made once for each generation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.characters import all_han, pairs
from index_build.catalog import Catalog, DepartmentRow
from index_build.model import Policy
from index_build.places import place_aliases
from index_build.text import nested
from index_build.words import normalise

Path = tuple[str, ...]
PolicyKey = tuple[str, int]
Unit = tuple[int, int, str]  # [start, end) in a text, and the name as it is read

_DOC_NO = re.compile(r"([\u4e00-\u9fff]{2,10})[（\[〔【<(]?((?:19|20)\d\d)[）\]〕】>)]?第?(\d{1,4})号")
# Words of a title that say nothing about which paper it is.
_COMMON = re.compile(
    r"关于|印发|的通知|通知|实施方案|工作方案|行动方案|行动计划|方案|优化|营商环境|进一步|人民政府|办公室|办公厅|《|》|[“”\"（）]"
)
_ZONES = (("经济技术开发区", "经开区"), ("高新技术产业开发区", "高新区"))
_ZONE = re.compile(r"(?:开发区|新区|园区|示范区)$")
_TABLE = re.compile(r"(?:任务|分工|责任|指标|进度)[^，。]{0,4}表$")
UNIT_END = re.compile(
    r"委员会|办公室|管委会|分局|支队|总队|大队|公司|法院|检察院|海关|银行|中心|政府|集团|协会|学院|大学|联社|工会|妇联|商会"
    r"|局|厅|委|办|部|院|处|站|区|旗|县|市"
)
FORMED = re.compile(rf"(?!各|有关|相关)[\u4e00-\u9fff]+(?:{UNIT_END.pattern})$")
_GROUP = re.compile(r"[省市区县旗]?([\u4e00-\u9fff]{2,8}集团)(?:股份)?(?:有限)?(?:责任)?公司$")
OF_EACH = re.compile(r"各(?:有关|相关)?(?:乡|镇|街|苏木|社区|县|区|旗|市|园区)[^部门、，]*$")
SHORTEST_TITLE = 8  # characters
_QUOTED_TITLE = re.compile(r"《([^《》]{4,80})》")


@dataclass(frozen=True)
class Known:
    """`aliases` maps every name of a place to the paths it can mean; `title_grams` the policies to the pairs of
    characters that tell their titles apart."""

    policies: tuple[Policy, ...]
    places: Mapping[Path, tuple[PolicyKey, ...]]
    aliases: Mapping[str, tuple[Path, ...]]
    place_pattern: re.Pattern[str] | None
    doc_numbers: Mapping[str, PolicyKey]
    years: Mapping[Path, frozenset[int]]
    departments: tuple[DepartmentRow, ...]
    department_names: Mapping[str, str]  # printed name -> key
    department_keys: Mapping[str, tuple[DepartmentRow, ...]]
    department_bodies: frozenset[str]  # the keys without their places
    title_grams: Mapping[PolicyKey, Mapping[str, float]]
    titles: Mapping[
        str, tuple[PolicyKey, ...]
    ]  # every form in which a title is written out, the longest first
    placed_inside: Mapping[
        str, str
    ]  # a name without the place inside it -> the printed name (国网某市电力公司)

    def policy(self, key: PolicyKey) -> Policy:
        return self._by_key[key]

    def numbered(self, canonical: str) -> tuple[int, PolicyKey | None]:
        """(how many characters before it belong to the question, the paper) of a document number that may have been
        read together with the words before it (查一下霁政发2031-2)."""
        for at in range(len(canonical)):
            if (key := self.doc_numbers.get(canonical[at:])) is not None:
                return at, key
        return 0, None

    @cached_property
    def long_aliases(self) -> tuple[tuple[str, str, str], ...]:
        """Names of places of three Chinese characters and more, the longest first, with their two halves."""
        long = [alias for alias in self.aliases if len(alias) > 2 and all_han(alias)]
        ordered = sorted(long, key=lambda a: (-len(a), a))
        return tuple((a, a[: len(a) // 2], a[len(a) // 2 :]) for a in ordered)

    @cached_property
    def literal_names(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """First two characters -> (as a question has it, as printed) of the departments whose names have no form that
        one is known by: 人民银行某市中心支行, 各旗县市区, 区财政局（金融办）; the longest first."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name in self.department_names:
            plain = normalise(name)
            if not FORMED.match(plain) and len(plain) > 2:
                found[plain[:2]].append((plain, name))
                if OF_EACH.match(plain) and len(plain) > 3:  # 街道办事处 for 各街道办事处
                    found[plain[1:3]].append((plain[1:], name))
            group = _GROUP.match(plain)
            if group:  # 供水集团 for 县供水集团有限公司
                found[group[1][:2]].append((group[1], name))
        return {start: tuple(sorted(names, key=lambda n: -len(n[0]))) for start, names in found.items()}

    @cached_property
    def _by_key(self) -> Mapping[PolicyKey, Policy]:
        return {p.key: p for p in self.policies}

    def with_tables(self, key: PolicyKey) -> tuple[PolicyKey, ...]:
        """A paper and the task tables that stand behind it in the same file without a number of their own."""
        doc, ordinal = key
        paper, keys = self._by_key[key], [key]
        while (table := self._by_key.get((doc, ordinal + 1))) is not None:
            own = table.doc_no not in (None, paper.doc_no) or table.place != paper.place
            if own or not _TABLE.search(table.title):
                break
            ordinal += 1
            keys.append((doc, ordinal))
        return tuple(keys)

    def has_department(self, key: str) -> bool:
        """Whether some document names this department, at this place or level or at any."""
        _place, _, body = key.partition("|")
        return bool(body) and (
            key in self.department_keys or (body in self.department_bodies and len(body) > 1)
        )

    def below(self, path: Path) -> tuple[Path, ...]:
        """The places of the index that lie in `path`, itself left out."""
        return tuple(p for p in self.places if p != path and lies_in(p, path))


def lies_in(place: Path, other: Path) -> bool:
    """Whether a place lies in another, or is it."""
    return place[: len(other)] == other


def doc_number(text: str) -> list[tuple[int, int, str]]:
    """Document numbers in any bracket and spacing, as (start, end, canonical)."""
    found = []
    kept = [at for at, c in enumerate(text) if not c.isspace()]
    flat = "".join([text[at] for at in kept])
    for m in _DOC_NO.finditer(flat):
        found.append((kept[m.start()], kept[m.end() - 1] + 1, f"{m[1]}{m[2]}-{int(m[3])}"))
    return found


def know(catalog: Catalog) -> Known:
    """All of it, read once from the catalog."""
    policies = _at_whole_paths(catalog.policies())
    places: dict[Path, list[PolicyKey]] = defaultdict(list)
    years: dict[Path, set[int]] = defaultdict(set)
    numbers: dict[str, PolicyKey] = {}
    for policy in policies:
        key = policy.key
        places[policy.place].append(key)
        years[policy.place].update(_years(policy))
        if policy.doc_no:
            numbers.update((canonical, key) for _, _, canonical in doc_number(normalise(policy.doc_no)))
    aliases = _aliases(places)
    departments = catalog.departments()
    by_key: dict[str, list[DepartmentRow]] = defaultdict(list)
    for row in departments:
        by_key[row.key].append(row)
    return Known(
        policies=policies,
        places={path: tuple(keys) for path, keys in places.items()},
        aliases=aliases,
        place_pattern=_alternation(aliases),
        doc_numbers=numbers,
        years={path: frozenset(found) for path, found in years.items()},
        departments=departments,
        department_names={row.name: row.key for row in departments},
        department_keys={key: tuple(rows) for key, rows in by_key.items()},
        department_bodies=frozenset(key.partition("|")[2] for key in by_key),
        title_grams=_title_grams(policies),
        titles=_titles(policies),
        placed_inside=_placed_inside(departments, {p.key: p.place for p in policies}),
    )


def _at_whole_paths(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The papers with one path for each place: where one names the province above it and another does not, the
    longer path."""
    policies = tuple(policies)
    paths = sorted({p.place for p in policies if p.place}, key=len)
    whole: dict[Path, Path] = {}
    for path in paths:
        longer = [other for other in paths if len(other) > len(path) and other[-len(path) :] == path]
        if len(longer) == 1:
            whole[path] = longer[0]
    return tuple(replace(p, place=whole[p.place]) if p.place in whole else p for p in policies)


def _placed_inside(rows: Iterable[DepartmentRow], places: Mapping[PolicyKey, Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        short = without_place(row.name, places.get(row.policy, ()))
        if short != row.name:
            found.setdefault(short, row.name)
    return found


def place_at_front(name: str, places: Iterable[Path]) -> str:
    """The longest name of one of the places that opens a unit's name (岚溪县 in 岚溪县住建局); "" where none does."""
    aliases = (alias for path in places for alias in place_aliases(path) if len(alias) > 1)
    return max((alias for alias in aliases if name.startswith(alias)), key=len, default="")


def without_place(name: str, path: Path) -> str:
    """The name without the place of the path that stands inside it, not at its front."""
    if not path:
        return name
    for alias in sorted(place_aliases(path), key=len, reverse=True):
        at = name.find(alias)
        if at > 0 and len(alias) > 1:
            return name[:at] + name[at + len(alias) :]
    return name


def _years(policy: Policy) -> Iterable[int]:
    """The years that a paper is about: its own, the day it was issued, and those printed in title and number."""
    if policy.year:
        yield policy.year
    if policy.issued:
        yield policy.issued.year
    yield from (
        int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", f"{policy.title} {policy.doc_no or ''}")
    )


def _aliases(places: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    found: dict[str, set[Path]] = defaultdict(set)
    for path in places:
        if path:
            for alias in place_aliases(path):
                if len(alias) > 2 or (len(alias) == 2 and not _ZONE.search(path[-1])):
                    found[normalise(alias)].add(path)
            for zone, short in _ZONES:
                if path[-1].endswith(zone):
                    found[short].add(path)
    return {alias: tuple(sorted(paths)) for alias, paths in found.items()}


def _alternation(words: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted(words, key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def grams(text: str) -> set[str]:
    return set(pairs("".join(re.findall(r"\w+", text))))


def _title_grams(policies: Iterable[Policy]) -> dict[PolicyKey, dict[str, float]]:
    """Pairs of characters that tell titles apart: those of few titles weigh most."""
    by_policy = {p.key: grams(_COMMON.sub(" ", distinct_title(p))) for p in policies}
    spread: dict[str, int] = defaultdict(int)
    for found in by_policy.values():
        for gram in found:
            spread[gram] += 1
    return {key: {gram: 1.0 / spread[gram] for gram in found} for key, found in by_policy.items()}


def _titles(policies: Iterable[Policy]) -> dict[str, tuple[PolicyKey, ...]]:
    """Each title as printed, and that of the paper which it issues: 关于印发A的通知 and A."""
    found: dict[str, list[PolicyKey]] = defaultdict(list)
    for policy in policies:
        whole = "".join(normalise(policy.title).split())
        issued = re.sub(r"的通知$", "", whole.rpartition("关于印发")[2])
        inner = _QUOTED_TITLE.search(issued)
        forms = {whole, re.sub(r"的通知$", "", whole), inner[1] if inner else issued.strip("《》"), issued}
        for form in forms | {nested(form) for form in forms}:  # as an answer prints it: 《…〈…〉…》
            if len(form) >= SHORTEST_TITLE:
                found[form].append(policy.key)
    return {form: tuple(found[form]) for form in sorted(found, key=lambda f: (-len(f), f))}


def distinct_title(policy: Policy) -> str:
    """The inner title where the paper issues another, without its place."""
    title = normalise(policy.title)
    inner = _QUOTED_TITLE.search(title)
    title = inner.group(1) if inner else title
    for name in policy.place:
        title = title.replace(name, "").replace(name.rstrip("省市区县旗"), "")
    return title
