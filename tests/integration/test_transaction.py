"""The one transaction of a movement: steps at once, done twice, cut off in the middle; keys; claims of engines.

Nothing is left to chance: a test holds the lock that the others must wait for, sees in PostgreSQL that they do,
and lets go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from flows.carry_out import carry_out
from flows.instructions import Accepted, Giver, accept
from flows.rules.errors import Refused
from infra.local_stack.postgres import EmbeddedPostgres
from storage import instruction_queue
from storage.database import Database, DatabaseAway
from tests.factories.lives import REASON, answer_of, file_with, new_file
from tests.factories.locks import LIMIT_S, docket_locked, locked
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay


def kill(server: EmbeddedPostgres, pid: int) -> None:
    """Ends a session as its administrator can, in the middle of what it does."""
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(%s)", (pid,))


def step(office: PracticeOffice, instruction: UUID) -> asyncio.Task[Any]:
    return asyncio.create_task(carry_out(office.database, office.identity, instruction))


# --- steps at once ----------------------------------------------------------------------------------------------


async def test_steps_at_once_on_one_docket_come_one_after_the_other(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = [await life.accept("superintendent", "add_document", document=True) for _ in range(5)]
    accepted.append(await life.accept("superintendent", "note", text="क"))
    async with docket_locked(life) as lock:
        steps = [step(office, one.instruction) for one in accepted]
        await lock.until_waiting(6)
        await lock.release()
        outcomes = await asyncio.gather(*steps)
    assert sorted(outcome["version"] for outcome in outcomes) == list(range(4, 10))
    ordinals = await office.rows("select ordinal from document where docket = %(d)s order by 1", d=life.docket)
    assert [row[0] for row in ordinals] == [1, 2, 3, 4, 5]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_an_instruction_carried_out_twice_at_once_gives_one_movement(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "forward", to="officer", **REASON)
    async with docket_locked(life) as lock:
        steps = [step(office, accepted.instruction) for _ in range(3)]
        await lock.until_waiting(3)
        await lock.release()
        outcomes = await asyncio.gather(*steps)
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert await life.count("movement") == 4
    assert (await life.row())["version"] == 4


async def test_an_instruction_carried_out_again_later_does_nothing(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "note", text="क")
    first = await carry_out(office.database, office.identity, accepted.instruction)
    await life.must("officer", "pull_up", version=4, **REASON)
    before = await life.row()
    assert await carry_out(office.database, office.identity, accepted.instruction) == first
    assert await life.row() == before


async def test_a_refused_instruction_stays_refused(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    refused = await life.force("clerk", "forward", to="superintendent", **REASON)
    assert refused.refused == "not-holder"
    sql = "select id from instruction where docket = %(d)s and state = 'refused'"
    instruction = await office.one(sql, d=life.docket)
    before = await life.row()
    assert answer_of(await carry_out(office.database, office.identity, instruction)) == refused
    assert await life.row() == before


# --- keys and waiting -------------------------------------------------------------------------------------------


async def test_one_key_accepted_many_times_at_once_is_one_instruction(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    giver = office.giver("superintendent", "key-" + uuid4().hex)
    order = life.order("forward", to="officer", **REASON)
    accepted = await asyncio.gather(*(accept(office.database, giver, order) for _ in range(6)))
    assert len({one.instruction for one in accepted}) == 1
    assert await life.count("instruction") == 4


async def test_one_key_is_one_answer_whichever_constraint_the_second_one_meets(
    database: Any, office_in: Callable[[Any], Any]
) -> None:
    """A database that was restored may check its unique indexes in another order."""
    office = await office_in(database)
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("alter table instruction drop constraint instruction_person_key_key")
        owner.execute("alter table instruction add constraint instruction_person_key_key unique (person, key)")
    life = await file_with(office, "superintendent")
    giver = office.giver("superintendent", "key")
    order = life.order("forward", to="officer", **REASON)
    async with locked(office, "lock table instruction in share mode") as lock:
        tasks = [asyncio.create_task(accept(office.database, giver, order)) for _ in range(3)]
        await lock.until_waiting(3)
        await lock.release()
        accepted = await asyncio.gather(*tasks)
    assert len({one.instruction for one in accepted}) == 1


async def test_a_key_that_was_carried_out_while_the_second_one_was_read_has_that_answer(
    database: Any, office_in: Callable[[Any], Any]
) -> None:
    """The second request finds no such key, then the first is carried out, then the second finds a new version."""
    office = await office_in(database)
    life = await file_with(office, "superintendent")
    giver = office.giver("superintendent", "key")
    order = life.order("forward", to="officer", **REASON)
    done = replace(giver, key="other")
    first = await accept(office.database, done, order)
    async with locked(office, "lock table docket in access exclusive mode") as lock:
        second = asyncio.create_task(accept(office.database, giver, order))
        await lock.until_waiting(1)
        # What the first request's step would have written, under the lock that keeps the second from reading on.
        await lock.connection.execute(
            b"update instruction set key = 'key', state = 'carried_out', outcome = '{}' where id = %s",
            (first.instruction,),
        )
        bumped = b"update docket set version = version + 1, last_change = last_change + 1 where id = %s"
        await lock.connection.execute(bumped, (life.docket,))
        await lock.connection.commit()
        assert (await second).instruction == first.instruction


async def test_a_key_used_for_another_request_is_refused(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    key = "key-" + uuid4().hex
    order = life.order("forward", to="officer", **REASON)
    await accept(office.database, office.giver("superintendent", key), order)
    with pytest.raises(Refused) as refused:
        await accept(office.database, office.giver("superintendent", key, b"another"), order)
    assert refused.value.refusal.code == "key-reused"


async def test_a_refusal_at_acceptance_binds_no_key(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    key = "key-" + uuid4().hex
    with pytest.raises(Refused):
        await accept(office.database, office.giver("superintendent", key), life.order("forward", to="officer"))
    order = life.order("forward", to="officer", **REASON)
    again = office.giver("superintendent", key, b"another")
    assert (await accept(office.database, again, order)).state == "waiting"


async def test_two_people_may_use_the_same_key(office: PracticeOffice) -> None:
    key, first, second = "key-" + uuid4().hex, await new_file(office), await new_file(office)
    order = first.order("forward", to="superintendent", **REASON)
    await accept(office.database, office.giver("clerk", key), order)
    pulled = second.order("pull_up", **REASON)
    assert (await accept(office.database, office.giver("officer", key), pulled)).docket == second.docket


async def test_of_two_movements_at_once_one_waits_and_the_other_is_told_which(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    results = await asyncio.gather(
        life.accept("superintendent", "forward", to="officer", **REASON),
        life.accept("officer", "pull_up", **REASON),
        return_exceptions=True,
    )
    accepted = next(one for one in results if isinstance(one, Accepted))
    refused = next(one for one in results if isinstance(one, Refused))
    assert refused.refusal.code == "movement-waiting"
    assert refused.refusal.facts["instruction"] == str(accepted.instruction)


async def test_a_movement_that_ended_waits_no_longer(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "note", text="क")
    with pytest.raises(Refused):
        await life.accept("officer", "pull_up", **REASON)
    await life.step(accepted.instruction)
    assert (await life.accept("officer", "pull_up", **REASON)).state == "waiting"


async def test_a_side_act_queues_behind_a_waiting_movement_without_a_version(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.accept("superintendent", "note", text="क")
    order = replace(life.order("add_document", document=True), seen_version=None)
    assert (await accept(office.database, office.giver("superintendent"), order)).state == "waiting"


@pytest.mark.parametrize(
    ("seen", "code"), [(None, "version-required"), (2, "stale-version"), (9, "stale-version")]
)
async def test_a_movement_names_the_version_that_was_seen(
    office: PracticeOffice, seen: int | None, code: str
) -> None:
    life = await file_with(office, "superintendent")
    order = replace(life.order("note", text="क"), seen_version=seen)
    with pytest.raises(Refused) as refused:
        await accept(office.database, office.giver("superintendent"), order)
    assert (refused.value.refusal.code, refused.value.refusal.field) == (code, "If-Match")


async def test_the_key_is_asked_before_the_version(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    giver: Giver = office.giver("superintendent")
    order = life.order("note", text="क")
    accepted = await accept(office.database, giver, order)
    await life.step(accepted.instruction)
    again = await accept(office.database, giver, order)
    assert (again.instruction, again.state, again.again) == (accepted.instruction, "carried_out", True)


# --- cut off in the middle --------------------------------------------------------------------------------------


async def test_a_step_whose_connection_is_killed_leaves_nothing_and_can_be_done_again(
    office: PracticeOffice, postgres: EmbeddedPostgres
) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "forward", to="officer", **REASON)
    before, counts = (
        await life.row(),
        [await life.count(table) for table in ("movement", "holding", "docket_post")],
    )
    async with locked(office, "lock table holding in share mode") as lock:
        cut_off = step(office, accepted.instruction)
        (pid,) = await lock.until_waiting(1)
        kill(postgres, pid)
        with pytest.raises(DatabaseAway):
            await cut_off
        await lock.release()
    assert await life.row() == before
    assert [await life.count(table) for table in ("movement", "holding", "docket_post")] == counts
    assert (await life.step(accepted.instruction)).state == "in_transit"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_movement_and_its_entry_are_seen_together_or_not_at_all(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "forward", to="officer", **REASON)
    async with locked(office, "lock table audit_entry in share mode") as lock:
        held_back = step(office, accepted.instruction)
        await lock.until_waiting(1)
        assert await life.count("movement") == 3, "the movement was committed before its entry"
        sql = "select state from instruction where id = %(i)s"
        assert await office.one(sql, i=accepted.instruction) == "waiting"
        await lock.release()
        await held_back
    assert await life.count("movement") == 4


async def test_nothing_of_a_movement_is_seen_before_its_instruction_has_ended(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    accepted = await life.accept("superintendent", "forward", to="officer", **REASON)
    sql = "select 1 from instruction where id = %(i)s for update"
    async with locked(office, sql, i=accepted.instruction) as lock:
        held_back = step(office, accepted.instruction)
        await lock.until_waiting(1)
        assert await life.count("movement") == 3
        entries = "select count(*) from audit_entry where chain = %(c)s"
        assert await office.one(entries, c=f"docket:{life.docket}") == 3
        await lock.release()
        await held_back


async def test_an_acceptance_that_is_cut_off_leaves_nothing_and_binds_no_key(
    office: PracticeOffice, postgres: EmbeddedPostgres
) -> None:
    life = await file_with(office, "superintendent")
    giver, order = office.giver("superintendent"), life.order("note", text="क")
    values = await office.one("select count(*) from protected_value")
    async with locked(office, "lock table instruction in share mode") as lock:
        cut_off = asyncio.create_task(accept(office.database, giver, order))
        (pid,) = await lock.until_waiting(1)
        kill(postgres, pid)
        with pytest.raises(DatabaseAway):
            await cut_off
        await lock.release()
    assert await office.one("select count(*) from protected_value") == values
    assert (await accept(office.database, giver, order)).again is False


# --- engines' claims --------------------------------------------------------------------------------------------


@asynccontextmanager
async def engine(office: PracticeOffice, number: int) -> AsyncIterator[Database]:
    """An engine that lives: it holds the lock on its own number."""
    alive = await psycopg.AsyncConnection.connect(office.owner_url, autocommit=True)
    async with alive:
        await alive.execute("select pg_advisory_lock(%s, %s)", (instruction_queue.ENGINE_LOCK, number))
        yield office.database


async def claim(office: PracticeOffice, number: int, *at_work: UUID) -> set[UUID]:
    async with office.database.querying() as driver:
        return {row["docket"] for row in await instruction_queue.claim(driver, number, 100, at_work)}


async def test_engines_at_once_claim_different_dockets_and_none_waits_for_another(
    database: Any, office_in: Callable[[Any], Any]
) -> None:
    office = await office_in(database)
    lives = [await new_file(office) for _ in range(2)]
    accepted = [await life.accept("clerk", "forward", to="superintendent", **REASON) for life in lives]
    async with engine(office, 1), engine(office, 2):
        # The first engine is in the middle of its claim: it has locked one instruction and not committed yet.
        sql = "select 1 from instruction where id = %(i)s for update"
        async with locked(office, sql, i=accepted[0].instruction), asyncio.timeout(LIMIT_S):
            assert await claim(office, 2) == {lives[1].docket}
        assert await claim(office, 1) == {lives[0].docket}
        assert await claim(office, 2, lives[1].docket) == set()


async def test_a_claim_of_a_dead_engine_is_free_and_its_death_is_counted(
    database: Any, office_in: Callable[[Any], Any]
) -> None:
    office = await office_in(database)
    life = await new_file(office)
    accepted = await life.accept("clerk", "forward", to="superintendent", **REASON)
    async with engine(office, 1):
        assert await claim(office, 1) == {life.docket}
        async with engine(office, 2):
            assert await claim(office, 2) == set()
    async with engine(office, 2):
        assert await claim(office, 2) == set()
        async with office.database.writing() as driver:
            assert await instruction_queue.bury(driver, 2) == ([life.docket], [2])
        assert await claim(office, 2) == {life.docket}
    assert await office.one("select deaths from instruction where id = %(i)s", i=accepted.instruction) == 1
