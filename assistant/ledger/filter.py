"""The filters of the ledger as people name them, resolved against what the index holds.

A name that nothing answers to is an error that lists the nearest ones, never an empty ledger: someone who reads
"no tasks" believes it.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from assistant.known import Path, lies_in
from index_build.catalog import Catalog, Filter, searched_form
from index_build.dates import find_dates
from index_build.errors import SettingsError
from index_build.model import Policy, Role
from index_build.places import place_aliases

NEAREST = 5
KINDS = {"地区": "place", "文件": "document", "部门": "department"}


def read_filter(
    catalog: Catalog,
    *,
    departments: Sequence[str] = (),
    lead_only: bool = False,
    places: Sequence[str] = (),
    below: bool = False,
    documents: Sequence[str] = (),
    due_from: str | None = None,
    due_by: str | None = None,
    words: str = "",
    today: dt.date | None = None,
) -> Filter:
    """The filter that these options mean.  SettingsError, naming the nearest, for a name the index does not hold.

    `places` are exact unless `below` adds the places under them; `due_from` and `due_by` are ISO days or Chinese
    expressions, whose first and last day count."""
    paths = tuple(path for name in places for path in find_place(catalog, name, below=below))
    keys = tuple(key for name in documents for key in find_policies(catalog, name))
    if paths and keys and not catalog.count(Filter(places=paths, policies=keys)):
        shown = "、".join(sorted({"".join(p.place) for p in catalog.policies() if p.key in keys}))
        raise SettingsError(
            f"所选文件不属于所选地区（文件的地区：{shown}）；请改其一 · the document is not of that place: change one"
        )
    for name in departments:
        _check_department(catalog, name, Filter(places=paths, policies=keys))
    year = _newest_year(catalog.policies(), paths, keys)
    return Filter(
        departments=tuple(departments),
        role=Role.LEAD if lead_only else None,
        places=paths,
        policies=keys,
        due_from=read_day(due_from, year, last=False, today=today) if due_from else None,
        due_by=read_day(due_by, year, last=True, today=today) if due_by else None,
        words=words,
    )


def find_place(catalog: Catalog, name: str, *, below: bool = False) -> list[Path]:
    """The places of the index that people call `name` (岚县, 岚溪, 云岭省临江市岚溪县)."""
    held = tuple(sorted({p.place for p in catalog.policies() if p.place}))
    named = names_of_places(held)
    wanted = name.strip()
    found = [path for path, names in named.items() if wanted in names]
    if below:
        found = [path for path in held if any(lies_in(path, top) for top in found)]
    found = [path for path in found if path in held]
    if found:
        return found
    lower = [path for path in held if any(wanted in named[path[:d]] for d in range(1, len(path)))]
    if lower:
        shown = "、".join(path[-1] for path in lower[:NEAREST])
        raise SettingsError(
            f"索引里没有 {name} 本级的文件，下级有：{shown}；加 --below 一并列出 · only places below it: add --below"
        )
    raise _unknown("地区", name, [n for path in held for n in named[path]], [path[-1] for path in held])


@lru_cache(maxsize=16)
def names_of_places(held: tuple[Path, ...]) -> dict[Path, set[str]]:
    """What people call the places that an index has papers of, and the places that those lie in."""
    named = {path: place_aliases(path) | {"".join(path), path[-1], "/".join(path)} for path in held}
    # a county that the index has may lie in a city of which it has no paper: the city is then a place with
    # nothing of its own, but with something below it
    for path in held:
        for depth in range(1, len(path)):
            named.setdefault(path[:depth], place_aliases(path[:depth]) | {"".join(path[:depth])})
    return named


def find_policies(catalog: Catalog, name: str) -> list[tuple[str, int]]:
    """The policies of the file called `name`, or whose title or 文号 holds these words."""
    policies = catalog.policies()
    exact = [p.key for p in policies if name in (p.doc, p.title, p.doc_no)]
    if exact:
        return exact
    wanted = searched_form(name)
    found = [
        p.key
        for p in policies
        if wanted and any(wanted in searched_form(text) for text in (p.doc, p.title, p.doc_no or ""))
    ]
    if found:
        return found
    names = [text for p in policies for text in (p.doc, p.title, p.doc_no or "") if text]
    raise _unknown("文件", name, names, sorted({p.doc for p in policies}))


def read_day(text: str, year: int | None, *, last: bool, today: dt.date | None = None) -> dt.date:
    """An ISO day, or the first or last day of a Chinese expression (2022年底前, 第三季度)."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        hits = find_dates(text, year, today=today)
    days = [day for hit in hits if (day := (hit.last or hit.first) if last else (hit.first or hit.last))]
    if not days:
        raise SettingsError(
            f"看不懂日期「{text}」；请写成 2025-06-30 或 2025年6月底 · not a date: write 2025-06-30 or 2025年6月底"
        )
    return days[-1] if last else days[0]


def _newest_year(
    policies: Iterable[Policy], places: Collection[Path], keys: Collection[tuple[str, int]]
) -> int | None:
    """The year that a month without a year takes: that of the newest plan among those chosen."""
    years = [
        p.year or (p.issued.year if p.issued else None)
        for p in policies
        if (not places or p.place in places) and (not keys or p.key in keys)
    ]
    return max((year for year in years if year), default=None)


def _check_department(catalog: Catalog, name: str, scope: Filter) -> None:
    where = Filter(departments=(name,), places=scope.places, policies=scope.policies)
    if catalog.count(where):
        return
    if catalog.count(Filter(departments=(name,))):
        raise SettingsError(
            f"所选范围里没有 {name} 的任务，别处有；请去掉 --place 或 --document · none there, but elsewhere: widen the scope"
        )
    names = sorted({row.name for row in catalog.departments()})
    raise _unknown("部门", name, names, [])


def _unknown(kind: str, name: str, names: Iterable[str], listed: Sequence[str]) -> SettingsError:
    every = sorted(set(names))
    near = difflib.get_close_matches(name, every, n=NEAREST, cutoff=0.5) or [
        n for n in every if name and name in n
    ]
    named = near[:NEAREST] or listed[:NEAREST]
    if not named:
        hint = f"请换一个写法，或去掉这个条件 · the index names no such {KINDS[kind]}: write it otherwise or leave it out"
    else:
        hint = f"{'相近的有' if near else '有'}：{'、'.join(named)} · not in the index; there are {', '.join(named)}"
    return SettingsError(f"索引里没有{kind}「{name}」；{hint}")
