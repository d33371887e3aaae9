"""MCP: a program asks, lists measures and departments, and reads passages, over stdio or streamable HTTP at /mcp.

An extra (`pip install cewen[mcp]`); where it is not installed, /mcp does not exist.  The tools return what the
HTTP interfaces return, and change nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from assistant.api.documents import entry_row, standing_row
from assistant.api.measures import departments
from assistant.api.service import CALLING, Service
from assistant.ledger.filter import read_filter
from assistant.ledger.standing import Standing
from assistant.model import Turn
from index_build.errors import CewenError, QuestionError
from index_build.text import tidy

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from starlette.routing import BaseRoute

GUIDE = (
    "策问：政策文件里各项措施由谁牵头、谁配合、何时完成。回答只取自已收录的文件，逐条有出处；文件没有写明的会直说。"
    " Cewen answers who leads a measure, who helps and by when, from policy documents, with exact citations."
    " Places, departments and documents are named in Chinese."
)
MOST_ROWS = 200
P = ParamSpec("P")
R = TypeVar("R")


class Tools:
    """The tools; what a program reads of each is in `DESCRIPTIONS`."""

    def __init__(self, service: Service) -> None:
        self._whole = service

    @property
    def _service(self) -> Service:
        """What the caller may see of it; over stdio the caller is the one person of the machine."""
        return self._whole.seen_by(CALLING.get())

    def ask(self, question: str, history: list[dict[str, str]] | None = None) -> dict[str, Any]:
        turns = [Turn(turn.get("role", "user"), turn.get("content", "")) for turn in history or []]
        return self._service.answer(question, turns).row()

    def search_measures(
        self,
        department: str = "",
        lead_only: bool = False,
        place: str = "",
        document: str = "",
        due_from: str = "",
        due_by: str = "",
        text: str = "",
        state: str = "",
        limit: int = 20,
        offset: int = 0,
    ) -> dict[str, Any]:
        service = self._service
        where = read_filter(
            service.assistant.index.catalog,
            departments=[department] if department else [],
            lead_only=lead_only,
            places=[place] if place else [],
            below=True,
            documents=[document] if document else [],
            due_from=due_from or None,
            due_by=due_by or None,
            words=text,
            today=service.today(),
        )
        states = [Standing(state)] if state else []
        size = max(0, min(limit, MOST_ROWS))
        page = service.ledger.page(where, states, service.today(), limit=size, offset=max(0, offset))
        return {"total": page.total, "offset": page.offset, "rows": page.rows}

    def list_departments(self, name: str = "", limit: int = 100) -> dict[str, Any]:
        found = [one for one in departments(self._service) if name in one["name"]]
        return {"total": len(found), "departments": found[: max(0, limit)]}

    def list_documents(self) -> dict[str, Any]:
        policies = self._service.assistant.index.catalog.policies()
        rows = [
            {"document": p.doc, "title": p.title, "doc_no": p.doc_no, "place": list(p.place)}
            for p in policies
        ]
        return {"documents": rows}

    def read_passage(self, entry: str, around: int = 300) -> dict[str, Any]:
        catalog = self._service.assistant.index.catalog
        found = catalog.entries([entry])
        if not found:
            raise QuestionError("索引里没有这一条；请用 search_measures 查到的 id · no such entry")
        text = catalog.text(found[0].policy.doc)
        first = min(span.start for span in found[0].extent)
        last = max(span.end for span in found[0].extent)
        margin = max(0, min(around, 5_000))
        return {
            **entry_row(found[0]),
            "state": standing_row(found[0], self._service.today()),
            "doc": found[0].policy.doc,
            "before": tidy(text[max(0, first - margin) : first]),
            "source": tidy(text[first:last]),
            "after": tidy(text[last : last + margin]),
            "start": first,
            "end": last,
        }


DESCRIPTIONS: dict[str, str] = {
    "ask": "提问，得到带出处的回答；history 为此前的对话。Ask a question; the answer row with citations and facts.",
    "search_measures": "责任台账：按部门、地区、文件、时限、状态、词语筛选措施。The ledger, filtered;"
    " state is one of not_due, due_this_month, overdue, ongoing, unstated.",
    "list_departments": "已收录的部门及其牵头、配合的项数，可按名称筛选。"
    "Departments with how many measures they lead and help in.",
    "list_documents": "已收录的文件：标题、文号、地区。The indexed papers.",
    "read_passage": "按条目 id（引文的 entry、措施的 id）读原文及其前后文。Read an entry and the text around it.",
}


def make_server(service: Service) -> MCPServer:
    # an extra: only who has it installed comes here
    from mcp.server import MCPServer  # noqa: PLC0415
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415

    def told(tool: Callable[P, R]) -> Callable[P, R]:
        """An error of ours reaches the caller with its remedy; any other stays in the log."""

        @functools.wraps(tool)
        def call(*given: P.args, **named: P.kwargs) -> R:
            try:
                return tool(*given, **named)
            except CewenError as error:
                raise ToolError(str(error)) from error

        return call

    server = MCPServer(name="cewen", title="策问 Cewen", instructions=GUIDE, version=version("cewen"))
    tools = Tools(service)
    for name, description in DESCRIPTIONS.items():
        server.tool(name=name, description=description)(told(getattr(tools, name)))
    return server


def http_routes(server: MCPServer) -> list[BaseRoute]:
    """The routes of streamable HTTP at /mcp.  Without sessions, since the tools keep nothing; who may call, and
    under which name, is settled before them for all interfaces alike."""
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415  (as in make_server)

    settings = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=settings)
    return list(app.routes)
