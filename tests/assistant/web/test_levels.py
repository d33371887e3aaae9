"""Places compared on shared themes, and what lower places carry on: counted as the ledger counts, every part a link."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistant.ledger.levels import compounds, is_weak, opening, shared_themes

A, B, C = ("甲省",), ("甲省", "乙市"), ("丙省",)
NOUN, VERBAL, VERB = "n", "vn", "v"


def test_terms_are_neighbouring_nouns_and_never_a_way_of_doing() -> None:
    words = [("推进", VERB), ("企业", NOUN), ("开办", VERBAL), ("的", "uj"), ("便利", "a")]
    assert compounds(words, {"推进"}) == {("企业", "开办")}
    assert ("推进", "企业") in compounds(words, ())
    assert compounds([("知识产权", NOUN), ("2024", "m")], ()) == {("知识产权",)}
    assert compounds([("快速", "d"), ("办理", VERB), ("解决", VERB)], ()) == set()  # no noun in it


def test_themes_are_what_several_places_begin_with() -> None:
    power, start, only = (
        [("获得", VERB), ("电力", NOUN)],
        [("企业", NOUN), ("开办", VERBAL)],
        [("口岸", NOUN), ("通关", VERBAL)],
    )
    other = [[("其他", "r"), (f"事{n}", "x")] for n in range(20)]
    measures = [(A, start), (B, start), (C, start), (A, power), (C, power), (A, only), (A, only), *((B, o) for o in other)]  # fmt: skip
    assert shared_themes(measures) == [
        "企业开办",
        "获得电力",
    ]  # the widest first; a theme of one place is none
    assert shared_themes(measures, weak=("企业", "开办")) == ["获得电力"]


def test_weak_words_and_openings() -> None:
    assert is_weak("服务平台", ("服务", "平台")) and not is_weak("政务服务", ("服务", "平台"))
    assert opening("推行“一日办” 全程网办") == "推行“一日办”"


def test_a_cell_counts_what_the_ledger_lists(http: httpx.Client) -> None:
    found = http.get("/api/overview/places").json()
    assert len(found["places"]) > 1 and found["themes"]
    for theme in found["themes"]:
        assert sum(cell["count"] > 0 for cell in theme["cells"]) > 1
        for place, cell in zip(found["places"], theme["cells"], strict=True):
            where = {"place": "/".join(place), "text": theme["words"], "limit": 1000}
            rows = http.get("/api/measures", params=where).json()
            assert rows["total"] == cell["count"]
            assert cell["lead"] is None or any(cell["lead"] in row["lead"] for row in rows["rows"])
            days = [d["date"] for row in rows["rows"] for d in row["deadlines"] if d["date"]]
            assert cell["due"] == min(days, default=None)


def test_a_theme_of_ones_own(http: httpx.Client) -> None:
    shared = http.get("/api/overview/places").json()
    own = http.get("/api/overview/places", params={"words": " 跨境贸易 "}).json()
    assert own["places"] == shared["places"]
    assert [theme["words"] for theme in own["themes"]] == ["跨境贸易"]


def test_what_is_carried_on_is_what_the_ledger_says(http: httpx.Client) -> None:
    flows = http.get("/api/overview/cascade").json()["flows"]
    widest = flows[0]
    assert widest["upper"]["place"] == ["云岭省"] and widest["lower"]["place"][-1] == "临溪区"
    assert widest["links"] == len(widest["pairs"]) and widest["unchanged"] == sum(
        not p["changes"] for p in widest["pairs"]
    )
    for name, count in widest["fields"].items():
        assert count == sum(any(c["field"] == name for c in pair["changes"]) for pair in widest["pairs"])
    for pair in widest["pairs"]:
        for side in ("upper", "lower"):
            where = {"document": widest[side]["title"], "text": pair[side]["find"]}
            assert pair[side]["id"] in [
                row["id"] for row in http.get("/api/measures", params=where).json()["rows"]
            ]


@pytest.mark.browser
def test_a_cell_and_a_carried_measure_lead_to_the_ledger(opened: Any, base: str, http: httpx.Client) -> None:
    page = opened.page
    found = http.get("/api/overview/places").json()
    theme = found["themes"][0]
    at = next(n for n, cell in enumerate(theme["cells"]) if cell["count"])
    page.goto(f"{base}?tab=overview")
    row = page.locator(f"tr[data-theme-words='{theme['words']}']")
    row.locator("td").nth(at).locator("button").click()
    page.locator(".cw-found", has_text=f"共 {theme['cells'][at]['count']} 项").wait_for()
    assert page.locator("input[name=text]").input_value() == theme["words"]
    page.go_back()

    page.locator(".cw-theme-form input").fill("跨境贸易")
    page.locator(".cw-theme-form input").press("Enter")
    page.locator("tr[data-theme-words=跨境贸易]").wait_for()

    flow = http.get("/api/overview/cascade").json()["flows"][0]
    drawn = page.locator(".cw-flow").first
    drawn.locator("[data-kind=lead]").click()
    assert drawn.locator(".cw-pairs li").count() == min(6, flow["fields"]["lead"])
    assert drawn.locator(".cw-pairs li [data-field=lead]").count() == drawn.locator(".cw-pairs li").count()
    drawn.locator(".cw-pair-end").nth(1).click()
    page.locator(".cw-found", has_text="共 1 项").wait_for()
