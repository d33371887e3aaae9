"""How an index is built.  The values that are recorded in the index are in `recorded`; a key never is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Where vectors come from: fitted here from the documents (no `base_url`), or an OpenAI-compatible address.

    `dimension` is the local embedding's; an endpoint says its own.  `api_key` is never printed or written."""

    base_url: str | None = None
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    dimension: int = 256
    batch: int = 64
    timeout_s: float = 30.0
    attempts: int = 4

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> EmbeddingSettings:
        """What CEWEN_EMBEDDING_BASE_URL, _MODEL and _API_KEY say."""
        prefix = "CEWEN_EMBEDDING_"
        address, model = variables.get(f"{prefix}BASE_URL"), variables.get(f"{prefix}MODEL")
        return cls(
            base_url=address or None, model=model or None, api_key=variables.get(f"{prefix}API_KEY") or None
        )

    @property
    def is_local(self) -> bool:
        return self.base_url is None


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """`fresh` leaves out what the index held before.  `vectors` off builds an index for words alone; None: as the
    index was, and with vectors if there was none.  An embedding without an address is the one that the index was
    made with.  `workers` is how many processes may read and extract; fewer are used where there is little to read,
    and more than one asks the calling script for the usual `if __name__ == "__main__"`."""

    embedding: EmbeddingSettings = EmbeddingSettings()
    vectors: bool | None = None
    fresh: bool = False
    workers: int = 1

    def after(self, recorded: Mapping[str, Any]) -> BuildSettings:
        """These settings, with what they leave open as it is recorded in an index."""
        embedding, made_with = self.embedding, recorded.get("embedding") or {}
        if embedding.is_local and made_with.get("base_url"):
            embedding = replace(embedding, base_url=made_with["base_url"], model=made_with["model"])
        as_it_was = self.vectors is None and self.embedding.is_local  # who names an address wants vectors
        vectors = recorded.get("vectors") if as_it_was else self.vectors
        return replace(self, embedding=embedding, vectors=vectors)

    def recorded(self) -> dict[str, Any]:
        return {
            "vectors": self.vectors is not False,
            "embedding": {
                "base_url": self.embedding.base_url,
                "model": self.embedding.model,
                "dimension": self.embedding.dimension if self.embedding.is_local else None,
            },
        }
