"""The word index: scores, filters, weights, and updates that leave the old generation as it was."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest

from index_build import lexical
from index_build.errors import IndexDamaged
from index_build.lexical import Lexical
from index_build.model import Measure
from index_build.words import index_terms
from tests.index_build import made

ALL = [made.AIM, made.START_UP, made.LICENCES, made.ARREARS, made.SAME_DAY, made.PROMISE]


@pytest.fixture
def words(tmp_path: Path) -> Lexical:
    lexical.save(tmp_path / "lexical", ALL)
    return Lexical(tmp_path / "lexical")


def found(words: Lexical, text: str, **more: object) -> list[str]:
    return [i for i, _ in words.search(dict.fromkeys(index_terms(text), 1.0), **more)]  # type: ignore[arg-type]


def test_words_find_their_measure(words: Lexical) -> None:
    assert found(words, "清理拖欠账款")[0] == "m-arrears"
    assert len(words) == len(ALL)


def test_either_script_finds_the_other(words: Lexical) -> None:
    assert found(words, "电子证照")[0] == found(words, "電子證照")[0] == "m-licence"


def test_the_plan_is_searched_too(words: Lexical) -> None:
    assert found(words, "综合窗口")[0] == "m-start"


def test_a_filter_by_policy_is_part_of_the_query(words: Lexical) -> None:
    county = [("临溪.md", 1)]
    assert set(found(words, "企业开办", policies=county)) <= {"m-same-day", "m-promise"}
    assert found(words, "清理拖欠账款", policies=county) == []
    assert found(words, "企业开办", policies=[]) == []
    assert set(found(words, "企业开办", policies=[("临溪.md", 1), ("青禾.txt", 1)])) == set(
        found(words, "企业开办")
    )
    assert found(words, "企业开办", policies=[("临溪.md", 2)]) == []


def test_a_filter_of_many_policies_finds_what_one_of_few_does(words: Lexical) -> None:
    terms = dict.fromkeys(index_terms("企业开办"), 1.0)
    many = [("临溪.md", 1), *(("别处.md", ordinal) for ordinal in range(lexical.FEW_POLICIES))]
    assert words.search(terms, policies=many) == words.search(terms, policies=many[:2]) != []


def test_a_filter_leaves_scores_as_they_are(words: Lexical) -> None:
    terms = dict.fromkeys(index_terms("企业开办当日办结"), 1.0)
    everywhere = dict(words.search(terms))
    for entry, score in words.search(terms, policies=[("临溪.md", 1)], kinds="measure"):
        assert score == pytest.approx(everywhere[entry], rel=1e-5)


def test_kinds_are_told_apart(words: Lexical) -> None:
    assert found(words, "制定本方案", kinds="passage") == ["p-aim"]
    assert "p-aim" not in found(words, "制定本方案", kinds="measure")


def test_a_limit_is_kept_and_no_terms_find_nothing(words: Lexical) -> None:
    assert len(found(words, "企业开办", limit=2)) == 2
    assert words.search({}) == []
    assert words.search({"企业": 0.0}) == []


def test_weights_decide_between_terms(words: Lexical) -> None:
    assert words.search({"账款": 1.0, "承诺制": 0.1})[0][0] == "m-arrears"
    assert words.search({"账款": 0.1, "承诺": 5.0})[0][0] == "m-promise"


def test_terms_that_look_like_queries_are_words(words: Lexical) -> None:
    for text in ("body:企业 OR *", '企业" AND', "[a TO b]", "-企业", "a\0b"):
        assert words.search({text: 1.0}) == []  # nothing is read as a field, a range or "not"


def test_scores_are_bm25(tmp_path: Path) -> None:
    """Against the formula (Robertson and Zaragoza 2009; k1 1.2, b 0.75, idf with one added), body field alone."""
    texts = {"a": "alpha beta", "b": "alpha alpha gamma delta", "c": "beta gamma delta epsilon zeta eta"}
    plans = {
        key: made.one_measure(key, text, (), ("市发改委",), f"{key}.txt").measures[0]
        for key, text in texts.items()
    }
    lexical.save(tmp_path / "lexical", list(plans.values()))
    lengths = {key: len(text.split()) for key, text in texts.items()}
    mean = sum(lengths.values()) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def score(times: int, length: int) -> float:
        return idf * times * 2.2 / (times + 1.2 * (1 - 0.75 + 0.75 * length / mean))

    expected = {"a": score(1, lengths["a"]), "b": score(2, lengths["b"])}
    assert dict(Lexical(tmp_path / "lexical").search({"alpha": 1.0})) == pytest.approx(expected, rel=1e-4)


def test_equal_scores_come_in_the_order_of_ids(tmp_path: Path) -> None:
    twins = [made.one_measure(key, "相同的一句话", (), ("市发改委",), "同.txt").measures[0] for key in "cab"]
    lexical.save(tmp_path / "lexical", twins)
    assert found(Lexical(tmp_path / "lexical"), "相同的一句话") == ["a", "b", "c"]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix != ".lock"
    }


def test_an_update_shares_files_and_leaves_the_source_as_it_was(tmp_path: Path, words: Lexical) -> None:
    before = hashes(tmp_path / "lexical")
    added = made.one_measure("m-new", "清理拖欠账款新规。", made.COUNTY, ("区财政局",), "临溪.md").measures[0]
    lexical.update(tmp_path / "lexical", tmp_path / "next", ["临溪.md"], [added])
    assert hashes(tmp_path / "lexical") == before
    after = Lexical(tmp_path / "next")
    assert set(found(after, "清理拖欠账款")[:2]) == {"m-new", "m-arrears"}
    assert not {"m-same-day", "m-promise"} & set(found(after, "企业开办告知承诺"))
    assert "m-same-day" in found(words, "企业开办")  # who has the old one open goes on with it
    assert len(after) == len(ALL) - 2 + 1


def test_a_damaged_index_is_named_with_its_remedy(tmp_path: Path, words: Lexical) -> None:
    (tmp_path / "lexical" / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="cewen build"):
        Lexical(tmp_path / "lexical")


def test_long_documents_do_not_break_the_writer(tmp_path: Path) -> None:
    long: Measure = made.one_measure("m", "推进" * 50_000, (), ("市发改委",), "长.txt").measures[0]
    lexical.save(tmp_path / "lexical", [long])
    assert found(Lexical(tmp_path / "lexical"), "推进") == ["m"]
