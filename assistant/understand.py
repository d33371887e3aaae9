"""Text and history → `Question`: which places, documents, departments and days are meant, what is asked, and the
words that have to be found.  Pure: the index comes in as `Known`, the language as `Phrases`, the day as `today`.

Each step takes what it recognises out of the text; what is left in the end are the words of the topic.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.english import english_departments, english_places
from assistant.known import Known, Path, PolicyKey, distinct_title, doc_number, grams
from assistant.model import Concept, DateRange, Intent, Question, Turn
from assistant.phrases import Phrases, find_named
from index_build.dates import find_dates
from index_build.names import department_key
from index_build.places import find_places
from index_build.words import normalise, words

TURNS_READ = 6  # earlier user turns that a follow-up may lean on

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[a-z]{2,}")
_QUOTED = re.compile(r"[“\"'‘「『《]([^“”\"'‘’「」『』《》]{2,30})[”\"'’」』》]")
_NUMBER = re.compile(r"第\s*[（(]?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[）)]?\s*(?:条|项|号措施)")
_ORDINAL = re.compile(
    r"第\s*([一二三四五六七八九十\d]{1,2})\s*(?:个|项|条)|\bthe (first|second|third|fourth|fifth) (?:one|item|measure)?"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_YEAR = re.compile(r"(?<![\d〔\[（(])((?:19|20)\d\d)(?=年|[^\d〕\]）)千元万家%]|$)")
_BACK = re.compile(r"(后面|后|最后|后边)(那个|那家|这个|一个)?(单位|部门|局)?|后者")
_FRONT = re.compile(
    r"(前面|前|前边|最前)(那个|那家|这个|一个)(单位|部门|局)?|前者|(第一)(个|家)(单位|部门|局)"
)
_CLAIM = re.compile(
    r"(?:由|归|(?:责任|牵头|配合|负责)(?:单位|部门)(?:是|为|：|写成|写|叫)?)\s*[“\"'‘]?([\u4e00-\u9fff（）]{2,14}?)[”\"'’]?\s*"
    r"(?:来)?(?:牵头|负责|主管|配合|$|(?=[。，；！!,;]))"
)
_CLAIM_EN = re.compile(r"\b(?:is|are|was) led by [^.?!,;]*|\bthe lead (?:department )?is [^.?!,;]*")
_LEVEL = {
    "自治区": "自治区",
    "省": "省",
    "市": "市",
    "区": "区",
    "县": "县",
    "旗": "旗",
    "盟": "盟",
    "州": "州",
}
_LEVEL_WORD = re.compile(
    r"(?P<own>我们|咱们|咱|我|本|全|这个|该)(?P<a>自治区|省|市|区|县|旗|盟|州)(?!场|民|直|政|域|别|分)"
    r"|(?P<b>自治区|省|市|区|县|旗|盟|州)(?:里头|里边|里|级|本级|层面)(?!程|面子)"
    r"|(?P<c>自治区)(?=方案|的|和|与|跟|、|，|要求|规定|，|：|各|免|政采|对|怎|是|在|给|让|把|到|也|又|还|，|$)"
)
_UNIT_END = re.compile(
    r"委员会|办公室|管委会|分局|支队|总队|大队|公司|法院|检察院|海关|银行|中心|政府|集团|协会|学院|大学|联社|工会|妇联|商会"
    r"|局|厅|委|办|部|院|处|站|区|旗|县|市"
)
_HOLLOW_UNIT = re.compile(
    r"^(?:哪|那|这|各|每|有关|相关|什么|几|某|其他|牵头|责任|配合|主管|政务|服务|行政|公共|综合|的|个|一|两|全|本|该|我|由|和|与|归)"
)


@dataclass(frozen=True)
class _Text:
    """The text with what was recognised blanked out, position for position."""

    plain: str

    def without(self, spans: Iterable[tuple[int, int]]) -> _Text:
        chars = list(self.plain)
        for start, end in spans:
            chars[start:end] = "\x00" * (end - start)
        return _Text("".join(chars))


@dataclass(frozen=True)
class Scope:
    """Places and documents that a text names.  `local` are places that stand for themselves, not inside a unit."""

    places: tuple[Path, ...] = ()
    unknown: tuple[str, ...] = ()
    documents: tuple[PolicyKey, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    level: str | None = None


def understand(
    text: str, history: Sequence[Turn], known: Known, phrases: Phrases, today: dt.date | None = None
) -> Question:
    """What `text` asks, with the help of the turns before it."""
    before, answers = _earlier(history, known, phrases, today)
    plain = normalise(text).strip()
    plain, claimed = _without_orders(plain, phrases)
    english = len(_LATIN.findall(plain)) > 3 and len(_HAN.findall(plain)) < len(plain) / 4
    units = _find_units(plain, known, phrases, english)
    scope = _find_scope(plain, known, phrases, units, english, before)
    units = [u for u in units if not any(s <= u[0] and u[1] <= e for s, e in scope.spans)]
    dates = _find_ranges(plain, known, scope, today)
    unknown_years = _unknown_years(plain, known, scope, before)
    asked = _intent(plain, phrases, scope, units, dates, known)
    left = _Text(plain).without([*scope.spans, *((s, e) for s, e, _ in units)])
    if asked.intent is Intent.DUE_LIST:
        left = left.without((d.start, d.end) for d in find_dates(plain, _year_of(known, scope), today=today))
    concepts = _concepts(left.plain, phrases, english)
    question = Question(
        text=text,
        intent=asked.intent,
        places=scope.places,
        unknown_places=scope.unknown,
        departments=tuple(dict.fromkeys(name for _, _, name in units)),
        role=asked.role,
        dates=tuple(dates),
        unknown_years=unknown_years,
        documents=scope.documents,
        numbers=_numbers(plain),
        english=english,
        concepts=concepts,
        aspect=asked.aspect,
        many=asked.many,
        yes_or_no=phrases.says("yesno", plain),
        quantity=_quantity(plain, phrases),
        claimed=claimed,
        cumulative=phrases.says("cumulative", plain),
        clause_only=bool(re.search(r"完成时限|完成时间|时限(?:写|正好|是|为)", plain)),
    )
    if before is not None and _leans(question, plain, phrases):
        question = _carry(question, before, answers, plain, phrases, known)
    return replace(question, terms=_terms(question.concepts))


# What is asked


@dataclass(frozen=True)
class _Asked:
    intent: Intent
    role: str | None = None
    aspect: Intent | None = None
    many: bool = False


def _intent(
    plain: str,
    phrases: Phrases,
    scope: Scope,
    units: Sequence[tuple[int, int, str]],
    dates: Sequence[DateRange],
    known: Known,
) -> _Asked:
    def says(signal: str) -> bool:
        return phrases.says(signal, plain)

    if says("invent"):
        return _Asked(Intent.INVENT)
    single = _single_intent(plain, phrases)
    listed, counted = says("list"), says("count")
    role = _role(plain, phrases)
    topical = bool(_content(plain, phrases, scope, units))
    if says("about") and not (single is not Intent.WHAT or topical or units or scope.places):
        return _Asked(Intent.ABOUT)
    if says("documents") and not (listed and units):
        return _Asked(Intent.DOCUMENTS)
    if says("changes") and len(scope.places) != 1:
        return _Asked(Intent.CHANGES, aspect=single)
    if len(scope.places) > 1 or (len(scope.documents) > 1 and says("compare")):
        return _Asked(Intent.COMPARE, aspect=single)
    if units and (listed or counted) and (role or not _asks_unit(plain, phrases)):
        return _Asked(Intent.COUNT if counted else Intent.DEPARTMENT_TASKS, role=role)
    if dates and (
        listed or counted or (says("due") and not _asks_unit(plain, phrases) and single is not Intent.WHEN)
    ):
        return _Asked(Intent.COUNT if counted else Intent.DUE_LIST)
    if counted:
        return _Asked(Intent.COUNT)
    return _Asked(single, many=says("many") or listed)


def _asks_unit(plain: str, phrases: Phrases) -> bool:
    return phrases.says("who", plain)


def _single_intent(plain: str, phrases: Phrases) -> Intent:
    """What is asked of one measure."""
    lead, responsible = phrases.says("lead", plain), phrases.says("responsible", plain)
    who, when = phrases.says("who", plain), phrases.says("when", plain)
    who = who or lead or responsible
    if who and when:
        return Intent.WHO_WHEN
    if when:
        return Intent.WHEN
    if not who:
        return Intent.WHAT
    if responsible and not _asks_lead_too(plain, phrases):
        return Intent.WHO_RESPONSIBLE
    if lead and not responsible:
        return Intent.WHO_LEAD
    return Intent.WHO


def _asks_lead_too(plain: str, phrases: Phrases) -> bool:
    """谁牵头谁配合 asks both; X牵头，谁配合 tells the lead."""
    return bool(
        re.search(
            r"(谁|哪\w{0,4}|由谁)(来)?牵头|牵头(的)?(单位|部门)?(是|有|和|、|与|及|各)|谁负责.{0,6}谁配合",
            plain,
        )
    ) and not (re.search(r"除了?.{0,12}牵头|(?<!谁)(?<!门)(?<!局)牵头.{0,4}的.{0,6}(?:除|其余|其他)", plain))


def _role(plain: str, phrases: Phrases) -> str | None:
    lead, responsible = phrases.says("lead", plain), re.search(r"责任单位|责任部门|配合|协助|参与", plain)
    either = re.search(r"牵头(?:、|或|和|与|及|或者|还是|以及)(?:者)?.{0,2}(?:配合|责任|参与|协助)", plain)
    if lead and responsible and not either:
        return None
    if lead and not either:
        return "lead"
    return "responsible" if responsible and not either else None


def _content(
    plain: str, phrases: Phrases, scope: Scope, units: Sequence[tuple[int, int, str]]
) -> tuple[Concept, ...]:
    left = _Text(plain).without([*scope.spans, *((s, e) for s, e, _ in units)])
    return _concepts(phrases.cut("about", left.plain), phrases, english=False)


def _quantity(plain: str, phrases: Phrases) -> str | None:
    """The pattern of what an asked figure counts; None where no figure is asked for."""
    asked = re.search(
        r"(?:多少|几|多大|多高|多低|百分之几|多长|多久|号码|how (?:many|much|fast|long))([\u4e00-\u9fff]{0,4})",
        plain,
    )
    if not asked:
        return None
    if re.match(r"(?:月|号|家(?:单位|部门)|个(?:单位|部门|局)|项|条|哪)", asked[1]):
        return None
    near = plain[max(0, asked.start() - 6) : asked.end()]
    for words_, counted in phrases.units:
        if any(word and re.match(rf"{word}", asked[1]) for word in words_.split("|")):
            return counted
    for words_, counted in phrases.units:
        if any(word in near for word in words_.split("|") if len(word) > 1):
            return counted
    return r"\S"


# Orders to leave the sources


def _without_orders(plain: str, phrases: Phrases) -> tuple[str, tuple[str, ...]]:
    """The text without orders to ignore the sources, and the departments that it asserts on the way."""
    if not phrases.says("orders", plain):
        return plain, ()
    claimed: list[str] = []

    def note(match: re.Match[str]) -> str:
        if re.search(r"哪|谁|什么|何", match[0]):
            return match[0]
        if match.lastindex:
            claimed.append(match[1])
        return "，"

    left = _CLAIM_EN.sub(lambda m: (claimed.append(m[0]), " ")[1], _CLAIM.sub(note, plain))
    left = phrases.cut("orders", left)
    return re.sub(r"[【】\[\]]", " ", left).strip(" ，。：:,;；\x00"), tuple(claimed)


# Places, documents


def _find_scope(
    plain: str,
    known: Known,
    phrases: Phrases,
    units: Sequence[tuple[int, int, str]],
    english: bool,
    before: Question | None,
) -> Scope:
    numbered = [(s, e, known.doc_numbers.get(c), c) for s, e, c in doc_number(plain)]
    documents = [key for _, _, key, _ in numbered if key]
    spans = [(s, e) for s, e, _, _ in numbered]
    missing = [plain[s:e] for s, e, key, _ in numbered if key is None]
    hidden = _Text(plain).without(spans).plain
    named = english_places(hidden, known, phrases) if english else _chinese_places(hidden, known, units)
    places, unknown, level = list(named.places), [*missing, *named.unknown], None
    spans += named.spans
    if not english:
        wanted = [_level_of(m) for m in _LEVEL_WORD.finditer(_Text(hidden).without(named.spans).plain)]
        level_spans = [
            (m.start(), m.end()) for m in _LEVEL_WORD.finditer(_Text(hidden).without(named.spans).plain)
        ]
        for level in dict.fromkeys(wanted):
            path = _place_of_level(level, known, before, places)
            if path and path not in places:
                places.append(path)
        spans += level_spans
    if not places and not unknown:
        places += _place_of_units(plain, units, known)
    found = _find_documents(hidden, known, places)
    documents += [key for key in found if key not in documents]
    if documents and not named.places:
        places = list(dict.fromkeys(known.policy(key).place for key in documents))
    elif documents:
        documents = [key for key in documents if known.policy(key).place in places] or documents
    return Scope(tuple(places), tuple(unknown), tuple(documents), tuple(spans), level)


def _level_of(match: re.Match[str]) -> str:
    return match["a"] or match["b"] or match["c"]


def _chinese_places(plain: str, known: Known, units: Sequence[tuple[int, int, str]]) -> Scope:
    """Places by their names; a place inside a unit's name counts only where no other stands for itself."""
    found: list[tuple[int, int, tuple[Path, ...]]] = []
    if known.place_pattern:
        found = [(m.start(), m.end(), known.aliases[m[0]]) for m in known.place_pattern.finditer(plain)]
    taken = [(s, e) for s, e, _ in found]
    found += _mistyped_places(plain, known, taken)
    others = [
        (s, e, path)
        for s, e, path in find_places(plain)
        if not any(s < b and a < e for a, b, _ in found) and path not in known.places
    ]
    inside = [f for f in found if any(a <= f[0] and f[1] <= b and b - a > f[1] - f[0] for a, b, _ in units)]
    alone = [f for f in found if f not in inside]
    chosen = _narrowed((alone or inside), known)
    unknown = [
        (s, e, path)
        for s, e, path in others
        if not any(path[: len(p)] == p for p in chosen)
        and not any(a <= s and e <= b and b - a > e - s for a, b, _ in units)
    ]
    spans = [(s, e) for s, e, _ in found if (s, e) not in {(i[0], i[1]) for i in inside}]
    spans += [(s, e) for s, e, _ in unknown]
    if chosen and unknown and all(len(path) < len(chosen[0]) for _, _, path in unknown):
        unknown = [u for u in unknown if u[2] != chosen[0][: len(u[2])]]  # the province before the city
    return Scope(tuple(chosen), tuple(dict.fromkeys(plain[s:e] for s, e, _ in unknown)), spans=tuple(spans))


def _narrowed(found: Sequence[tuple[int, int, tuple[Path, ...]]], known: Known) -> list[Path]:
    """One path for each mention; a place named right before a lower one of its own only introduces it."""
    chosen: list[Path] = []
    ordered = sorted(found)
    for at, (_, end, paths) in enumerate(ordered):
        following = ordered[at + 1] if at + 1 < len(ordered) else None
        if (
            following
            and following[0] - end <= 1
            and any(lower[: len(path)] == path and lower != path for path in paths for lower in following[2])
        ):
            continue
        earlier = [p for p in chosen if any(q[: len(p)] == p for q in paths)]
        path = next((q for p in earlier for q in paths if q[: len(p)] == p), paths[0])
        if path not in chosen:
            chosen.append(path)
    return chosen


def _mistyped_places(
    plain: str, known: Known, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int, tuple[Path, ...]]]:
    """Names of three characters and more with one wrong, missing or added character (昆独仑, 昆都伦区)."""
    real = [(s, e) for s, e, _ in find_places(plain)]
    found: list[tuple[int, int, tuple[Path, ...]]] = []
    for alias in sorted(known.aliases, key=lambda a: (-len(a), a)):
        if len(alias) < 3 or not _HAN.match(alias):
            continue
        for start in range(len(plain) - len(alias) + 1):
            end = start + len(alias)
            window = plain[start:end]
            if sum(a != b for a, b in zip(window, alias, strict=True)) != 1 or not _all_han(window):
                continue
            if (
                len(alias) == 3
                and alias[-1] in "省市区县旗"
                and (window[-1] != alias[-1] or window[0] != alias[0])
            ):
                continue  # two characters of a name are too few to go by
            if any(s < end and start < e for s, e in (*taken, *real, *((a, b) for a, b, _ in found))):
                continue
            found.append((start, end, known.aliases[alias]))
    return found


def _all_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


def _place_of_level(level: str, known: Known, before: Question | None, named: Sequence[Path]) -> Path | None:
    """The place that 自治区, 市里, 我们旗 mean: that of the conversation, else the only one of its kind."""
    kind = _LEVEL[level]

    def fits(path: Path) -> bool:
        return (
            bool(path) and path[-1].endswith(kind) and (kind == "自治区" or not path[-1].endswith("自治区"))
        )

    for path in (*(before.places if before else ()), *named):
        for depth in range(len(path), 0, -1):
            if fits(path[:depth]) and path[:depth] in known.places:
                return path[:depth]
    candidates = [path for path in known.places if fits(path)]
    return candidates[0] if len(candidates) == 1 else None


def _place_of_units(plain: str, units: Sequence[tuple[int, int, str]], known: Known) -> list[Path]:
    """自治区审计厅, 旗大数据中心: a unit's first word tells the level where one place has it."""
    for start, end, _ in units:
        name = plain[start:end]
        for level in _LEVEL:
            if name.startswith(level) and len(name) > len(level) + 1:
                path = _place_of_level(level, known, None, ())
                if path:
                    return [path]
    return []


def _find_documents(plain: str, known: Known, places: Sequence[Path]) -> list[PolicyKey]:
    """Documents called by a part of their title, before 方案, 办法, 清单… or in title marks."""
    found: dict[PolicyKey, float] = {}
    for m in re.finditer(
        r"《([^《》]{2,60})》|([^，。？！,?!\s\x00：:；;]{2,24}?)(?:(?:这|那)?(?:个|份|篇)?)?(?:行动方案|工作方案|实施方案|行动计划|责任清单|工作要点|方案|计划|办法|清单|要点|举措|规划|文件|通知)",
        plain,
    ):
        wanted = grams(re.sub(r"优化营商环境|营商环境|的|里|在", " ", m[1] or m[2]))
        if len(wanted) < 2:
            continue
        best: list[tuple[float, PolicyKey]] = []
        for policy in known.policies:
            key = (policy.doc, policy.ordinal)
            if places and policy.place not in places:
                continue
            have = known.title_grams[key]
            shared = wanted & set(have)
            share = len(shared) / len(wanted)
            weight = sum(have[g] for g in shared)
            if len(shared) >= 3 and share >= 0.34 and weight >= 1.0:
                best.append((weight + share, key))
        if best:
            top = max(best)[0]
            for score, key in best:
                if score >= top * 0.8:
                    found[key] = max(found.get(key, 0.0), score)
    return sorted(found, key=lambda k: -found[k])


# Units


def _find_units(plain: str, known: Known, phrases: Phrases, english: bool) -> list[tuple[int, int, str]]:
    """Units named in the text: those of the index in any form, and other names that look like one."""
    if english:
        return english_departments(plain, phrases)
    found: list[tuple[int, int, str]] = []
    for match in _UNIT_END.finditer(plain):
        end = match.end()
        if any(e >= end for _, e, _ in found):
            continue
        for start in range(max(0, end - 20), end - 1):
            name = plain[start:end]
            if not _all_han(name.replace("（", "").replace("）", "")) or _HOLLOW_UNIT.match(name):
                continue
            if name in known.department_names or department_key(name) in known.department_keys:
                found = [f for f in found if f[1] <= start]
                found.append((start, end, name))
                break
    taken = [(s, e) for s, e, _ in found]
    found += [u for u in _unknown_units(plain, known) if not any(s < u[1] and u[0] < e for s, e in taken)]
    return sorted(found)


_LOOKS_LIKE_UNIT = re.compile(
    r"[\u4e00-\u9fff]{2,12}?(?:局|厅|委员会|委|办公室|法院|检察院|海关|支队|公司|管委会|银行|中心|协会|学院)(?![长域限面内])"
)


def _unknown_units(plain: str, known: Known) -> list[tuple[int, int, str]]:
    """Names that end like a unit's and that no document has: cut at the last word that cannot belong to one."""
    found = []
    for match in _LOOKS_LIKE_UNIT.finditer(plain):
        parts = words(match[0])
        name = ""
        for word in reversed(parts):
            if name and (
                (len(word) == 1
                and word in "的由和与归让是在把给被跟及同、向对要请找谁哪就")
                or word in {"哪个", "哪些", "什么", "除了", "牵头", "负责"}
            ):
                break
            name = word + name
        name = name if match[0].endswith(name) else match[0]
        if len(name) < 3 or _HOLLOW_UNIT.match(name):
            continue
        found.append((match.end() - len(name), match.end(), name))
    return found


# Days and figures


def _year_of(known: Known, scope: Scope) -> int | None:
    """The year of a date without one: that of the document or place asked about."""
    years = [known.policy(key).year for key in scope.documents]
    years += [p.year for p in known.policies if p.place in scope.places]
    dated = [y for y in years if y]
    return max(dated, key=dated.count) if dated else None


def _find_ranges(plain: str, known: Known, scope: Scope, today: dt.date | None) -> list[DateRange]:
    hits = find_dates(_Text(plain).without(scope.spans).plain, _year_of(known, scope), today=today)
    return [DateRange(h.first, h.last, h.raw) for h in hits if h.first or h.last]


def _unknown_years(plain: str, known: Known, scope: Scope, before: Question | None) -> tuple[int, ...]:
    """Years of which no document of the places asked about is."""
    asked = {
        int(y) for y in _YEAR.findall(_Text(plain).without((s, e) for s, e, _ in doc_number(plain)).plain)
    }
    places = scope.places or (before.places if before else ())
    have: set[int] = set()
    for path, years in known.years.items():
        if not places or path in places:
            have |= years
    return tuple(sorted(y for y in asked if have and y not in have))


def _numbers(plain: str) -> tuple[str, ...]:
    """Measures called by number: 第12条, 第（241）条."""
    found = []
    for m in _NUMBER.finditer(plain):
        found.append(m[1] if m[1].isdigit() else f"（{m[1]}）")
    return tuple(found)


# Words of the topic


def _concepts(left: str, phrases: Phrases, english: bool) -> tuple[Concept, ...]:
    """What the question is about, each thing once, in the order of the text."""
    if english:
        return _english_concepts(left, phrases)
    for signal in ("follow", "who", "lead", "responsible", "list", "when", "yesno"):
        left = _blank(left, phrases, signal)
    found: list[tuple[int, Concept]] = []
    covered: list[tuple[int, int]] = []
    for start, end, others in phrases.find_everyday(left):
        if left[start:end] in phrases.stop:
            continue
        found.append((start, Concept(left[start:end], 1.0, others)))
        covered.append((start, end))
    at = 0
    for word in words(left):
        start = left.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if word in phrases.stop or any(s <= start and at <= e for s, e in covered):
            continue
        if len(word) == 1 and not word.isdigit():
            continue
        found.append((start, Concept(word)))
    for m in _QUOTED.finditer(left):
        if m[1] not in phrases.stop and not any(c.words == m[1] for _, c in found):
            found.append((m.start(1), Concept(m[1], 1.0)))
    unique: dict[str, Concept] = {}
    for _, concept in sorted(found, key=lambda f: f[0]):
        unique.setdefault(concept.words, concept)
    return tuple(unique.values())


def _english_concepts(left: str, phrases: Phrases) -> tuple[Concept, ...]:
    """English phrases by the term lexicon; of an English question other words say nothing to Chinese texts."""
    found: dict[str, Concept] = {}
    for start, end, others in phrases.find_english(left):
        first = others[0][0]
        found.setdefault(left[start:end], Concept(first, 1.0, others[1:]))
    for number in re.findall(r"\d+(?:\.\d+)?", left):
        found.setdefault(number, Concept(number))
    for run in re.findall(r"[\u4e00-\u9fff]{2,}", left):
        found.setdefault(run, Concept(run))
    return tuple({c.words: c for c in found.values()}.values())


def _blank(left: str, phrases: Phrases, signal: str) -> str:
    match = phrases.find(signal, left)
    while match and match.end() > match.start():
        left = left[: match.start()] + "\x00" * (match.end() - match.start()) + left[match.end() :]
        match = phrases.find(signal, left)
    return left


def _terms(concepts: Iterable[Concept]) -> dict[str, float]:
    found: dict[str, float] = {}
    for concept in concepts:
        found[concept.words] = max(found.get(concept.words, 0.0), round(concept.weight, 3))
        for other, weight in concept.others:
            found[other] = max(found.get(other, 0.0), round(concept.weight * weight, 3))
    return found


# Earlier turns


def _earlier(
    history: Sequence[Turn], known: Known, phrases: Phrases, today: dt.date | None
) -> tuple[Question | None, tuple[str, ...]]:
    """The last question before this one, understood with what came before it, and the answer it got."""
    turns = list(history)
    last = next((i for i in range(len(turns) - 1, -1, -1) if turns[i].role == "user"), None)
    if last is None:
        return None, ()
    users = sum(t.role == "user" for t in turns[:last])
    earlier = turns[:last] if users < TURNS_READ else turns[:last][-2 * TURNS_READ :]
    answers = tuple(t.content for t in turns[last + 1 :] if t.role == "assistant")
    return understand(turns[last].content, earlier, known, phrases, today), answers


def _leans(question: Question, plain: str, phrases: Phrases) -> bool:
    """Whether earlier turns may complete this question at all."""
    return question.intent not in (Intent.ABOUT, Intent.DOCUMENTS, Intent.INVENT)


def _carry(
    question: Question,
    before: Question,
    answers: tuple[str, ...],
    plain: str,
    phrases: Phrases,
    known: Known,
) -> Question:
    """The question with what it leaves out filled in from the one before; a new topic drops the old words."""
    carried: list[str] = []
    changes: dict[str, object] = {"previous": answers}
    if not question.places and not question.unknown_places and not question.documents and before.places:
        changes["places"] = (
            before.places if len(before.places) == 1 or not question.concepts else before.places
        )
        carried.append("place")
        if before.documents and not question.documents:
            changes["documents"] = before.documents
            carried.append("document")
    refers = phrases.says("follow", plain)
    own = question.concepts
    listing = question.intent in (Intent.DEPARTMENT_TASKS, Intent.DUE_LIST, Intent.COUNT)
    if (not own or refers or len(own) <= 2) and not listing:
        weight = 1.0 if not own else 0.55 if refers or len(own) <= 1 else 0.35
        kept = {c.words for c in own}
        changes["concepts"] = own + tuple(
            replace(c, weight=c.weight * weight, carried=True) for c in before.concepts if c.words not in kept
        )
        carried.append("topic")
        if not own and not question.departments and before.departments and not question.places:
            changes["departments"] = before.departments
            carried.append("department")
        if not own and before.numbers and not question.numbers:
            changes["numbers"] = before.numbers
    if (
        not own
        and not question.departments
        and question.intent is Intent.WHAT
        and before.intent is not Intent.WHAT
    ):
        changes["intent"], changes["aspect"], changes["role"] = before.intent, before.aspect, before.role
        if before.departments:
            changes["departments"] = before.departments
    if listing and not question.departments and before.departments and question.intent is not Intent.DUE_LIST:
        changes["departments"] = before.departments
        carried.append("department")
    ordinal = _ORDINAL.search(plain)
    if ordinal and not own:
        changes["listed"] = _ORDINALS.get(ordinal[2] or "", _count(ordinal[1]))
        changes["numbers"] = ()
    if _BACK.search(plain) and not own:
        changes["unit_at"] = -1
    elif _FRONT.search(plain) and not own:
        changes["unit_at"] = 0
    return replace(question, carried=tuple(carried), **changes)  # type: ignore[arg-type]


def _count(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else "一二三四五六七八九十".find(text) + 1 or None


__all__ = ["distinct_title", "find_named", "understand"]
