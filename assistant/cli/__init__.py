"""The command line.  Each command is a module of its own, imported only when it is called, so that a one-shot
`cewen ask` pays for nothing it does not use.  To add a command: one module, one row of `COMMANDS`, one test.

Every option can also come from a CEWEN_ variable (CEWEN_INDEX, CEWEN_ASK_FORMAT) or from cewen.toml (top-level
keys for all commands, a table a command for its own).
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from index_build.errors import CewenError, SettingsError

# name -> (module, function, help).  eval stands above assistant, so it is named here and never imported.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "build": (
        "assistant.cli.build",
        "build",
        "读取文件或文件夹，建立或更新索引 · create or update the index",
    ),
    "ask": ("assistant.cli.ask", "ask", "问一个问题，或批量回答 · answer one question or a batch"),
    "chat": ("assistant.cli.chat", "chat", "在终端里连续问答 · many turns in the terminal"),
    "measures": (
        "assistant.cli.measures",
        "measures",
        "责任台账：筛选与导出 · the ledger, filtered and exported",
    ),
    "serve": ("assistant.cli.serve", "serve", "问答网页与 HTTP 接口 · the chat page and HTTP interfaces"),
    "mcp": ("assistant.cli.mcp", "mcp", "供智能体使用的 MCP 服务 · an MCP server over stdio"),
    "user": ("assistant.cli.user", "user", "账户与 API 密钥 · accounts and API keys"),
    "eval": ("eval.cli", "evaluate", "运行问题集并出报告 · run question sets and write a report"),
}
SETTINGS_FILE = "cewen.toml"


class LazyGroup(click.Group):
    """A click group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 · Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


def read_settings_file(path: Path) -> dict[str, Any]:
    """cewen.toml as click's default map: top-level keys hold for every command, tables for the one they name."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{path} 读不了（{error}）；请改正或移走它 · cannot be read: mend or move it"
        ) from error
    shared = {key: value for key, value in data.items() if not isinstance(value, dict)}
    return {name: {**shared, **data.get(name, {})} for name in COMMANDS}


def by_parameter(command: click.Command, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the names of a command's parameters, where the file has those of its options (index, due-by).
    One value stands for a list of one; what is no option of this command may be one of another's."""
    options = {
        flag.lstrip("-").replace("-", "_"): option
        for option in command.params
        if isinstance(option, click.Option)
        for flag in option.opts
    }
    found: dict[str, Any] = {}
    for key, value in given.items():
        option = options.get(key.replace("-", "_"))
        if option is not None and option.name is not None:
            found[option.name] = [value] if option.multiple and not isinstance(value, list) else value
    return found


@click.group(
    cls=LazyGroup,
    context_settings={"auto_envvar_prefix": "CEWEN", "help_option_names": ["-h", "--help"]},
    help="策问：政策措施谁牵头、谁配合、何时完成，答案逐条有出处。\n\nWho is responsible and by when, answered from policy documents with exact citations.",
)
@click.version_option(package_name="cewen", prog_name="cewen")
@click.option("--config", type=click.Path(path_type=Path), default=Path(SETTINGS_FILE), envvar="CEWEN_CONFIG",
              help="设置文件 · settings file", show_default=True)  # fmt: skip
@click.pass_context
def cewen(ctx: click.Context, config: Path) -> None:
    given = read_settings_file(config)
    if ctx.invoked_subcommand in given:
        name = ctx.invoked_subcommand
        command = cewen.get_command(ctx, name)
        if not isinstance(command, click.Group):  # a group hands its table to its own commands
            given[name] = by_parameter(command, given[name]) if command else {}
    ctx.default_map = given


def main() -> None:
    """Run the command line; a CewenError becomes one line on stderr and exit code 2."""
    try:
        cewen.main(standalone_mode=True)
    except CewenError as error:
        click.echo(f"cewen: {error}", err=True)
        sys.exit(2)
