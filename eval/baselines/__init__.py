"""The rivals: what a user would put together instead, asked the same questions in the same run.

A rival is built from a folder of .txt files (the texts exactly as Cewen read them, whatever their format was) and
finds windows of text.  It states no fields and never refuses, as the tutorials leave it; the metrics give it
credit for the words that stand in what it finds.  Follow-ups are made easy for it: the user's earlier turns are
part of its query.  To add a rival: one class with `build` and `search`, one row of `RIVALS`, one test.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from eval.cases import Case
from eval.sources import Sources
from index_build.errors import SettingsError

SHOWN = 5  # passages that count as its answer
RANKED = 10
EVERYTHING = 1 << 20
# the stretches of documents that a question's places leave, None for all: (document, start, end)
Scope = Callable[[Case], Sequence[tuple[str, int, int]] | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A window of a document's text, best first in a list."""

    doc: str
    start: int
    end: int
    text: str
    score: float


class Searcher(Protocol):
    def search(self, query: str, limit: int) -> list[Found]: ...


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a rival is put together; `build` takes the folder of texts and a folder to write into.

    `placed`: Cewen tells it which papers the question is about, so that what is left is the ranking alone."""

    name: str
    label: str
    about: str
    build: Callable[[Path, Path], Searcher]
    placed: bool = False


def own_nltk_data() -> None:
    """Let LlamaIndex's splitter start where packages were installed by hard links (uv's default): nltk refuses to open
    a file of several names, so its data is copied once a process.  To be called before llama_index is imported."""
    spec = importlib.util.find_spec("llama_index.core")
    if "NLTK_DATA" in os.environ or spec is None or spec.origin is None:
        return
    bundled = Path(spec.origin).parent / "_static" / "nltk_cache"
    sample = bundled / "corpora" / "stopwords" / "english"
    if sample.is_file() and sample.stat().st_nlink > 1:
        copy = Path(tempfile.mkdtemp(prefix="cewen-nltk-"))
        atexit.register(shutil.rmtree, copy, ignore_errors=True)
        os.environ["NLTK_DATA"] = str(shutil.copytree(bundled, copy / "nltk"))


def _llama_bm25(texts: Path, _: Path) -> Searcher:
    own_nltk_data()
    from eval.baselines.llama import TutorialBM25  # noqa: PLC0415  (each rival imports only its own framework)

    return TutorialBM25(texts)


def _llama_words(texts: Path, _: Path) -> Searcher:
    own_nltk_data()
    from eval.baselines.llama import SegmentedBM25  # noqa: PLC0415

    return SegmentedBM25(texts)


def _llama_words_all(texts: Path, _: Path) -> Searcher:
    own_nltk_data()
    from eval.baselines.llama import SegmentedBM25  # noqa: PLC0415

    return SegmentedBM25(texts, top=EVERYTHING)


def _llama_chroma(texts: Path, folder: Path) -> Searcher:
    own_nltk_data()
    from eval.baselines.llama import TutorialChroma  # noqa: PLC0415

    return TutorialChroma(texts, folder)


def _bm25s(texts: Path, _: Path) -> Searcher:
    from eval.baselines.windows import WindowBM25  # noqa: PLC0415

    return WindowBM25(texts)


def _tantivy(texts: Path, folder: Path) -> Searcher:
    from eval.baselines.windows import WindowTantivy  # noqa: PLC0415

    return WindowTantivy(texts, folder)


RIVALS: dict[str, Recipe] = {
    r.name: r
    for r in (
        Recipe("llamaindex-bm25", "LlamaIndex BM25（教程原样）", "SimpleDirectoryReader, SentenceSplitter and BM25Retriever with their defaults", _llama_bm25),
        Recipe("llamaindex-chroma", "LlamaIndex + Chroma 向量", "VectorStoreIndex over ChromaVectorStore, default splitter, the same local embedding as Cewen's", _llama_chroma),
        Recipe("llamaindex-words", "LlamaIndex BM25（先分词）", "BM25Retriever over the default windows, words segmented by rjieba beforehand", _llama_words),
        Recipe("llamaindex-words-place", "LlamaIndex BM25（先分词、告知地区）", "the same, with Cewen's understanding of the place as a filter", _llama_words_all, placed=True),
        Recipe("bm25s-windows", "bm25s 定长窗口", "bm25s over windows of 300 characters, 50 shared, words by rjieba", _bm25s),
        Recipe("tantivy-windows", "tantivy 定长窗口", "tantivy over windows of 500 characters, 100 shared, words by rjieba", _tantivy),
    )
}  # fmt: skip


class Rival:
    """A recipe as a system that answers cases with contract rows."""

    def __init__(self, recipe: Recipe, searcher: Searcher, scope: Scope | None = None) -> None:
        self.name, self.label, self._about = recipe.name, recipe.label, recipe.about
        self._searcher, self._scope = searcher, scope

    def settings(self) -> dict[str, Any]:
        return {"about": self._about, "shown": SHOWN}

    def _search(self, case: Case) -> list[Found]:
        turns = [t.content for t in case.history if t.role == "user"]
        query = " ".join((*turns, case.question))
        allowed = self._scope(case) if self._scope else None
        if allowed is None:
            return self._searcher.search(query, RANKED)
        found = self._searcher.search(query, EVERYTHING)
        return [f for f in found if any(f.doc == d and f.start < b and a < f.end for d, a, b in allowed)][
            :RANKED
        ]

    def answer(self, case: Case) -> dict[str, Any]:
        started = time.perf_counter()
        found = self._search(case)
        seconds = time.perf_counter() - started
        rows = [
            {"doc": f.doc, "text": f.text, "quote": f.text, "start": f.start, "end": f.end, "score": f.score}
            for f in found
        ]
        shown = rows[:SHOWN]
        return {
            "id": case.id,
            "answer": "\n\n".join(f"{row['text']} [{n}]" for n, row in enumerate(shown, 1)),
            "outcome": "answered" if shown else "not_found",
            "citations": [{"n": n, **row} for n, row in enumerate(shown, 1)],
            "ranked": rows,
            "seconds": round(seconds, 6),
        }


def write_texts(sources: Sources, folder: Path) -> Path:
    """The documents as .txt files named after them; other suffixes get .txt added, so that readers take them."""
    folder.mkdir(parents=True, exist_ok=True)
    for doc, text in sources.texts.items():
        (folder / document_file(doc)).write_bytes(text.encode("utf-8"))
    return folder


def document_file(doc: str) -> str:
    return f"{doc.replace('/', '／')}.txt"


def open_rivals(sources: Sources, names: Sequence[str], scope: Scope | None = None) -> list[Rival]:
    """Build the named rivals over the same texts.  `scope` is what the placed ones are told.  SettingsError for an unknown name or a missing package."""
    unknown = [name for name in names if name not in RIVALS]
    if unknown:
        raise SettingsError(f"没有 {unknown[0]}；可用的是 · no such rival; use one of {', '.join(RIVALS)}")
    work = Path(tempfile.mkdtemp(prefix="cewen-rivals-"))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    texts = write_texts(sources, work / "texts")
    rivals = []
    for name in names:
        try:
            recipe = RIVALS[name]
            rivals.append(Rival(recipe, recipe.build(texts, work / name), scope if recipe.placed else None))
        except ModuleNotFoundError as error:
            raise SettingsError(
                f"缺少 {error.name}；请 pip install 'cewen[dev]' · is missing: pip install 'cewen[dev]'"
            ) from error
    return rivals
