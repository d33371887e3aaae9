"""A ledger as .csv: one table, rows and columns as they are."""

from __future__ import annotations

import csv
import io

from index_build.model import Document
from index_build.readers.decode import decode
from index_build.readers.draft import Draft, GridCell
from index_build.readers.faults import refuse

_MAX_CELL = 1 << 20


def read_csv(data: bytes, name: str) -> Document:
    """Raises ReadError where the rows cannot be told apart."""
    text = decode(data, name).removeprefix("\ufeff")
    csv.field_size_limit(_MAX_CELL)
    delimiter = max(",\t;", key=text[:4096].count)
    cells: list[GridCell] = []
    row = 0
    try:
        for fields in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(field.strip() for field in fields):
                cells += [GridCell(_clean(field), row, column) for column, field in enumerate(fields)]
                row += 1
    except csv.Error as error:
        raise refuse(
            name,
            f"第 {row + 1} 行的引号或分隔符有误；请用 Excel/WPS 打开后另存为 .xlsx。",
            f"Row {row + 1} cannot be parsed: save it as .xlsx.",
        ) from error
    draft = Draft()
    draft.table(cells)
    if not draft.has_text():
        raise refuse(
            name, "表格里没有内容；请换成有内容的文件。", "No cell is filled: supply a file with content."
        )
    return draft.document(data, name)


def _clean(field: str) -> str:
    return "\n".join(line.strip() for line in field.splitlines() if line.strip())
