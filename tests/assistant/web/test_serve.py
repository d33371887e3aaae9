"""`cewen serve` and `cewen user` as they are typed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from click.testing import CliRunner

from assistant.cli import cewen
from assistant.cli.serve import is_loopback
from assistant.cli.user import user

COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]


def start(index_dir: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "serve", "--index", str(index_dir), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip


def refuse(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_it_serves_page_and_interfaces_and_stops(index_dir: Path) -> None:
    running = start(index_dir, "--port", "0")
    try:
        line = running.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line).group()
        deadline = time.monotonic() + 30
        while True:
            try:
                assert httpx.get(f"{address}/ready").json()["status"] == "ready"
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline and running.poll() is None
                time.sleep(0.05)
        for path in ("/", "/en/", "/docs"):
            assert httpx.get(address + path).status_code == 200, path
        assert httpx.get(f"{address}/en?tab=ledger").headers["location"].endswith("/en/?tab=ledger")
    finally:
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)
    assert "Traceback" not in errors


def test_no_index_names_the_remedy(tmp_path: Path) -> None:
    assert "cewen build" in refuse("serve", "--index", str(tmp_path / "none"), "--port", "0")


def test_a_port_in_use_names_the_remedy(index_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refuse("serve", "--index", str(index_dir), "--port", str(port))
    assert f"端口 {port} 已被占用" in told and f"port {port} is in use" in told and "--port" in told


def test_a_host_that_is_not_there_names_the_remedy(index_dir: Path) -> None:
    unknown = refuse("serve", "--index", str(index_dir), "--port", "0", "--host", "nowhere.invalid")
    assert "找不到主机 nowhere.invalid" in unknown and "unknown host nowhere.invalid" in unknown
    other = refuse("serve", "--index", str(index_dir), "--port", "0", "--host", "203.0.113.9")
    assert "不是本机的地址" in other and "no address of this machine" in other


def test_other_machines_are_not_served_before_accounts_exist(index_dir: Path) -> None:
    assert "cewen user add" in refuse("serve", "--index", str(index_dir), "--host", "0.0.0.0", "--port", "0")
    # behind a proxy they come from this machine
    assert "cewen user add" in refuse(
        "serve", "--index", str(index_dir), "--root-path", "/cewen", "--port", "0"
    )


def test_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "127.0.0.2")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.5", "::", "policy.example")))


def test_accounts_from_the_command_line(tmp_path: Path) -> None:
    at = ["--index", str(tmp_path / "index")]
    run = CliRunner().invoke
    made = run(user, ["add", *at, "wang", "--role", "admin"], input="long password\nlong password\n")
    assert made.exit_code == 0, made.output
    key = run(user, ["key", *at, "wang", "--label", "Dify"]).output.splitlines()[0]
    assert key.startswith("cewen-")
    listed = run(user, ["list", *at]).output
    assert "wang\tadmin" in listed and key[-4:] in listed and key not in listed
    assert run(user, ["remove-key", *at, "wang", key[-4:]]).exit_code == 0
    assert run(user, ["remove", *at, "wang"]).exit_code == 0
    assert "cewen user list" in refuse("user", "remove", *at, "wang")


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from assistant.cli import cewen; cewen(['serve', '--help'], standalone_mode=False);" \
           "print([m for m in ('gradio', 'fastapi', 'pydantic', 'uvicorn', 'pandas') if m in sys.modules])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().endswith("[]"), done.stdout[-200:]
    assert "user" in cewen.list_commands(None)
