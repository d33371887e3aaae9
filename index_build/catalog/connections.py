"""Connections to a finished catalog: read-only, one a thread, some documents withheld where that is wanted."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from index_build.catalog.rows import dumps
from index_build.catalog.schema import WITHHELD
from index_build.errors import IndexDamaged


class Connections:
    """Reads one catalog; `without` some documents it is as if it had never held them."""

    def __init__(self, path: Path, without: Collection[str]) -> None:
        self._path = path
        self._without = frozenset(without)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # immutable: nobody writes a finished generation, so no locks and no log files are needed, and an
            # index folder without write permission serves as well
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA mmap_size=1073741824")
            if self._without:
                self._withhold(connection)
            self._local.connection = connection
            with self._guard:
                self._connections.append(connection)
        return connection

    def _withhold(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA temp_store=MEMORY")
        for statement in filter(str.strip, WITHHELD.split(";")):
            connection.execute(statement, (dumps(sorted(self._without)),) if "?" in statement else ())

    def all(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query.  IndexDamaged where the file cannot be read."""
        try:
            return self._connect().execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"索引目录里的 {self._path.name} 已损坏（{error}）；请重新运行 cewen build --fresh · "
                f"the catalog is damaged: run cewen build --fresh again"
            ) from error

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()
