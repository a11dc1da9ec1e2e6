"""The least that taking fixes in can cost: a server that only answers, and SQLite that only keeps.

`python -m benchmarks.bare_ingest PORT` is the server: asyncio, which answers 200 to whatever comes
and reads, checks and keeps nothing.
"""

import asyncio
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_END = b"\r\n\r\n"
_FIX = "device_id, time, longitude, latitude, accuracy_m, speed_m_s, received, is_mock"


class _Answering(asyncio.Protocol):
    """One connection; requests have no body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._rest = transport, b""

    def data_received(self, data: bytes) -> None:
        *asked, self._rest = (self._rest + data).split(_END)
        self._transport.write(_ANSWER * len(asked))


async def serve(port: int) -> None:
    """Answer until the process is ended."""
    loop = asyncio.get_running_loop()
    async with await loop.create_server(_Answering, "127.0.0.1", port) as server:
        await server.serve_forever()


def insert(like: Path, path: Path, *, seconds: float, commit: int) -> float:
    """Return the fixes a second that SQLite keeps with ``executemany``, as durably as the site.

    Parameters
    ----------
    like : Path
        A site's database: the table and its indices are made as they are there.
    path : Path
        Of the database that is made.
    seconds : float
        For how long.
    commit : int
        Fixes in a transaction.
    """
    with closing(sqlite3.connect(f"file:{like}?mode=ro", uri=True)) as site:
        made = site.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'field_fix' AND sql IS NOT NULL"
        ).fetchall()
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        for (sql,) in made:
            bare.execute(sql)
        begun, kept = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            rows = [
                (n % 500 + 1, n, -1.1, 52.6, 8.5, 1.3, n, False) for n in range(kept, kept + commit)
            ]
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(f"INSERT INTO field_fix ({_FIX}) VALUES (?,?,?,?,?,?,?,?)", rows)
            bare.execute("COMMIT")
            kept += commit
        return kept / (time.perf_counter() - begun)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
