"""Erasure: what an order names in the database, what the destroyer's role takes away, and what is left to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one
from storage.sight import ABOVE, UNDER

# Dockets whose chains may bind the same value: what is tied, and what one instruction did to several.
_RELATED: Final = """
select other as id from docket_tie where docket = any(%(dockets)s)
union select docket from docket_tie where other = any(%(dockets)s)
union select m.docket from movement o join movement m on m.instruction = o.instruction
    where o.docket = any(%(dockets)s) and o.instruction is not null
"""


async def related(driver: Driver, dockets: Sequence[UUID]) -> list[UUID]:
    """Further dockets whose chains may bind a value of these."""
    rows = await fetch_all(driver, _RELATED, {"dockets": list(dockets)})
    return [row["id"] for row in rows if row["id"] not in dockets]


async def destroyed(driver: Driver, dockets: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which of these dockets were destroyed, and under which list."""
    sql = "select id, destroyed_under from docket where id = any(%(ids)s) and destroyed_under is not null"
    return {row["id"]: row["destroyed_under"] for row in await fetch_all(driver, sql, {"ids": list(dockets)})}


_OF_COMPLAINANT: Final = (
    "select z.{} as id from complaint k join complainant z on z.id = k.complainant where k.docket = %(docket)s"
)
_OF_RECEIPT: Final = "select {} as id from receipt where docket = %(docket)s"
PARTS: Final[dict[str, str]] = {
    "subject": "select subject as id from docket where id = %(docket)s",
    "body": "select body as id from complaint where docket = %(docket)s",
    **{name: _OF_COMPLAINANT.format(name) for name in ("name", "telephone", "address")},
    **{
        name: _OF_RECEIPT.format(name)
        for name in ("letter_number", "sender_name", "sender_telephone", "sender_address")
    },
    "remark": "select remark as id from movement where docket = %(docket)s and sequence = %(n)s",
    "paragraph": """select unnest(array[n.first_text, x.text]) as id from note n
        left join note_fixed x on x.note = n.id where n.docket = %(docket)s and n.paragraph = %(n)s""",
    "document": "select unnest(array[id, name]) as id from document where docket = %(docket)s and ordinal = %(n)s",
}
"""Which texts of a docket an order may name; the last three with a number behind a colon: ``remark:3``."""
NUMBERED: Final = frozenset({"remark", "paragraph", "document"})


def is_part(text: str) -> bool:
    """Whether a text names a part as an order may: with a number behind a colon where it needs one."""
    name, colon, place = text.partition(":")
    if name not in PARTS or bool(colon) != (name in NUMBERED):
        return False
    return not colon or (place.isascii() and place.isdigit() and len(place) < 11 and 0 < int(place) < 2**31)


async def of_part(driver: Driver, docket: UUID, part: str) -> list[UUID]:
    """The values and documents that a part of a docket is; none where the docket has no such text."""
    name, _, number = part.partition(":")
    given = {"docket": docket, "n": int(number or 0)}
    rows = await fetch_all(driver, PARTS[name], given)
    return list(dict.fromkeys(row["id"] for row in rows if row["id"] is not None))


async def lock(driver: Driver, dockets: Sequence[UUID]) -> None:
    """Keeps every step away from these dockets until the transaction ends; waits for those that are in one."""
    sql = "select 1 from docket where id = any(%(dockets)s) order by id for no key update"
    await fetch_all(driver, sql, {"dockets": list(dockets)})


_STANDING: Final = """
select d.id, d.number, d.state_class = 'closed' and d.destroyed_under is null as closed,
    exists (select 1 from retention_hold h where h.paper = d.id and h.lifted_at is null and (h.until is null
        or h.until > (office_now() at time zone 'Asia/Kolkata')::date)) as held,
    (select t.other from docket_tie t join docket f on f.id = t.other where t.docket = d.id
        and t.sort = 'in_file' and t.ended_at is null and f.destroyed_under is null limit 1) as in_file
from docket d where d.id = any(%(dockets)s)"""


async def standing(driver: Driver, dockets: Sequence[UUID]) -> dict[UUID, DictRow]:
    """What decides whether these may be destroyed at this moment: ``closed`` and still there, ``held`` back by
    somebody, and ``in_file``: the file, not destroyed, of which a receipt is part."""
    return {row["id"]: row for row in await fetch_all(driver, _STANDING, {"dockets": list(dockets)})}


# A receipt in a file is part of its correspondence, and is judged with it.
_BEYOND: Final = f"""with recursive {UNDER}
select d.number from unnest(%(papers)s::uuid[]) as p(id)
left join lateral (select other from docket_tie where docket = p.id and sort = 'in_file' and ended_at is null
    limit 1) f on true
join docket d on d.id = coalesce(f.other, p.id)
where d.office <> %(office)s and not coalesce({ABOVE}, false) order by d.number limit 1"""


async def beyond(driver: Driver, dockets: Sequence[UUID], post: UUID, office: UUID) -> str | None:
    """The number of the first that is neither of this post's office nor was last held by a post under this one."""
    row = await fetch_one(driver, _BEYOND, {"papers": list(dockets), "post": post, "office": office})
    return None if row is None else row["number"]


_TARGET: Final = """insert into erasure_target (under, target) select %(under)s, unnest(%(targets)s::uuid[])
    on conflict (target) do nothing"""
_BLOBS: Final = """insert into erasure_blob (under, sha256) select distinct %(under)s::uuid, sha256 from document
    where id = any(%(documents)s) and sha256 is not null on conflict do nothing"""
# What an instruction keeps of a document would still tell which bytes they were.
_INSTRUCTIONS: Final = """update instruction i
    set parameters = i.parameters #- '{document,sha256}' #- '{document,salt}'
    from document d where d.id = any(%(documents)s) and i.docket = d.docket and i.state <> 'waiting'
    and i.parameters -> 'document' ->> 'sha256' = encode(d.sha256, 'hex')"""
_DRAFTS: Final = "delete from note_draft where note in (select id from note where docket = %(docket)s)"


def name_targets(
    under: UUID, docket: UUID, values: Collection[UUID], documents: Collection[UUID], *, whole: bool
) -> list[Statement]:
    """The statements that name to the destroyer's role what a docket's entry says is erased."""
    named: list[Statement] = [
        (_TARGET, {"under": under, "targets": [*values, *documents]}),
        (_BLOBS, {"under": under, "documents": list(documents)}),
        (_INSTRUCTIONS, {"documents": list(documents)}),
    ]
    return [*named, (_DRAFTS, {"docket": docket})] if whole else named


_LEFT: Final = """select t.target from erasure_target t
    left join protected_value v on v.id = t.target left join document d on d.id = t.target
    where t.under = %(under)s
        and (v.id is not null and v.erased_by is null or d.sha256 is not null or d.salt is not null)
    order by t.target limit %(limit)s"""


async def targets_left(driver: Driver, under: UUID, limit: int) -> list[UUID]:
    """Values and documents that are to be erased under an order and still stand."""
    rows = await fetch_all(driver, _LEFT, {"under": under, "limit": limit})
    return [row["target"] for row in rows]


async def count_left(driver: Driver, under: UUID) -> int:
    return len(await targets_left(driver, under, 2**31 - 1))


def erase(under: UUID, targets: Sequence[UUID]) -> list[Statement]:
    """The statements that take values, salts and search columns away, as the destroyer's role."""
    given: dict[str, Any] = {"under": under, "targets": list(targets)}
    return [
        (
            "update protected_value set value = null, salt = null, erased_by = %(under)s"
            " where id = any(%(targets)s) and erased_by is null",
            given,
        ),
        (
            "update complainant set telephone_key = null"
            " where telephone = any(%(targets)s) and telephone_key is not null",
            given,
        ),
        (
            "update document set sha256 = null, salt = null"
            " where id = any(%(targets)s) and (sha256 is not null or salt is not null)",
            given,
        ),
    ]


async def blobs_left(driver: Driver, under: UUID) -> list[bytes]:
    """Bytes of which it is not settled yet whether any document still cites them."""
    sql = "select sha256 from erasure_blob where under = %(under)s order by sha256"
    return [bytes(row["sha256"]) for row in await fetch_all(driver, sql, {"under": under})]


_CITED: Final = """select exists (select 1 from document where sha256 = %(sha256)s)
    or exists (select 1 from instruction where state = 'waiting'
        and parameters -> 'document' ->> 'sha256' = encode(%(sha256)s, 'hex')) as cited"""


async def is_cited(driver: Driver, sha256: bytes) -> bool:
    """Whether a live document, or one that waits to be added, is these bytes."""
    row = await fetch_one(driver, _CITED, {"sha256": sha256})
    assert row is not None
    return row["cited"]


def forget_blob(sha256: bytes) -> Statement:
    """The bytes' row goes, which lets nobody take them for lost."""
    return "delete from blob where sha256 = %(sha256)s", {"sha256": sha256}


def settled_blob(under: UUID, sha256: bytes) -> Statement:
    sql = "delete from erasure_blob where under = %(under)s and sha256 = %(sha256)s"
    return sql, {"under": under, "sha256": sha256}


async def count_erased(driver: Driver) -> list[DictRow]:
    """How much was erased under each list and order, and how much of it still stands."""
    sql = """select o.sort, o.number, o.words_en as words,
            count(*) filter (where v.erased_by is not null or d.id is not null and d.sha256 is null) as erased,
            count(*) filter (where v.id is not null and v.erased_by is null or d.sha256 is not null) as standing
        from erasure_order o join erasure_target t on t.under = o.id
        left join protected_value v on v.id = t.target left join document d on d.id = t.target
        group by o.id order by o.sort, o.number"""
    return await fetch_all(driver, sql, {})


async def unfinished(driver: Driver) -> set[UUID]:
    """Orders that two people signed and that are being carried out: what they name may still stand."""
    rows = await fetch_all(driver, "select id from erasure_order where state = 'ordered'", {})
    return {row["id"] for row in rows}


async def begun(driver: Driver) -> list[str]:
    """Lists and orders of which something was recorded as erased and that are not carried out: “list 3”."""
    sql = """select o.sort || ' ' || o.number as named from erasure_order o where o.state = 'ordered'
        and exists (select 1 from erasure_target t where t.under = o.id) order by o.sort, o.number"""
    return [row["named"] for row in await fetch_all(driver, sql, {})]
