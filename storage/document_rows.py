"""Rows of documents: the blob that an accepted instruction cites, and who may fetch which document's bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one
from storage.docket_page import person_json, person_names, post_json
from storage.erased import shown

_BLOB = """
insert into blob (sha256, size, media_type, stored_at)
values (%(sha256)s, %(size)s, %(media_type)s, office_now()) on conflict (sha256) do nothing
"""


def keep_blob(sha256: bytes, size: int, media_type: str) -> Statement:
    """The statement that records bytes which stand in the store."""
    return _BLOB, {"sha256": sha256, "size": size, "media_type": media_type}


BYTES_LOCK: Final = 0x4259
"""The first half of the two-part advisory lock on bytes; the second is made of their SHA-256."""

_KEY: Final = f"{BYTES_LOCK}, hashtext(encode(%(sha256)s, 'hex'))"


async def lock_bytes(driver: Driver, sha256: bytes) -> None:
    """Lets nobody cite these bytes anew until the transaction ends: for whoever looks whether they may go.

    Waits for those who are about to. Raises TryAgain.
    """
    await driver.execute(f"select pg_advisory_xact_lock({_KEY})".encode(), {"sha256": sha256})


async def hold_bytes(driver: Driver, sha256: bytes) -> bool:
    """Lets nobody destroy these bytes until the transaction ends, and answers whether their row stands.

    Waits for whoever is destroying them. Raises TryAgain.
    """
    await driver.execute(f"select pg_advisory_xact_lock_shared({_KEY})".encode(), {"sha256": sha256})
    # A statement of its own: it must see what was done while the lock was waited for.
    return await bytes_known(driver, sha256)


async def bytes_known(driver: Driver, sha256: bytes) -> bool:
    """Whether some instruction was accepted that cites these bytes, and they were not destroyed since."""
    return await fetch_one(driver, "select 1 from blob where sha256 = %(sha256)s", {"sha256": sha256}) is not None


_WITHHELD = "exists (select 1 from document_withholding w where w.document = x.id and w.ended_by is null)"

_LIST = f"""
select x.id, x.ordinal, {_WITHHELD} as withheld, case when not {_WITHHELD} then {shown("v")} end as name,
    x.class, x.media_type, x.size, x.movement, x.at,
    case when x.sha256 is null then (select o.words_en || ' / ' || o.words_hi from erasure_target t
        join erasure_order o on o.id = t.under where t.target = x.id) end as erased,
    {post_json("b")} as by_post, {person_json("p")} as by_person
from document x join protected_value v on v.id = x.name join movement m on m.id = x.movement
left join post b on b.id = m.by_post
{person_names("p", "m.by_person")}
where x.docket = %(docket)s and (%(until)s::timestamptz is null or x.at <= %(until)s) order by x.ordinal
"""


async def documents(driver: Driver, docket: UUID, *, until: datetime | None) -> list[DictRow]:
    """The documents of a docket, as far as they may be read."""
    return await fetch_all(driver, _LIST, {"docket": docket, "until": until})


_ONE = f"""
select x.id, {_WITHHELD} as withheld,
    x.docket, x.at, x.media_type, x.size, encode(x.sha256, 'hex') as sha256, {shown("v")} as name,
    x.sha256 is null and exists (select 1 from erasure_target t where t.target = x.id) as erased
from document x join protected_value v on v.id = x.name where x.id = %(document)s
"""


async def document(driver: Driver, document: UUID) -> DictRow | None:
    """One document, whoever asks: its docket says who may have it."""
    return await fetch_one(driver, _ONE, {"document": document})
