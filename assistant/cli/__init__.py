"""The command line: its commands, where their settings come from, and how a fault is told: in one line.

Each command is a module of its own, imported only when it is called, so that a one-shot `cewen ask` pays for nothing
it does not use.  To add a command: one module, one row of `COMMANDS`, one test.

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
    "internal": (
        "assistant.cli.internal",
        "internal",
        "把文件标为内部，访客看不到 · documents that visitors do not see",
    ),
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
    """cewen.toml: top-level keys hold for every command, tables for the one they name; {} where there is no file.

    SettingsError for what cannot be read, and for a table that names no command."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{path} 读不了（{error}）；请改正或移走它 · cannot be read: mend or move it"
        ) from error
    for name, value in data.items():
        if isinstance(value, dict) and name not in COMMANDS:
            raise SettingsError(f"{path} 的 [{name}] 不是命令；请改正 · [{name}] is no command: mend it")
    return data


def settings_for(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says for a command: its own table over the top-level keys."""
    shared = {key: value for key, value in data.items() if not isinstance(value, dict)}
    own = data.get(name, {})
    command = cewen.get_command(click.Context(cewen), name)
    if isinstance(command, click.Group):  # a group hands its table to its own commands
        return {**shared, **own}
    return {**by_parameter(command, shared), **by_parameter(command, own, strict=True)} if command else {}


def by_parameter(command: click.Command, given: Mapping[str, Any], *, strict: bool = False) -> dict[str, Any]:
    """Settings under the names of a command's parameters, from the names of its options (index, due-by).
    One value stands for a list of one.

    SettingsError, with the key, for a list where one value is wanted, for a table, and, where `strict`, for what is
    no option of this command; elsewhere it may be one of another's."""
    options = {
        flag.lstrip("-").replace("-", "_"): option
        for option in command.params
        if isinstance(option, click.Option)
        for flag in option.opts
    }
    found: dict[str, Any] = {}
    for key, value in given.items():
        option = options.get(key.replace("-", "_"))
        if option is None or option.name is None:
            if strict:
                raise SettingsError(
                    f"{SETTINGS_FILE} 的 [{command.name}] 里没有选项 {key}；请改正"
                    f" · [{command.name}] has no option {key}: see cewen {command.name} --help"
                )
            continue
        values = value if isinstance(value, list) else [value]
        if any(isinstance(one, (dict, list)) for one in values) or (values is value and not option.multiple):
            raise SettingsError(
                f"{SETTINGS_FILE} 的 {key} 应是一个值；请改正 · {key} there has to be one value: mend it"
            )
        # as if it had been typed: click's types read strings, a flag reads true and false
        typed = [one if isinstance(one, bool) else str(one) for one in values]
        found[option.name] = typed if option.multiple else typed[0]
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
    name, data = ctx.invoked_subcommand, read_settings_file(config)
    if name in COMMANDS:
        ctx.default_map = {name: settings_for(name, data)}


def fault_line(error: click.ClickException) -> str:
    """What was typed wrong and where the right form is written.  Messages of our own are in both languages already."""
    said = " ".join(error.format_message().split())
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "cewen"
    if where == "cewen" and isinstance(
        error, click.BadOptionUsage
    ):  # the parser that raised it knows no command
        where = " ".join(["cewen", *(word for word in sys.argv[1:2] if word in COMMANDS)])
    near = "、".join(getattr(error, "possibilities", None) or ())
    near = f"，相近的有 {near}" if near else ""
    if wrong := getattr(error, "command_name", None):  # click.NoSuchCommand, from click 8.4 on
        said = f"没有命令 {wrong} · no such command"
    elif isinstance(error, click.NoSuchOption):
        said = f"没有选项 {error.option_name}{near} · no such option"
    elif isinstance(error, click.BadOptionUsage):
        lacks = "requires" in said
        said = f"选项 {error.option_name} {'后面要写一个值' if lacks else '后面不写值'} · {said}"
    elif isinstance(error, click.MissingParameter):
        said = f"缺少参数 · {said}"
    elif isinstance(error, click.BadParameter):
        said = f"参数的值不能用 · {said}"
    elif " · " not in said:
        said = f"命令写得不对 · {said}"
    return f"{said}；用法 usage: {where} --help"


def main() -> None:
    """Run the command line.  Whatever a person can mend becomes one line on stderr and exit code 2."""
    try:
        done = cewen.main(prog_name="cewen", standalone_mode=False)
    except CewenError as error:
        fault = str(error)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        fault = fault_line(error)
    except click.Abort:
        click.echo("", err=True)
        sys.exit(130)
    except OSError as error:
        # files that people name to be written, folders to be made: the system's words, with the remedy
        fault = (
            f"{error.filename or ''} 读写失败（{error.strerror or error}）；请检查路径、权限和磁盘空间"
            " · cannot be read or written: check the path, the permissions and the disk"
        )
    else:
        sys.exit(done if isinstance(done, int) else 0)
    click.echo(f"cewen: {fault}", err=True)
    sys.exit(2)
