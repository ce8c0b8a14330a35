"""Erasing on a real PostgreSQL: what goes, what stays for the sake of others, and that the record still holds."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from flows.office.erasure import DrawUpList, DrawUpOrder, KeepBack, LiftHold, Sign, StrikeItem, Withdraw
from flows.office.posts import GivePower, SetSuperior
from flows.rules.errors import Refused
from infra.audit.report import Report
from infra.audit.verify_database import Trust, verify_database
from storage.database import write
from storage.snapshots import one_snapshot
from tests.factories.erasures import FIRST, LATER, REASON, SECOND, Weeding
from tests.factories.lives import Life, new_complaint, new_file
from tests.factories.office_orders import assert_audit_holds, ordered, refused

PDF = b"%PDF-1.7 a letter\n"
OTHER = b"%PDF-1.7 another letter\n"


async def verified(made: Weeding) -> Report:
    async with one_snapshot(made.office.database) as driver:
        return await verify_database(driver, Trust({}, True))


async def texts_left(made: Weeding, life: Life) -> list[str]:
    """What a docket still says: the texts of its movements, notes, documents and its subject."""
    sql = """select v.value from protected_value v where v.value is not null and v.id in (
        select subject from docket where id = %(d)s union select remark from movement where docket = %(d)s
        union select first_text from note where docket = %(d)s union select name from document where docket = %(d)s
        union select x.text from note_fixed x join note n on n.id = x.note where n.docket = %(d)s)"""
    return [row[0] for row in await made.office.rows(sql, d=life.docket)]


async def is_there(made: Weeding, data: bytes) -> bool:
    return await made.store.exists(sha256(data).hexdigest())


async def test_a_list_that_two_signed_takes_texts_salts_and_every_byte_and_the_record_holds(
    either: Weeding,
) -> None:
    made, life = either, await either.closed(PDF)
    assert "श्री राम कुमार की पेंशन स्वीकृत की जाए।" in await texts_left(made, life)
    made.clock.set(LATER)
    number = await made.signed_list(life)
    done = await made.erase("list", number)
    assert (done.papers, done.blobs, done.done, done.left) == (1, 1, True, [])
    assert await texts_left(made, life) == []
    assert not await is_there(made, PDF)
    assert await made.office.rows("select sha256, salt from document") == [(None, None)]
    assert await made.office.one("select count(*) from blob") == 0
    report = await verified(made)
    assert report.ok, report.faults
    assert report.counts.values_erased == done.texts - 1
    assert (report.counts.values_to_erase, report.counts.documents_erased) == (0, 1)
    assert report.erased == ["7 texts and documents erased under list 1"]


async def test_bytes_that_another_live_paper_cites_stay_until_that_goes_too(either: Weeding) -> None:
    made = either
    one, other = await made.closed(PDF, OTHER), await made.closed(PDF)
    made.clock.set(LATER)
    done = await made.erase("list", await made.signed_list(one))
    assert (done.blobs, done.cited) == (1, 1)
    assert (await is_there(made, PDF), await is_there(made, OTHER)) == (True, False)
    done = await made.erase("list", await made.signed_list(other))
    assert (done.blobs, done.cited) == (1, 0)
    assert not await is_there(made, PDF)
    await assert_audit_holds(made.office)


async def test_nothing_is_erased_that_two_people_did_not_sign(made: Weeding) -> None:
    life = await made.closed()
    made.clock.set(LATER)
    with pytest.raises(Refused, match="no such list"):
        await made.erase("list", 1)
    number = (await ordered(made.office, FIRST, DrawUpList()))["number"]
    await ordered(made.office, FIRST, Sign("list", number))
    with pytest.raises(Refused, match="second signature"):
        await made.erase("list", number)
    assert await texts_left(made, life) != []


class Killed(Exception):
    """What a test raises where the process would die."""


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
async def test_a_run_that_was_killed_is_done_again(
    made: Weeding, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the nth transaction: the record, the texts, each of two blobs, and the order's end."""
    life = await made.closed(PDF, OTHER)
    made.clock.set(LATER)
    number, writes = await made.signed_list(life), 0

    async def dying(*given: object, **named: object) -> None:
        nonlocal writes
        writes += 1
        if writes == after:
            raise Killed
        await write(*given, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as killing:
        killing.setattr("flows.erasing.write", dying)
        killing.setattr("flows.office.changes.write", dying)
        with pytest.raises(Killed):
            await made.erase("list", number)
    between = await verified(made)
    assert between.ok, between.faults
    assert (between.counts.values_to_erase > 0) == (after == 2)
    again = await made.erase("list", number)
    assert (again.done, again.left) == (True, [])
    assert await texts_left(made, life) == []
    assert not await is_there(made, PDF)
    assert await made.office.one("select count(*) from movement where name = 'destroy'") == 1
    assert await made.office.one("select state from erasure_order") == "carried_out"
    await assert_audit_holds(made.office)


async def test_a_destroyed_paper_takes_no_further_act(made: Weeding) -> None:
    life = await made.closed()
    made.clock.set(LATER)
    await made.erase("list", await made.signed_list(life))
    life.version = await made.office.one("select version from docket where id = %(d)s", d=life.docket)
    answer = await life.act("officer", "reopen", **REASON)
    assert answer.refused == "destroyed"


async def test_what_was_reopened_or_held_since_both_signed_stays(made: Weeding) -> None:
    going, held, reopened = await made.closed(), await made.closed(), await made.closed()
    made.clock.set(LATER)
    number = await made.signed_list(going, held, reopened)
    await ordered(made.office, SECOND, KeepBack(held.number, "न्यायालय में विचाराधीन"))
    await reopened.must("officer", "reopen", **REASON)
    await reopened.must("dc", "confirm")
    done = await made.erase("list", number)
    assert (done.papers, sorted(done.left)) == (1, sorted([held.number, reopened.number]))
    assert await texts_left(made, going) == []
    assert await texts_left(made, held) != []
    assert await texts_left(made, reopened) != []
    await assert_audit_holds(made.office)


async def test_a_court_s_order_takes_the_complainant_s_name_and_nothing_else(made: Weeding) -> None:
    life = await new_complaint(made.office)
    number = await made.signed_order((life.number, "name"), (life.number, "telephone"))
    done = await made.erase("order", number)
    assert (done.papers, done.texts) == (1, 2)
    sql = """select n.value, n.salt, t.value, b.value from complaint k join complainant z on z.id = k.complainant
        join protected_value n on n.id = z.name join protected_value t on t.id = z.telephone
        join protected_value b on b.id = k.body where k.docket = %(d)s"""
    assert await made.office.rows(sql, d=life.docket) == [(None, None, None, "नल में तीन दिन से पानी नहीं।")]
    await assert_audit_holds(made.office)
    life.version += 1
    await life.must("hub", "assign", to="junior")
    await life.must("junior", "receive")
    await assert_audit_holds(made.office)


async def test_due_is_what_its_class_says_and_what_no_scheme_gives_years_is_never_due(made: Weeding) -> None:
    due, kept = await made.closed(), await made.closed(retention_class="B")
    assert (await refused(made.office, FIRST, DrawUpList())).code == "nothing-due"
    made.clock.set(LATER)
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(kept.number,)))).code == "not-due"
    assert (await ordered(made.office, FIRST, DrawUpList()))["items"] == 1
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(due.number,)))).code == "not-due"
    await ordered(made.office, FIRST, Withdraw("list", 1))
    assert (await ordered(made.office, FIRST, DrawUpList(numbers=(due.number,))))["number"] == 2


async def test_who_signs_and_that_it_is_two_people_at_two_posts(made: Weeding) -> None:
    await made.closed()
    made.clock.set(LATER)
    office = made.office
    assert (await refused(office, "clerk", DrawUpList())).code == "lacks-power"
    await ordered(office, FIRST, DrawUpList())
    sign = Sign("list", 1)
    assert (await refused(office, None, sign)).code == "signed-by-people"
    assert (await refused(office, SECOND, sign)).code == "lacks-power"
    await ordered(office, FIRST, sign)
    assert (await refused(office, FIRST, sign)).code == "lacks-power"
    same = await office.same_person_at(FIRST, SECOND)
    assert (await refused(office, same, sign)).code == "second-other-post"
    await ordered(office, SECOND, sign)
    assert (await refused(office, SECOND, sign)).code == "order-not-open"
    assert (await refused(office, FIRST, Withdraw("list", 1))).code == "order-not-open"


async def test_a_struck_line_is_kept_until_its_day_or_until_the_hold_is_lifted(made: Weeding) -> None:
    one, other, third = await made.closed(), await made.closed(), await made.closed()
    made.clock.set(LATER)
    office, day = made.office, (LATER + timedelta(days=30)).date()
    await ordered(office, FIRST, DrawUpList())
    line = dict(await office.rows("select paper, ordinal from erasure_item"))
    await ordered(office, FIRST, StrikeItem("list", 1, line[one.docket], "लेखा परीक्षा लंबित", day))
    await ordered(office, FIRST, Sign("list", 1))
    await ordered(office, SECOND, StrikeItem("list", 1, line[other.docket], "न्यायालय में विचाराधीन"))
    assert (
        await refused(office, SECOND, StrikeItem("list", 1, line[third.docket], "कारण"))
    ).code == "one-last-item"
    await ordered(office, SECOND, Sign("list", 1))
    assert (await made.erase("list", 1)).papers == 1
    assert [bool(await texts_left(made, life)) for life in (one, other, third)] == [True, True, False]
    assert (await refused(office, FIRST, DrawUpList())).code == "nothing-due"
    made.clock.set(LATER + timedelta(days=31))
    assert (await ordered(office, FIRST, DrawUpList()))["items"] == 1
    assert (await refused(office, FIRST, LiftHold(other.number))).code == "lacks-power"
    await ordered(office, SECOND, LiftHold(other.number))
    assert (await ordered(office, FIRST, DrawUpList(numbers=(other.number,))))["items"] == 1
    await assert_audit_holds(office)


async def test_of_several_holds_the_one_that_is_named_is_lifted(made: Weeding) -> None:
    office, paper, free = made.office, await made.closed(), await made.closed()
    made.clock.set(LATER)
    audit = (LATER + timedelta(days=30)).date()
    held = [await ordered(office, SECOND, KeepBack(paper.number, "कारण", until)) for until in (None, audit)]
    court, auditor = (UUID(one["id"]) for one in held)
    unclear = await refused(office, SECOND, LiftHold(paper.number))
    assert (unclear.code, unclear.field) == ("several-holds", "hold")
    assert (await refused(office, SECOND, LiftHold(paper.number, uuid4()))).code == "no-such-hold"
    await ordered(office, SECOND, LiftHold(paper.number, auditor))
    assert await office.rows("select id from retention_hold where lifted_at is null") == [(court,)]
    assert (await refused(office, FIRST, DrawUpList(numbers=(paper.number,)))).code == "not-due"
    assert (await refused(office, SECOND, LiftHold(paper.number, auditor))).code == "no-such-hold"
    assert (await refused(office, SECOND, LiftHold(free.number, court))).code == "not-kept-back"
    assert (await ordered(office, SECOND, LiftHold(paper.number)))["id"] == str(court), "the only one is meant"
    assert (await ordered(office, FIRST, DrawUpList()))["items"] == 2
    await assert_audit_holds(office)


@pytest.mark.parametrize("part", ["colour", "remark", "remark:99", "subject:1", "document:x", "sender_name"])
async def test_an_order_names_texts_that_are_there(made: Weeding, part: str) -> None:
    life = await new_complaint(made.office)
    order = DrawUpOrder("आदेश", ((life.number, part),))
    assert (await refused(made.office, FIRST, order)).code == "no-such-part"


async def test_an_order_takes_a_remark_a_paragraph_and_a_document(made: Weeding) -> None:
    life = await made.closed(PDF, remark="श्रीमती सीता के नाम पर")
    sequence = await made.office.one(
        "select sequence from movement where docket = %(d)s and name = 'put_up' order by sequence desc limit 1",
        d=life.docket,
    )
    parts = (f"remark:{sequence}", "paragraph:1", "document:1")
    done = await made.erase("order", await made.signed_order(*((life.number, part) for part in parts)))
    assert (done.papers, done.blobs) == (1, 1)
    assert not any("सीता" in text or "राम" in text or "पत्र" in text for text in await texts_left(made, life))
    assert len(await texts_left(made, life)) > 1
    await assert_audit_holds(made.office)


async def test_a_text_erased_without_an_order_or_put_back_is_found(made: Weeding) -> None:
    life = await made.closed()
    made.clock.set(LATER)
    await made.erase("list", await made.signed_list(life))
    subject = await made.office.one("select subject from docket where id = %(d)s", d=life.docket)
    with psycopg.connect(make_conninfo(made.place.server.admin_url, dbname=made.place.name)) as intruder:
        intruder.execute("set session_replication_role = replica")
        intruder.execute("update protected_value set erased_by = gen_random_uuid() where id = %s", (subject,))
    report = await verified(made)
    assert not report.ok
    assert str(subject) in str(report.faults[0])


async def test_a_paper_closed_again_since_the_list_is_not_signed_for(made: Weeding) -> None:
    life = await made.closed(PDF)
    made.clock.set(LATER)
    number = (await ordered(made.office, FIRST, DrawUpList(numbers=(life.number,))))["number"]
    await ordered(made.office, FIRST, Sign("list", number))
    await _closed_again(life)
    against = await refused(made.office, SECOND, Sign("list", number))
    assert (against.code, life.number in against.en, life.number in against.hi) == ("not-due", True, True)
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(life.number,)))).code == "not-due"


async def test_a_paper_closed_again_since_both_signed_stays(made: Weeding) -> None:
    life, other = await made.closed(PDF), await made.closed(OTHER)
    made.clock.set(LATER)
    number = await made.signed_list(life, other)
    await _closed_again(life)
    done = await made.erase("list", number)
    assert (done.papers, done.left) == (1, [life.number])
    assert await texts_left(made, life)
    assert (await is_there(made, PDF), await is_there(made, OTHER)) == (True, False)


async def _closed_again(life: Life) -> None:
    await life.must("officer", "reopen", **REASON)
    await life.must("dc", "confirm")
    await life.must("officer", "close")


async def test_a_record_room_lists_its_own_office_s_papers_and_an_operator_all(made: Weeding) -> None:
    own, life = await made.closed(PDF), await new_file(made.office, who="engineer", retention_class="D")
    await life.must("engineer", "forward", to="superintendent", **REASON)
    await life.must("superintendent", "receive")
    await life.must("superintendent", "close")
    made.clock.set(LATER)
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(life.number,)))).code == "not-due"
    assert (await ordered(made.office, FIRST, DrawUpList()))["items"] == 1
    assert (await ordered(made.office, None, DrawUpList(numbers=(life.number,))))["items"] == 1
    assert (await refused(made.office, None, DrawUpList(numbers=(own.number,)))).code == "not-due"


async def test_the_second_signs_for_papers_of_his_office_or_of_posts_under_his(made: Weeding) -> None:
    office = made.office
    for post, power in (("engineer", "close"), ("superintending", "order_destruction")):
        await ordered(office, "administrator", GivePower(post, power))
    life = await new_file(office, who="engineer", retention_class="D")
    await life.must("engineer", "close")
    own = await made.closed()
    made.clock.set(LATER)
    for paper in (life, own):
        number = (await ordered(office, None, DrawUpList(numbers=(paper.number,))))["number"]
        await ordered(office, FIRST, Sign("list", number))
    against = await refused(office, SECOND, Sign("list", 1))
    assert (against.code, life.number in against.en, life.number in against.hi) == (
        "paper-of-another-office", True, True
    )  # fmt: skip
    assert (await refused(office, "superintending", Sign("list", 2))).code == "paper-of-another-office"
    await ordered(office, "administrator", SetSuperior("superintending", SECOND))
    assert (await ordered(office, SECOND, Sign("list", 1)))["state"] == "ordered"
    assert (await ordered(office, SECOND, Sign("list", 2)))["state"] == "ordered"
