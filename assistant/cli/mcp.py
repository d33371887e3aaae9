"""`cewen mcp`: the MCP tools over stdio."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import answer_options, index_option, read_settings
from index_build.errors import SettingsError

REMEDY = "没有装 MCP 组件；请运行 pip install 'cewen[mcp]' · the extra is missing: pip install 'cewen[mcp]'"


def require_mcp() -> None:
    if importlib.util.find_spec("mcp") is None:
        raise SettingsError(REMEDY)


@click.command(help="供智能体使用的 MCP 服务（stdio） · an MCP server over stdio")
@index_option
@answer_options
def mcp(index: Path, **answering: Any) -> None:
    require_mcp()
    # an extra, and heavy
    from assistant.api.mcp_tools import make_server  # noqa: PLC0415
    from assistant.api.service import open_service  # noqa: PLC0415

    make_server(open_service(index, settings=read_settings(answering))).run("stdio")
