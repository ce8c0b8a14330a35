"""Restores from a backup: what the database tells of them, and what a restored office begins anew."""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import DictRow

from storage.database import Driver, Statement, fetch_all, fetch_one

_MARK: Final = "restore_under_way"

_EVERY = "select epoch, at, backup_at, backup, checkpoint, gap from restored order by epoch"

# A flow run may be Prefect's still or gone with it: each is asked for again under its docket's id, which finds
# one that is there, and what its movements lack is completed. Closed ones the hourly sweep compares.
_OWE_PREFECT = """
with open_ones as (
    update docket set flow_run_id = null where flow_run_id is not null and state_class <> 'closed' returning id
), owed as (
    insert into prefect_run_owed (docket, since, turn) select id, office_now(), 1 from open_ones
    on conflict (docket) do update set turn = prefect_run_owed.turn + 1
)
insert into prefect_owed (movement, docket, since, bulk)
select m.id, m.docket, office_now(), true from movement m join open_ones o on o.id = m.docket
on conflict (movement) do nothing
"""

_WITHDRAW = """
update instruction set state = 'withdrawn', finished_at = office_now(),
    outcome = jsonb_build_object('refusal', %(refusal)s::jsonb)
where state = 'waiting' and not side
"""

_FROM_NOW_ON: Final = (
    "delete from login_session",
    "delete from claim",
    _OWE_PREFECT,
    # What a process kept of posts under a number of the lost server's must not pass for this one's.
    "update office_structure set version = pg_current_xact_id()",
)

# Beyond what is known to have been given, and the gap beyond that.
_FURTHER_ON = """
insert into number_series (series, last)
select series, max(last) + %(gap)s from (
    select series, last from number_series
    union all select key, value::int from jsonb_each_text(%(known)s::jsonb)
) every group by series
on conflict (series) do update set last = excluded.last
"""

_UNCERTAIN = "update outbox set state = 'uncertain' where state in ('waiting', 'sending')"

CLOSE: Final = f"""
create table public.{_MARK} as select '\\x{{backup}}'::bytea as backup,
    has_schema_privilege('public', 'public', 'usage') as for_all;
revoke usage on schema public from public, patravali_app;
"""
"""Ends the loading of a dump: until the restore is whole, no process of the office finds a table."""

_OPEN: Final = (
    "grant usage on schema public to patravali_app",
    f"""do $$ begin
        if (select for_all from {_MARK}) then grant usage on schema public to public; end if;
    end $$""",
    f"drop table {_MARK}",
)

ENTRIES_ANEW: Final = (
    "select pg_current_xact_id() as this \\gset\n"
    "alter table public.audit_entry alter column xid type xid8 using :'this'::xid8;\n"
)
"""For psql, between data and keys: transactions are counted anew, so the entries are all of this one."""


async def every(driver: Driver) -> list[DictRow]:
    """The restores that this office had, in order of the epochs that they began."""
    return await fetch_all(driver, _EVERY, {})


async def under_way(driver: Driver) -> bytes | None:
    """The SHA-256 of the manifest of the backup whose restore was begun here and is not whole."""
    if not await is_there(driver, _MARK):
        return None
    row = await fetch_one(driver, f"select backup from {_MARK}", {})
    return bytes(row["backup"]) if row else None


async def is_there(driver: Driver, table: str) -> bool:
    row = await fetch_one(driver, "select to_regclass(%(table)s) is not null as there", {"table": table})
    return bool(row and row["there"])


async def tables(driver: Driver) -> int:
    """How many tables the database holds."""
    sql = "select count(*) as tables from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    row = await fetch_one(driver, sql, {})
    return row["tables"] if row else 0


async def at_work(driver: Driver) -> list[str]:
    """The roles of other sessions in this database."""
    sql = """select distinct usename::text as role from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and usename like 'patravali%%'"""
    return [row["role"] for row in await fetch_all(driver, sql, {})]


async def chain_lengths(driver: Driver) -> dict[str, int]:
    """How many entries each chain has."""
    sql = """select 'docket:' || id as chain, chain_length as length from docket
        union all select id, length from chain"""
    return {row["chain"]: row["length"] for row in await fetch_all(driver, sql, {})}


async def begin_anew(driver: Driver, refusal: Any, known: Any, gap: int) -> list[Statement]:
    """The statements with which a restored office goes on.

    ``refusal`` (JSON) is what those are told whose waiting movement is withdrawn, ``known`` (JSON) the last number
    of each series that is known to have been given, ``gap`` how many more are passed over.
    """
    statements: list[Statement] = [(sql, {}) for sql in _FROM_NOW_ON]
    statements.append((_WITHDRAW, {"refusal": refusal}))
    statements.append((_FURTHER_ON, {"known": known, "gap": gap}))
    if await is_there(driver, "blob_lock"):
        # The store restored to was told nothing yet: the standing work locks all of it anew.
        statements.append(("delete from blob_lock", {}))
    if await is_there(driver, "outbox"):
        statements.append((_UNCERTAIN, {}))
    statements += [(sql, {}) for sql in _OPEN]
    return statements


def set_epoch(epoch: int) -> Statement:
    """The statement by which every process that starts from now on writes in this epoch."""
    return "update office_identity set epoch = %(epoch)s", {"epoch": epoch}
