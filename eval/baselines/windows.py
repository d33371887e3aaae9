"""Windows of a fixed number of characters with a good word search over them: what a careful programmer writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import rjieba

from eval.baselines import Found

_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Window:
    doc: str
    start: int
    text: str


def cut_windows(texts: Path, size: int, shared: int) -> list[Window]:
    """Every `size` characters of every file, each window sharing `shared` with the one before."""
    windows = []
    for path in sorted(texts.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        for start in range(0, max(1, len(text) - shared), size - shared):
            windows.append(Window(path.name.removesuffix(".txt"), start, text[start : start + size]))
    return windows


def terms(text: str) -> list[str]:
    return [word for word in rjieba.cut("".join(text.split()).lower()) if _WORD.search(word)]


def _found(window: Window, score: float) -> Found:
    return Found(window.doc, window.start, window.start + len(window.text), window.text, float(score))


class WindowBM25:
    def __init__(self, texts: Path, size: int = 300, shared: int = 50) -> None:
        import bm25s  # noqa: PLC0415  (a development dependency)

        self._windows = cut_windows(texts, size, shared)
        self._model = bm25s.BM25()
        self._model.index([terms(w.text) for w in self._windows], show_progress=False)

    def save(self, folder: Path) -> None:
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, texts: Path, folder: Path, size: int = 300, shared: int = 50) -> WindowBM25:
        import bm25s  # noqa: PLC0415  (a development dependency)

        found = cls.__new__(cls)
        found._windows = cut_windows(texts, size, shared)
        found._model = bm25s.BM25.load(str(folder))
        return found

    def search(self, query: str, limit: int) -> list[Found]:
        wanted = terms(query)
        if not wanted:
            return []
        k = min(limit, len(self._windows))
        at, scores = self._model.retrieve([wanted], k=k, show_progress=False)
        return [_found(self._windows[int(i)], s) for i, s in zip(at[0], scores[0], strict=True) if s > 0]


class WindowTantivy:
    def __init__(self, texts: Path, folder: Path, size: int = 500, shared: int = 100) -> None:
        import tantivy  # noqa: PLC0415  (only this rival needs it)

        self._tantivy = tantivy
        self._windows = cut_windows(texts, size, shared)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
        builder.add_unsigned_field("at", stored=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(builder.build(), path=str(folder))
        writer = self._index.writer()
        for at, window in enumerate(self._windows):
            writer.add_document(tantivy.Document(words=" ".join(terms(window.text)), at=at))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    @classmethod
    def load(cls, texts: Path, folder: Path, size: int = 500, shared: int = 100) -> WindowTantivy:
        import tantivy  # noqa: PLC0415  (only this rival needs it)

        found = cls.__new__(cls)
        found._tantivy = tantivy
        found._windows = cut_windows(texts, size, shared)
        found._index = tantivy.Index.open(str(folder))
        return found

    def search(self, query: str, limit: int) -> list[Found]:
        t = self._tantivy
        schema = self._index.schema
        parts = [
            (t.Occur.Should, t.Query.term_query(schema, "words", term))
            for term in dict.fromkeys(terms(query))
        ]
        if not parts:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(t.Query.boolean_query(parts), limit).hits
        return [_found(self._windows[searcher.doc(address)["at"][0]], score) for score, address in hits]
