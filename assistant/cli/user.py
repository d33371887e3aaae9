"""`cewen user`: accounts and API keys, needed only where other machines are served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import index_option

if TYPE_CHECKING:
    from assistant.access import Accounts

ROLES = ("visitor", "staff", "evaluator", "admin")


@click.group(help="账户与 API 密钥 · accounts and API keys")
def user() -> None:
    pass


def opened(index: Path) -> Accounts:
    # sqlite and hashing only when an account is touched
    from assistant.access import Accounts, accounts_path  # noqa: PLC0415

    return Accounts(accounts_path(index))


@user.command(help="建立账户，或改密码与角色 · add an account, or change its password and role")
@index_option
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="visitor", show_default=True, help="角色 · role")
@click.option("--password", prompt="密码 · password", hide_input=True, confirmation_prompt="再输一次 · again",
              help="不给则提示输入 · asked for if not given")  # fmt: skip
def add(index: Path, name: str, role: str, password: str) -> None:
    from assistant.access import UserRole  # noqa: PLC0415  (as in opened)

    account = opened(index).add(name, password, UserRole(role))
    click.echo(f"账户 {account.name}（{account.role.value}）已就绪 · the account is ready")


@user.command("list", help="列出账户 · list the accounts")
@index_option
def listed(index: Path) -> None:
    accounts = opened(index)
    for account in accounts.names():
        keys = "、".join(f"…{hint}（{label or '—'}）" for label, hint, _ in accounts.keys(account.name))
        click.echo(f"{account.name}\t{account.role.value}\t{keys or '无密钥 · no keys'}")


@user.command(help="删除账户，其登录与密钥随即失效 · remove an account; its sessions and keys end")
@index_option
@click.argument("name")
def remove(index: Path, name: str) -> None:
    from index_build.errors import AccessDenied  # noqa: PLC0415  (as in opened)

    if not opened(index).remove(name):
        raise AccessDenied(f"没有账户 {name}；cewen user list 可查看 · no such account: see cewen user list")
    click.echo(f"账户 {name} 已删除 · removed")


@user.command(help="发给程序的 API 密钥，只显示这一次 · an API key for programs, shown this once")
@index_option
@click.argument("name")
@click.option("--label", default="", help="用途 · what it is for")
def key(index: Path, name: str, label: str) -> None:
    click.echo(opened(index).new_key(name, label))
    click.echo("请现在保存：以后不再显示 · keep it now: it is not shown again", err=True)


@user.command("remove-key", help="作废密钥，以末四位指明 · revoke a key, named by its last four characters")
@index_option
@click.argument("name")
@click.argument("hint")
def remove_key(index: Path, name: str, hint: str) -> None:
    from index_build.errors import AccessDenied  # noqa: PLC0415  (as in opened)

    if not opened(index).remove_key(name, hint):
        raise AccessDenied(f"账户 {name} 没有以 {hint} 结尾的密钥 · no such key: see cewen user list")
    click.echo("密钥已作废 · revoked")
