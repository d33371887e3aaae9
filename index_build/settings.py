"""How an index is built.  The values that are recorded in the index are in `recorded`; a key never is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Where vectors come from: fitted here from the documents (no `base_url`), or an OpenAI-compatible address.

    `dimension` is the local embedding's; an endpoint says its own.  `api_key` is never printed or written."""

    base_url: str | None = None
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    dimension: int = 192
    batch: int = 64
    timeout_s: float = 30.0
    attempts: int = 4

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> EmbeddingSettings:
        """What CEWEN_EMBEDDING_BASE_URL, _MODEL and _API_KEY say."""
        named = {
            key: variables.get(f"CEWEN_EMBEDDING_{key.upper()}") or None
            for key in ("base_url", "model", "api_key")
        }
        return cls(**named)

    @property
    def is_local(self) -> bool:
        return self.base_url is None


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """`fresh` leaves out what the index held before; `vectors` off builds an index for words alone;
    `workers` 0 lets the amount of text decide how many processes read and extract."""

    embedding: EmbeddingSettings = EmbeddingSettings()
    vectors: bool = True
    fresh: bool = False
    workers: int = 0

    def recorded(self) -> dict[str, Any]:
        return {
            "vectors": self.vectors,
            "embedding": {
                "base_url": self.embedding.base_url,
                "model": self.embedding.model,
                "dimension": self.embedding.dimension if self.embedding.is_local else None,
            },
        }
