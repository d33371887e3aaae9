"""Embeddings: the local one against exact linear algebra, the endpoint against a server that speaks the protocol."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index_build import embed
from index_build.embed import EmbeddingCache, EndpointEmbedding, LocalEmbedding, open_embedding
from index_build.errors import EmbeddingMismatch, ModelError
from index_build.settings import EmbeddingSettings
from tests.fake_server import FakeServer, embedding, embeds, raw, status

TEXTS = [
    "企业开办全流程压缩至半个工作日",
    "企业开办当日办结，免费刻章",
    "企业注销实行简易程序",
    "不动产登记一小时办结",
    "不动产登记与缴税同窗办理",
    "清理拖欠中小企业账款",
    "建立拖欠账款投诉处理机制",
    "推广电子证照在政务服务中的应用",
    "电子证照与纸质证照同等效力",
    "用水用电用气报装一站办理",
]


@pytest.fixture(scope="module")
def local() -> LocalEmbedding:
    return LocalEmbedding.fit(TEXTS, 6)


def test_vectors_are_of_length_one_and_of_the_dimension(local: LocalEmbedding) -> None:
    vectors = local.embed(TEXTS)
    assert vectors.shape == (10, 6)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(10), abs=1e-5)


def test_one_text_and_many_give_the_same(local: LocalEmbedding) -> None:
    together = local.embed(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert local.embed([text])[0] == pytest.approx(row, abs=1e-4)


def test_texts_on_one_topic_lie_nearest(local: LocalEmbedding) -> None:
    vectors = local.embed(TEXTS)
    near = vectors @ local.embed(["拖欠企业账款怎么投诉"])[0]
    assert {int(i) for i in np.argsort(-near)[:2]} == {5, 6}


def test_the_fit_can_be_repeated() -> None:
    assert np.array_equal(
        LocalEmbedding.fit(TEXTS, 4).embed(TEXTS), LocalEmbedding.fit(TEXTS, 4).embed(TEXTS)
    )


def test_what_is_saved_is_what_is_loaded(local: LocalEmbedding, tmp_path: Path) -> None:
    local.save(tmp_path / "embedding")
    loaded = LocalEmbedding.load(tmp_path / "embedding")
    assert loaded.identity == local.identity == {"kind": "local", "model": "lsa-3gram-16384", "dimension": 6}
    assert np.array_equal(loaded.embed(TEXTS), local.embed(TEXTS))


def test_the_components_span_what_an_exact_decomposition_does() -> None:
    """Eckart and Young: no subspace of this dimension leaves less of the matrix out."""
    scipy_sparse = pytest.importorskip("scipy.sparse")
    dense = np.random.default_rng(1).random((60, 40), dtype=np.float32) ** 4
    values = np.linalg.svd(dense, compute_uv=False)
    exact = np.sqrt((values[8:] ** 2).sum())
    found = embed._components(scipy_sparse.csr_array(dense), 8)
    assert found.T @ found == pytest.approx(np.eye(8), abs=1e-3)
    left_out = np.linalg.norm(dense - dense @ found @ found.T)
    assert exact <= left_out <= 1.15 * exact


def test_ngrams_never_reach_over_two_texts() -> None:
    joined, apart = embed._counts(["甲乙丙丁"]), embed._counts(["甲乙", "丙丁"])
    assert joined[2].sum() == 4 + 3 + 2
    assert apart[2].sum() == (2 + 1) * 2
    assert sorted(set(apart[0])) == [0, 1]


@pytest.mark.parametrize(
    "texts", [["独一无二"], ["甲"], ["", "甲乙"], ["甲乙", ""], [" "], [], ["同文", "同文"]]
)
def test_few_or_empty_texts_can_be_fitted(texts: list[str]) -> None:
    embedding, vectors = LocalEmbedding.fit_embed(texts, 8)
    assert vectors.shape[0] == len(texts)
    assert np.isfinite(vectors).all()
    assert embedding.embed(texts) == pytest.approx(vectors, abs=1e-4)


def test_more_texts_than_are_fitted_are_all_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "FIT_TEXTS", 4)
    monkeypatch.setattr(embed, "BATCH", 3)
    embedding, vectors = LocalEmbedding.fit_embed(TEXTS, 4)
    assert vectors.shape[0] == len(TEXTS)
    assert embedding.embed(TEXTS[7:8])[0] == pytest.approx(vectors[7], abs=1e-4)


def test_a_text_of_unknown_characters_has_no_direction(local: LocalEmbedding) -> None:
    assert not local.embed(["☃"]).any()
    assert not local.embed([""]).any()
    assert local.embed([]).shape == (0, 6)


# ---- an endpoint ----------------------------------------------------------------------------------------------


def endpoint(server: FakeServer, cache: EmbeddingCache | None = None, **more: object) -> EndpointEmbedding:
    settings = EmbeddingSettings(
        base_url=server.base_url, model="m3", api_key="secret-key", batch=3, attempts=3, **more  # type: ignore[arg-type]
    )  # fmt: skip
    return EndpointEmbedding(settings, cache=cache)


def test_an_endpoint_gives_its_vectors_in_the_order_of_the_texts() -> None:
    with FakeServer(embeddings=[embeds(shuffled=True)]) as server:
        remote = endpoint(server)
        assert remote.embed(TEXTS) == pytest.approx(np.array([embedding(t) for t in TEXTS]), abs=1e-5)
        assert [len(r.body["input"]) for r in server.requests] == [3, 3, 3, 1]
        assert remote.identity["dimension"] == 16
        assert server.requests[0].headers["Authorization"] == "Bearer secret-key"


def test_a_text_is_sent_once_whatever_is_built_again(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    with FakeServer() as server:
        first = endpoint(server, cache).embed([*TEXTS, TEXTS[0]])
        sent = sum(len(r.body["input"]) for r in server.requests)
        again = endpoint(server, cache).embed([*TEXTS, "新的一条"])
        assert sent == len(TEXTS)
        assert [r.body["input"] for r in server.requests[4:]] == [["新的一条"]]
    assert np.array_equal(first[:10], again[:10])
    assert b"secret-key" not in (tmp_path / "cache.sqlite").read_bytes()


def test_another_model_shares_no_vectors(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    with FakeServer() as server:
        endpoint(server, cache).embed(["一条"])
        other = EmbeddingSettings(base_url=server.base_url, model="other")
        EndpointEmbedding(other, cache=cache).embed(["一条"])
        assert len(server.requests) == 2


def test_what_was_paid_for_before_a_failure_is_kept(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    with FakeServer(embeddings=[embeds(), status(401)]) as server, pytest.raises(ModelError):
        endpoint(server, cache).embed(TEXTS)
    with sqlite3.connect(tmp_path / "cache.sqlite") as db:
        assert db.execute("SELECT COUNT(*) FROM vectors").fetchone() == (3,)


def test_a_passing_fault_is_tried_again() -> None:
    with FakeServer(embeddings=[status(503), status(429), embeds()]) as server:
        assert endpoint(server).embed(["一条"]).shape == (1, 16)
        assert len(server.requests) == 3


def test_a_batch_that_is_too_large_is_halved() -> None:
    def at_most_one(exchange: object) -> None:
        many = len(exchange.body["input"]) > 1  # type: ignore[attr-defined]
        (status(400, "batch size too large") if many else embeds())(exchange)  # type: ignore[arg-type]

    with FakeServer(embeddings=[at_most_one]) as server:
        assert endpoint(server).embed(TEXTS[:4]).shape == (4, 16)


@pytest.mark.parametrize(
    "behaviour",
    [
        status(401, "bad key"),
        status(400, "no such model"),
        status(500),
        embeds(drop=1),
        raw(b"not json"),
        raw(b'{"object": "list", "data": [], "model": "m"}'),
        raw(
            b'{"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": []}], "model": "m"}'
        ),
        raw(
            b'{"object": "list", "data": [{"object": "embedding", "index": 7, "embedding": [1.0]}], "model": "m"}'
        ),
    ],
)
def test_a_lasting_fault_is_one_line_with_the_remedy_and_without_the_key(behaviour: object) -> None:
    with FakeServer(embeddings=[behaviour]) as server, pytest.raises(ModelError) as caught:  # type: ignore[list-item]
        endpoint(server).embed(["一条"])
    assert "请检查地址" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret-key" not in str(caught.value)


def test_an_address_where_nobody_listens_is_a_model_error() -> None:
    settings = EmbeddingSettings(base_url="http://127.0.0.1:9/v1", model="m3", attempts=1, timeout_s=2)
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9"):
        EndpointEmbedding(settings).embed(["一条"])


def test_another_dimension_than_the_index_is_refused() -> None:
    with FakeServer(embeddings=[embeds(8)]) as server:
        settings = EmbeddingSettings(base_url=server.base_url, model="m3")
        with pytest.raises(EmbeddingMismatch, match="16"):
            EndpointEmbedding(settings, dimension=16).embed(["一条"])


def test_questions_asked_again_cost_no_call() -> None:
    with FakeServer() as server:
        remote = endpoint(server)
        remote.embed(["同一个问题"])
        remote.embed(["同一个问题"])
        assert len(server.requests) == 1


# ---- what an index was built with -----------------------------------------------------------------------------

RECORDED = {"kind": "endpoint", "model": "m3", "dimension": 16, "base_url": "http://127.0.0.1:1/v1"}


def test_an_index_of_another_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingMismatch, match=r"m3.*cewen build"):
        open_embedding(RECORDED, tmp_path, EmbeddingSettings(base_url="http://x/v1", model="m4"))
    with pytest.raises(EmbeddingMismatch, match="cewen build"):
        open_embedding({"kind": "local"}, tmp_path, EmbeddingSettings(base_url="http://x/v1", model="m4"))


def test_without_settings_an_endpoint_is_reached_as_recorded(tmp_path: Path) -> None:
    found = open_embedding(RECORDED, tmp_path, EmbeddingSettings())
    assert found.identity == RECORDED


def test_the_same_model_may_have_moved(tmp_path: Path) -> None:
    with FakeServer() as server:
        moved = open_embedding(RECORDED, tmp_path, EmbeddingSettings(base_url=server.base_url))
        assert moved.embed(["一条"])[0] == pytest.approx(embedding("一条"), abs=1e-5)


def test_settings_come_from_the_environment_and_never_show_the_key() -> None:
    variables = {
        "CEWEN_EMBEDDING_BASE_URL": "http://h/v1",
        "CEWEN_EMBEDDING_MODEL": "m3",
        "CEWEN_EMBEDDING_API_KEY": "s3",
    }
    found = EmbeddingSettings.from_environment(variables)
    assert (found.base_url, found.model, found.api_key) == ("http://h/v1", "m3", "s3")
    assert "s3" not in repr(found).replace("m3", "")
    assert EmbeddingSettings.from_environment({"CEWEN_EMBEDDING_BASE_URL": ""}).is_local
