"""Question sets: what is asked, and what a right answer holds.  Reads and writes JSONL and .xlsx.

A set is a JSONL file, one case a line, with an optional first line `{"set": name, "documents": [...]}`.  The
fields of a case are those of `Case`; an unknown field, a wrong type or a contradiction is a `SetError` that
names the line, the field and the remedy.  In .xlsx the columns are the same fields (or their Chinese names),
lists are one entry a line or parted by ；, alternatives are parted by |, and a second sheet `set` may hold the
set's name and documents.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.model import Turn
from index_build.errors import SetError

# type -> (Chinese, English): every kind of question a set can hold
TYPES: dict[str, tuple[str, str]] = {
    "who_lead": ("谁牵头", "who leads"),
    "who_responsible": ("谁配合", "who takes part"),
    "when": ("何时完成", "by when"),
    "who_when": ("谁、何时", "who and when"),
    "what": ("内容", "what it says"),
    "target": ("指标", "targets"),
    "dept_list": ("部门任务清单", "a department's tasks"),
    "deadline_list": ("到期清单", "what is due"),
    "cross_region": ("跨地区对比", "places compared"),
    "follow_up": ("追问", "follow-up"),
    "ambiguous": ("未说明地区", "place not named"),
    "unanswerable": ("文件没有写", "not in the documents"),
    "injection": ("诱导与注入", "injection"),
    "smalltalk_meta": ("闲聊与自我介绍", "small talk"),
}
LIST_TYPES = frozenset({"dept_list", "deadline_list"})
OUTCOMES = ("answered", "not_stated", "not_found", "clarify", "declined", "about")
HEAD_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Evidence:
    """A measure or passage that answers: `head` is the first characters of its body, white space left out.

    `tail` is its last characters, where a set gives them: with both, spans can be scored for precision."""

    doc: str
    head: str
    no: str | None = None
    tail: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer holds.

    `must_contain` is a list of groups, one string of each group has to occur; `outcomes` names the accepted
    outcomes where the default of the type is not what is meant; `documents` names what has to be indexed."""

    id: str
    type: str
    question: str
    answerable: bool
    history: tuple[Turn, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    evidence_mode: str = "any"
    evidence_all: bool = True
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    deadline_iso: tuple[str, ...] = ()
    deadline_raw: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    outcomes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    today: dt.date | None = None
    why_hard: str | None = None
    draft: bool = False

    @property
    def is_list(self) -> bool:
        return self.type in LIST_TYPES

    def row(self) -> dict[str, Any]:
        """The case as a JSONL row; fields that hold nothing and are not part of the gold schema are left out."""
        row: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "question": self.question,
            "history": [{"role": t.role, "content": t.content} for t in self.history],
            "answerable": self.answerable,
            "evidence": [_evidence_row(e) for e in self.evidence],
            "evidence_mode": self.evidence_mode,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "deadline_iso": list(self.deadline_iso),
            "deadline_raw": list(self.deadline_raw),
            "must_contain": [list(group) for group in self.must_contain],
            "why_hard": self.why_hard,
        }
        if not self.evidence_all:
            row["evidence_all"] = False
        if self.outcomes:
            row["outcomes"] = list(self.outcomes)
        if self.documents:
            row["documents"] = list(self.documents)
        if self.today:
            row["today"] = self.today.isoformat()
        if self.draft:
            row["draft"] = True
        return row


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Cases of one file.  `documents` are the files the set was written for."""

    name: str
    cases: tuple[Case, ...]
    documents: tuple[str, ...] = ()
    note: str = ""

    def needs(self, case: Case) -> tuple[str, ...]:
        """The documents without which the case says nothing about the assistant."""
        return case.documents or tuple(dict.fromkeys(e.doc for e in case.evidence)) or self.documents

    def applicable(self, indexed: Iterable[str]) -> tuple[tuple[Case, ...], tuple[tuple[Case, str], ...]]:
        """Cases that can be asked of an index with these documents, and the others, each with the reason.

        Where one piece of evidence suffices, one document that holds it suffices as well."""
        have = set(indexed)
        asked: list[Case] = []
        left: list[tuple[Case, str]] = []
        for case in self.cases:
            needs = self.needs(case)
            missing = [doc for doc in needs if doc not in have]
            enough = bool(case.evidence) and not case.documents and case.evidence_mode == "any"
            if case.draft:
                left.append((case, "草稿，尚未审阅 · a draft, not reviewed yet"))
            elif not missing or (enough and len(missing) < len(needs)):
                asked.append(case)
            else:
                left.append((case, f"索引里没有 · not in the index: {'、'.join(missing)}"))
        return tuple(asked), tuple(left)


def _evidence_row(evidence: Evidence) -> dict[str, Any]:
    row: dict[str, Any] = {"doc": evidence.doc, "no": evidence.no, "head": evidence.head}
    if evidence.tail:
        row["tail"] = evidence.tail
    return row


# -- validation -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a set: where, in which field, and what to do."""

    file: str
    line: int
    field: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行 · line {self.line}, {self.field}: {self.remedy}"


_STRINGS = ("lead", "responsible", "deadline_iso", "deadline_raw", "outcomes", "documents")
_PLAIN = ("id", "type", "question", "history", "answerable", "evidence", "evidence_mode", "evidence_all")
_KNOWN = frozenset((*_PLAIN, *_STRINGS, "must_contain", "today", "why_hard", "draft"))


def _field_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Faults of the fields one by one, as (field, remedy)."""
    for name in sorted(set(row) - _KNOWN):
        yield name, f"没有这个字段，可用的是 · no such field; use one of {', '.join(sorted(_KNOWN))}"
    for name in ("id", "question"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield name, "须填一段文字 · give it a text that is not empty"
    if row.get("type") not in TYPES:
        yield "type", f"须是以下之一 · must be one of {', '.join(TYPES)} (got {row.get('type')!r})"
    for name in ("answerable", "evidence_all", "draft"):
        if not isinstance(row.get(name, name != "answerable" or None), bool):
            yield name, "须是 true 或 false · must be true or false"
    if row.get("evidence_mode", "any") not in ("any", "all"):
        yield "evidence_mode", 'must be "any" (任一条即可) or "all" (全部)'
    for name in _STRINGS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            yield name, '须是文字的列表 · must be a list of texts, e.g. ["甲局", "乙局"]'
    for value in row.get("deadline_iso") or []:
        if not _is_date(value):
            yield "deadline_iso", f"{value!r} 不是日期 · is no date; write it as 2022-06-30"
    for value in row.get("outcomes") or []:
        if value not in OUTCOMES:
            yield "outcomes", f"{value!r} 不是结局 · is no outcome; use {', '.join(OUTCOMES)}"
    if row.get("today") is not None and not _is_date(row["today"]):
        yield "today", "须写成 2022-06-30 · write the day as 2022-06-30"


def _is_date(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _nested_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Faults of history, evidence and must_contain."""
    for turn in row.get("history") or []:
        if (
            not isinstance(turn, dict)
            or turn.get("role") not in ("user", "assistant")
            or not turn.get("content")
        ):
            yield "history", '每轮须是 · each turn must be {"role": "user" or "assistant", "content": text}'
    for entry in row.get("evidence") or []:
        if not isinstance(entry, dict) or not entry.get("doc") or not entry.get("head"):
            yield (
                "evidence",
                '每条须有 doc 和 head · each must be {"doc": file, "no": number or null, "head": text}',
            )
        elif any(c.isspace() for c in str(entry["head"])):
            yield "evidence", f"head 里去掉空白 · take the white space out of {entry['head']!r}"
    for group in row.get("must_contain") or []:
        options = group if isinstance(group, list) else [group]
        if not options or not all(isinstance(o, str) and o for o in options):
            yield (
                "must_contain",
                '每项须是文字或几个可选的文字 · each must be a text or a list of texts, e.g. ["1日", "当日"]',
            )


def _contradictions(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields that are right one by one but not together."""
    if row.get("answerable") is False:
        for name in ("evidence", "lead", "responsible", "deadline_iso", "must_contain"):
            if row.get(name):
                yield name, "answerable 是 false，这里须空着 · must be empty where answerable is false"
    elif row.get("type") not in ("smalltalk_meta", None) and not row.get("evidence"):
        yield "evidence", "能回答的问题须写出依据 · an answerable question needs its evidence (doc and head)"
    if row.get("type") == "follow_up" and not row.get("history"):
        yield "history", "追问须有前文 · a follow-up needs its earlier turns"


def row_faults(row: Any) -> list[tuple[str, str]]:
    """All that is wrong with one row, as (field, remedy); empty for a good one.  A draft may be incomplete."""
    if not isinstance(row, dict):
        return [("-", "每行须是一个 JSON 对象 · every line must be a JSON object")]
    faults = [*_field_faults(row), *_nested_faults(row)]
    return faults or ([] if row.get("draft") else [*_contradictions(row)])


def case_from_row(row: Mapping[str, Any]) -> Case:
    """A checked row as a case."""
    return Case(
        id=row["id"],
        type=row["type"],
        question=row["question"],
        answerable=row["answerable"],
        history=tuple(Turn(t["role"], t["content"]) for t in row.get("history") or ()),
        evidence=tuple(
            Evidence(e["doc"], e["head"], e.get("no"), e.get("tail")) for e in row.get("evidence") or ()
        ),
        evidence_mode=row.get("evidence_mode", "any"),
        evidence_all=row.get("evidence_all", True),
        must_contain=tuple(tuple(g) if isinstance(g, list) else (g,) for g in row.get("must_contain") or ()),
        today=dt.date.fromisoformat(row["today"]) if row.get("today") else None,
        why_hard=row.get("why_hard"),
        draft=row.get("draft", False),
        **{name: tuple(row.get(name) or ()) for name in _STRINGS},
    )


# -- reading ----------------------------------------------------------------------------------------------------


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
    if name in _STRINGS:
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


# -- writing ----------------------------------------------------------------------------------------------------


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
