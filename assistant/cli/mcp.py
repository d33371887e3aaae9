"""`cewen mcp`: the MCP tools over stdio."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import click

from assistant.cli.ask import answer_options, read_settings
from index_build.errors import SettingsError

REMEDY = "没有装 MCP 组件；请运行 pip install 'cewen[mcp]' · the extra is missing: pip install 'cewen[mcp]'"


def require_mcp() -> None:
    if importlib.util.find_spec("mcp") is None:
        raise SettingsError(REMEDY)


@click.command(help="供智能体使用的 MCP 服务（stdio） · an MCP server over stdio")
@click.option("--index", "index_dir", type=click.Path(path_type=Path), default=Path("cewen-index"),
              envvar="CEWEN_INDEX", show_default=True, help="索引文件夹 · index folder")  # fmt: skip
@answer_options
def mcp(index_dir: Path, **answering: Any) -> None:
    require_mcp()
    # an extra, and heavy
    from assistant.api.mcp_tools import make_server  # noqa: PLC0415
    from assistant.api.service import open_service  # noqa: PLC0415

    make_server(open_service(index_dir, settings=read_settings(answering))).run("stdio")
