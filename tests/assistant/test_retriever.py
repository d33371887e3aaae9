"""Cewen through LlamaIndex's interfaces, over the sample plans."""

from __future__ import annotations

import asyncio
import doctest
import json
from pathlib import Path

import pytest
from llama_index.core import Settings
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.vector_stores.utils import node_to_metadata_dict

from assistant import retriever
from assistant.ask import Assistant
from assistant.retriever import CewenQueryEngine, CewenRetriever
from index_build.build import build
from index_build.settings import BuildSettings
from index_build.text import fold

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"
WHO = "临溪区综合窗口改革谁牵头？"


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retriever") / "index"
    build([SAMPLES], folder, BuildSettings())
    return folder


@pytest.fixture(scope="module")
def assistant(index_dir: Path) -> Assistant:
    return Assistant.open(index_dir)


def test_the_example_in_the_docstring_runs(index_dir: Path) -> None:
    tests = doctest.DocTestFinder().find(retriever, "retriever", globs={"index_dir": index_dir})
    (example,) = [t for t in tests if t.examples]
    assert len(example.examples) >= 8
    failed, _ = doctest.DocTestRunner().run(example)
    assert failed == 0


def test_nodes_are_whole_measures_with_fields_and_spans(assistant: Assistant) -> None:
    nodes = CewenRetriever(assistant, top_k=3).retrieve(WHO)
    assert len(nodes) == 3
    assert [n.score for n in nodes] == sorted((n.score or 0 for n in nodes), reverse=True)
    catalog = assistant.index.catalog
    for found in nodes:
        text = catalog.text(found.metadata["doc"])
        parts = json.loads(found.metadata["parts"])
        assert "\n".join(text[a:b] for a, b in parts) == found.text
        assert (found.node.start_char_idx, found.node.end_char_idx) == (parts[0][0], parts[-1][1])
        assert fold(found.metadata["body"]) in fold(found.text)
        (entry,) = catalog.entries([found.node.node_id])
        assert found.metadata["policy"] == entry.policy.title
    first = nodes[0].metadata
    assert (first["lead"], first["responsible"], first["number"]) == ("区行政审批局", "各相关进驻单位", "1")
    assert first["place"] == "云岭省/青禾市/临溪区"


def test_metadata_is_flat_and_fits_a_vector_store(assistant: Assistant) -> None:
    """The Chroma store of LlamaIndex takes strings and numbers only; flat_metadata checks that."""
    for found in CewenRetriever(assistant).retrieve(WHO):
        assert node_to_metadata_dict(found.node, remove_text=True, flat_metadata=True)


def test_what_the_document_does_not_say_is_left_out(assistant: Assistant) -> None:
    nodes = CewenRetriever(assistant, top_k=50).retrieve("营商环境")
    assert nodes
    assert all(value not in (None, "") for n in nodes for value in n.metadata.values())


def test_a_list_question_gives_every_row(assistant: Assistant) -> None:
    question = "临溪区行政审批局牵头哪些任务？"
    answer = assistant.answer(question)
    nodes = CewenRetriever(assistant, top_k=1).retrieve(question)
    assert [n.node.node_id for n in nodes] == [c.entry.id for c in answer.citations]
    assert len(nodes) > 1


def test_a_place_that_is_not_there_gives_nothing(assistant: Assistant) -> None:
    assert CewenRetriever(assistant).retrieve("上海市综合窗口改革谁牵头？") == []


def test_the_query_engine_answers_as_the_assistant_does(assistant: Assistant) -> None:
    response = CewenQueryEngine(assistant).query(WHO)
    answer = assistant.answer(WHO)
    assert response.response == answer.text  # type: ignore[union-attr]
    assert [n.node.node_id for n in response.source_nodes] == [c.entry.id for c in answer.citations]
    assert [n.metadata["n"] for n in response.source_nodes] == [c.n for c in answer.citations]
    assert response.metadata
    assert response.metadata["outcome"] == "answered"
    assert {c["verdict"] for c in response.metadata["claims"]} == {"exact"}


def test_not_found_has_no_sources(assistant: Assistant) -> None:
    response = CewenQueryEngine(assistant).query("上海市综合窗口改革谁牵头？")
    assert response.source_nodes == []
    assert response.metadata
    assert response.metadata["outcome"] == "not_found"


def test_asynchronous_faces(assistant: Assistant) -> None:
    async def both() -> tuple[list[str], str]:
        nodes = await CewenRetriever(assistant, top_k=2).aretrieve(WHO)
        response = await CewenQueryEngine(assistant).aquery(WHO)
        return [n.node.node_id for n in nodes], str(response)

    ids, text = asyncio.run(both())
    assert ids == [n.node.node_id for n in CewenRetriever(assistant, top_k=2).retrieve(WHO)]
    assert text == assistant.answer(WHO).text


def test_it_works_inside_llama_indexs_own_engine(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that brings its own synthesizer takes the retriever as it takes any other."""
    monkeypatch.setattr(Settings, "_llm", MockLLM())
    engine = RetrieverQueryEngine.from_args(
        CewenRetriever(assistant, top_k=2), response_mode=ResponseMode.NO_TEXT
    )
    nodes = engine.query(WHO).source_nodes
    assert nodes[0].metadata["lead"] == "区行政审批局"
