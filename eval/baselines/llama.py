"""LlamaIndex as its tutorials have it: reader, splitter and retriever with their defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rjieba
from llama_index.core import Document, SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, NodeWithScore, TextNode

from eval.baselines import Found
from index_build.embed import Embedding, LocalEmbedding

DIMENSION = 256  # the local embedding's, as in index_build.settings
_WORD = re.compile(r"\w")


def read_nodes(texts: Path, **splitter: int) -> list[BaseNode]:
    """The folder's files, split; `splitter` is passed on (chunk_size, chunk_overlap), empty for the defaults."""
    documents: list[Document] = SimpleDirectoryReader(str(texts)).load_data()
    return SentenceSplitter(**splitter).get_nodes_from_documents(documents)


def _found(hit: NodeWithScore) -> Found:
    node = hit.node
    assert isinstance(node, TextNode)
    start = node.start_char_idx or 0
    doc = str(node.metadata["file_name"]).removesuffix(".txt")
    return Found(doc, start, start + len(node.text), node.text, float(hit.score or 0.0))


class TutorialBM25:
    def __init__(self, texts: Path) -> None:
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415  (a development dependency)

        nodes = read_nodes(texts)
        self._retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(10, len(nodes)))

    def search(self, query: str, limit: int) -> list[Found]:
        return [_found(hit) for hit in self._retriever.retrieve(query)][:limit]


def segmented(text: str) -> str:
    """Words parted by blanks, as a tokenizer for European text wants them."""
    return " ".join(word for word in rjieba.cut(text.lower()) if _WORD.search(word))


class SegmentedBM25:
    """The known mend for Chinese: segment before indexing, keep the printed window beside it.  Words of one character
    are kept too, which the default token pattern drops."""

    def __init__(self, texts: Path, top: int = 10) -> None:
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415  (a development dependency)

        self._printed: dict[str, BaseNode] = {node.node_id: node for node in read_nodes(texts)}
        nodes = [
            TextNode(id_=node_id, text=segmented(node.get_content()))
            for node_id, node in self._printed.items()
        ]
        self._retriever = BM25Retriever.from_defaults(
            nodes=nodes,
            similarity_top_k=min(10, len(nodes)),
            token_pattern=r"(?u)\b\w+\b",
            skip_stemming=True,
        )

    def save(self, folder: Path) -> None:
        self._retriever.persist(str(folder))
        rows = {node_id: node.to_dict() for node_id, node in self._printed.items()}
        (folder / "printed.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> SegmentedBM25:
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415  (a development dependency)

        found = cls.__new__(cls)
        rows = json.loads((folder / "printed.json").read_text(encoding="utf-8"))
        found._printed = {node_id: TextNode.from_dict(row) for node_id, row in rows.items()}
        found._retriever = BM25Retriever.from_persist_dir(str(folder))
        return found

    def search(self, query: str, limit: int) -> list[Found]:
        hits = self._retriever.retrieve(segmented(query))[:limit]
        return [_found(NodeWithScore(node=self._printed[h.node.node_id], score=h.score)) for h in hits]


class FittedEmbedding(BaseEmbedding):
    """Cewen's local embedding behind LlamaIndex's interface, fitted on the rival's own windows."""

    inner: Any = None

    @classmethod
    def fit(cls, nodes: list[BaseNode]) -> FittedEmbedding:
        inner: Embedding = LocalEmbedding.fit([node.get_content() for node in nodes], DIMENSION)
        return cls(model_name="cewen-local", embed_batch_size=512, inner=inner)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self.inner.embed([text])[0].tolist()  # type: ignore[no-any-return]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self.inner.embed(texts).tolist()  # type: ignore[no-any-return]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def build_chroma(texts: Path, folder: Path, **splitter: int) -> VectorStoreIndex:
    """Read, split, embed and store: the whole of a tutorial's build, timed by eval.bench."""
    import chromadb  # noqa: PLC0415  (only this rival needs it)
    from llama_index.vector_stores.chroma import ChromaVectorStore  # noqa: PLC0415  (a development dependency)

    nodes = read_nodes(texts, **splitter)
    client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection("windows", embedding_function=None)
    storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    return VectorStoreIndex(nodes, storage_context=storage, embed_model=FittedEmbedding.fit(nodes))


class TutorialChroma:
    def __init__(self, texts: Path, folder: Path) -> None:
        self._retriever = build_chroma(texts, folder).as_retriever(similarity_top_k=10)

    def search(self, query: str, limit: int) -> list[Found]:
        return [_found(hit) for hit in self._retriever.retrieve(query)][:limit]


def open_chroma(folder: Path, embedding: Path) -> Callable[[str], Any]:
    """What `build_chroma` left, opened by another process: a question to its nodes."""
    import chromadb  # noqa: PLC0415  (only this rival needs it)
    from llama_index.vector_stores.chroma import ChromaVectorStore  # noqa: PLC0415  (a development dependency)

    client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_collection("windows", embedding_function=None))
    fitted = FittedEmbedding(model_name="cewen-local", inner=LocalEmbedding.load(embedding))
    index = VectorStoreIndex.from_vector_store(store, embed_model=fitted)
    return index.as_retriever(similarity_top_k=5).retrieve  # type: ignore[no-any-return]
