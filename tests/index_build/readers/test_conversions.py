"""The same plan in another format gives the same measures: conversions by LibreOffice, against the original.

Needs `soffice` (Debian: libreoffice-writer-nogui) and a CJK font.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index_build.measures import extract
from index_build.model import Measure
from index_build.readers import find_files, read, read_bytes
from index_build.text import fold
from tests.fixtures.comparing import PLAN_FILES, load, outcome
from tests.fixtures.writing import write, write_official

pytestmark = pytest.mark.office

SAMPLES = Path(__file__).parents[3] / "index_build" / "samples"
FORMATS = ("docx", "html", "pdf")
SHARE = 0.99
FIELDS = 6
WEB = ("html-page", "html-raw")  # kinds of fixtures that are whole web pages


def convert(sources: Sequence[Path], form: str, folder: Path) -> None:
    """All files in one run of LibreOffice, with a profile of its own, so that no other run is in its way."""
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        *(["--infilter=Text (encoded):UTF8"] if sources[0].suffix == ".txt" else []),
        "--convert-to",
        "docx:MS Word 2007 XML" if form == "docx" else form,
        "--outdir",
        str(folder / form),
        *map(str, sources),
    ]
    # a session of its own: the launcher's child would outlive a launcher that is killed
    office = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        said, _ = office.communicate(timeout=240)
        assert office.returncode == 0, said.decode(errors="replace")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def office() -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice; Debian: libreoffice-writer-nogui) is not installed")


@pytest.fixture(scope="module")
def converted(office: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sample plan in every format, in folders named after the formats."""
    folder = tmp_path_factory.mktemp("converted")
    files = find_files([SAMPLES])
    for form in FORMATS:
        for suffix in (".txt", ".docx", ".html"):
            if suffix != f".{form}":
                convert([path for path in files if path.suffix == suffix], form, folder)
    return folder


@pytest.fixture(scope="module")
def converted_corpus(office: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = Path(__file__).parents[4] / "shared" / "corpus"
    if not source.is_dir():
        pytest.skip("the real documents (../shared/corpus) are not here")
    folder = tmp_path_factory.mktemp("corpus")
    for form in FORMATS:
        convert(find_files([source]), form, folder)
    return folder


def fields(measure: Measure) -> dict[str, Any]:
    return {
        "text": fold(measure.text),
        "number": measure.number,
        "lead": measure.lead,
        "responsible": measure.responsible,
        "deadlines": [(d.date, d.who) for d in measure.deadlines],
        "plan": fold(measure.plan or ""),
    }


def agreement(path: Path, other: Path) -> tuple[float, list[str]]:
    """The share of all fields that agree, and what does not."""
    wanted = [fields(m) for m in extract(read(path)[0]).measures]
    left = [fields(m) for m in extract(read(other)[0]).measures]
    right, wrong = 0, []
    for want in wanted:
        same = [m for m in left if m["text"] == want["text"]] or [
            m for m in left if m["text"][:20] == want["text"][:20]
        ]
        have = next(iter(same), None)
        if have is not None:
            left.remove(have)
        for name, value in want.items():
            if have is not None and have[name] == value:
                right += 1
            else:
                wrong.append(f"{want['number']} {name}: {have and have[name]}, not {value}")
    total = len(wanted) * FIELDS + len(left)
    return right / total, wrong + [f"more: {m['number']} {m['text'][:30]}" for m in left]


CONVERSIONS = [
    pytest.param(path, form, id=f"{path.name}-{form}")
    for path in find_files([SAMPLES])
    for form in FORMATS
    if path.suffix in (".txt", ".docx", ".html") and path.suffix != f".{form}"
]


@pytest.mark.parametrize(("path", "form"), CONVERSIONS)
def test_a_converted_sample_gives_the_same_measures(converted: Path, path: Path, form: str) -> None:
    share, wrong = agreement(path, converted / form / f"{path.stem}.{form}")
    assert share >= SHARE, wrong[:10]


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMATS)
def test_the_converted_corpus_gives_the_same_measures(converted_corpus: Path, form: str) -> None:
    source = Path(__file__).parents[4] / "shared" / "corpus"
    for path in find_files([source]):
        share, wrong = agreement(path, converted_corpus / form / f"{path.stem}.{form}")
        assert share >= SHARE, (path.name, wrong[:10])


def county_rows() -> list[str]:
    """The county's task table as markup, each content three times as long, so that rows are cut by pages."""
    (document,) = read(next(SAMPLES.glob("*.html")))
    table = document.tables[0]
    grid = [["^"] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        text = document.text[cell.start : cell.end]
        grid[cell.row][cell.column] = text * 3 if cell.column == 2 and cell.row else text
    return ["|" + "|".join(row) + "|" for row in grid]


def test_a_paper_set_as_offices_set_them(office: None, tmp_path: Path) -> None:
    source = (Path(__file__).parents[2] / "fixtures" / "sources" / "qinghe.txt").read_text(encoding="utf-8")
    lines = [line for line in source.split("\n附件\n")[0].splitlines() if not line.startswith("（本文件")]
    lines[0] = "# " + lines[0]
    path = tmp_path / "paper.docx"
    path.write_bytes(write_official("\n".join([*lines, "附件", "# 重点任务清单", *county_rows()])))
    convert([path], "pdf", tmp_path)
    share, wrong = agreement(path, tmp_path / "pdf" / "paper.pdf")
    assert share >= SHARE, wrong[:10]
    (document,) = read(tmp_path / "pdf" / "paper.pdf")
    assert len(document.pages) > 10
    assert (document.tables[0].rows, document.tables[0].columns) == (25, 6)
    assert "白榆县人民政府文件" not in document.text
    assert "— " not in document.text
    assert document.text.startswith(lines[0].removeprefix("# ") + "\n")


@pytest.mark.parametrize("form", FORMATS)
def test_converted_plans_give_what_was_written_down(office: None, tmp_path: Path, form: str) -> None:
    """Every plan of the fixtures that LibreOffice can convert, but the web pages: their navigation becomes text, and
    it never ends laying out cards of nested blocks.  A plan says itself (`not-pdf: reason`) what a page loses."""
    names: dict[str, list[Path]] = {}
    for path in PLAN_FILES:
        about, text = load(path)[:2]
        if f"not-{form}" in about:
            continue
        kind = about["format"]
        name, data = write(kind, text)
        suffix = Path(name).suffix
        if suffix in (".txt", ".docx", ".html") and suffix != f".{form}" and kind not in WEB:
            if suffix == ".txt":
                data = read_bytes(data, name).text.lstrip("\ufeff").encode()
            names.setdefault(suffix, []).append(tmp_path / f"{path.stem}{suffix}")
            names[suffix][-1].write_bytes(data)
    wrong = []
    for sources in names.values():
        convert(sources, form, tmp_path)
        for source in sources:
            converted = tmp_path / form / f"{source.stem}.{form}"
            got, want = outcome(next(p for p in PLAN_FILES if p.stem == source.stem), read(converted)[0])
            if got != want:
                wrong.append((source.stem, got, want))
    assert wrong == [], [w[0] for w in wrong]
