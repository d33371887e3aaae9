"""A .zip of documents: every member read as a file of its own, in the order of its names.

Members are read in memory and never written anywhere, so a member's path can reach nothing; what is hidden,
temporary or a folder is passed over, a .zip inside a .zip is opened once and no deeper.
"""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from index_build.errors import ReadError
from index_build.model import Document
from index_build.readers.faults import both, refuse
from index_build.readers.kinds import is_temporary
from index_build.readers.package import member_bytes, open_package

ReadOne = Callable[[bytes, str], Document]
_UTF8_NAME = 0x800
_MAX_WARNINGS = 20


def read_archive(data: bytes, name: str, read_one: ReadOne, depth: int = 0) -> list[Document]:
    """The documents of an archive, named `archive.zip/folder/member.txt`; `read_one` reads a member.

    What could not be read is a warning on the first document; raises ReadError where nothing could be read."""
    package = open_package(data, name)
    documents: list[Document] = []
    faults: list[str] = []
    for path, member in sorted(
        ((_path(member), member) for member in package.infolist()), key=lambda p: p[0]
    ):
        if member.is_dir() or not path or any(is_temporary(part) for part in PurePosixPath(path).parts):
            continue
        shown = f"{name}/{path}"
        try:
            content = member_bytes(package, member, shown)
            if path.lower().endswith(".zip"):
                if depth:
                    raise refuse(
                        shown, "压缩包套得太深；请先解压。", "Archives nested too deeply: unpack it first."
                    )
                documents += read_archive(content, shown, read_one, depth + 1)
            else:
                documents.append(read_one(content, shown))
        except ReadError as error:
            faults.append(str(error))
    if not documents:
        if len(faults) == 1:
            raise ReadError(faults[0])
        raise refuse(
            name,
            "压缩包内没有能读的文档"
            + (f"（{len(faults)} 个未读）" if faults else "")
            + "；请放入 .docx、.pdf、.txt 等文件。",
            "No readable document inside: pack .docx, .pdf or .txt files.",
        )
    more = len(faults) - _MAX_WARNINGS
    kept = [
        *faults[:_MAX_WARNINGS],
        *([both(f"另有 {more} 个文件未读", f"{more} more files were not read")] if more > 0 else []),
    ]
    if kept:
        documents[0] = dataclasses.replace(documents[0], warnings=(*documents[0].warnings, *kept))
    return documents


def find_member(data: bytes, path: str) -> bytes | None:
    """The content of the member that `read_archive` calls `archive.zip/` + path; None where there is none.  Raises
    ReadError."""
    package = open_package(data, path)
    for member in package.infolist():
        name = _path(member)
        if name == path:
            return member_bytes(package, member, path)
        if name.lower().endswith(".zip") and path.startswith(name + "/"):
            return find_member(member_bytes(package, member, name), path[len(name) + 1 :])
    return None


def _path(member: zipfile.ZipInfo) -> str:
    """The member's path with plain parts only, its name decoded: Windows packs Chinese names as GBK unmarked."""
    path = member.filename
    if not member.flag_bits & _UTF8_NAME:
        raw = path.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                path = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join("".join(c for c in part if c.isprintable() and c != ":") for part in parts)
