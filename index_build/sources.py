"""Which files there are, against what the index holds; and one file's way to its measures.

What a build means is decided here: the paths that are given are the whole truth about themselves.  Files below
them are read if they are new or changed (by content); documents whose file has gone from below them leave the
index; documents from other paths stay.
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from index_build.catalog import Catalog, DocumentRow
from index_build.errors import ReadError
from index_build.measures import extract
from index_build.model import Document, Extraction
from index_build.readers import find_files, read
from index_build.vocabulary import lexicon_folders


class FileState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    DUPLICATE = "duplicate"  # the same content under another path; indexed once
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileLine:
    """What became of one file: the documents it holds, by name, and what they yielded; `reason` why it failed."""

    path: Path
    state: FileState
    names: tuple[str, ...] = ()
    policies: int = 0
    measures: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or a document of the old index to extract again (`stored`).

    `name` is what its document is called, unlike every other in the index."""

    path: Path
    name: str
    sha256: str
    state: FileState
    stored: Document | None = None


@dataclass(frozen=True, slots=True)
class Yield:
    """A source, with what it held, or why it could not be used."""

    source: Source
    extractions: tuple[Extraction, ...] = ()
    reason: str | None = None


@dataclass
class Plan:
    """What has to be done: sources to read, and documents that leave because their files have gone."""

    sources: list[Source] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    lines: list[FileLine] = field(default_factory=list)


def plan_files(paths: Sequence[Path], catalog: Catalog | None, *, same_code: bool) -> Plan:
    """Compare the files that are there with the documents that the index holds.

    `same_code` False: what extracted those documents was another version, so all of them are extracted again."""
    held: dict[str, list[DocumentRow]] = {}
    for row in catalog.documents() if catalog else ():
        held.setdefault(row.path, []).append(row)
    files = {path_key(file): file for file in find_files(paths)}
    digests = {path: _digest(file) for path, file in files.items()}
    plan = Plan()
    gone = [path for path in held if path not in files and _is_below(path, paths)]
    for path in gone:
        names = tuple(row.name for row in held[path])
        plan.removed += names
        plan.lines.append(FileLine(Path(path), FileState.REMOVED, names))
    elsewhere = [path for path in held if path not in files and path not in gone]
    if catalog and not same_code:
        plan.sources += [_stored(catalog, row) for path in elsewhere for row in held[path]]
    # content → the path it is indexed from; what the index holds already comes before what is new
    same = [path for path in files if path in held and held[path][0].file_sha256 == digests[path]]
    contents = {held[path][0].file_sha256: path for path in (*elsewhere, *same)}
    taken = {_file_part(r.name) for rows in held.values() for r in rows}
    for path, file in files.items():
        digest, rows = digests[path] or "", held.get(path, [])
        if digest and contents.setdefault(digest, path) != path:
            reason = f"与 {contents[digest]} 内容相同，只收一份 · the same content, indexed once"
            plan.lines.append(FileLine(file, FileState.DUPLICATE, reason=reason))
            plan.removed += [r.name for r in rows]
        elif rows and rows[0].file_sha256 == digest and same_code:
            plan.lines.append(_line_of(file, rows))
        else:
            name = _file_part(rows[0].name) if rows else _unique(file, taken)
            taken.add(name)
            state = FileState.NEW if not rows else FileState.CHANGED
            plan.sources.append(Source(file, name, digest, state))
    return plan


def _stored(catalog: Catalog, row: DocumentRow) -> Source:
    return Source(Path(row.path), row.name, row.file_sha256, FileState.CHANGED, catalog.document(row.name))


@cache
def code_fingerprint() -> str:
    """What extracted the measures: another version of this package has to extract every document again."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*")):
        if file.is_file() and (file.suffix == ".py" or file.parent.name == "lexicon"):
            digest.update(file.read_bytes())
    for folder in lexicon_folders():
        for file in sorted(folder.glob("*.toml")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def path_key(file: Path) -> str:
    return os.path.realpath(file)


def _digest(file: Path) -> str | None:
    """The hash of the file's bytes; None where reading it will say what is wrong."""
    try:
        with file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError:
        return None


def _is_below(path: str, paths: Sequence[Path]) -> bool:
    """Whether a given folder answers for `path`.  A file that is named and missing is a mistake, not a removal."""
    return any(given.is_dir() and Path(path).is_relative_to(path_key(given)) for given in paths)


def _file_part(name: str) -> str:
    """The name of the file: members of an archive are called archive.zip/member.txt."""
    head, sep, _ = name.partition(".zip/")
    return head + ".zip" if sep else name


def _unique(file: Path, taken: set[str]) -> str:
    """The file's name, with as many of its folders before it as it takes to be the only one."""
    parts = Path(path_key(file)).parts
    names = ["/".join(parts[-depth:]) for depth in range(1, len(parts))]
    return next((name for name in names if name not in taken), path_key(file))


def _line_of(file: Path, rows: Sequence[DocumentRow]) -> FileLine:
    return FileLine(
        file,
        FileState.UNCHANGED,
        tuple(r.name for r in rows),
        measures=sum(r.measures for r in rows),
        passages=sum(r.passages for r in rows),
        warnings=tuple(w for r in rows for w in r.warnings),
    )


# ---- file → document → measures ------------------------------------------------------------------------------


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """The collector of reference cycles comes less often: extraction makes thousands of records and no cycles, and to
    look through them again and again would take a tenth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def extract_source(source: Source) -> Yield:
    """File → documents → measures.  One file's fault never costs the others."""
    try:
        with rarely_collecting():
            if source.stored is not None:
                return Yield(source, (extract(source.stored),))
            return Yield(source, tuple(extract(document) for document in _named(read(source.path), source)))
    except ReadError as error:
        return Yield(source, reason=str(error))
    except Exception as error:  # whatever a strange file makes a parser do, the build of all others goes on
        said = " ".join(str(error).split())[:160]
        reason = f"{source.name}：内部错误 {type(error).__name__}（{said}）；请把文件发给维护者 · internal error: report the file"
        return Yield(source, reason=reason)


def _named(documents: Iterable[Document], source: Source) -> Iterator[Document]:
    """The documents under the name that is theirs in the index."""
    own = source.path.name
    for document in documents:
        name = source.name + document.name.removeprefix(own)
        yield document if name == document.name else dataclasses.replace(document, name=name)
