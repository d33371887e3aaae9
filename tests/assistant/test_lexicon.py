"""The phrase tables: every line loads, a user's folder adds to them, a bad line names file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.question.phrases import FOLDER, load_phrases
from index_build.errors import SettingsError

TABLES = ("everyday.txt", "english.txt")


def test_every_official_word_has_a_weight() -> None:
    phrases = load_phrases()
    for table in (phrases.everyday, phrases.english):
        assert len(table) > 300
        for wording, others in table.items():
            assert wording == wording.strip()
            assert others, wording
            assert all(0 < weight <= 1 and word for word, weight in others), wording


def test_every_pattern_of_an_intent_compiles() -> None:
    lines = (FOLDER / "intents.txt").read_text(encoding="utf-8").splitlines()
    patterns = [line.partition(" = ")[2] for line in lines if " = " in line and not line.startswith("#")]
    assert len(patterns) > 40
    for pattern in patterns:
        re.compile(pattern)  # the loader trusts them


def test_every_signal_that_the_code_asks_for_has_wordings_and_is_asked_for() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.rglob("*.py"))
    asked = set(re.findall(r"\.(?:says|find|find_all|cut|blank)\(\s*\"(\w+)\"", code))
    signals = set(load_phrases().intents)
    assert len(asked) > 60
    assert not asked - signals
    assert not [signal for signal in signals if f'"{signal}"' not in code]


def test_everyday_wordings_are_chinese_and_english_ones_are_not() -> None:
    phrases = load_phrases()
    assert all(re.search(r"[一-鿿A-Za-z0-9]", wording) for wording in phrases.everyday)
    assert not [w for w in phrases.english if re.search(r"[一-鿿]", w)]
    assert all(w == w.lower() for w in phrases.english)


def test_no_wording_is_a_word_of_asking() -> None:
    phrases = load_phrases()
    assert not set(phrases.everyday) & phrases.stop
    assert not phrases.weak & phrases.stop


def test_the_tables_belong_to_the_language_not_to_documents() -> None:
    """No place, document number or paper in the tables (english_places.txt holds places)."""
    for name in (*TABLES, "intents.txt", "weak.txt", "units.txt"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"〔20\d\d〕|昆都仑|昆区|奈曼|乌海|通辽|廊坊|张家口|忻州|顺义|通州", text), name


@pytest.mark.parametrize(
    ("text", "official"),
    [
        ("我想开公司", "企业开办"),
        ("想开一家小公司", "企业开办"),  # what is counted stands between the verb and the thing
        ("去办了张营业执照", "营业执照"),
        ("公司关门了怎么办", "企业注销"),
        ("接电不花钱", "零投资"),
        ("房贷没还清能过户吗", "带押过户"),
        ("政府赖账找谁", "政务失信"),
        ("借员工用几天", "用工余缺调剂"),
    ],
)
def test_everyday_words_are_found_inside_a_sentence(text: str, official: str) -> None:
    found = [others for _, _, others in load_phrases().find_everyday(text)]
    assert any(official in dict(others) for others in found)


def test_the_longest_wording_wins() -> None:
    found = load_phrases().find_everyday("网上中介超市")
    assert [(s, e) for s, e, _ in found] == [(0, 6)]


def test_english_phrases_longest_first_at_word_ends() -> None:
    found = load_phrases().find_english("starting a business in a reporting town")
    assert [others[0][0] for _, _, others in found] == ["企业开办"]  # no `port` in reporting


@pytest.mark.parametrize(
    ("text", "officials"),
    [
        ("tax refunds", ["退税"]),  # the table has the singular
        ("geographical-indications", ["地理标志"]),
        ("smart water meters", ["智能水表"]),
        ("stories of ports", ["港口"]),
        ("port5, reports", []),  # a word's end
        ("a share of it", []),  # the table has shares of a company only
    ],
)
def test_english_words_in_singular_and_plural(text: str, officials: list[str]) -> None:
    assert [others[0][0] for _, _, others in load_phrases().find_english(text)] == officials


def test_a_folder_of_ones_own_adds_and_overrides(tmp_path: Path) -> None:
    (tmp_path / "everyday.txt").write_text("# own\n摸鱼 = 摸鱼执法 0.7\n破产 = 清算 0.4\n", encoding="utf-8")
    (tmp_path / "stop.txt").write_text("嗨呀\n", encoding="utf-8")
    phrases = load_phrases((tmp_path,))
    assert dict(phrases.everyday["摸鱼"]) == {"摸鱼执法": 0.7}
    assert dict(phrases.everyday["破产"])["清算"] == 0.4
    assert "办理破产" in dict(phrases.everyday["破产"])  # what was there stays
    assert "嗨呀" in phrases.stop
    assert "摸鱼" not in load_phrases().everyday


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("everyday.txt", "没有等号"),
        ("everyday.txt", "开店 = 企业开办"),  # no weight
        ("everyday.txt", "开店 = 企业开办 1.5"),
        ("everyday.txt", "开店 = 企业开办 0"),
        ("intents.txt", "who = (谁"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_phrases((tmp_path,))
    assert f"{name}:2" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "everyday.txt").write_bytes("开店 = 企业开办 1.0\n".encode("gb18030"))
    with pytest.raises(SettingsError, match=r"everyday\.txt.*UTF-8"):
        load_phrases((tmp_path,))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lexicon"):
        load_phrases((tmp_path / "none",))


@pytest.mark.parametrize(
    ("text", "word", "mended"),
    [
        ("买尔手房", "尔手", "二手房"),
        ("连索店", "连索", "连锁店"),
        ("养蜂场", "养蜂", None),  # nothing of the lexicon sounds so
        ("二首房", "二首", "二手房"),
        ("二火房", "二火", None),  # another sound
    ],
)
def test_a_wording_with_one_wrong_character_of_the_same_sound(
    text: str, word: str, mended: str | None
) -> None:
    start = text.index(word)
    found = load_phrases().mend(text, start, start + len(word))
    assert (found[2] if found else None) == mended


def test_a_wrong_character_is_not_looked_for_by_cutting_a_known_word() -> None:
    phrases = load_phrases()
    assert phrases.mend("违法不罚", 2, 4) is not None  # 罚不罚, were 违法 no word
    assert phrases.mend("违法不罚", 2, 4, inside={1}) is None


def test_a_wording_of_several_parts_needs_all_of_them() -> None:
    phrases = load_phrases()
    together = [
        others
        for s, e, others in phrases.find_everyday("注册公司可是没有房产证")
        if "住所申报" in dict(others)
    ]
    alone = [others for _, _, others in phrases.find_everyday("没有房产证") if "住所申报" in dict(others)]
    assert together
    assert not alone
