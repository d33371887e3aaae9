"""`cewen serve`: the page and the HTTP interfaces on one port."""

from __future__ import annotations

import contextlib
import errno
import gc
import ipaddress
import socket
import threading
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.mcp import require_mcp
from assistant.cli.options import answer_options, index_option, read_settings
from index_build.errors import CewenError, SettingsError

if TYPE_CHECKING:
    from assistant.api.service import Service

DEFAULT_PORT = 8760
LOOKED_S = 0.5  # between two looks at the files that say what is served


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@click.command(help="问答网页与 HTTP 接口 · the chat page and the HTTP interfaces")
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="端口，0 为任意空闲端口 · port, 0 for any free one",
)
@click.option(
    "--open/--no-open", "open_page", default=False, help="在浏览器中打开 · open the page in a browser"
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    envvar="CEWEN_REPORTS",
    show_default=True,
    help="评测运行所在文件夹 · folder of evaluation runs",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    show_default=True,
    help="另开几个进程查找答案，供多人同时使用 · processes beside the server that find answers, for many people",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    help="反向代理下的路径，如 /cewen，须先建账户 · path that a proxy shows the server below, needs accounts",
)
@click.option("--mcp/--no-mcp", "mcp_route", default=False, help="在 /mcp 提供 MCP · MCP at /mcp")
@answer_options
def serve(
    index: Path,
    host: str,
    port: int,
    open_page: bool,
    reports: Path,
    workers: int,
    root_path: str,
    mcp_route: bool,
    **answering: Any,
) -> None:
    if mcp_route:
        require_mcp()
    # The server's parts cost seconds to import, which `cewen --help` and `cewen ask` do not pay.
    import uvicorn  # noqa: PLC0415

    from assistant.api import LOOPBACK, create_app  # noqa: PLC0415
    from assistant.api.prefix import read_prefix  # noqa: PLC0415
    from assistant.api.service import open_service  # noqa: PLC0415

    prefix = read_prefix(root_path)
    # a proxy shows the server to other people, who reach it from this machine
    local = is_loopback(host) and not prefix
    listening = listen(host, port)
    service = open_service(
        index,
        settings=read_settings(answering),
        with_accounts=not local,
        reports=reports,
        workers=workers,
    )
    app = create_app(service, hosts=LOOPBACK if local else ("*",), mcp_route=mcp_route, prefix=prefix)
    threading.Thread(target=keep_prepared, args=(service,), name="cewen-prepare", daemon=True).start()
    reached = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host
    shown = f"http://{reached}:{listening.getsockname()[1]}{prefix}"
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, server_header=False)
    click.echo(f"策问 {shown}   （Ctrl+C 停止 · Ctrl+C to stop）")
    if open_page:
        threading.Timer(0.3, webbrowser.open, [shown]).start()
    spare_what_stays()
    uvicorn.Server(config).run(sockets=[listening])


def spare_what_stays() -> None:
    """What a server has loaded before it serves stays: the collector need not look through all of that again and again
    while people wait."""
    gc.collect()
    gc.freeze()


def keep_prepared(service: Service) -> None:
    """Starts what helps, then looks for another generation, another day, or other marks of internal documents."""
    from assistant.api import prepare  # noqa: PLC0415  (as in serve)

    time.sleep(LOOKED_S)
    if service.workers:
        service.workers.start()  # after the page, which a person waits for
    while True:
        with contextlib.suppress(CewenError):  # whoever asks is told
            prepare(service)
        time.sleep(LOOKED_S)


# What keeps a socket from listening, in words that name the remedy; others are told as the system tells them.
REFUSED = {
    errno.EADDRINUSE: "端口 {port} 已被占用；换一个 --port（0 为任意空闲端口），或先停掉占用它的程序"
    " · port {port} is in use: choose another --port, or stop what uses it",
    errno.EACCES: "没有权限用端口 {port}；换一个 1024 以上的 --port · not allowed to use port {port}: choose a --port above 1024",
    errno.EADDRNOTAVAIL: "{host} 不是本机的地址；--host 用 127.0.0.1、0.0.0.0 或本机的一个地址"
    " · {host} is no address of this machine: use 127.0.0.1, 0.0.0.0 or one of its own",
}
UNKNOWN_HOST = (
    "找不到主机 {host}；--host 用 127.0.0.1、0.0.0.0 或本机的一个地址"
    " · unknown host {host}: use 127.0.0.1, 0.0.0.0 or an address of this machine"
)
OTHERWISE = "不能在 {host}:{port} 监听（{told}）；换一个 --port 或 --host · cannot listen: choose another --port or --host"


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, taken before anything slow is loaded, so that a port in use is known at once."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        known = (
            UNKNOWN_HOST if isinstance(error, socket.gaierror) else REFUSED.get(error.errno or 0, OTHERWISE)
        )
        told = error.strerror or str(error)
        raise SettingsError(known.format(host=host, port=port, told=told)) from error
    made.listen(256)
    made.set_inheritable(True)
    return made
