"""How an index is built: what is recorded, what is left as it was, and what never leaves memory."""

from __future__ import annotations

import json

import pytest

from index_build.settings import BuildSettings, EmbeddingSettings

REMOTE = EmbeddingSettings(base_url="http://h/v1", model="m3", api_key="secret-key")


def test_a_key_is_neither_recorded_nor_shown() -> None:
    settings = BuildSettings(embedding=REMOTE)
    assert "secret-key" not in json.dumps(settings.recorded())
    assert "secret-key" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "made_with", "expected"),
    [
        # nothing said: as the index was made
        (BuildSettings(), BuildSettings(embedding=REMOTE), ("http://h/v1", "m3", True)),
        (BuildSettings(), BuildSettings(vectors=False), (None, None, False)),
        (BuildSettings(), BuildSettings(), (None, None, True)),
        # something said: that holds
        (BuildSettings(vectors=True), BuildSettings(vectors=False), (None, None, True)),
        (BuildSettings(vectors=False), BuildSettings(embedding=REMOTE), ("http://h/v1", "m3", False)),
        (BuildSettings(embedding=REMOTE), BuildSettings(vectors=False), ("http://h/v1", "m3", True)),
    ],
)
def test_what_is_not_said_is_as_the_index_was_made(
    given: BuildSettings, made_with: BuildSettings, expected: tuple[str | None, str | None, bool]
) -> None:
    found = given.after(made_with.recorded())
    recorded = found.recorded()
    assert (found.embedding.base_url, found.embedding.model, recorded["vectors"]) == expected


def test_a_local_embedding_is_recorded_with_its_dimension() -> None:
    assert BuildSettings().recorded()["embedding"] == {"base_url": None, "model": None, "dimension": 256}
    assert BuildSettings(embedding=REMOTE).recorded()["embedding"]["dimension"] is None
