"""English names in a question → the Chinese names of the index: places by pinyin or by a table, departments by a
table.  Only English questions pay for it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.characters import overlaps
from assistant.known import Known, Path
from assistant.model import DateRange
from assistant.question.phrases import Phrases, find_named
from index_build.places import place_aliases, wide_names

_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|[省市区县旗盟州])$")


_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[a-z]{2,}")
SENTENCE = 4  # Latin words that make an English sentence by their number


def is_english(plain: str, phrases: Phrases, before: bool) -> bool:
    """Whether lower-cased `plain` is English, whatever Chinese names stand in it; `before` tells the language of the
    conversation, which a few words (deadline?) go on with."""
    latin, han = len(_LATIN.findall(plain)), len(_HAN.findall(plain))
    if latin >= SENTENCE and han < len(plain) / 4:
        return True
    if phrases.says("english", plain) and not phrases.says("chinese", plain):
        return True
    return before and latin > 0 and not phrases.says("chinese", plain)


@dataclass(frozen=True)
class EnglishPlaces:
    """`named` are places of the index and where they stand, `unknown` names that it lacks; `spans` is where all stand."""

    named: tuple[tuple[int, int, Path], ...]
    unknown: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def english_places(text: str, known: Known, phrases: Phrases) -> EnglishPlaces:
    """Places of the index, and others of the division that the index lacks, in lower-cased `text`."""
    names = _pinyin_names(tuple(known.places))
    found: list[tuple[int, int, Path]] = []
    unknown: list[tuple[int, int, str]] = []
    for start, end, chinese in find_named(text, phrases.english_places):
        path = next((p for p in known.places if p and chinese in {*place_aliases(p)}), None)
        if path:
            found.append((start, end, path))
        else:
            unknown.append((start, end, text[start:end].capitalize()))
    taken = [(s, e) for s, e, _ in found] + [(s, e) for s, e, _ in unknown]
    for m in re.finditer(r"[a-z]+(?: [a-z]+)?", text):
        for word, start in (
            (m[0], m.start()),
            (m[0].split(" ")[0], m.start()),
            (m[0].split(" ")[-1], m.end() - len(m[0].split(" ")[-1])),
        ):
            end = start + len(word)
            if overlaps(start, end, taken):
                continue
            flat = word.replace(" ", "")
            if flat in names:
                found.append((start, end, names[flat]))
                taken.append((start, end))
            elif " " not in word and len(flat) > 4 and flat in _division_names():
                unknown.append((start, end, text[start:end].capitalize()))
                taken.append((start, end))
    found.sort()
    return EnglishPlaces(
        tuple(found),
        tuple(dict.fromkeys(name for _, _, name in unknown)),
        tuple(taken),
    )


@lru_cache(maxsize=8)
def _pinyin_names(places: tuple[Path, ...]) -> dict[str, Path]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its tables take 100 ms; only English questions need them)

    names: dict[str, Path] = {}
    for path in sorted(places, key=len):
        if path:
            names.setdefault("".join(lazy_pinyin(_SUFFIX.sub("", path[-1]))), path)
    return names


@lru_cache(maxsize=1)
def _division_names() -> frozenset[str]:
    """Pinyin of all provinces and prefectures, to say that a place is missing rather than to pass it over."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return frozenset("".join(lazy_pinyin(name)) for name in wide_names())


_MONTHS = tuple(calendar.month_name[i].lower() for i in range(1, 13))
_MONTH = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? )?(?P<month>{'|'.join(m[:3] + '(?:' + m[3:] + ')?' for m in _MONTHS)})\b"
    r"\.?(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?(?!\d),?)?(?:,? (?P<year>(?:19|20)\d\d))?"
)


_BEFORE_MONTH = re.compile(r"\b(?:by|in|of|until|till|before|after|since|during|from|to|mid|early|late)[ -]$")


_QUARTER = re.compile(
    r"\b(?:q(?P<q>[1-4])|(?P<named>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter)\b"
    r"(?: ?(?:of|in|,)? ?(?:the year )?(?P<year>(?:19|20)\d\d))?"
)
_QUARTERS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}
_IN_YEAR = re.compile(r"\b(?:in|during|for|by the end of) ((?:19|20)\d\d)\b")


def english_dates(text: str, year: int | None) -> list[DateRange]:
    """Months, quarters and days in lower-cased English text; one of them or a year alone means all of it."""
    found = []
    for m in _MONTH.finditer(text):
        named = int(m["year"]) if m["year"] else year
        bare = m["month"] == "may" and not (m["day"] or m["after"] or m["year"])
        if named is None or (bare and not _BEFORE_MONTH.search(text[: m.start()])):
            continue  # may ask
        month = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(m["month"][:3]))
        day = int(m["day"] or m["after"] or 0)
        last = calendar.monthrange(named, month)[1]
        if day > last:
            continue
        first = dt.date(named, month, day or 1)
        found.append(DateRange(first, dt.date(named, month, day or last), m[0].strip()))
    for m in _QUARTER.finditer(text):
        named = int(m["year"]) if m["year"] else year
        if named is not None:
            end = 3 * (int(m["q"]) if m["q"] else _QUARTERS[m["named"]])
            last = calendar.monthrange(named, end)[1]
            found.append(DateRange(dt.date(named, end - 2, 1), dt.date(named, end, last), m[0].strip()))
    if not found and (whole := _IN_YEAR.search(text)):
        of_year = int(whole[1])
        found.append(DateRange(dt.date(of_year, 1, 1), dt.date(of_year, 12, 31), whole[1]))
    return found


def english_departments(text: str, phrases: Phrases) -> list[tuple[int, int, str]]:
    return find_named(text, phrases.english_departments)
