"""Files of question sets, read and written: JSONL and .xlsx.

A set is a JSONL file, one case a line, with an optional first line `{"set": name, "documents": [...]}`.  What is
wrong with it is a `SetError` that names the line, the field and the remedy.  In .xlsx the columns are the same
fields (or their Chinese names), lists are one entry a line or parted by ；, alternatives are parted by |, and a
second sheet `set` may hold the set's name and documents.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.case_rows import STRINGS, case_from_row, row_faults
from eval.cases import QuestionSet
from index_build.errors import SetError


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a set: where, in which field, and what to do."""

    file: str
    line: int
    field: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行 · line {self.line}, {self.field}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a file holds before it is checked: (line, row) pairs and the set's own row."""

    rows: tuple[tuple[int, Any], ...]
    head: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def _jsonl_rows(path: Path) -> _Rows:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SetError(f"{path} 不是 UTF-8；请另存为 UTF-8 · is not UTF-8: save it as UTF-8") from error
    rows: list[tuple[int, Any]] = []
    faults: list[Fault] = []
    head: Mapping[str, Any] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(
                Fault(
                    path.name, number, f"column {error.colno}", f"不是 JSON，请改正 · is no JSON: {error.msg}"
                )
            )
            continue
        if isinstance(row, dict) and "set" in row and not rows:
            head = row
        else:
            rows.append((number, row))
    return _Rows(tuple(rows), head, tuple(faults))


# .xlsx column -> its Chinese name, for people who work in spreadsheets
COLUMNS: dict[str, str] = {
    "id": "编号",
    "type": "类型",
    "question": "问题",
    "history": "前文",
    "answerable": "可回答",
    "evidence": "依据",
    "evidence_mode": "依据方式",
    "evidence_all": "依据齐全",
    "lead": "牵头单位",
    "responsible": "责任单位",
    "deadline_iso": "完成日期",
    "deadline_raw": "时限原文",
    "must_contain": "必须包含",
    "outcomes": "应有结局",
    "documents": "所需文件",
    "today": "当日",
    "why_hard": "难点",
    "draft": "草稿",
}
_YES = frozenset({"true", "yes", "是", "1", "y", "对"})
_NO = frozenset({"false", "no", "否", "0", "n", "错"})
_SPEAKERS = {"用户": "user", "user": "user", "助手": "assistant", "assistant": "assistant"}


_PARTING = re.compile(r"(?<!\\)；")


def _pieces(cell: str) -> list[str]:
    r"""Entries of a list cell: one a line, or parted by ；.  A ； that belongs to an entry is written \；."""
    pieces = (p for line in cell.splitlines() for p in _PARTING.split(line))
    return [p.strip().replace("\\；", "；") for p in pieces if p.strip()]


def _truth(cell: str) -> Any:
    low = cell.lower()
    return True if low in _YES else False if low in _NO else cell


def _turn(line: str) -> Any:
    speaker, _, content = line.replace("：", ":", 1).partition(":")
    return {"role": _SPEAKERS.get(speaker.strip().lower(), speaker), "content": content.strip()}


def _evidence_cell(line: str) -> dict[str, Any]:
    """`file | number | head` or `file | number | head | tail`; the number may be left out: `file | head`."""
    parts = [p.strip() for p in line.split("|")]
    if len(parts) == 2:
        parts.insert(1, "")
    doc, no, head, tail = (*parts, "", "", "", "")[:4]
    row: dict[str, Any] = {"doc": doc, "no": no or None, "head": head}
    return row | ({"tail": tail} if tail else {})


def _from_cell(name: str, cell: str) -> Any:
    """A spreadsheet cell as the field's JSON value; what does not fit is left as text for the check to name."""
    if name in ("answerable", "evidence_all", "draft"):
        return _truth(cell)
    if name == "history":
        return [_turn(line) for line in cell.splitlines() if line.strip()]
    if name == "evidence":
        return [_evidence_cell(line) for line in cell.splitlines() if line.strip()]
    if name == "must_contain":
        return [[o.strip() for o in piece.split("|") if o.strip()] for piece in _pieces(cell)]
    if name in STRINGS:
        return _pieces(cell)
    return cell


def _to_cell(name: str, value: Any) -> str | None:
    """The opposite of `_from_cell`."""
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "history":
        people = {"user": "用户", "assistant": "助手"}
        return "\n".join(f"{people[t['role']]}：{' '.join(t['content'].split())}" for t in value)
    if name == "evidence":
        return "\n".join(
            " | ".join([e["doc"], e.get("no") or "", e["head"], *([e["tail"]] if e.get("tail") else [])])
            for e in value
        )
    if name == "must_contain":
        return "\n".join(" | ".join(group) for group in value).replace("；", "\\；")
    return "\n".join(value).replace("；", "\\；") if isinstance(value, list) else str(value)


def _text(cell: Any) -> str:
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()[:10]
    return str(cell).strip()


def _xlsx_rows(path: Path) -> _Rows:
    # openpyxl takes 150 ms to import, and most sets are JSONL
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, OSError, KeyError, ValueError) as error:
        raise SetError(f"{path} 打不开；请另存为 .xlsx · cannot be opened: save it as .xlsx") from error
    names = {zh: key for key, zh in COLUMNS.items()} | {key: key for key in COLUMNS}
    sheet = book[book.sheetnames[0]]
    lines = list(sheet.iter_rows(values_only=True))
    if not lines:
        return _Rows(())
    header = [_text(c) if c is not None else "" for c in lines[0]]
    unknown = [h for h in header if h and h not in names]
    faults = tuple(
        Fault(path.name, 1, h, f"没有这一列，可用的是 · no such column; use {'、'.join(COLUMNS.values())}")
        for h in unknown
    )
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = {
            names[h]: _text(c) for h, c in zip(header, line, strict=False) if h in names and c is not None
        }
        cells = {name: cell for name, cell in cells.items() if cell}
        if cells:
            rows.append((number, {name: _from_cell(name, cell) for name, cell in cells.items()}))
    return _Rows(tuple(rows), _xlsx_head(book), faults)


def _xlsx_head(book: Any) -> dict[str, Any]:
    if "set" not in book.sheetnames:
        return {}
    pairs = {
        _text(r[0]): _text(r[1]) for r in book["set"].iter_rows(values_only=True, max_col=2) if r[0] and r[1]
    }
    return pairs | {"documents": _pieces(pairs.get("documents", ""))}


FORMATS = {".jsonl": _jsonl_rows, ".xlsx": _xlsx_rows}


def check_set(path: Path) -> tuple[QuestionSet, tuple[Fault, ...]]:
    """Read a set and say all that is wrong with it; the cases that are right are in the set returned."""
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise SetError(f"{path} 不是问题集；请用 .jsonl 或 .xlsx · is no question set: use .jsonl or .xlsx")
    if not path.is_file():
        raise SetError(f"没有 {path}；请核对路径 · no such file: check the path")
    found = reader(path)
    faults, cases = list(found.faults), []
    seen: dict[str, int] = {}
    for line, row in found.rows:
        wrong = row_faults(row)
        if not wrong and row["id"] in seen:
            wrong = [
                (
                    "id",
                    f"{row['id']} 已在第 {seen[row['id']]} 行用过，请另取 · is used in line {seen[row['id']]}: choose another",
                )
            ]
        faults.extend(Fault(path.name, line, name, remedy) for name, remedy in wrong)
        if not wrong:
            seen[row["id"]] = line
            cases.append(case_from_row(row))
    documents = found.head.get("documents") or sorted({e.doc for c in cases for e in c.evidence})
    name = found.head.get("set") or path.stem
    return QuestionSet(str(name), tuple(cases), tuple(documents), str(found.head.get("note") or "")), tuple(
        faults
    )


def load_set(path: Path) -> QuestionSet:
    """A set without faults; otherwise SetError with the first of them and how many more there are."""
    questions, faults = check_set(path)
    if faults:
        more = f"（另有 {len(faults) - 1} 处 · and {len(faults) - 1} more）" if len(faults) > 1 else ""
        raise SetError(f"{faults[0]}{more}")
    if not questions.cases:
        raise SetError(f"{path} 里没有问题；请写入至少一行 · holds no question: write at least one line")
    return questions


def save_set(questions: QuestionSet, path: Path) -> None:
    """Write a set as .jsonl or .xlsx, by the path's suffix."""
    if path.suffix.lower() == ".xlsx":
        _save_xlsx(questions, path)
    else:
        head = {"set": questions.name, "documents": list(questions.documents), "note": questions.note}
        rows: Sequence[Mapping[str, Any]] = [head, *(case.row() for case in questions.cases)]
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def _save_xlsx(questions: QuestionSet, path: Path) -> None:
    # only wanted for spreadsheets, see _xlsx_rows
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title = "cases"
    sheet.append(list(COLUMNS.values()))
    for case in questions.cases:
        row = case.row()
        sheet.append([_safe(_to_cell(name, row.get(name))) for name in COLUMNS])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE7F3")
    widths = {"question": 48, "evidence": 52, "history": 36, "must_contain": 24, "why_hard": 24}
    for column, name in zip(sheet.columns, COLUMNS, strict=True):
        sheet.column_dimensions[column[0].column_letter].width = widths.get(name, 14)
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "D2"
    about = book.create_sheet("set")
    for pair in (
        ("set", questions.name),
        ("documents", "\n".join(questions.documents)),
        ("note", questions.note),
    ):
        about.append(pair)
    book.save(path)


def _safe(cell: str | None) -> str | None:
    """A cell that a spreadsheet will not run as a formula."""
    return f" {cell}" if cell and cell[0] in "=+-@" else cell
