"""Cewen for LlamaIndex: a retriever whose nodes are measures, and a query engine whose responses are verified.

    >>> from assistant.ask import Assistant
    >>> from assistant.retriever import CewenQueryEngine, CewenRetriever
    >>> assistant = Assistant.open(index_dir)
    >>> nodes = CewenRetriever(assistant, top_k=3).retrieve("临溪区综合窗口改革谁牵头？")
    >>> nodes[0].metadata["lead"], nodes[0].metadata["deadline_dates"]
    ('区行政审批局', '2024-06-30')
    >>> text = assistant.index.catalog.text(nodes[0].metadata["doc"])
    >>> text[nodes[0].node.start_char_idx : nodes[0].node.end_char_idx] == nodes[0].text
    True
    >>> response = CewenQueryEngine(assistant).query("临溪区综合窗口改革谁牵头？")
    >>> str(response).splitlines()[0]
    '牵头单位：区行政审批局。[1]'
    >>> response.metadata["outcome"], len(response.source_nodes)
    ('answered', 1)

A node's text is the document's own, from `start_char_idx` to `end_char_idx`; where a measure stands in pieces,
`parts` in the metadata lists them and the text is the pieces, one below the other.  Metadata are strings and
numbers only (vector stores of LlamaIndex refuse lists): names are joined by 、, dates by spaces, `parts` is JSON.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.ask import Assistant
from assistant.desk import policies_of
from assistant.model import Answer, Citation, Entry, Intent
from index_build.catalog import Catalog
from index_build.model import Measure, Span
from index_build.text import tidy

# Questions whose answer is a complete list from the catalog: the best few by search would be the wrong nodes.
LISTS = frozenset({Intent.DEPARTMENT_TASKS, Intent.DUE_LIST, Intent.COUNT, Intent.COMPARE, Intent.CHANGES})
FOR_PEOPLE = ("policy", "doc_no", "place", "section", "number", "lead", "responsible", "deadlines")


class CewenRetriever(BaseRetriever):
    """Measures and passages for a question, best first; for list questions every measure of the list.

    What was understood (place, department, document) filters, as it does for an answer.  `score` is 1 for the best
    words in the right place; list rows have none."""

    def __init__(
        self, assistant: Assistant, *, top_k: int = 8, callback_manager: CallbackManager | None = None
    ) -> None:
        self._assistant = assistant
        self._top_k = top_k
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = self._assistant.read(query_bundle.query_str)
        desk = self._assistant.desk
        if question.intent in LISTS:
            citations = self._assistant.answer(query_bundle.query_str).citations
            return [NodeWithScore(node=node_of(c.entry, desk.catalog, c.parts)) for c in citations]
        if question.unknown_places and not question.places:
            return []  # another place's measures are no answer
        found = desk.searcher.search(question, policies_of(question, desk.known))
        return [
            NodeWithScore(node=node_of(hit.entry, desk.catalog), score=hit.score)
            for hit in found.hits[: self._top_k]
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class CewenQueryEngine(BaseQueryEngine):
    """Answers as LlamaIndex responses: the text with its [n] markers, and its citations as source nodes in that
    order (`n` in their metadata).  `metadata` holds `outcome`, `question_read`, `claims` and `choices`."""

    def __init__(self, assistant: Assistant, *, callback_manager: CallbackManager | None = None) -> None:
        self._assistant = assistant
        super().__init__(callback_manager=callback_manager)

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.answer(query_bundle.query_str)
        return response_of(answer, self._assistant.desk.catalog)

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def response_of(answer: Answer, catalog: Catalog) -> Response:
    """An answer as LlamaIndex has it: its text, the cited entries as nodes, the rest as metadata."""
    row = answer.row()
    return Response(
        response=answer.text,
        source_nodes=[cited_node(c, catalog) for c in answer.citations],
        metadata={name: row[name] for name in ("outcome", "question_read", "claims", "choices")},
    )


def cited_node(citation: Citation, catalog: Catalog) -> NodeWithScore:
    node = node_of(citation.entry, catalog, citation.parts)
    node.metadata["n"] = citation.n
    return NodeWithScore(node=node)


def node_of(entry: Entry, catalog: Catalog, parts: tuple[Span, ...] | None = None) -> TextNode:
    """The entry as a node over everything that it says, or over `parts`."""
    where = entry.extent if parts is None else parts
    text = catalog.text(entry.policy.doc)
    metadata = metadata_of(entry, where)
    return TextNode(
        id_=entry.id,
        text="\n".join([text[part.start : part.end] for part in where]),
        start_char_idx=min(part.start for part in where),
        end_char_idx=max(part.end for part in where),
        metadata=metadata,
        excluded_llm_metadata_keys=[name for name in metadata if name not in FOR_PEOPLE],
        excluded_embed_metadata_keys=[
            name for name in metadata if name not in ("policy", "place", "section")
        ],
    )


def metadata_of(entry: Entry, where: tuple[Span, ...]) -> dict[str, str | int]:
    """The entry's fields, flat; what the document does not say is left out."""
    policy = entry.policy
    found: dict[str, str | int | None] = {
        "kind": "measure" if isinstance(entry, Measure) else "passage",
        "doc": policy.doc,
        "policy": tidy(policy.title),
        "doc_no": policy.doc_no,
        "issuer": "、".join(policy.issuers),
        "issued": policy.issued.isoformat() if policy.issued else None,
        "place": "/".join(policy.place),
        "section": " / ".join(entry.section),
        "number": entry.number,
        "body": entry.text,
        "lead": "、".join(entry.lead),
        "responsible": "、".join(entry.responsible),
        "plan": entry.plan,
        "deadlines": "；".join(f"{d.who}：{d.raw}" if d.who else d.raw for d in entry.deadlines),
        "deadline_dates": " ".join(sorted({d.date.isoformat() for d in entry.deadlines if d.date})),
        "page": entry.page,
        "parts": json.dumps([[part.start, part.end] for part in where]),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
