"""Search by words: a tantivy index over the terms of `words.index_terms`, filtered by policy in the same query.

The words are cut here, before tantivy sees them, and joined by spaces, since none of its own analysers cuts
Chinese.  Nothing is stored but an entry's id: texts live in the catalog.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from index_build.errors import IndexDamaged
from index_build.model import Measure, Passage
from index_build.words import index_terms

# field -> its weight in the score.  A measure's own words count most; the headings above it name its topic, and
# the policy's title is shared by all of its entries, so it only helps to choose among policies.
FIELDS: Mapping[str, float] = {"body": 1.0, "section": 0.5, "title": 0.25}
KINDS = ("measure", "passage")
_ANALYZER = "cewen_words"
# One writing thread up to this many entries: segments, and with them ties, then come out the same every time.
_ONE_THREAD = 50_000
KEPT = 20_000  # ids and terms that are known by heart
FEW_POLICIES = 256  # looked up one by one; of more, an automaton is faster


def policy_key(doc: str, ordinal: int) -> str:
    return f"{ordinal}\x1f{doc}"


def _schema() -> Any:
    import tantivy  # noqa: PLC0415  (only commands that search pay for it)

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("policy", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("doc", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _open(folder: Path | None, *, create: bool = True) -> Any:
    """The index in a folder; without one, a new index in memory."""
    import tantivy  # noqa: PLC0415

    if folder is None:
        index = tantivy.Index(_schema())
    else:
        index = tantivy.Index(_schema(), path=str(folder)) if create else tantivy.Index.open(str(folder))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_ANALYZER, analyzer)
    return index


def save(folder: Path, entries: Iterable[Measure | Passage], *, total: int = 0) -> None:
    """Write a new index of `entries` in `folder`, which must not exist; `total` is about how many there are."""
    folder.mkdir(parents=True)
    _write(_open(folder, create=True), entries, (), total)


def update(
    source: Path, folder: Path, removed_docs: Iterable[str], entries: Iterable[Measure | Passage]
) -> None:
    """A copy of the index in `source`, without some documents' entries and with `entries` added."""
    _copy(source, folder)
    _write(_open(folder, create=False), entries, removed_docs, 0)


def _write(index: Any, entries: Iterable[Measure | Passage], removed_docs: Iterable[str], total: int) -> None:
    writer = index.writer(heap_size=128_000_000, num_threads=1 if total <= _ONE_THREAD else 0)
    for doc in removed_docs:
        writer.delete_documents_by_term("doc", doc)
    shared = lru_cache(maxsize=4_096)(_terms)  # headings and titles repeat from entry to entry
    for entry in entries:
        writer.add_document(_document(entry, shared))
    writer.commit()
    writer.wait_merging_threads()


def _terms(text: str) -> str:
    return " ".join(index_terms(text))


def _document(entry: Measure | Passage, shared: Callable[[str], str]) -> Any:
    import tantivy  # noqa: PLC0415

    policy = entry.policy
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    return tantivy.Document(
        id=entry.id,
        policy=policy_key(*policy.key),
        doc=policy.doc,
        kind="measure" if isinstance(entry, Measure) else "passage",
        body=_terms(f"{entry.text}\n{plan}" if plan else entry.text),
        section=shared("\n".join(entry.section)),
        title=shared(policy.title),
    )


def _copy(source: Path, target: Path) -> None:
    """A copy to go on writing in.  Files are shared, not copied: tantivy never changes one, it replaces it."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.suffix == ".lock":
            continue
        try:
            (target / file.name).hardlink_to(file)
        except OSError:  # another file system, or one without links
            shutil.copy2(file, target / file.name)


class Lexical:
    """The word index of one generation, read-only and safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        try:
            self._use(_open(folder, create=False))
        except ValueError as error:
            raise IndexDamaged(
                f"词语索引 {folder.name} 打不开（{error}）；请重新运行 cewen build --fresh · "
                "the word index cannot be opened: run cewen build --fresh again"
            ) from error

    def _use(self, index: Any) -> None:
        self._index = index
        index.reload()
        self._searcher = index.searcher()
        self._ids: dict[tuple[int, int], str] = {}
        self._having: dict[str, tuple[tuple[str, float], ...]] = {}

    @classmethod
    def of(cls, entries: Iterable[Measure | Passage], *, total: int = 0) -> Lexical:
        """An index of these entries in memory: their words and rarities, and nobody else's."""
        made = cls.__new__(cls)
        index = _open(None)
        _write(index, entries, (), total)
        made._use(index)
        return made

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """In how many entries a term stands in the body."""
        return int(self._searcher.doc_freq("body", term))

    def search(
        self,
        terms: Mapping[str, float],
        *,
        policies: Collection[tuple[str, int]] | None = None,
        limit: int = 50,
        kinds: str | None = None,
    ) -> list[tuple[str, float]]:
        """(entry id, score), best first: BM25 summed over FIELDS and terms, each with its weight.

        `policies` None searches all, an empty collection none; `kinds` is "measure", "passage" or None for both.
        Equal scores come in the order of their ids."""
        if policies is not None and not policies:
            return []
        query = self._query(terms, policies, kinds)
        if query is None:
            return []
        hits = self._searcher.search(query, limit=limit, count=False).hits
        found = [(self._id_at(address), float(score)) for score, address in hits]
        found.sort(key=lambda hit: (-hit[1], hit[0]))
        return found

    def _fields_of(self, term: str) -> tuple[tuple[str, float], ...]:
        """The fields that have a term anywhere, kept: most terms of a question stand in no heading."""
        found = self._having.get(term)
        if found is None:
            if len(self._having) >= KEPT:
                self._having = {}  # other threads go on with the old one
            fields = [(f, weight) for f, weight in FIELDS.items() if self._searcher.doc_freq(f, term)]
            found = self._having[term] = tuple(fields)
        return found

    def _id_at(self, address: Any) -> str:
        """The entry at an address, kept: to read a stored document takes as long as to look at several entries."""
        at = (address.segment_ord, address.doc)
        found = self._ids.get(at)
        if found is None:
            if len(self._ids) >= KEPT:
                self._ids = {}  # other threads go on with the old one
            found = self._ids[at] = self._searcher.doc(address)["id"][0]
        return found

    def _query(
        self, terms: Mapping[str, float], policies: Collection[tuple[str, int]] | None, kinds: str | None
    ) -> Any | None:
        from tantivy import Occur, Query  # noqa: PLC0415

        schema = self._index.schema
        wanted = [
            (
                Occur.Should,
                Query.boost_query(Query.term_query(schema, field, term, "freq"), weight * field_weight),
            )
            for term, weight in terms.items()
            if weight > 0
            for field, field_weight in self._fields_of(term)
        ]
        if not wanted:
            return None
        clauses = [(Occur.Must, Query.boolean_query(wanted))]
        if policies is not None:
            clauses.append((Occur.Must, Query.const_score_query(self._chosen(policies), 0.0)))
        if kinds is not None:
            kind = Query.term_query(schema, "kind", kinds, "basic")
            clauses.append((Occur.Must, Query.const_score_query(kind, 0.0)))
        return Query.boolean_query(clauses) if len(clauses) > 1 else clauses[0][1]

    def _chosen(self, policies: Collection[tuple[str, int]]) -> Any:
        """The entries of these policies."""
        from tantivy import Occur, Query  # noqa: PLC0415

        schema, keys = self._index.schema, [policy_key(*policy) for policy in policies]
        if len(keys) > FEW_POLICIES:
            return Query.term_set_query(schema, "policy", keys)
        each = [(Occur.Should, Query.term_query(schema, "policy", key, "basic")) for key in keys]
        return Query.boolean_query(each)
