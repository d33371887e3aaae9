"""MCP with a real client, over both transports: the same answers as everywhere else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.api import create_app
from assistant.api.service import Service
from tests.assistant.web.conftest import Server

mcp = pytest.importorskip("mcp", reason="the mcp extra is not installed")

QUESTION = "区级领导包联重点企业制度由谁牵头，什么时候完成？"


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    server = Server(create_app(service, page=False, mcp_route=True))
    yield server.start() + "/mcp"
    server.stop()


def call(server: Any, use: Callable[[Any], Any]) -> Any:
    async def run() -> Any:
        async with mcp.Client(server) as client:
            return await use(client)

    # in a thread of its own: where a browser is driven, this one has an event loop already
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def tool(server: Any, tool_name: str, /, **arguments: Any) -> Any:
    return call(server, lambda client: client.call_tool(tool_name, arguments))


def test_the_tools_are_described(address: str) -> None:
    found = call(address, lambda client: client.list_tools())
    assert {one.name for one in found.tools} == {
        "ask", "search_measures", "list_departments", "list_documents", "read_passage"
    }  # fmt: skip
    assert all(one.description for one in found.tools)


def test_the_same_answer_as_elsewhere(address: str, service: Service) -> None:
    result = tool(address, "ask", question=QUESTION)
    assert not result.is_error
    assert result.structured_content == service.answer(QUESTION).row()


def test_lists_and_passages(address: str, service: Service) -> None:
    found = tool(
        address, "search_measures", department="区税务局", lead_only=True, place="临溪区"
    ).structured_content
    assert found["total"] == 2
    row = found["rows"][0]
    passage = tool(address, "read_passage", entry=row["id"], around=50).structured_content
    assert row["text"] in passage["source"] and passage["lead"] == row["lead"]
    listed = tool(address, "list_departments", name="税务").structured_content["departments"]
    assert "区税务局" in [one["name"] for one in listed]
    assert len(tool(address, "list_documents").structured_content["documents"]) == len(
        service.assistant.index.catalog.policies()
    )


def test_errors_name_the_remedy(address: str) -> None:
    result = tool(address, "search_measures", department="区税务居")
    assert result.is_error and "区税务局" in str(result.content)


def test_over_stdio(index_dir: Path, service: Service) -> None:
    code = "from assistant.cli import main; main()"
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-c", code, "mcp", "--index", str(index_dir)]
    )
    result = tool(server, "ask", question=QUESTION)
    assert result.structured_content["answer"] == service.answer(QUESTION).text
