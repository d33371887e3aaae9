"""Reading source files: suffix → one reader, bytes in, one `Document` out, or one clear line that says why not.

A new format is one module with a function of (bytes, name) and one row in `READERS`; the module is imported when
its first file is met, so that reading a .txt never pays for a PDF library.

How text is laid out: a .txt or .md is its decoded text, unchanged (line ends too; the byte order mark of a UTF-8
file stays as the first character, so that offsets agree with ``bytes.decode("utf-8")``).  The other formats give
one paragraph a line; a real table gives its cells in reading order, each on lines of its own, a merged cell once,
an empty cell as an empty stretch.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path, PurePosixPath

from index_build.errors import ReadError, UnsupportedFormat
from index_build.model import Document
from index_build.readers.archive import read_archive
from index_build.readers.faults import both, one_line, refuse
from index_build.readers.kinds import OLD_OFFICE, REMEDIES, disguise, is_temporary

Reader = Callable[[bytes, str], Document]

MAX_BYTES = 512 * 1024 * 1024


def _lazy(module: str, function: str) -> Reader:
    def reader(data: bytes, name: str) -> Document:
        read_one: Reader = getattr(import_module(f"index_build.readers.{module}"), function)
        return read_one(data, name)

    return reader


READERS: dict[str, Reader] = {
    ".txt": _lazy("txt", "read_txt"),
    ".text": _lazy("txt", "read_txt"),
    ".md": _lazy("md", "read_md"),
    ".markdown": _lazy("md", "read_md"),
    ".html": _lazy("html", "read_html"),
    ".htm": _lazy("html", "read_html"),
    **dict.fromkeys((".mht", ".mhtml"), _lazy("mht", "read_mht")),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _lazy("docx", "read_docx")),
    ".pdf": _lazy("pdf", "read_pdf"),
    ".xlsx": _lazy("xlsx", "read_xlsx"),
    ".xlsm": _lazy("xlsx", "read_xlsx"),
    ".csv": _lazy("csv", "read_csv"),
    **dict.fromkeys(OLD_OFFICE, _lazy("office", "read_office")),
    ".ofd": _lazy("ofd", "read_ofd"),
}
ARCHIVES = (".zip",)


def read(path: Path) -> list[Document]:
    """The documents of one file; a .zip holds many.

    Raises ReadError where nothing can be had (UnsupportedFormat for a suffix without a reader), its message one
    line with the remedy.  A member of a .zip that cannot be read becomes a warning on the documents that could."""
    return read_all(_load(path), path.name)


def read_all(data: bytes, name: str) -> list[Document]:
    """`read` for a file's bytes; `name` ends in the suffix that chooses the reader."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in ARCHIVES:
        _check_kind(data, name, suffix)
        return read_archive(data, name, read_bytes)
    return [read_bytes(data, name)]


def read_bytes(data: bytes, name: str) -> Document:
    """One document from the bytes of a file that is no archive."""
    suffix = PurePosixPath(name.lower()).suffix
    reader = READERS.get(suffix)
    if reader is None:
        raise UnsupportedFormat(one_line(f"{name}：{_remedy(suffix)}"))
    _check_kind(data, name, suffix)
    try:
        return reader(data, name)
    except RecursionError as error:
        raise refuse(
            name,
            "文件结构嵌套过深；请用 Office 打开后另存一份。",
            "Nested too deeply: open it and save a copy.",
        ) from error


def _check_kind(data: bytes, name: str, suffix: str) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise refuse(name, "文件是空的；请换成有内容的文件。", "The file is empty: supply one with content.")
    complaint = disguise(data, suffix)
    if complaint:
        raise refuse(name, *complaint)


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant: folders recursively and sorted, hidden and temporary files left out, none twice.

    A path that does not exist stays in the list, for `read` to say so."""
    found: dict[str, Path] = {}
    for path in paths:
        for one in _walk(path) if path.is_dir() else [path]:
            found.setdefault(os.path.realpath(one), one)
    return list(found.values())


def _walk(folder: Path) -> list[Path]:
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_temporary(name))
        files += [Path(root, name) for name in sorted(names) if not is_temporary(name)]
    return files


def _load(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise refuse(
                path.name, "是文件夹，不是文件；请用文件夹内的文件。", "A folder: name the files inside it."
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse(
                path.name,
                f"文件有 {size >> 20} MB，超过 {MAX_BYTES >> 20} MB 的上限；请拆成几个文件。",
                f"Larger than {MAX_BYTES >> 20} MB: split the file.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise refuse(
            str(path), "找不到文件；请检查路径和文件名。", "No such file: check the path and the spelling."
        ) from error
    except PermissionError as error:
        raise refuse(
            path.name,
            "没有读取权限；请用 chmod +r 或向管理员申请权限。",
            "Not readable: grant read permission.",
        ) from error
    except OSError as error:
        raise refuse(
            path.name,
            f"读取失败（{error.strerror}）；请检查磁盘或网络盘后重试。",
            "Reading failed: check the disk.",
        ) from error


def _remedy(suffix: str) -> str:
    known = REMEDIES.get(suffix)
    if known:
        return both(*known)
    kinds = "、".join([*READERS, *ARCHIVES])
    shown = suffix or "（无扩展名）"
    return both(
        f"不支持 {shown} 格式；请另存为 {kinds} 之一",
        f"Format {suffix or '(no suffix)'} is not supported: save it as one of these",
    )


__all__ = [
    "ARCHIVES",
    "READERS",
    "ReadError",
    "UnsupportedFormat",
    "find_files",
    "read",
    "read_all",
    "read_bytes",
]
