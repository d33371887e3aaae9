"""Adding and removing documents while the assistant serves: files are kept beside the index, one change at a time.

A change is built aside and published when it is whole, so answers go on from the index as it was until then.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from assistant.apart import run_apart
from assistant.settings import data_folder
from index_build.errors import CewenError, IndexBusy, ReadError, UnsupportedFormat
from index_build.readers import ARCHIVES, READERS
from index_build.settings import BuildSettings, EmbeddingSettings

if TYPE_CHECKING:
    from index_build.build import BuildReport, FileLine
    from index_build.store import Index

LARGEST = 64 * 1024 * 1024  # bytes of one file
LONGEST_NAME = 120
KEPT_JOBS = 20


def uploads_folder(index_dir: Path) -> Path:
    """Where uploaded files of an index live: `cewen-index` -> `cewen-index-data/uploads`."""
    return data_folder(index_dir) / "uploads"


def safe_name(name: str) -> str:
    """A file name without folders and control characters, in a format that can be read.

    Raises UnsupportedFormat, ReadError."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    base = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "", base).strip(" .")
    suffix = PurePosixPath(base).suffix.lower()
    if suffix not in READERS and suffix not in ARCHIVES:
        known = " ".join(sorted({*READERS, *ARCHIVES}))
        raise UnsupportedFormat(
            f"{base or name}：不支持的格式；可上传 {known} · not a format that can be read"
        )
    stem = base[: -len(suffix)]
    if not stem:
        raise ReadError(f"{name}：文件没有名字；请改名后再传 · the file has no name: rename it")
    return stem[: LONGEST_NAME - len(suffix)] + suffix


@dataclass
class Job:
    """One change of the index; `state` is running, done or failed, `lines` say what became of each file."""

    id: str
    state: str = "running"
    stage: str = ""
    done: int = 0
    total: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "stage": self.stage,
            "done": self.done,
            "total": self.total,
            "lines": list(self.lines),
            "message": self.message,
        }


class Intake:
    """Changes of one index folder, one at a time, each in a process of its own.  `published` is called when the index
    has changed, before a job says that it is done: whoever then asks finds the new documents open."""

    def __init__(self, index: Callable[[], Index], published: Callable[[], object] = lambda: None) -> None:
        self._index, self._published = index, published
        self._index_dir = index().path
        self._folder = uploads_folder(self._index_dir)
        self._busy = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def job(self, ident: str) -> Job | None:
        return self._jobs.get(ident)

    def keep(self, name: str, data: bytes) -> Path:
        """Save an uploaded file; one of the same name is replaced, and then counts as changed."""
        if len(data) > LARGEST:
            raise ReadError(f"{name}：超过 {LARGEST // 2**20} MB；请分成几份再传 · too large: split it")
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / safe_name(name)
        handle, aside = tempfile.mkstemp(dir=self._folder, prefix=".incoming-")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(aside).replace(path)
        return path

    def add(self, paths: Sequence[Path]) -> Job:
        """Index files that were kept; a file that cannot be read is not kept after all.  IndexBusy."""
        from index_build.build import build  # noqa: PLC0415  (the pipeline is loaded by the first change only)

        def change(tell: Callable[..., None]) -> BuildReport:
            try:
                done = run_apart(build, paths, self._index_dir, self._settings(), tell=tell)
            except CewenError:
                for path in paths:
                    path.unlink(missing_ok=True)
                raise
            for line in done.lines:
                if line.state.value == "failed" and line.path in paths:
                    line.path.unlink(missing_ok=True)
            return done

        return self._start(change)

    def remove(self, names: Sequence[str]) -> Job:
        """Take documents out of the index, and out of the uploads where they came from there.  IndexBusy."""
        from index_build.build import remove  # noqa: PLC0415  (as above)

        def change(tell: Callable[..., None]) -> BuildReport:
            done = run_apart(remove, names, self._index_dir, self._settings(), tell=tell)
            for line in done.lines:
                if line.path.parent == self._folder.absolute() or line.path.parent == self._folder:
                    line.path.unlink(missing_ok=True)
            return done

        return self._start(change)

    def _settings(self) -> BuildSettings:
        """Those that the index was made with, so that a change does not make it all anew."""
        recorded = self._index().manifest.settings
        embedding = dict(recorded["embedding"])  # type: ignore[call-overload]
        if embedding["dimension"] is None:
            del embedding["dimension"]
        reached = replace(EmbeddingSettings.from_environment(), **embedding)
        return BuildSettings(embedding=reached, vectors=bool(recorded["vectors"]))

    def _start(self, change: Callable[[Callable[..., None]], BuildReport]) -> Job:
        if not self._busy.acquire(blocking=False):
            raise IndexBusy("另一批文件正在更新；请稍候再试 · another change is under way: try again later")
        job = Job(uuid.uuid4().hex)
        self._jobs[job.id] = job
        while len(self._jobs) > KEPT_JOBS:
            self._jobs.pop(next(iter(self._jobs)))
        threading.Thread(target=self._run, args=(job, change), name="cewen-intake", daemon=True).start()
        return job

    def _run(self, job: Job, change: Callable[[Callable[..., None]], BuildReport]) -> None:
        def tell(stage: str, done: int = 0, total: int = 0, *, line: FileLine | None = None) -> None:
            job.stage, job.done, job.total = stage, done, total
            if line is not None:
                job.lines.append(line_row(line))

        state = "failed"
        try:
            with contextlib.ExitStack() as closing:
                closing.callback(self._busy.release)
                report = change(tell)
            self._published()
            job.message = f"现有 {report.documents} 份文件、{report.measures} 项措施"
            state = "failed" if all(line.state.value == "failed" for line in report.lines) else "done"
        except CewenError as error:
            job.message = str(error)
        finally:
            job.state = state


def line_row(line: FileLine) -> dict[str, Any]:
    """What became of one file, as the page and HTTP show it."""
    return {
        "file": line.path.name,
        "state": line.state.value,
        "measures": line.measures,
        "warnings": list(line.warnings),
        "reason": line.reason,
    }
