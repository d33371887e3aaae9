"""Which entries are found, in which order, and how much of a question they cover."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.desk import policies_of
from assistant.matching import SECTION, TITLE, Read, Weighed, _pieces, covered, match, mend, repeated
from assistant.model import Concept, Question
from assistant.retrieve import Found, Searcher
from assistant.settings import AskSettings

COUNTY, CITY = ("岚溪县",), ("澄湖市",)


def read(asked: Assistant, text: str) -> Question:
    return asked.read(text, today=dt.date(2031, 5, 10))


def search(asked: Assistant, text: str) -> Found:
    question = read(asked, text)
    return Searcher(asked.index, AskSettings()).search(question, policies_of(question, asked.known))


@pytest.mark.parametrize(
    ("text", "place", "number"),
    [
        ("岚溪县公证书网上办谁牵头", COUNTY, "2"),
        ("岚溪县开公司归哪个局", COUNTY, "1"),
        ("澄湖市开公司归哪个局", CITY, "1"),
        ("岚溪县电费乱加价谁管", COUNTY, "5"),
        ("澄湖市房贷没还清能过户吗", CITY, "3"),
        ("澄湖市开民宿有什么标准", CITY, "4"),
        ("澄湖市公司资不抵债怎么办", CITY, "5"),
        ("岚溪县第一次轻微违法罚不罚", COUNTY, "7"),
        ("In Lanxi, who handles zero-investment power connection?", COUNTY, "4"),
    ],
)
def test_the_first_hit(asked: Assistant, text: str, place: tuple[str, ...], number: str) -> None:
    first = search(asked, text).hits[0].entry
    assert (first.policy.place, first.number) == (place, number)


def test_only_the_place_asked_about_is_searched(asked: Assistant) -> None:
    found = search(asked, "岚溪县企业开办谁牵头")
    assert {h.entry.policy.place for h in found.hits} == {COUNTY}


def test_hits_come_best_first_with_their_word_ranks(asked: Assistant) -> None:
    hits = search(asked, "岚溪县企业开办谁牵头").hits
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert hits[0].word_rank == 1
    assert hits[0].vector_rank is None  # no vectors unless they are given a weight


def test_a_topic_that_is_not_there_is_not_covered(asked: Assistant) -> None:
    found = search(asked, "岚溪县轨道交通谁牵头")
    assert not found.hits or found.hits[0].coverage < 0.3


def test_words_that_no_document_has_are_named(asked: Assistant) -> None:
    assert "养蜂补贴" not in "".join(h.entry.text for h in search(asked, "岚溪县养蜂谁牵头").hits)
    assert "养蜂" in search(asked, "岚溪县养蜂谁牵头").missing


def test_a_named_number_comes_first(asked: Assistant) -> None:
    first = search(asked, "岚溪县第5条清理违规行为的企业谁牵头").hits[0]
    assert first.entry.number == "5"
    assert "number" in first.reasons


def test_a_named_unit_speaks_for_its_measures(asked: Assistant) -> None:
    with_unit = search(asked, "岚溪县法院的府院联动").hits[0]
    assert with_unit.entry.number == "6"
    assert "unit" in with_unit.reasons


def test_nothing_to_search_in_finds_nothing(asked: Assistant) -> None:
    question = read(asked, "岚溪县企业开办谁牵头")
    assert Searcher(asked.index, AskSettings()).search(question, ()).hits == ()


def test_vectors_are_asked_only_with_a_weight(asked: Assistant) -> None:
    question = read(asked, "岚溪县企业开办谁牵头")
    found = Searcher(asked.index, AskSettings(vector_weight=0.3)).search(question, None)
    assert any(h.vector_rank for h in found.hits)


BODY = "监测评价网络。收取质量保证金。供水、供热企业公开信息。企业开办一日办结。"
READ = Read(
    BODY,
    "便利企业准入",
    "营商环境方案",
    " 监测 评价 网络 收取 质量 保证金 供水 供热 企业 公开 信息 企业 开办 一日 办结 ",
)


@pytest.mark.parametrize(
    ("form", "least", "most"),
    [
        ("企业开办", 1.0, 1.0),
        ("评价", 1.0, 1.0),
        ("测评", 0.4, 0.5),  # only across 监测 and 评价
        ("质保金", 0.7, 0.8),  # shortened
        ("准入", SECTION, SECTION),  # in the heading
        ("方案", TITLE, TITLE),  # in the title
        ("供水&供热", 1.0, 1.0),
        ("供水&供电&供热&燃气", 0.5, 0.5),
        ("供电&燃气&供热", 0.0, 0.0),  # less than half of the parts
        ("轨道交通", 0.0, 0.0),
    ],
)
def test_how_far_an_entry_has_a_word(form: str, least: float, most: float) -> None:
    value, _ = match(form, READ)
    assert least <= value <= most


def test_words_that_the_lexicon_supplies_have_to_stand_whole() -> None:
    assert match("企业开办服务", READ)[0] > 0
    assert match("企业开办服务", READ, whole=True)[0] == 0


def test_a_wrong_character_of_the_same_sound_is_mended_in_a_short_word(asked: Assistant) -> None:
    weighed = Searcher(asked.index, AskSettings()).weigh([Concept("监测"), Concept("鉴测"), Concept("砚测")])
    mended = [dict(w.forms) for w in mend(weighed, [READ])]
    assert "监测" in mended[1]
    assert "监测" not in mended[2]  # another sound


def test_a_wrong_character_is_mended_wherever_it_stands_in_the_word(asked: Assistant) -> None:
    read = Read("质量保证金。质量保障金", "", "", "")
    for typed, printed in (("制量保证", "质量保证"), ("质两保证", "质量保证"), ("质量保正", "质量保证")):
        (weighed,) = mend(Searcher(asked.index, AskSettings()).weigh([Concept(typed)]), [read])
        assert [word for word, _ in weighed.forms] == [typed, printed]


def test_ways_of_speaking_do_not_weigh_against_a_printed_word(asked: Assistant) -> None:
    plain = search(asked, "岚溪县公证书网上办谁牵头")
    spoken = search(asked, "岚溪县公证书网上办这事怎么回事，该找谁出面，谁牵头")
    assert spoken.hits[0].entry.id == plain.hits[0].entry.id
    assert spoken.hits[0].coverage == pytest.approx(plain.hits[0].coverage, abs=0.05)


@pytest.mark.parametrize(
    ("form", "pieces"),
    [
        ("企业开办", ("企业", "业开", "开办")),
        ("12345热线", ("12345", "热线")),
        ("5g基站", ("5g", "基站")),
        ("e窗通", ("e", "窗通")),
    ],
)
def test_a_number_or_a_latin_word_is_one_piece(form: str, pieces: tuple[str, ...]) -> None:
    assert _pieces(form) == pieces


def test_a_number_that_stands_alone_is_not_the_thing_named_by_it() -> None:
    read = Read("可拨打12345咨询。", "", "", " 可 拨打 12345 咨询 ")
    assert match("12345热线", read)[0] < 0.5


def test_a_wording_with_its_halves_changed_round_is_found(asked: Assistant) -> None:
    answer = asked.answer("岚溪县开办企业谁牵头")
    assert answer.citations[0].entry.number == "1"


def test_long_words_are_found_shortened() -> None:
    body = "对轻微违法行为免予处罚"
    entry = Read(body, "", "", f" {body} ")
    value, places = match("轻微违法免罚", entry)
    assert value == 0.9
    assert places == [1]
    assert match("轻微违法重罚", entry)[0] < 0.9


def test_only_chinese_characters_stand_between_those_of_a_shortened_word() -> None:
    assert match("质保金", Read("品质，保证金额度。", "", "", ""))[0] == 0.0
    body = "质（量保证金），后为质量保证金。"
    value, places = match("质保金", Read(body, "", "", ""))
    assert (value, places) == (0.75, [body.rindex("质")])


@pytest.mark.parametrize(
    ("run", "share"),
    [
        ("企业开办一日办结", 1.0),
        ("请问企业开办谁牵头", 3 / 8),  # 企业开办 are three pairs of eight
        ("把监测评价做了", 3 / 6),
        ("信息公示", 0.0),  # only two characters of it stand there together
        ("企业准入企业开办", 6 / 7),  # two pieces, one of them in the heading
    ],
)
def test_pieces_of_four_characters_count_as_repeated(run: str, share: float) -> None:
    assert repeated(READ, [run]) == pytest.approx(share)


def test_concepts_count_together_only_within_a_window() -> None:
    here = [
        Weighed(Concept(word), weight, ((word, 1.0),), True)
        for word, weight in (("企业", 2.0), ("办结", 3.0))
    ]
    near, far = (
        Read("企业开办一日办结", "", "", " 企业 办结 "),
        Read(f"企业{'。' * 89}办结", "", "", " 企业 办结 "),
    )
    assert covered(near, here) == ((1.0, 1.0), 5.0)
    assert covered(far, here) == ((1.0, 1.0), 3.0)
    twice = Read(f"企业{'。' * 89}办结企业", "", "", " 企业 办结 ")
    assert covered(twice, here)[1] == 5.0


def test_thirty_days_are_found_in_other_units(asked: Assistant) -> None:
    (weighed,) = Searcher(asked.index, AskSettings()).weigh([Concept("30天")])
    assert {form for form, _ in weighed.forms} >= {"30天", "30日", "30个工作日"}
