"""What is measured, each as `python -m eval.bench.jobs JOB ARGUMENTS…`, printing one JSON line about itself.

A job prints its own seconds (imports left out) and the peak memory of its process and its children; the parent
adds the seconds of the whole process.  To add a system: its build and its open, one row each in the tables below."""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Ask = Callable[[str], Any]
WARM_UP = 5
EXTRACTIONS = 5
EMBEDDING = "embedding"


def _peak_mib() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children) / 1024


# -- building -------------------------------------------------------------------------------------------------


def preload(*modules: str) -> None:
    """What a build would import on its way: the seconds are of work, the whole process has the imports."""
    for module in modules:
        importlib.import_module(module)


def build_cewen(texts: Path, out: Path) -> Callable[[], Any]:
    preload("chromadb", "tantivy", "numpy", "scipy.sparse", "index_build.measures")
    from index_build.build import build  # noqa: PLC0415  (each job pays for its own imports, outside its seconds)
    from index_build.settings import BuildSettings  # noqa: PLC0415

    return lambda: build([texts], out, BuildSettings())


def build_llama_chroma(texts: Path, out: Path) -> Callable[[], Any]:
    preload("chromadb", "llama_index.vector_stores.chroma", "scipy.sparse")
    from eval.baselines.llama import build_chroma  # noqa: PLC0415

    def run() -> None:
        index = build_chroma(texts, out, chunk_size=512, chunk_overlap=50)
        index._embed_model.inner.save(out / EMBEDDING)  # type: ignore[attr-defined]

    return run


def build_llama_words(texts: Path, out: Path) -> Callable[[], Any]:
    preload("llama_index.retrievers.bm25", "bm25s")
    from eval.baselines.llama import SegmentedBM25  # noqa: PLC0415

    return lambda: SegmentedBM25(texts).save(out)


def build_bm25s(texts: Path, out: Path) -> Callable[[], Any]:
    preload("bm25s")
    from eval.baselines.windows import WindowBM25  # noqa: PLC0415

    return lambda: WindowBM25(texts).save(out)


def build_tantivy(texts: Path, out: Path) -> Callable[[], Any]:
    preload("tantivy")
    from eval.baselines.windows import WindowTantivy  # noqa: PLC0415

    return lambda: WindowTantivy(texts, out)


# -- asking ---------------------------------------------------------------------------------------------------


def open_cewen(texts: Path, out: Path) -> Ask:
    from assistant.ask import Assistant  # noqa: PLC0415

    return Assistant.open(out).answer


def search_cewen(texts: Path, out: Path) -> Ask:
    """Cewen's search alone, as far as a rival goes: words, ranking, and the five best entries."""
    from index_build.store import open_index  # noqa: PLC0415
    from index_build.words import index_terms  # noqa: PLC0415

    index = open_index(out)

    def search(question: str) -> Any:
        hits = index.lexical.search(dict.fromkeys(index_terms(question), 1.0), limit=50)
        return index.catalog.entries([entry for entry, _ in hits[:5]])

    return search


def open_llama_chroma(texts: Path, out: Path) -> Ask:
    from eval.baselines.llama import open_chroma  # noqa: PLC0415

    return open_chroma(out, out / EMBEDDING)


def open_llama_words(texts: Path, out: Path) -> Ask:
    from eval.baselines.llama import SegmentedBM25  # noqa: PLC0415

    found = SegmentedBM25.load(out)
    return lambda question: found.search(question, 5)


def open_bm25s(texts: Path, out: Path) -> Ask:
    from eval.baselines.windows import WindowBM25  # noqa: PLC0415

    found = WindowBM25.load(texts, out)
    return lambda question: found.search(question, 5)


def open_tantivy(texts: Path, out: Path) -> Ask:
    from eval.baselines.windows import WindowTantivy  # noqa: PLC0415

    found = WindowTantivy.load(texts, out)
    return lambda question: found.search(question, 5)


# system -> (how it builds, how it opens what it built)
SYSTEMS: dict[str, tuple[Callable[[Path, Path], Callable[[], Any]], Callable[[Path, Path], Ask]]] = {
    "cewen": (build_cewen, open_cewen),
    "llamaindex-chroma": (build_llama_chroma, open_llama_chroma),
    "llamaindex-words": (build_llama_words, open_llama_words),
    "bm25s-windows": (build_bm25s, open_bm25s),
    "tantivy-windows": (build_tantivy, open_tantivy),
}


# as SYSTEMS, for what only asks what another system built
SEARCHES: dict[str, Callable[[Path, Path], Ask]] = {"cewen": search_cewen}


def run_build(system: str, texts: str, out: str) -> dict[str, float]:
    work = SYSTEMS[system][0](Path(texts), Path(out))
    started = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - started}


def run_warm(system: str, texts: str, out: str, questions: str, rounds: str) -> dict[str, float]:
    """Milliseconds a question, once the first few have warmed everything up."""
    return _warm(SYSTEMS[system][1](Path(texts), Path(out)), questions, rounds)


def run_search(system: str, texts: str, out: str, questions: str, rounds: str) -> dict[str, float]:
    """The same for search alone."""
    return _warm(SEARCHES[system](Path(texts), Path(out)), questions, rounds)


def _warm(ask: Ask, questions: str, rounds: str) -> dict[str, float]:
    import numpy as np  # noqa: PLC0415

    asked: Sequence[str] = json.loads(Path(questions).read_text(encoding="utf-8"))
    for question in asked[:WARM_UP]:
        ask(question)
    took = []
    for _ in range(int(rounds)):
        for question in asked:
            started = time.perf_counter()
            ask(question)
            took.append(1000 * (time.perf_counter() - started))
    return {
        "p50_ms": float(np.percentile(took, 50)),
        "p99_ms": float(np.percentile(took, 99)),
        "asked": len(took),
    }


def run_cold(system: str, texts: str, out: str, question: str) -> dict[str, float]:
    """Open and answer one question; what counts is the whole process."""
    started = time.perf_counter()
    SYSTEMS[system][1](Path(texts), Path(out))(question)
    return {"seconds": time.perf_counter() - started}


def run_extract(texts: str) -> dict[str, float]:
    """Extracting every file that is read already, one after another, without any index: seconds of computing on one
    core, the best of several turns.  Each turn forgets the lists of units and brackets that the turns before it met,
    so that every document is as new as in a build."""
    from index_build.measures import extract  # noqa: PLC0415
    from index_build.readers import find_files, read  # noqa: PLC0415
    from index_build.sources import rarely_collecting  # noqa: PLC0415
    from index_build.vocabulary import forget  # noqa: PLC0415

    documents = [d for path in find_files([Path(texts)]) for d in read(path)]
    turns = []
    measures = 0
    with rarely_collecting():
        extract(documents[0])  # dictionaries are loaded once
        for _ in range(EXTRACTIONS):
            forget()
            started = time.process_time()
            measures = sum(len(extract(document).measures) for document in documents)
            turns.append(time.process_time() - started)
    return {
        "seconds": min(turns),
        "characters": float(sum(len(d.text) for d in documents)),
        "measures": float(measures),
    }


JOBS: dict[str, Callable[..., dict[str, float]]] = {
    "build": run_build,
    "warm": run_warm,
    "search": run_search,
    "cold": run_cold,
    "extract": run_extract,
}


def main(job: str, *arguments: str) -> None:
    found = JOBS[job](*arguments)
    print(json.dumps(found | {"peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
