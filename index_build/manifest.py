"""The manifest of a generation: what it was made from and with, and the size and hash of each of its files."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index_build.errors import IndexDamaged, IndexVersion

# To be raised whenever an older Cewen could not read what a newer one wrote, or the other way round.
FORMAT = 2
MANIFEST = "manifest.json"
MEND = "请重新运行 cewen build 修复 · damaged: run cewen build again to mend it"
RENEW = "请用本版重新运行 cewen build 重建 · run cewen build again with this version"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a generation: its size, and its hash."""

    size: int
    blake2b: str


@dataclass(frozen=True)
class Manifest:
    """What a generation is made of.  `files` are the source files: path → sha256; `embedding` None: no vectors."""

    format: int
    cewen: str
    generation: int
    created: str
    settings: Mapping[str, Any]
    embedding: Mapping[str, Any] | None
    files: Mapping[str, str]
    counts: Mapping[str, int]
    parts: Mapping[str, Part] = field(default_factory=dict)

    def dumps(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def loads(cls, text: str) -> Manifest:
        data = json.loads(text)
        parts = {name: Part(**part) for name, part in data.pop("parts").items()}
        return cls(**data, parts=parts)

    @property
    def fingerprint(self) -> str:
        """One value for what the index holds: the same files under the same settings give the same."""
        held = json.dumps([self.format, self.files, self.settings, self.embedding], sort_keys=True)
        return hashlib.sha256(held.encode()).hexdigest()[:16]


def new_manifest(
    generation: int,
    settings: Mapping[str, Any],
    embedding: Mapping[str, Any] | None,
    files: Mapping[str, str],
    counts: Mapping[str, int],
) -> Manifest:
    from importlib.metadata import version  # noqa: PLC0415  (30 ms; only builds pay for it)

    created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Manifest(FORMAT, version("cewen"), generation, created, settings, embedding, files, counts)


def load_manifest(index_dir: Path, folder: Path) -> Manifest:
    """IndexVersion for another format, IndexDamaged for an unreadable one."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise IndexVersion(
                f"索引 {index_dir} 由策问 {data.get('cewen', '?')} 建立（格式 {data['format']}，本版为 {FORMAT}）；{RENEW}"
            )
        return Manifest.loads(text)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"索引 {index_dir} 的清单读不了（{error}）；{MEND}") from error
