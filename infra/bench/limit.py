"""The limit: the transaction of a movement written by hand with psycopg, on tables of its own in the same server.

Lock the docket, update it, insert the movement and its audit entry with SHA-256 over bytes of the same size,
commit. Nothing that does more can be faster than this.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from infra.bench.percentiles import summary

SCHEMA: Final = "bench_limit"
_PLACE: Final = f"-c search_path={SCHEMA}"
_BEGIN: Final = f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}"
_END: Final = f"drop schema {SCHEMA} cascade"
_MAKE: Final = """
create table docket (id uuid primary key, state text not null, holder uuid not null,
    version integer not null, head bytea not null, last_movement_at timestamptz not null);
create index on docket (holder, state, last_movement_at desc);
create table movement (id uuid primary key, docket uuid not null references docket,
    sequence integer not null, name text not null, at timestamptz not null, by_post uuid not null,
    remark text not null, unique (docket, sequence));
create table audit_entry (chain text not null, sequence integer not null, hash bytea not null,
    data bytea not null, primary key (chain, sequence));
"""
_LOCK: Final = "select version, head from docket where id = %s for update"
_UPDATE: Final = (
    "update docket set state = %s, holder = %s, version = version + 1, head = %s,"
    " last_movement_at = clock_timestamp() where id = %s"
)
_MOVEMENT: Final = "insert into movement values (%s, %s, %s, %s, clock_timestamp(), %s, %s)"
_ENTRY: Final = "insert into audit_entry values (%s, %s, %s, %s)"
_FILE: Final = "insert into docket values (%s, %s, %s, 0, %s, clock_timestamp())"
_FILES: Final = 64
_FILLING: Final = "क" * 400


async def measure_limit(url: str, at_once: int, seconds: float) -> dict[str, float]:
    """Latencies of the hand-written transaction, so many at once; ``url`` is the owner's. Its tables go again."""
    files = [uuid4() for _ in range(_FILES)]
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, options=_PLACE) as owner:
        await owner.execute(_BEGIN.encode())
        await owner.execute(_MAKE.encode())
        rows = [(one, "in_hand", uuid4(), b"\0" * 32) for one in files]
        await owner.cursor().executemany(_FILE.encode(), rows)
        try:
            return await _measure(url, files, at_once, seconds)
        finally:
            await owner.execute(_END.encode())


async def _measure(url: str, files: list[UUID], at_once: int, seconds: float) -> dict[str, float]:
    latencies: list[float] = []
    began = time.perf_counter()

    async def worker(number: int) -> None:
        async with await psycopg.AsyncConnection.connect(url, options=_PLACE) as connection:
            for turn in count():
                start = time.perf_counter()
                if start - began >= seconds:
                    return
                await _move(connection, files[(number + turn * at_once) % len(files)])
                latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(worker(number) for number in range(at_once)))
    return summary(latencies, time.perf_counter() - began)


async def _move(connection: psycopg.AsyncConnection[Any], file: UUID) -> None:
    found = await (await connection.execute(_LOCK.encode(), (file,))).fetchone()
    assert found is not None
    sequence, movement, post = found[0] + 1, uuid4(), uuid4()
    entry = {"chain": str(file), "movement": str(movement), "previous": found[1].hex(), "text": _FILLING}
    data = json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()
    head = hashlib.sha256(data).digest()
    async with connection.pipeline():
        await connection.execute(_UPDATE.encode(), ("in_transit", post, head, file))
        await connection.execute(_MOVEMENT.encode(), (movement, file, sequence, "forward", post, "कृपया देखें"))
        await connection.execute(_ENTRY.encode(), (str(file), sequence, head, data))
        await connection.commit()
