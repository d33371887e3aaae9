"""Zip containers (.docx, .xlsx, .zip) opened within safe limits: what a small file may unpack to is bounded."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from index_build.readers.faults import refuse

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 512 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
# deflate reaches about 1000; honest office files stay far below this
MAX_RATIO = 300
_RATIO_FREE = 32 * 1024 * 1024

# what the zip and compression libraries raise on damaged bytes
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """The container, its directory checked against the limits.

    Raises ReadError for a damaged, cut off or encrypted container and for one that unpacks to too much."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        members = package.infolist()
    except ZIP_FAULTS as error:
        raise refuse(
            name,
            "压缩结构损坏或文件不完整；请重新下载，或用原程序另存一份。",
            "Damaged or incomplete: download it again or save a fresh copy.",
        ) from error
    total = sum(member.file_size for member in members)
    largest = max((member.file_size for member in members), default=0)
    if (
        len(members) > MAX_MEMBERS
        or largest > MAX_MEMBER_BYTES
        or total > MAX_TOTAL_BYTES
        or (total > _RATIO_FREE and total > MAX_RATIO * len(data))
    ):
        raise refuse(
            name,
            f"解压后过大（{total >> 20} MB、{len(members)} 个成员），疑似压缩炸弹；请拆分后重试。",
            f"Unpacks to {total >> 20} MB in {len(members)} members, more than is safe: split it.",
        )
    return package


def member_bytes(package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """One member unpacked, never more than its directory entry promised.

    Raises ReadError for a damaged or encrypted member."""
    if member.flag_bits & 1:
        raise refuse(name, "有密码保护；请去掉密码后重试。", "Password protected: remove the password.")
    try:
        with package.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except ZIP_FAULTS as error:
        raise refuse(
            name,
            "内容损坏；请重新下载或另存一份。",
            "Damaged content: download it again or save a fresh copy.",
        ) from error
    if len(data) != member.file_size:
        raise refuse(name, "压缩记录的大小不符；请重新打包。", "Sizes do not agree: pack it again.")
    return data


_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_TYPES = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabled(?:Template)?"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)


def usual_form(data: bytes) -> bytes:
    """An Office file as most programs write it: strict names as the usual ones, templates and macro files as documents.

    Raises what ZIP_FAULTS lists."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        head = b"".join(
            package.read(n) for n in ("[Content_Types].xml", "_rels/.rels") if n in package.namelist()
        )
        if not _STRICT.search(head) and not _OTHER_TYPES.search(head):
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as usual:
            for member in package.infolist():
                part = package.read(member)
                if member.filename.endswith((".xml", ".rels")):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                    part = _OTHER_TYPES.sub(_MAIN_TYPE, part)
                usual.writestr(member.filename, part)
    return out.getvalue()
