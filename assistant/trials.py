"""Evaluation runs that are started from the page: a question set is asked in a process of its own, and its run lies
with the others.

The process is the command line's `cewen eval`, so that a run is the same wherever it was started; how far it is
stands in the files that it writes."""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from assistant.apart import POLITE
from assistant.settings import AskSettings, data_folder
from index_build.errors import IndexBusy, ReadError, UnsupportedFormat

SETS = (".jsonl", ".xlsx")
LARGEST = 16 * 1024 * 1024  # bytes of a question set
LONGEST_NAME = 60
CEWEN = (sys.executable, "-c", "from assistant.cli import main; main()")


def sets_folder(index_dir: Path) -> Path:
    """Where uploaded question sets lie: `cewen-index` -> `cewen-index-data/sets`."""
    return data_folder(index_dir) / "sets"


@dataclass
class Trial:
    """One run; `state` is running, done, failed or stopped."""

    run: str
    folder: Path
    state: str = "running"
    message: str = ""

    def row(self) -> dict[str, Any]:
        asked, total = lines(self.folder / "answers" / "cewen.jsonl"), lines(self.folder / "cases.jsonl")
        return {
            "run": self.run,
            "state": self.state,
            "done": min(asked, total),
            "total": total,
            "message": self.message,
        }


class Trials:
    """The runs of one index, one at a time, into the folder of runs."""

    def __init__(self, index_dir: Path, reports: Path, settings: AskSettings) -> None:
        self._index_dir, self._reports, self._settings = index_dir, reports, settings
        self._starting = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.last: Trial | None = None

    def start(self, name: str, data: bytes, now: dt.datetime) -> Trial:
        """Run the questions of an uploaded set.  UnsupportedFormat, ReadError; IndexBusy while another is running."""
        path = sets_folder(self._index_dir) / set_name(name)
        if len(data) > LARGEST:
            raise ReadError(
                f"{path.name}：超过 {LARGEST // 2**20} MB；请分成几份 · the set is too large: split it"
            )
        with self._starting:
            if self.last is not None and self.last.state == "running":
                raise IndexBusy("另一次评测还在运行；请等它结束 · another run is under way: wait for it")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            run = f"{now:%Y-%m-%d-%H%M%S}-{path.stem}"
            trial = self.last = Trial(run, self._reports / run)
            process = self._process = subprocess.Popen(
                [*CEWEN, *self._arguments(path, trial.folder)],
                env={**os.environ, **secret(self._settings)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        atexit.register(process.terminate)
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
        threading.Thread(target=follow, args=(process, trial), name="cewen-trial", daemon=True).start()
        return trial

    def stop(self) -> None:
        """What was asked by then stays; the same run can be gone on with from the command line."""
        if self.last is not None and self._process is not None and self._process.poll() is None:
            self.last.state = "stopped"
            self._process.terminate()

    def _arguments(self, path: Path, folder: Path) -> list[str]:
        """The server's own way of answering, as options."""
        settings, model = self._settings, self._settings.model
        options = ["--vector-weight", str(settings.vector_weight), "--page-size", str(settings.page_size)]
        for words in settings.lexicon:
            options += ["--lexicon", str(words)]
        if model.base_url:
            options += ["--model-base-url", model.base_url, "--model", model.model or ""]
            options += ["--model-timeout", str(model.timeout_s)]
        places = ["--index", str(self._index_dir), "--report", str(folder)]
        return ["eval", "run", str(path), *places, "--quiet", *options]


def secret(settings: AskSettings) -> Mapping[str, str]:
    """The model's key goes by the environment: arguments can be seen by everybody on the machine."""
    return {"CEWEN_EVAL_RUN_MODEL_API_KEY": settings.model.api_key} if settings.model.api_key else {}


def follow(process: subprocess.Popen[str], trial: Trial) -> None:
    """Wait for the end, and keep what the command said last where it failed."""
    _, told = process.communicate()
    atexit.unregister(process.terminate)
    if trial.state == "stopped":
        return
    said = [line.removeprefix("cewen: ") for line in told.splitlines() if line.strip()]
    failed = process.returncode != 0
    trial.message = said[-1] if failed and said else ""
    trial.state = "failed" if failed else "done"


def set_name(name: str) -> str:
    """A file name without folders and odd characters, of a kind that question sets have."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    suffix = PurePosixPath(base).suffix.lower()
    if suffix not in SETS:
        raise UnsupportedFormat(
            f"{base or name}：问题集须是 {' 或 '.join(SETS)} · a question set is .jsonl or .xlsx"
        )
    stem = re.sub(r"[^\w\-]+", "-", base[: -len(suffix)]).strip("-")[:LONGEST_NAME]
    return (stem or "set") + suffix


def lines(path: Path) -> int:
    """How many lines a file has that may still be written, 0 where it is not there yet."""
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0
