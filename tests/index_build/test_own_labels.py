"""Labels that no list has: told by the units or dates after them, and by how often they stand."""

from __future__ import annotations

from index_build.clauses.own_labels import find_own_labels
from index_build.measures import extract
from index_build.model import Document
from index_build.sheet import read_sheet


def words_for(text: str) -> dict[str, str]:
    """The labels found in a text, each with its stand-in."""
    sheet = read_sheet(Document("p.txt", text, "0" * 64))
    found = find_own_labels(sheet, 0, len(sheet.text), 2024)
    return {sheet.text[a:b]: word.strip("；") for a, b, word in found.places} if found else {}


def test_units_or_dates_after_a_label_say_what_it_is() -> None:
    rows = "担纲：市财政局\n帮手：市税务局、市公安局\n归口：市审计局\n交账：2024年6月底前\n"
    assert words_for(rows * 3) == {"担纲": "牵头", "帮手": "配合", "归口": "责任", "交账": "时限"}


def test_a_label_that_stands_twice_is_none() -> None:
    assert words_for("担纲：市财政局\n" * 2) == {}


def test_words_before_a_colon_that_have_something_else_after_them_are_none() -> None:
    assert words_for("服务对象：小微企业主\n" * 3 + "特此通知：请各单位落实\n" * 3) == {}


def test_persons_and_copies_are_none() -> None:
    assert words_for("抄送：市委办公室，市人大常委会办公室\n" * 3) == {}


def test_labels_that_a_list_has_are_left_to_it() -> None:
    assert words_for("牵头单位：市财政局\n" * 3) == {}


def test_the_rest_of_a_label_that_a_line_cuts_is_none() -> None:
    assert words_for("（牵头单\n位：市财政局）\n" * 3) == {}


def test_the_stand_in_keeps_every_position() -> None:
    sheet = read_sheet(Document("p.txt", "1.办好。要求节点：2024年5月底前\n" * 3, "0" * 64))
    found = find_own_labels(sheet, 0, len(sheet.text), 2024)
    assert found is not None
    assert found.put_in(sheet.text[:21], 0) == "1.办好。；；时限：2024年5月底前1."


def test_the_labels_are_told_to_whom_checks_the_list() -> None:
    rows = "".join(f"{n}.办好第{n}件事。\n担纲：市财政局\n交账日：2024年6月底前\n" for n in (1, 2, 3))
    extraction = extract(Document("p.txt", f"霁川市任务书\n2024年3月6日\n{rows}", "0" * 64))
    (said,) = [w for w in extraction.warnings if "自用" in w]
    assert "“担纲”（读作牵头单位）、“交账日”（读作完成时限）" in said
