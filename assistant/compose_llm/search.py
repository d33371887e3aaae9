"""Looking once more for what was not found, with the model's help: it rewrites and adds words, the index searches.

    rewrite_follow_up   a question that leans on earlier turns → one that stands alone
    widen               everyday words → more words to search with
    choose_measures     which of the retrieved measures answer
    asked_again         a topic that was not found, looked for once more with these three

A model that fails, or that says more than it was asked for, changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.budget import fit
from assistant.characters import pairs
from assistant.compose_llm.evidence import earlier_words, fence_of, harmless
from assistant.compose_llm.stream import without_thinking
from assistant.labels import number_label, place_label, short_title
from assistant.language_model import LanguageModel, Speaker, complete
from assistant.model import Answer, Entry, Outcome, Question, Turn
from assistant.sentences.figures import find_numbers
from assistant.sentences.who import unknown_units
from assistant.settings import ModelSettings
from index_build.dates import find_dates
from index_build.errors import ModelError
from index_build.text import fold, tidy
from prompts import load

_WORD = re.compile(r"[一-鿿]{2,10}|[A-Za-z][A-Za-z-]{2,13}")
_NAMES = re.compile(r"[省市州盟县旗区]$|^[省市州盟县旗区国].*[局委厅办部署院]$")
MOST_WORDS = 8  # that a question is widened by
LONGEST_WORD = 14  # characters
MOST_CHOSEN = 6  # measures that the model chooses among
FOUND = frozenset({Outcome.ANSWERED, Outcome.NOT_STATED})
WIDENED = 0.7  # what a word from the model is worth beside the question's own


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
    rewritten = without_thinking(said).strip().strip('“”"').removeprefix("问：").strip()
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
    said = [pair for pair in pairs(own) if pair.isalnum()]
    return not said or sum(pair in known for pair in said) / len(said) >= 0.6


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
    first = next((line for line in without_thinking(said).splitlines() if line.strip()), "")
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
    marks = re.findall(r"\bm(\d{1,2})\b", without_thinking(said))
    chosen = [entries[int(m) - 1].id for m in marks if 1 <= int(m) <= len(entries)]
    if not chosen and "无" not in said:
        return None
    return tuple(dict.fromkeys(chosen))


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
        entries = [c.entry for c in second.citations[:MOST_CHOSEN]]
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
