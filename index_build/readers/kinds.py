"""What files really are: the first bytes of each kind, what to do with kinds that have no reader, left-over files.

Kinds are tables; a further one is a row.
"""

from __future__ import annotations

# first bytes → (what it is, suffixes that may have it, the remedy's Chinese and English)
_SIGNATURES: tuple[tuple[bytes, str, tuple[str, ...], str, str], ...] = (
    (b"%PDF-", "PDF", (".pdf",), "请把扩展名改为 .pdf", "rename it to .pdf"),
    (
        b"PK\x03\x04",
        "ZIP/Office",
        (".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".zip", ".ofd"),
        "请把扩展名改为 .docx、.xlsx 或 .zip",
        "rename it to .docx, .xlsx or .zip",
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "旧版 Office 或加密的 Office (old or encrypted Office)",
        (),
        "请用 Word/WPS 打开、去掉密码，另存为 .docx 或 .xlsx",
        "open it, remove the password and save as .docx or .xlsx",
    ),
    (b"{\\rtf", "RTF", (), "请用 Word/WPS 另存为 .docx", "save it as .docx"),
    (b"\xff\xd8\xff", "JPEG", (), "图片请先做文字识别（OCR）", "run OCR first"),
    (b"\x89PNG\r\n", "PNG", (), "图片请先做文字识别（OCR）", "run OCR first"),
    (b"GIF8", "GIF", (), "图片请先做文字识别（OCR）", "run OCR first"),
    (b"II*\0", "TIFF", (), "图片请先做文字识别（OCR）", "run OCR first"),
    (b"MM\0*", "TIFF", (), "图片请先做文字识别（OCR）", "run OCR first"),
    (b"Rar!\x1a\x07", "RAR", (), "请解压后重试，或改存为 .zip", "unpack it, or pack it as .zip"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip", (), "请解压后重试，或改存为 .zip", "unpack it, or pack it as .zip"),
    (b"\x1f\x8b", "gzip", (), "请解压后重试", "unpack it"),
    (b"\x7fELF", "程序 (program)", (), "请换成文档", "supply a document"),
    (b"MZ\x90\0", "程序 (program)", (), "请换成文档", "supply a document"),
    (b"SQLite format 3\0", "SQLite", (), "请换成文档", "supply a document"),
)

# suffixes whose files must begin with their signature
_MUST_START = {
    ".pdf": b"%PDF-",
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".zip", ".ofd"), b"PK"),
}

SHEETS = (".xls", ".xlt", ".et", ".ods")
OLD_OFFICE = (".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt", *SHEETS)

_OFFICE = ("请用 Word/WPS 打开后另存为 .docx。", "Open it in Word or WPS and save it as .docx.")
_SHEET = ("请用 Excel/WPS 打开后另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx.")
_SLIDES = ("请导出为 .pdf 或另存文字为 .docx。", "Export it as .pdf.")
_IMAGE = (
    "图片不能直接读；请先做文字识别（OCR），存为 .docx 或 .txt。",
    "A picture: run OCR and save the text.",
)
_PACKED = ("请解压后重试，或改存为 .zip。", "Unpack it, or pack it as .zip.")

REMEDIES: dict[str, tuple[str, str]] = {
    ".pages": _OFFICE,
    **dict.fromkeys((".xlsb", ".numbers"), _SHEET),
    **dict.fromkeys((".ppt", ".pptx", ".dps", ".key", ".odp"), _SLIDES),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"), _IMAGE),
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), _PACKED),
    ".caj": ("请用 CAJViewer 另存为 .pdf。", "Save it as .pdf from CAJViewer."),
}


def disguise(data: bytes, suffix: str) -> tuple[str, str] | None:
    """What to say when the content is of another kind than the suffix; None when they agree.

    Old Office names stand for many kinds, which their reader tells apart."""
    if suffix in OLD_OFFICE:
        return None
    start = data[:1024].lstrip(b"\0 \t\r\n\xef\xbb\xbf")
    for signature, kind, suffixes, chinese, english in _SIGNATURES:
        if start.startswith(signature):
            if suffix in suffixes:
                return None
            return (
                f"内容是 {kind}，与扩展名 {suffix} 不符；{chinese}。",
                f"The content is {kind}: {english}.",
            )
    wanted = _MUST_START.get(suffix)
    if wanted and wanted not in data[:1024]:
        return (
            f"文件开头不是 {suffix} 格式，可能下载不完整或改过扩展名；请重新下载或另存一份。",
            f"The content is not {suffix}: download it again or save a fresh copy.",
        )
    return None


def is_temporary(name: str) -> bool:
    """Whether a file or folder name is a hidden or left-over one that nobody means to index."""
    return (
        name.startswith((".", "~$", "~WRL", "__MACOSX"))
        or name.lower() in {"thumbs.db", "desktop.ini"}
        or (name.lower().endswith((".tmp", ".crdownload", ".part", "~")))
    )
