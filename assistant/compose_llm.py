"""Wording by a language model: the model chooses and words, the records supply.

The model sees the retrieved measures as quoted data and writes sentences with handles instead of facts:

    {{m1.lead}} {{m1.responsible}} {{m1.deadline}} {{m1.plan}} {{m1.q1}}      what the record of measure m1 says
    [m1]                                                                      the measure a sentence rests on

A sentence is released only once it is complete, its handles are known and of the one measure that it cites, its
own words hold no department, date, number or place, and the sentence with the handles filled in is supported by
that measure (`sentences.check_against`).  Whatever fails is dropped; what was asked and is then missing is added
in the record's own words; and if nothing is left, or the model fails, the extractive answer stands as it was.
`trace["model"]` says what happened: tokens, cost, seconds, what was dropped and why, and the fallback.

    rewrite_follow_up   a question that leans on earlier turns → one that stands alone
    widen               everyday words → more words to search with
    choose_measures     which of the retrieved measures answer
    asked_again         a topic that was not found, looked for once more with these three
    reword              an extractive answer → its worded form, sentence by sentence
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unicodedata import category
from weakref import WeakKeyDictionary

from assistant.budget import count, fit
from assistant.compose import (
    days_text,
    facts_line,
    names_text,
    number_label,
    place_label,
    short_title,
    source_line,
)
from assistant.language_model import LanguageModel, Message, Speaker, complete
from assistant.model import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Entry,
    Intent,
    Outcome,
    Question,
    Turn,
    Verdict,
)
from assistant.sentences import check_against
from assistant.sentences.figures import find_numbers
from assistant.sentences.ground import Ground
from assistant.sentences.language import ABSENT_WORDS, ENGLISH_NEGATION, FIELD_WORDS, MARKERS, QUOTED, TITLED
from assistant.sentences.who import unknown_units
from assistant.settings import ModelSettings
from assistant.verify import check_answer
from assistant.wording import say
from index_build.catalog import Catalog
from index_build.dates import find_dates
from index_build.errors import ModelError
from index_build.model import Deadline, DeadlineKind, Measure, Span
from index_build.text import fold, simplify, tidy
from prompts import load

REWORDED = frozenset(
    {Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE, Intent.WHEN, Intent.WHO_WHEN, Intent.WHAT}
)
MOST_SOURCES = 6
LONGEST_SENTENCE = 400
BANKERS = "壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
PIECE = 24  # characters of a streamed piece of an extractive answer
QUOTES = 8  # sentences of a body that get a handle
TURNS = 6

# What was asked -> the kinds of claims that the worded answer must not leave out.
ASKED: Mapping[Intent, tuple[ClaimKind, ...]] = {
    Intent.WHO: (ClaimKind.LEAD, ClaimKind.RESPONSIBLE),
    Intent.WHO_LEAD: (ClaimKind.LEAD,),
    Intent.WHO_RESPONSIBLE: (ClaimKind.RESPONSIBLE,),
    Intent.WHEN: (ClaimKind.DEADLINE,),
    Intent.WHO_WHEN: (ClaimKind.LEAD, ClaimKind.RESPONSIBLE, ClaimKind.DEADLINE),
    Intent.WHAT: (),
}


# -- what the model may use -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """What a handle stands for: the words to put in, and the claims that they make."""

    words: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Material:
    """One retrieved measure as the model may use it: its mark, its handles, its words, its ground for checking."""

    mark: str
    citation: Citation
    slots: Mapping[str, Slot]
    ground: Ground

    @property
    def entry(self) -> Entry:
        return self.citation.entry


def materials_of(answer: Answer, catalog: Catalog) -> dict[str, Material]:
    """m1, m2, …: the citations of an answer, in their order."""
    english = answer.question.english
    units, places = names_known(catalog)
    found = {}
    for at, citation in enumerate(answer.citations, 1):
        ground = Ground.of([citation], catalog, known_units=units, known_places=places, english=english)
        found[f"m{at}"] = Material(f"m{at}", citation, dict(slots_of(citation, english)), ground)
    return found


def slots_of(citation: Citation, english: bool) -> Iterator[tuple[str, Slot]]:
    entry, n = citation.entry, citation.n
    if isinstance(entry, Measure):
        for name, kind, names in (
            ("lead", ClaimKind.LEAD, entry.lead),
            ("responsible", ClaimKind.RESPONSIBLE, entry.responsible),
        ):
            if names:
                claims = tuple(Claim(kind, unit, n, spans_of(entry, kind, unit)) for unit in names)
                yield name, Slot(names_text(names, english), claims)
        if entry.deadlines:
            claims = tuple(Claim(ClaimKind.DEADLINE, tidy(d.raw), n, (d.span,)) for d in entry.deadlines)
            yield "deadline", Slot(days_text(entry.deadlines, english), claims)
        if entry.plan:
            plan = tidy(entry.plan).rstrip("。；")
            yield "plan", Slot(f"「{plan}」", (Claim(ClaimKind.PLAN, plan, n, ()),))
    for at, sentence in enumerate(body_sentences(entry), 1):
        yield f"q{at}", Slot(f"「{sentence}」", (Claim(ClaimKind.TEXT, sentence, n, ()),))
    if number := number_label(entry, english).strip():
        yield "number", Slot(number, ())
    yield "policy", Slot(f"《{tidy(entry.policy.title).strip('《》')}》", ())


def spans_of(measure: Measure, kind: ClaimKind, name: str) -> tuple[Span, ...]:
    return tuple(m.span for m in measure.mentions if m.role.value == kind.value and m.name == name)[:1]


_BODY_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")


def body_sentences(entry: Entry) -> list[str]:
    found = [m.group().strip().rstrip("。；") for m in _BODY_SENTENCE.finditer(tidy(entry.text))]
    return [s for s in found if 4 <= len(s) <= 300 and "「" not in s and "」" not in s][:QUOTES]


_KNOWN: WeakKeyDictionary[Catalog, tuple[frozenset[str], frozenset[str]]] = WeakKeyDictionary()


def names_known(catalog: Catalog) -> tuple[frozenset[str], frozenset[str]]:
    """Every department and every place of the index, to recognise them where they do not belong."""
    if catalog not in _KNOWN:
        units = frozenset(fold(row.name) for row in catalog.departments())
        places = frozenset(fold(name) for policy in catalog.policies() for name in policy.place)
        _KNOWN[catalog] = (units, places)
    return _KNOWN[catalog]


# -- evidence -------------------------------------------------------------------------------------------------


def fence_of(*texts: str) -> str:
    """A tag that no document can have guessed: it hangs on all that is said."""
    return "资料" + hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:8]


def harmless(text: str) -> str:
    """Quoted text in which nothing can be taken for a fence, a handle, a mark or a tag."""
    return (
        text.replace("<", "＜")
        .replace(">", "＞")
        .replace("{{", "｛｛")
        .replace("}}", "｝｝")
        .replace("[m", "［m")
    )


def evidence_of(materials: Iterable[Material], fence: str, english: bool) -> list[str]:
    """One fenced block for each measure: what it is, and every handle with what it stands for."""
    blocks = []
    for material in materials:
        policy = material.entry.policy
        title = f"《{short_title(policy)}》{place_label(policy)} {policy.doc_no or ''} {number_label(material.entry, english)}"
        lines = [f"<{fence} {material.mark}>", harmless(" ".join(title.split()))]
        for name, slot in material.slots.items():
            lines.append(f"{{{{{material.mark}.{name}}}}} = {harmless(slot.words)}")
        blocks.append("\n".join([*lines, f"</{fence}>"]))
    return blocks


def earlier_words(history: Sequence[Turn], tokens: int = 600) -> str:
    """The newest turns that fit, oldest first; 无 where there are none."""
    turns = [
        f"{'问' if t.role == 'user' else '答'}：{harmless(tidy(t.content))[:300]}" for t in history[-TURNS:]
    ]
    return "\n".join(reversed(fit(turns[::-1], tokens))) or "无"


def messages_for(
    question: Question, materials: Mapping[str, Material], history: Sequence[Turn], settings: ModelSettings
) -> tuple[list[dict[str, str]], dict[str, Material]]:
    """The request, and the materials that fit into its budget of tokens."""
    fence = fence_of(question.text, *[m.citation.quote for m in materials.values()])
    prompt = load("answer", "en" if question.english else "zh")
    asked = {"question": harmless(question.text), "earlier": earlier_words(history), "fence": fence}
    fixed = sum(count(m["content"]) for m in prompt.fill(evidence="", **asked))
    blocks = evidence_of(materials.values(), fence, question.english)
    kept = fit(blocks, max(0, settings.context_tokens - fixed))
    if not kept or kept[0] != blocks[0]:
        raise ModelError(
            "上下文放不下一条措施；请加大 context_tokens · not one measure fits: raise context_tokens"
        )
    shown = dict(list(materials.items())[: len(kept)])
    return prompt.fill(evidence="\n".join(kept), **asked), shown


# -- sentences out of a stream --------------------------------------------------------------------------------

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_OPEN_TAG = re.compile(r"<[a-z]{0,9}>?\Z")
_END = re.compile(r"[。！？!?\n]+|(?<=[a-z}」”\]])\.(?=\s)")
_TRAILING_MARKS = re.compile(r"\s*(?:\[\^?m?\d{0,4}\]\s*)+")
_MAYBE_MARK = re.compile(r"\s*(?:\[\^?m?\d{0,4}\]\s*)*(?:\[[^\]\s]{0,6})?\Z")


def sentences_of(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences, each with the marks that follow it, as soon as they are whole.  What a model thinks aloud
    is left out; a last sentence without an end is handed on only if the stream ended well (it raises if not)."""
    heard, done = "", 0
    for piece in pieces:
        heard += piece
        if _OPEN_TAG.search(heard):
            continue
        plain = _THINKING.sub("", heard)
        while (end := sentence_end(plain, done)) is not None:
            yield plain[done:end]
            done = end
    rest = _THINKING.sub("", heard)[done:]
    if rest.strip():
        yield rest


def sentence_end(text: str, start: int) -> int | None:
    """Where the sentence that begins at `start` ends, marks included; None while that cannot be known."""
    for match in _END.finditer(text, start):
        inside = text[start : match.start()]
        if (
            inside.count("“") > inside.count("”")
            or inside.count("「") > inside.count("」")
            or inside.count("{{") > inside.count("}}")
        ):
            continue
        if not inside.strip() and match.end() < len(text):
            continue
        if _MAYBE_MARK.fullmatch(text, match.end()):
            return None  # a mark may be on its way
        marks = _TRAILING_MARKS.match(text, match.end())
        return marks.end() if marks else match.end()
    return None


# -- one sentence ---------------------------------------------------------------------------------------------

HANDLE = re.compile(r"\{\{\s*(?P<mark>m\d{1,2})\s*\.\s*(?P<name>[a-z]+\d{0,2})\s*\}\}")
MARK = re.compile(r"[\[【［]\s*(m\d{1,2})\s*[\]】］]")
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+|\d{1,2}[.、)）])\s*")
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
    bare = _EMPHASIS.sub("", _BULLET.sub("", sentence.strip()))
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
        own = pattern.sub(lambda m: "＿" * len(m.group()), own)
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


# -- a whole answer -------------------------------------------------------------------------------------------


@dataclass
class Draft:
    """What has been released so far.  Markers are numbered in the order in which measures are first cited."""

    opening: str = ""  # yes or no, said by the records
    numbers: dict[str, int] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def release(self, worded: Worded, first_of_line: bool) -> str:
        n = self.numbers.setdefault(worded.mark, len(self.numbers) + 1)
        self.said.add(fold(worded.words))
        self.claims += [replace(c, citation=n) for c in worded.claims]
        self.claims.append(Claim(ClaimKind.TEXT, worded.words, n, ()))
        joint = (
            self.opening
            if not self.pieces
            else "\n"
            if first_of_line
            else " "
            if worded.words[0].isascii()
            else ""
        )
        return self.add(f"{joint}{worded.words}[{n}]")

    def add(self, piece: str) -> str:
        self.pieces.append(piece)
        return piece

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def reword(
    answer: Answer,
    settings: ModelSettings,
    catalog: Catalog,
    history: Sequence[Turn] = (),
    *,
    speaker: Speaker | None = None,
) -> Iterator[str | Answer]:
    """Pieces of the answer as they may be shown, then the Answer, whose text is all the pieces joined.

    `speaker` is the model to ask (any LlamaIndex LLM as `LlamaSpeaker`), by default the one that is set."""
    unfit = unfit_for_wording(answer)
    if unfit:
        yield from as_it_is(answer, {"used": False, "reason": unfit})
        return
    speaker = speaker or LanguageModel(settings)
    draft, failure = Draft(yes_or_no(answer)), ""
    materials = materials_of(answer, catalog)
    try:
        messages, shown = messages_for(answer.question, materials, history, settings)
        yield from released(speaker, messages, shown, draft)
    except ModelError as error:
        failure = str(error)
    trace = trace_of(speaker, settings, draft, failure)
    if not draft.pieces:
        trace["fallback"] = failure or "没有一句能核实 · no sentence could be verified"
        yield from as_it_is(answer, {**trace, "used": False})
        return
    yield from added(answer, materials, draft)
    yield check_answer(finished(answer, materials, draft, {**trace, "used": True}), catalog)


def yes_or_no(answer: Answer) -> str:
    """How the extractive answer opens, where yes or no was asked."""
    openings = [say(key, answer.question.english) for key in ("yes", "no")]
    return next((words for words in openings if answer.text.startswith(words)), "")


def unfit_for_wording(answer: Answer) -> str:
    """Why an answer is left as it is; "" if it may be worded.  Lists, counts and comparisons come from the catalog
    complete, and refusals say what they have to."""
    question = answer.question
    if answer.outcome is not Outcome.ANSWERED or not answer.citations:
        return f"outcome {answer.outcome.value}"
    if question.intent not in REWORDED or asked_of(question) not in REWORDED:
        return f"intent {question.intent.value}"
    if question.unit_at is not None:
        return "one unit of an earlier answer is asked for"
    if question.claimed:
        return "the answer sets right what the question asserts"
    return f"{len(answer.citations)} sources" if len(answer.citations) > MOST_SOURCES else ""


def asked_of(question: Question) -> Intent:
    return question.aspect or question.intent


def as_it_is(answer: Answer, trace: Mapping[str, Any]) -> Iterator[str | Answer]:
    """The extractive answer, with what happened in its trace."""
    for at in range(0, len(answer.text), PIECE):
        yield answer.text[at : at + PIECE]
    yield replace(answer, trace={**answer.trace, "model": dict(trace)})


def released(
    speaker: Speaker, messages: Sequence[Message], materials: Mapping[str, Material], draft: Draft
) -> Iterator[str]:
    """The model's sentences, as each is whole and verified."""
    new_line = False
    for sentence in sentences_of(speaker.stream(messages)):
        if re.search(r"\w", sentence):
            judged = judge(sentence, materials)
            if isinstance(judged, Dropped):
                draft.dropped.append(judged)
            elif fold(judged.words) not in draft.said:
                yield draft.release(judged, new_line or bool(_BULLET.match(sentence)))
        new_line = sentence.endswith("\n")


def added(answer: Answer, materials: Mapping[str, Material], draft: Draft) -> Iterator[str]:
    """What was asked and the model left out, from the records; then where each measure stands and its own words,
    which are shown beside what was worded."""
    intent, english = asked_of(answer.question), answer.question.english
    for mark, material in materials.items():
        missing = missing_claims(answer, material, draft, ASKED[intent])
        if not missing and not (mark == "m1" and mark not in draft.numbers):
            continue
        n = draft.numbers.setdefault(mark, len(draft.numbers) + 1)
        days = days_of(answer, material)
        line, claims = facts_line(material.entry, intent, n, english=english, deadlines=days)
        if line:
            draft.claims += claims
            yield draft.add(f"\n{line}{say('stop', english)}[{n}]")
    for silent in silences(answer, materials, draft):
        yield draft.add(silent)
    for mark, n in draft.numbers.items():
        quote = quote_of(answer, materials[mark])
        if fold(quote).rstrip("。；") in fold(draft.text):
            continue  # the worded answer quotes it already
        draft.claims.append(Claim(ClaimKind.TEXT, quote, n, ()))
        yield draft.add(f"\n\n{source_line(materials[mark].entry, quote, english)}[{n}]")


def days_of(answer: Answer, material: Material) -> tuple[Deadline, ...]:
    """The days that the extractive answer gave for a measure: its deadlines, or days read out of its text."""
    n = material.citation.n
    told = {fold(c.value) for c in answer.claims if c.citation == n and c.kind is ClaimKind.DEADLINE}
    return tuple(
        d for at, fact in answer.facts if at == n for d in fact.deadlines if fold(tidy(d.raw)) in told
    )


def silences(answer: Answer, materials: Mapping[str, Material], draft: Draft) -> Iterator[str]:
    """What was asked and a cited record does not say, unless the worded answer already says so."""
    english, kinds = answer.question.english, ASKED[asked_of(answer.question)]
    for mark, n in draft.numbers.items():
        entry = materials[mark].entry
        for kind, key, stated in (
            (ClaimKind.DEADLINE, "no_deadline", bool(days_of(answer, materials[mark]))),
            (ClaimKind.LEAD, "no_lead", not isinstance(entry, Measure) or bool(entry.lead)),
        ):
            words = say(key, english)
            if kind in kinds and not stated and words in answer.text and not says_absence(draft, n, kind):
                yield f"\n{words}{say('stop', english)}[{n}]"


def says_absence(draft: Draft, n: int, kind: ClaimKind) -> bool:
    field_words = FIELD_WORDS["deadlines" if kind is ClaimKind.DEADLINE else "lead"]
    told = [c.value for c in draft.claims if c.citation == n and c.kind is ClaimKind.TEXT]
    return any((ABSENT_WORDS.search(t) or ENGLISH_NEGATION.search(t)) and field_words.search(t) for t in told)


def missing_claims(
    answer: Answer, material: Material, draft: Draft, kinds: Collection[ClaimKind]
) -> list[Claim]:
    """The verified claims of the extractive answer, of the kinds asked for, that the worded one does not make."""
    made = {(c.kind, fold(c.value)) for c in draft.claims if c.citation == draft.numbers.get(material.mark)}
    return [
        c
        for c in answer.claims
        if c.citation == material.citation.n and c.kind in kinds and (c.kind, fold(c.value)) not in made
    ]


def quote_of(answer: Answer, material: Material) -> str:
    """The words that the extractive answer quotes of a measure, else its body."""
    n = material.citation.n
    quoted = [c.value for c in answer.claims if c.kind is ClaimKind.TEXT and c.citation == n]
    return quoted[0] if quoted else tidy(material.entry.text)


def finished(
    answer: Answer, materials: Mapping[str, Material], draft: Draft, trace: Mapping[str, Any]
) -> Answer:
    facts = dict(answer.facts)
    order = [(n, materials[mark].citation) for mark, n in draft.numbers.items()]
    return replace(
        answer,
        text=draft.text,
        citations=tuple(replace(citation, n=n) for n, citation in order),
        facts=tuple((n, facts[citation.n]) for n, citation in order if citation.n in facts),
        claims=tuple(draft.claims),
        trace={**answer.trace, "model": dict(trace)},
    )


def trace_of(speaker: Speaker, settings: ModelSettings, draft: Draft, failure: str) -> dict[str, Any]:
    return {
        "model": settings.model,
        **speaker.spent.row(settings),
        "released": len(draft.pieces),
        "dropped": [{"sentence": d.sentence, "reasons": list(d.reasons)} for d in draft.dropped],
        "error": failure or None,
        "fallback": None,
    }


# -- the smaller steps ----------------------------------------------------------------------------------------


def rewrite_follow_up(
    question: str,
    history: Sequence[Turn],
    settings: ModelSettings,
    *,
    speaker: Speaker | None = None,
    english: bool = False,
) -> str:
    """The question as it stands alone; the question itself where the model fails, or brings in any name, date or
    number that was not said before."""
    if not history:
        return question
    speaker = speaker or LanguageModel(settings)
    earlier = earlier_words(history)
    prompt = load("follow_up", "en" if english else "zh")
    try:
        said = complete(
            speaker,
            prompt.fill(question=harmless(question), earlier=earlier, fence=fence_of(question, earlier)),
        )
    except ModelError:
        return question
    rewritten = _THINKING.sub("", said).strip().strip('“”"').removeprefix("问：").strip()
    known = fold(question + "\n" + "\n".join(t.content for t in history))
    return rewritten if is_of(rewritten, known, len(question)) else question


def is_of(rewritten: str, known: str, length: int) -> bool:
    """Whether a rewritten question is one line made of what was said: every run of its characters that could be a
    name or a number stands in the conversation."""
    if (
        not rewritten
        or "\n" in rewritten
        or len(rewritten) > length + 120
        or re.search(r"[<>{}`]|https?:", rewritten)
    ):
        return False
    own = fold(rewritten)
    numbers = re.findall(r"[0-9.]+", own)
    units = [hit.name for hit in unknown_units(own, 0, len(own))]
    places = re.findall(r"[一-鿿]{2}[省市州盟县旗区]", own)
    dates = [fold(hit.raw) for hit in find_dates(own, None)]
    if any(word not in known for word in [*numbers, *places, *dates]):
        return False
    if any(not any(name[at:] in known for at in range(max(1, len(name) - 2))) for name in units):
        return False
    pairs = [own[i : i + 2] for i in range(len(own) - 1) if own[i : i + 2].isalnum()]
    return not pairs or sum(p in known for p in pairs) / len(pairs) >= 0.6


_WORD = re.compile(r"[一-鿿]{2,10}|[A-Za-z][A-Za-z-]{2,13}")
_NAMES = re.compile(r"[省市州盟县旗区]$|^[省市州盟县旗区国].*[局委厅办部署院]$")
MOST_WORDS = 8
LONGEST_WORD = 14


def widen(question: str, settings: ModelSettings, *, speaker: Speaker | None = None) -> tuple[str, ...]:
    """More words to search with, at most eight, without names of places or departments, dates or numbers; none
    where the model fails."""
    speaker = speaker or LanguageModel(settings)
    try:
        said = complete(
            speaker, load("widen").fill(question=harmless(question), fence=fence_of(question)), max_tokens=120
        )
    except ModelError:
        return ()
    first = next((line for line in _THINKING.sub("", said).splitlines() if line.strip()), "")
    words = [w.strip() for w in re.split(r"[、，,；;\s]+", first)]
    if any(len(w) > LONGEST_WORD for w in words):
        return ()  # it talks
    fit_words = [
        w
        for w in words
        if _WORD.fullmatch(w) and not _NAMES.search(w) and not find_numbers(w) and not find_dates(w, None) and w not in question
    ]  # fmt: skip
    return tuple(dict.fromkeys(fit_words))[:MOST_WORDS]


def choose_measures(
    question: str, entries: Sequence[Entry], settings: ModelSettings, *, speaker: Speaker | None = None
) -> tuple[str, ...] | None:
    """The ids of the entries that answer, best first; () where the model finds that none does, None where it
    fails.  Marks that it made up disappear."""
    speaker = speaker or LanguageModel(settings)
    fence = fence_of(question, *[e.text for e in entries])
    blocks = [
        f"<{fence} m{at}>\n{harmless(short_title(e.policy))} {place_label(e.policy)} {number_label(e)}\n{harmless(tidy(e.text))[:300]}\n</{fence}>"
        for at, e in enumerate(entries, 1)
    ]
    evidence = "\n".join(fit(blocks, settings.context_tokens - 500))
    try:
        said = complete(
            speaker,
            load("choose").fill(question=harmless(question), evidence=evidence, fence=fence),
            max_tokens=60,
        )
    except ModelError:
        return None
    marks = re.findall(r"\bm(\d{1,2})\b", _THINKING.sub("", said))
    chosen = [entries[int(m) - 1].id for m in marks if 1 <= int(m) <= len(entries)]
    if not chosen and "无" not in said:
        return None
    return tuple(dict.fromkeys(chosen))


FOUND = frozenset({Outcome.ANSWERED, Outcome.NOT_STATED})
WIDENED = 0.7  # what a word from the model is worth beside the question's own


def asked_again(
    first: Answer,
    history: Sequence[Turn],
    settings: ModelSettings,
    read: Callable[[str], Question],
    reply: Callable[[Question], Answer],
    *,
    speaker: Speaker | None = None,
) -> Answer:
    """A question whose topic was not found, tried once more with the model's help: as it stands alone, then with
    more words.  What that finds counts only if the model, shown the measures, also chooses the first of them; a
    missing place or year stays missing, and a model that fails changes nothing."""
    question = first.question
    if first.outcome is not Outcome.NOT_FOUND or question.unknown_places or question.unknown_years:
        return first
    speaker = speaker or LanguageModel(settings)
    for how, asked in other_readings(question, history, settings, read, speaker):
        second = reply(asked)
        if second.outcome not in FOUND or not second.citations:
            continue
        entries = [c.entry for c in second.citations[:MOST_SOURCES]]
        chosen = choose_measures(question.text, entries, settings, speaker=speaker)
        if chosen and entries[0].id in chosen:
            told = replace(second.question, text=question.text)
            return replace(second, question=told, trace={**second.trace, "asked_again": how})
    return replace(first, trace={**first.trace, "model_search": speaker.spent.row(settings)})


def other_readings(
    question: Question,
    history: Sequence[Turn],
    settings: ModelSettings,
    read: Callable[[str], Question],
    speaker: Speaker,
) -> Iterator[tuple[dict[str, Any], Question]]:
    """How the question may also be read, and what the model gave for it."""
    alone = rewrite_follow_up(question.text, history, settings, speaker=speaker, english=question.english)
    if alone != question.text:
        yield {"rewritten": alone}, read(alone)
    own = [c for c in question.concepts if not c.carried]
    if not own or speaker.spent.failures:
        return
    words = widen(question.text, settings, speaker=speaker)
    if words:
        more = tuple((word, WIDENED) for word in words)
        concepts = tuple(c if c.carried else replace(c, others=(*c.others, *more)) for c in question.concepts)
        yield {"widened": list(words)}, replace(question, concepts=concepts)
