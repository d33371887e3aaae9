"""Who may do what: accounts with roles, sessions and API keys, in a file of their own beside the index.

On one's own machine (127.0.0.1) nobody logs in and the one person may do everything.  Passwords are hashed with
argon2; sessions and API keys are long random words of which only the SHA-256 is stored.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import data_folder
from index_build.errors import AccessDenied

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class UserRole(StrEnum):
    """Each may do all that those before it may."""

    VISITOR = "visitor"
    STAFF = "staff"
    EVALUATOR = "evaluator"
    ADMIN = "admin"


RANK = {role: rank for rank, role in enumerate(UserRole)}


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a program that may use the service; `name` is "" on a machine without accounts."""

    name: str
    role: UserRole

    def may(self, role: UserRole) -> bool:
        """Whether what is open to `role` is open to this account."""
        return RANK[self.role] >= RANK[role]

    def require(self, role: UserRole) -> None:
        """AccessDenied where what is open to `role` is not open to this account."""
        if not self.may(role):
            raise AccessDenied(
                f"此操作需要 {role.value} 权限，当前为 {self.role.value} · this needs the role {role.value}"
            )


LOCAL = Account("", UserRole.ADMIN)

SCHEMA = """
CREATE TABLE IF NOT EXISTS account(name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session(
    digest TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE, expires TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS api_key(
    digest TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE, label TEXT NOT NULL,
    hint TEXT NOT NULL, created TEXT NOT NULL);
"""
NAME = re.compile(r"[\w.@-]{1,40}")
SHORTEST_PASSWORD = 8
SESSION_DAYS = 14
KEY_PREFIX = "cewen-"
FAILURES, FAILURE_MINUTES = 6, 10  # so many wrong passwords for a name, and it has to wait


def accounts_path(index_dir: Path) -> Path:
    """Where the accounts of an index live: `cewen-index` -> `cewen-index-data/accounts.db`."""
    return data_folder(index_dir) / "accounts.db"


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    """The accounts file.  Safe to use from several threads: every call opens its own connection."""

    def __init__(self, path: Path, *, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.path = path
        self._clock = clock
        self._failures: dict[str, list[dt.datetime]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.executescript(SCHEMA)
        path.chmod(0o600)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=30)
        try:
            db.execute("PRAGMA foreign_keys=ON")
            with db:
                yield db
        finally:
            db.close()

    def names(self) -> list[Account]:
        """All accounts, by name."""
        with self._open() as db:
            rows = db.execute("SELECT name, role FROM account ORDER BY name").fetchall()
        return [Account(name, UserRole(role)) for name, role in rows]

    def add(self, name: str, password: str, role: UserRole) -> Account:
        """A new account, or a new password and role for one that exists (its sessions end)."""
        if not NAME.fullmatch(name):
            raise AccessDenied(
                "用户名只能有 1–40 个字母、汉字、数字或 . @ _ - · choose a name of letters, digits, . @ _ -"
            )
        if len(password) < SHORTEST_PASSWORD:
            raise AccessDenied(
                f"密码至少 {SHORTEST_PASSWORD} 位 · choose a password of at least {SHORTEST_PASSWORD} characters"
            )
        hashed = hasher().hash(password)
        with self._open() as db:
            db.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET role = excluded.role,"
                " password = excluded.password",
                (name, role.value, hashed, self._clock().isoformat()),
            )
            db.execute("DELETE FROM session WHERE account = ?", (name,))
        return Account(name, role)

    def remove(self, name: str) -> bool:
        with self._open() as db:
            return db.execute("DELETE FROM account WHERE name = ?", (name,)).rowcount > 0

    def login(self, name: str, password: str) -> str:
        """A session's secret word for the cookie.  A wrong name takes as long as a wrong password."""
        from argon2.exceptions import VerificationError  # noqa: PLC0415  (argon2 only where somebody logs in)

        self._refuse_guessing(name)
        with self._open() as db:
            row = db.execute("SELECT password FROM account WHERE name = ?", (name,)).fetchone()
        try:
            hasher().verify(row[0] if row else nobody(), password)
        except VerificationError:
            row = None
        if row is None:
            self._failures.setdefault(name, []).append(self._clock())
            raise AccessDenied("用户名或密码不对 · wrong name or password")
        self._failures.pop(name, None)
        secret = secrets.token_urlsafe(32)
        expires = self._clock() + dt.timedelta(days=SESSION_DAYS)
        with self._open() as db:
            db.execute("INSERT INTO session VALUES (?, ?, ?)", (digest(secret), name, expires.isoformat()))
        return secret

    def _refuse_guessing(self, name: str) -> None:
        since = self._clock() - dt.timedelta(minutes=FAILURE_MINUTES)
        recent = [at for at in self._failures.get(name, ()) if at > since]
        if len(self._failures) > 10_000:  # names made up to fill the memory
            self._failures.clear()
        if len(recent) >= FAILURES:
            raise AccessDenied(
                f"密码输错多次，请 {FAILURE_MINUTES} 分钟后再试 · too many wrong passwords: try again later"
            )

    def logout(self, secret: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM session WHERE digest = ?", (digest(secret),))

    def by_session(self, secret: str) -> Account | None:
        """Whose session it is; None where it is unknown or has run out."""
        if not secret:
            return None
        with self._open() as db:
            row = db.execute(
                "SELECT a.name, a.role FROM session s JOIN account a ON a.name = s.account"
                " WHERE s.digest = ? AND s.expires > ?",
                (digest(secret), self._clock().isoformat()),
            ).fetchone()
        return Account(row[0], UserRole(row[1])) if row else None

    def new_key(self, name: str, label: str = "") -> str:
        """An API key for programs: returned this once, stored only as its hash."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        with self._open() as db:
            if not db.execute("SELECT 1 FROM account WHERE name = ?", (name,)).fetchone():
                raise AccessDenied(
                    f"没有用户 {name}；先用 cewen user add 建立 · no such account: add it first"
                )
            db.execute(
                "INSERT INTO api_key VALUES (?, ?, ?, ?, ?)",
                (digest(secret), name, label, secret[-4:], self._clock().isoformat()),
            )
        return secret

    def keys(self, name: str) -> list[tuple[str, str, str]]:
        """(label, last four characters, created) of the account's keys."""
        with self._open() as db:
            return db.execute(
                "SELECT label, hint, created FROM api_key WHERE account = ? ORDER BY created", (name,)
            ).fetchall()

    def remove_key(self, name: str, hint: str) -> bool:
        with self._open() as db:
            return db.execute("DELETE FROM api_key WHERE account = ? AND hint = ?", (name, hint)).rowcount > 0

    def by_key(self, secret: str) -> Account | None:
        """Whose API key it is; None where it is unknown or was taken back."""
        with self._open() as db:
            row = db.execute(
                "SELECT a.name, a.role FROM api_key k JOIN account a ON a.name = k.account WHERE k.digest = ?",
                (digest(secret),),
            ).fetchone()
        return Account(row[0], UserRole(row[1])) if row else None


def hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415  (argon2 only where somebody logs in)

    return PasswordHasher()


_NOBODY: list[str] = []


def nobody() -> str:
    """A hash that no password fits, made once, to compare with where there is no such account."""
    if not _NOBODY:
        _NOBODY.append(hasher().hash(secrets.token_urlsafe(16)))
    return _NOBODY[0]
