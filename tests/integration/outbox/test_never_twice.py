"""No message goes out twice: senders at once or killed, outcomes that come late, words given twice."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from flows.gateways.recorder import Recorder
from flows.outbox import Result, Word, resolve, settle
from flows.rules.errors import Refused
from flows.rules.messages import Content
from flows.schedules.send_outbox import CLAIM_LASTS_S, OutboxSender, pause_s
from storage import outbox
from tests.factories.outside import HttpPlace, answering, hanging
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.told_office import TAKEN, ToldOffice, sms_file, sms_gateway
from tests.factories.waiting import until
from tests.fixtures.postgres import Database


async def _rounds(told: ToldOffice, place: HttpPlace, folder: Path) -> None:
    channel = told.channel("sms", sms_gateway(folder, place.url))
    while await told.round(channel):
        pass


async def test_senders_at_once_send_each_message_once(told: ToldOffice, place: HttpPlace, tmp_path: Path) -> None:
    place.behave = answering(200, TAKEN)
    for _ in range(12):
        await told.complaint()
    await asyncio.gather(*(_rounds(told, place, tmp_path) for _ in range(3)))
    keys = [asked.body.decode().split("ref=")[1][:36] for asked in place.asked]
    assert (len(keys), len(set(keys))) == (12, 12)
    assert await told.states() == [("sent", None, 1)] * 12


async def _killed(told: ToldOffice, database: Database, file: Path, ready: asyncio.Task[object]) -> None:
    """A sender in another process, killed when it is where the test wants it."""
    command = [sys.executable, "-m", "tests.integration.outbox.sender_process", database.app_url, str(file)]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await ready
    finally:
        process.kill()
        await process.wait()


async def _becomes_uncertain_and_stays_so(told: ToldOffice, place: HttpPlace, folder: Path) -> None:
    place.behave = answering(200, TAKEN)
    channel = told.channel("sms", sms_gateway(folder, place.url))
    assert (await told.bury(), await told.round(channel)) == (0, {})
    told.later(seconds=CLAIM_LASTS_S + 1)
    assert await told.bury() == 1
    told.later(days=30)
    assert (await told.bury(), await told.round(channel)) == (0, {})
    assert await told.states() == [("uncertain", "sender-gone", 1)]
    assert len(place.asked) == 1


async def test_a_sender_killed_before_the_answer_leaves_it_uncertain(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, database: Database
) -> None:
    place.behave = hanging
    await told.complaint()
    arrived = asyncio.create_task(until(lambda: place.asked, "the message arrives"))
    await _killed(told, database, sms_file(tmp_path, place.url, limit_s=60), arrived)
    await _becomes_uncertain_and_stays_so(told, place, tmp_path)


async def test_a_sender_killed_between_answer_and_record_leaves_it_uncertain(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, database: Database
) -> None:
    place.behave = answering(200, TAKEN)
    life = await told.complaint()
    with psycopg.connect(database.owner_url) as holding:
        holding.execute("select 1 from docket where id = %s for update", (life.docket,))
        blocked = asyncio.create_task(until(lambda: _waiting_for_a_lock(database), "the sender waits to record"))
        await _killed(told, database, sms_file(tmp_path, place.url), blocked)
        holding.rollback()
    await until(lambda: not _waiting_for_a_lock(database), "the killed sender's session is gone")
    await _becomes_uncertain_and_stays_so(told, place, tmp_path)


def _waiting_for_a_lock(database: Database) -> bool:
    with psycopg.connect(database.owner_url) as looking:
        return looking.execute("select count(*) > 0 from pg_locks where not granted").fetchone() == (True,)


async def _uncertain(told: ToldOffice, place: HttpPlace, folder: Path) -> UUID:
    place.behave = answering(500)
    await told.complaint()
    await told.round(told.channel("sms", sms_gateway(folder, place.url)))
    assert await told.states() == [("uncertain", "unclear:500", 1)]
    return await told.message()


async def test_an_outcome_that_comes_after_the_claim_was_buried_is_not_taken(
    told: ToldOffice, place: HttpPlace
) -> None:
    await told.complaint()
    async with told.office.database.writing() as driver:
        [claimed] = await outbox.claim(driver, "sms", UUID(int=7), 4)
    told.later(seconds=CLAIM_LASTS_S + 1)
    assert await told.bury() == 1
    assert not await settle(told.office.database, claimed, Result("sent"))
    assert await told.outcomes() == ["uncertain"]


async def test_a_person_says_that_it_went_out(told: ToldOffice, place: HttpPlace, tmp_path: Path) -> None:
    message, hub = await _uncertain(told, place, tmp_path), told.office.seats["hub"]
    word = Word("sent", 1, hub.post, hub.person)
    assert await resolve(told.office.database, message, word) == "sent"
    said = await told.office.rows("select outcome, by_post, by_person from outbox_outcome order by ordinal")
    assert said == [("uncertain", None, None), ("said_sent", hub.post, hub.person)]
    with pytest.raises(Refused, match="version 1, now 2"):
        await resolve(told.office.database, message, word)
    with pytest.raises(Refused, match="The message is “sent”"):
        await resolve(told.office.database, message, Word("send_again", 2))


async def test_a_person_says_send_again_and_the_key_is_the_same(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    message = await _uncertain(told, place, tmp_path)
    assert await resolve(told.office.database, message, Word("send_again", 1)) == "waiting"
    with pytest.raises(Refused):
        await resolve(told.office.database, message, Word("send_again", 1))
    place.behave = answering(200, TAKEN)
    channel = told.channel("sms", sms_gateway(tmp_path, place.url))
    assert (await told.round(channel), await told.round(channel)) == ({"sent": 1}, {})
    assert [str(message) in asked.body.decode() for asked in place.asked] == [True, True]
    assert await told.outcomes(message) == ["uncertain", "send_again", "sent"]


async def test_what_came_of_it_stands_in_the_docket_s_chain(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    message = await _uncertain(told, place, tmp_path)
    await resolve(told.office.database, message, Word("send_again", 1))
    place.behave = answering(200, TAKEN)
    await told.round(told.channel("sms", sms_gateway(tmp_path, place.url)))
    docket = await told.office.one("select docket from outbox")
    await assert_rows_equal_their_replay(told.office, docket)
    sql = "select convert_from(data, 'UTF8') from audit_entry where chain = %(c)s order by sequence"
    entries = [row[0] for row in await told.office.rows(sql, c=f"docket:{docket}")]
    said = [entry.split('"what":"')[1].split('"')[0] for entry in entries]
    assert said == ["movement:register", "message:uncertain", "message:send_again", "message:sent"]
    assert "9999900001" not in "".join(entries)
    telephone = await told.office.one("select telephone from complainant")
    assert str(telephone) in entries[1]
    assert str(telephone) in entries[3]


async def test_a_movement_goes_on_while_its_docket_s_message_is_being_sent(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    place.behave = hanging
    life = await told.complaint()
    sending = asyncio.create_task(told.round(told.channel("sms", sms_gateway(tmp_path, place.url))))
    await until(lambda: place.asked, "the message arrives")
    await life.must("hub", "assign", to="junior")
    assert await sending == {"uncertain": 1}
    await life.must("junior", "receive")


async def test_a_clock_that_was_set_back_holds_no_message_up(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    """Neither one whose next try lies years ahead, nor one that a sender who is gone claimed then."""
    channel = told.channel("sms", sms_gateway(tmp_path, place.url))
    for _ in range(2):
        await told.complaint()
    told.later(days=3650)
    place.behave = answering(503)
    assert await told.round(channel) == {"put_off": 2}
    told.later(days=1)
    async with told.office.database.writing() as driver:
        assert len(await outbox.claim(driver, "sms", UUID(int=7), 1)) == 1
    told.later(days=-3651)
    place.behave = answering(200, TAKEN)
    assert (await told.bury(), await told.round(channel)) == (1, {"sent": 1})
    assert sorted(state for state, _, _ in await told.states()) == ["sent", "uncertain"]


def _no_content(letter: object) -> Content:
    raise RuntimeError("nobody foresaw this")


async def test_a_message_that_cannot_be_made_was_surely_not_sent(told: ToldOffice) -> None:
    await told.complaint()
    assert await told.round(told.channel("sms", Recorder(_no_content))) == {"failed": 1}
    assert await told.states() == [("failed", "fault", 1)]


class Broken(Recorder):
    async def send(self, letter: object, content: object) -> object:  # type: ignore[override]
        raise RuntimeError("nobody foresaw this")


async def test_a_gateway_that_breaks_leaves_it_uncertain(told: ToldOffice) -> None:
    await told.complaint()
    await told.round(told.channel("sms", Broken(lambda _: Content("text"))))
    assert await told.states() == [("uncertain", "fault", 1)]


async def test_the_loop_sends_what_comes_and_ends_what_is_under_way(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    may_answer = asyncio.Event()

    async def slowly(writer: asyncio.StreamWriter, asked: object) -> None:
        await may_answer.wait()
        await answering(200, TAKEN)(writer, asked)  # type: ignore[arg-type]

    place.behave = slowly
    dead = sms_gateway(tmp_path, "http://127.0.0.1:9")
    sender = OutboxSender(told.office.database, {"email": dead, "sms": sms_gateway(tmp_path, place.url)})
    work = asyncio.create_task(sender.run())
    await told.complaint()
    await until(lambda: place.asked, "the loop finds what waits")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    ending = asyncio.create_task(sender.finish(10))
    may_answer.set()
    await ending
    assert await told.states() == [("sent", None, 1)]


def test_pauses_grow_vary_and_end() -> None:
    first = {pause_s(1) for _ in range(50)}
    assert all(22.5 <= pause <= 37.5 for pause in first)
    assert len(first) > 40
    assert 4.5 * 3600 <= pause_s(60) <= 7.5 * 3600
    assert pause_s(1, asked_s=600) == 600
    assert pause_s(1, asked_s=10**9) == 6 * 3600
