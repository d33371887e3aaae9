"""How questions are answered: one frozen value, filled from options, CEWEN_ variables or cewen.toml by the
command line, and by keyword arguments everywhere else; and where the data beside an index lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


def data_folder(index_dir: Path) -> Path:
    """Where all that people add to an index lives, beside it, so that a new index never touches it:
    `cewen-index` -> `cewen-index-data`."""
    return index_dir.parent / f"{index_dir.name}-data"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model behind an OpenAI-compatible address.  Without `base_url` none is asked."""

    base_url: str | None = None
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    retries: int = 2
    max_tokens: int = 800
    context_tokens: int = 6000
    temperature: float = 0.0
    prompt_price: float = (
        0.0  # of a million tokens, in whatever currency: `cost` of the trace is counted with it
    )
    completion_price: float = 0.0

    @property
    def enabled(self) -> bool:
        return bool(self.base_url)


@dataclass(frozen=True, slots=True)
class AskSettings:
    """`lexicon` holds folders with more words (same file names as assistant/lexicon); `vector_weight` is the part
    that nearness by vectors has in the ranking, 0 for none (then the vector store is never opened);
    `candidates` are re-ranked; `page_size` rows of a long list are printed in full (all of them are cited);
    `min_coverage` is the share of the question, by weight of its words, that a source has to cover."""

    lexicon: tuple[Path, ...] = ()
    vector_weight: float = 0.0
    candidates: int = 60
    page_size: int = 20
    max_characters: int = 4000
    min_coverage: float = 0.43
    model: ModelSettings = ModelSettings()
