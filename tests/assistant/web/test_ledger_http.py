"""The ledger and the documents over HTTP: filters, pages, states, exports of exactly what is filtered."""

from __future__ import annotations

import csv
import functools
import io
import json
import operator
from typing import Any

import httpx
import icalendar
import openpyxl
import pytest

from assistant.api.service import Service
from assistant.ledger.standing import measure_standing
from index_build.catalog import Filter
from tests.assistant.web.conftest import TODAY

DISTRICT = "临溪区贯彻落实省行动方案工作举措.txt"
TAX = {"department": "区税务局", "lead_only": True, "document": DISTRICT}


def get(http: httpx.Client, **query: Any) -> dict[str, Any]:
    response = http.get("/api/measures", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def test_what_a_department_leads(http: httpx.Client) -> None:
    found = get(http, **TAX)
    assert {row["number"] for row in found["rows"]} == {"8", "17"}  # read in the sample by eye
    assert found["total"] == 2 and found["today"] == "2024-06-10"
    assert all("区税务局" in row["lead"] for row in found["rows"])


def test_pages_are_parts_of_one_order(http: httpx.Client) -> None:
    whole = get(http, document=DISTRICT, limit=1000)
    assert [row["number"] for row in whole["rows"]] == [str(n) for n in range(1, 31)]
    parts = [get(http, document=DISTRICT, limit=12, offset=at)["rows"] for at in (0, 12, 24)]
    assert functools.reduce(operator.iadd, parts, []) == whole["rows"]
    assert get(http, document=DISTRICT, limit=5, offset=500)["rows"] == []


@pytest.mark.parametrize("state", ["not_due", "due_this_month", "overdue", "ongoing", "unstated"])
def test_states_are_those_of_the_measures(state: str, http: httpx.Client, service: Service) -> None:
    measures = service.assistant.index.catalog.measures(Filter())
    wanted = [m.id for m in measures if measure_standing(m.deadlines, TODAY).value == state]
    found = get(http, state=state, limit=1000)
    assert [row["id"] for row in found["rows"]] == wanted
    assert {row["state"] for row in found["rows"]} <= {state}
    assert http.get("/api/facets").json()["states"][state] == len(wanted)


def test_due_in_a_month_in_order(http: httpx.Client) -> None:
    rows = get(http, document=DISTRICT, due_from="2024-06-01", due_by="2024-06-30", order="due")["rows"]
    assert rows and all(any(d["date"] == "2024-06-30" for d in row["deadlines"]) for row in rows)


def test_what_is_missing(http: httpx.Client) -> None:
    assert all(not row["lead"] for row in get(http, has_lead=False, limit=1000)["rows"])
    assert all(row["deadlines"] for row in get(http, has_deadline=True, limit=1000)["rows"])


def test_what_a_person_should_check(http: httpx.Client) -> None:
    found = get(http, has_doubt=True)
    # two closing numbers of the province's plan, which name nobody where all others do
    assert [(row["doc_no"], row["number"]) for row in found["rows"]] == [
        ("岭政发〔2024〕3号", "43"),
        ("岭政发〔2024〕3号", "44"),
    ]
    assert all("未见责任单位" in row["doubts"][0] for row in found["rows"])


def test_an_unknown_name_lists_the_nearest_and_is_no_empty_ledger(http: httpx.Client) -> None:
    refused = http.get("/api/measures", params={"department": "区税务居"})
    assert refused.status_code == 422
    assert "区税务局" in refused.json()["error"]["message"]


@pytest.mark.parametrize("format", ["xlsx", "csv", "ics", "jsonl"])
def test_an_export_holds_exactly_what_is_filtered(format: str, http: httpx.Client) -> None:
    query = {"document": DISTRICT, "state": "due_this_month"}
    rows = get(http, **query, limit=1000)["rows"]
    assert 0 < len(rows) < 30
    file = http.get(
        "/api/measures", params={**query, "format": format, "limit": 1}
    )  # a page's size does not count
    assert f'filename="ledger.{format}"' in file.headers["content-disposition"]
    bodies = [row["text"] for row in rows]
    if format == "jsonl":
        assert [json.loads(line) for line in file.text.splitlines()] == rows
    elif format == "csv":
        found = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert [row["措施内容"] for row in found] == bodies
    elif format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
        heads = [cell.value for cell in sheet[2]]
        assert [
            line[heads.index("措施内容")] for line in sheet.iter_rows(min_row=3, values_only=True)
        ] == bodies
    else:
        days = [e.decoded("dtstart") for e in icalendar.Calendar.from_ical(file.content).walk("VEVENT")]
        assert sorted(d.isoformat() for d in days) == sorted(
            d["date"] for row in rows for d in row["deadlines"] if d["date"]
        )


def test_documents_are_listed_with_what_is_missing(http: httpx.Client) -> None:
    listed = {one["name"]: one for one in http.get("/api/documents").json()["documents"]}
    assert len(listed) == 6
    (policy,) = listed[DISTRICT]["policies"]
    assert (policy["doc_no"], policy["issued"], policy["issuer"]) == (
        "临政发〔2024〕9号",
        "2024-04-12",
        ["云岭省青禾市临溪区人民政府"],
    )
    assert (policy["measures"], policy["without_lead"]) == (30, 0)


def test_the_source_of_a_measure_marks_who_and_when(http: httpx.Client) -> None:
    row = next(row for row in get(http, document=DISTRICT, limit=100)["rows"] if row["number"] == "28")
    found = http.get("/api/source", params={"entry": row["id"]}).json()
    marked = [(s["text"], s["marks"]) for p in found["paragraphs"] for s in p["segments"] if s["marks"]]
    assert [text for text, marks in marked if "lead" in marks] == ["区委办公室", "区政府办公室"]
    assert [text for text, marks in marked if "responsible" in marks] == ["区营商环境建设局", "各包联单位"]
    assert [text for text, marks in marked if "deadline" in marks] == ["长期坚持"]
    assert found["number"] == "28" and found["section"][0].startswith("四、")


def test_the_source_of_a_quote_marks_the_quote(http: httpx.Client) -> None:
    citation = http.post("/api/answers", json={"question": "区级领导包联重点企业制度由谁牵头？"}).json()[
        "citations"
    ][0]
    parts = ",".join(f"{a}-{b}" for a, b in citation["parts"])
    found = http.get("/api/source", params={"entry": citation["entry"], "parts": parts}).json()
    cited = "".join(s["text"] for p in found["paragraphs"] for s in p["segments"] if "cited" in s["marks"])
    assert "".join(cited.split()) == "".join(citation["quote"].split())


def test_unknown_and_senseless_places_are_refused(http: httpx.Client) -> None:
    assert http.get("/api/source", params={"entry": "nothing"}).status_code == 404
    assert http.get("/api/source", params={"entry": "x", "parts": "1-2;drop"}).status_code == 422
    assert http.get("/api/documents/text", params={"doc": "../../etc/passwd"}).status_code == 404


def test_a_document_is_read_on_without_gap_or_repeat(http: httpx.Client, service: Service) -> None:
    text, at = "", 0
    total = len(service.assistant.index.catalog.text(DISTRICT))
    starts: list[int] = []
    while at < total:
        part = http.get("/api/documents/text", params={"doc": DISTRICT, "start": at, "end": at + 900}).json()
        starts += [p["start"] for p in part["paragraphs"]]
        text += "".join(s["text"] for p in part["paragraphs"] for s in p["segments"])
        assert part["window"]["end"] > at
        at = part["window"]["end"]
    assert starts == sorted(set(starts))
    assert "30." in text and "临政发〔2024〕9号" in text


def test_the_outline_counts_its_measures(http: httpx.Client) -> None:
    items = http.get("/api/documents/outline", params={"doc": DISTRICT}).json()["items"]
    assert items[0]["measures"] == 30 == sum(item["measures"] for item in items[1:])
    assert next(item["title"] for item in items if item["level"] == 1) == "一、打造便捷高效的政务环境"


def test_the_overview_adds_up(http: httpx.Client, service: Service) -> None:
    found = http.get("/api/overview").json()
    count = service.assistant.index.catalog.count()
    assert found["measures"] == count == sum(found["states"].values())
    assert count == sum(sum(one.values()) for one in found["stated"].values())
    busiest = found["load"][0]
    assert get(http, department=busiest["name"], limit=0)["total"] >= busiest["lead"]
