"""The same plan in another format gives the same measures: conversions by LibreOffice, against the original.

Needs `soffice` (Debian: libreoffice-writer-nogui) and a CJK font.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index_build.measures import extract
from index_build.model import Measure
from index_build.readers import find_files, read
from index_build.text import fold

pytestmark = pytest.mark.office

SAMPLES = Path(__file__).parents[3] / "index_build" / "samples"
FORMATS = ("docx", "html", "pdf")
SHARE = 0.99
FIELDS = 6


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
    subprocess.run(command, check=True, capture_output=True, timeout=240)


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


PLANS = [path for path in find_files([SAMPLES]) if path.suffix in (".txt", ".docx", ".html")]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_a_converted_sample_gives_the_same_measures(converted: Path, path: Path, form: str) -> None:
    if path.suffix == f".{form}":
        pytest.skip("it is in this format already")
    share, wrong = agreement(path, converted / form / f"{path.stem}.{form}")
    assert share >= SHARE, wrong[:10]


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMATS)
def test_the_converted_corpus_gives_the_same_measures(converted_corpus: Path, form: str) -> None:
    source = Path(__file__).parents[4] / "shared" / "corpus"
    for path in find_files([source]):
        share, wrong = agreement(path, converted_corpus / form / f"{path.stem}.{form}")
        assert share >= SHARE, (path.name, wrong[:10])
