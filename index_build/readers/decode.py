"""Bytes → text.  Chinese documents come as UTF-8, GB18030, Big5 or UTF-16, mostly without saying which.

UTF-8 is tried first and is decided by its own rules.  The others accept nearly any bytes, so a sample of each
reading is weighed by how many of its characters are everyday Chinese, and the best has to be good in itself:
a text that only decodes into rare characters is not text in that encoding.
"""

from __future__ import annotations

import codecs
import re

from index_build.errors import ReadError
from index_build.readers.everyday import EVERYDAY
from index_build.readers.faults import refuse

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_SAMPLE = 32 * 1024
_VISIBLE = re.compile(r"[^\s\ufeff\0]")
_CONTROL = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\x7f]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ODD = re.compile("[\ue000-\uf8ff\ufff0-\uffff\x80-\x9f\U000e0000-\U0010ffff\ud800-\udfff]")


def decode(data: bytes, name: str) -> str:
    """The text of a plain-text file, nothing changed.

    Raises ReadError for bytes that are no text, of an unknown encoding, or cut off in the middle."""
    text = _utf8(data)
    if text is None:
        encoding = _encoding(data)
        if encoding is None:
            raise _undecodable(data, name)
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise _broken(name, encoding, data, error) from error
    if not _VISIBLE.search(text):
        raise refuse(
            name, "文件里只有空白；请换成有内容的文件。", "Only white space: supply a file with content."
        )
    control = _CONTROL.search(text)
    if control and (control.group() == "\0" or len(_CONTROL.findall(text)) > 1 + len(text) // 2000):
        raise refuse(
            name,
            "含有二进制内容，不是纯文本；请用原来的程序打开，另存为 .txt（UTF-8）或 .docx。",
            "Binary content: save it from its own program as .txt (UTF-8) or .docx.",
        )
    return text


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _encoding(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    weighed = [(_weigh(data, encoding), encoding) for encoding in _CANDIDATES]
    best, encoding = max(weighed, key=lambda pair: pair[0])
    broken_utf8 = _quality(data[:_SAMPLE].decode("utf-8", errors="ignore"))
    if best < 0.2 or (broken_utf8 >= best and data[:_SAMPLE].decode("utf-8", "replace").count("\ufffd") < 40):
        return None
    return encoding


def _weigh(data: bytes, encoding: str) -> float:
    """How much a sample reads as Chinese in `encoding`: 0 to 1; below 0 where it does not decode."""
    if encoding.startswith("utf-16") and len(data) % 2:
        return -1.0
    try:
        sample = codecs.getincrementaldecoder(encoding)().decode(data[:_SAMPLE])
    except UnicodeDecodeError as error:
        if error.start < min(len(data), _SAMPLE) - 4:
            return -1.0
        sample = data[: error.start].decode(encoding, errors="ignore")
    return _quality(sample)


def _quality(sample: str) -> float:
    """The share of everyday characters among the Chinese ones, less what no text has."""
    han = _HAN.findall(sample)
    if not han:
        return 0.0
    odd = len(_ODD.findall(sample)) + len(_CONTROL.findall(sample))
    return sum(c in EVERYDAY for c in han) / len(han) - 5 * odd / len(sample)


def _undecodable(data: bytes, name: str) -> ReadError:
    sample = data[:_SAMPLE].decode("utf-8", errors="replace")
    if _quality(sample.replace("\ufffd", "")) > 0.3:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return _broken(name, "utf-8", data, error)
    return refuse(
        name,
        "认不出文字编码（不是 UTF-8、GB18030、Big5 或 UTF-16）；请用记事本打开，另存为 UTF-8。",
        "Unknown text encoding (not UTF-8, GB18030, Big5 or UTF-16): save it as UTF-8.",
    )


def _broken(name: str, encoding: str, data: bytes, error: UnicodeDecodeError) -> ReadError:
    line = data.count(b"\n", 0, error.start) + 1
    if error.start >= len(data) - 4:
        return refuse(
            name,
            f"文件在第 {line} 行的一个字中间断掉（{encoding}），可能没有下载完整；请重新下载。",
            "The file ends inside a character: download it again.",
        )
    return refuse(
        name,
        f"第 {line} 行（第 {error.start} 字节）有 {encoding} 编码以外的坏字节；请重新下载，或用记事本另存为 UTF-8。",
        f"Bad bytes for {encoding} in line {line}: download it again or save it as UTF-8.",
    )
