"""Uploading and removing: incremental, with progress, old answers meanwhile, closed to visitors."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.access import Accounts, UserRole
from assistant.api import create_app
from assistant.api.service import Service, open_service
from assistant.intake import LONGEST_NAME, safe_name, uploads_folder
from index_build.errors import ReadError, UnsupportedFormat
from tests.assistant.web.conftest import SAMPLES

PLAN = """望湖县优化营商环境工作方案

一、提升服务
1.建设湖畔政务驿站，企业群众就近办理一百项高频事项。
牵头单位：县数据局
责任单位：县财政局、各镇人民政府
完成时限：2025年9月底
2.推行帮办代办专员制度，为重点项目配备专员。
牵头单位：县发展改革局
完成时限：2025年6月底
"""
QUESTION = "湖畔政务驿站由谁牵头建设，什么时候完成？"


@pytest.fixture
def service(index_dir: Path, tmp_path: Path) -> Service:
    own = tmp_path / "index"
    shutil.copytree(index_dir, own)
    return open_service(own)


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service, page=False), base_url="http://127.0.0.1") as made:
        yield made


def upload(client: TestClient, *files: tuple[str, bytes], **more: Any) -> Any:
    return client.post("/api/documents", files=[("files", file) for file in files], **more)


def finish(client: TestClient, started: Any) -> dict[str, Any]:
    assert started.status_code == 202, started.text
    job, deadline = started.json(), time.monotonic() + 60
    while job["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


def ask(client: TestClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/answers", json={"question": QUESTION}).json()
    return answer


def test_an_uploaded_plan_is_answered_from_and_a_removed_one_is_not(
    client: TestClient, service: Service
) -> None:
    before = client.get("/ready").json()
    assert "县数据局" not in ask(client)["answer"]
    job = finish(client, upload(client, ("望湖县方案.txt", PLAN.encode())))
    assert (job["state"], [line["state"] for line in job["lines"]]) == ("done", ["new"]), job
    after = client.get("/ready").json()
    assert (after["documents"], after["measures"]) == (before["documents"] + 1, before["measures"] + 2)
    answer = ask(client)
    assert answer["facts"][0]["lead"] == ["县数据局"]
    assert answer["facts"][0]["deadlines"][0]["date"] == "2025-09-30"
    assert "县数据局" in [one["name"] for one in client.get("/api/facets").json()["departments"]]

    job = finish(client, client.delete("/api/documents", params={"doc": "望湖县方案.txt"}))
    assert job["state"] == "done"
    assert client.get("/ready").json()["documents"] == before["documents"]
    assert "县数据局" not in ask(client)["answer"]
    assert list(uploads_folder(service.assistant.index.path).iterdir()) == []


def test_a_bad_file_is_named_and_the_rest_is_indexed(client: TestClient, service: Service) -> None:
    job = finish(
        client, upload(client, ("望湖县方案.txt", PLAN.encode()), ("坏.docx", b"this is no document"))
    )
    by_file = {line["file"]: line for line in job["lines"]}
    assert by_file["望湖县方案.txt"]["state"] == "new"
    assert by_file["坏.docx"]["state"] == "failed" and by_file["坏.docx"]["reason"]
    assert [path.name for path in uploads_folder(service.assistant.index.path).iterdir()] == [
        "望湖县方案.txt"
    ]


def test_nothing_usable_leaves_everything_as_it_was(client: TestClient) -> None:
    before = client.get("/ready").json()
    job = finish(client, upload(client, ("空.txt", b"")))
    assert job["state"] == "failed" and job["message"]
    assert client.get("/ready").json() == before


def test_formats_that_cannot_be_read_are_refused_at_once(client: TestClient) -> None:
    refused = upload(client, ("movie.mp4", b"x"))
    assert refused.status_code == 422 and ".docx" in refused.json()["error"]["message"]


def test_answers_go_on_while_the_index_changes(client: TestClient) -> None:
    started = upload(
        client, *((path.name.replace("省", "州"), path.read_bytes()) for path in SAMPLES.glob("*.txt"))
    )
    question = {"question": "区级领导包联重点企业制度由谁牵头？"}
    answers = [client.post("/api/answers", json=question).json()["outcome"] for _ in range(10)]
    assert set(answers) == {"answered"}
    finish(client, started)


def test_visitors_neither_add_nor_remove(service: Service, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.db")
    service.accounts = accounts
    keys = {}
    for role in UserRole:
        accounts.add(role.value, "long password", role)
        keys[role] = {"Authorization": f"Bearer {accounts.new_key(role.value)}"}
    client = TestClient(create_app(service, page=False))
    refused = upload(client, ("a.txt", PLAN.encode()), headers=keys[UserRole.VISITOR])
    assert refused.status_code == 403
    name = client.get("/api/documents", headers=keys[UserRole.VISITOR]).json()["documents"][0]["name"]
    assert (
        client.delete("/api/documents", params={"doc": name}, headers=keys[UserRole.VISITOR]).status_code
        == 403
    )
    assert client.get("/api/me", headers=keys[UserRole.VISITOR]).json()["may"] == ["visitor"]
    started = upload(client, ("a.txt", PLAN.encode()), headers=keys[UserRole.STAFF])
    assert started.status_code == 202
    while (
        client.get(f"/api/jobs/{started.json()['id']}", headers=keys[UserRole.STAFF]).json()["state"]
        == "running"
    ):
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("计划.txt", "计划.txt"),
        ("../../etc/计划.txt", "计划.txt"),
        ("C:\\桌面\\计划.DOCX", "计划.docx"),
        ("a\x00b<c>.md", "abc.md"),
        ("." * 5 + "计划.pdf", ".....计划.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    name = safe_name(given)
    assert name.lstrip(".") == kept.lstrip(".")
    assert "/" not in name and "\\" not in name


@pytest.mark.parametrize(
    ("given", "error"), [("x.exe", UnsupportedFormat), ("", UnsupportedFormat), (".txt", ReadError)]
)
def test_names_that_cannot_be(given: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        safe_name(given)
