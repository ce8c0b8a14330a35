"""One complaint that holds several grievances becomes several: the citizen waits no longer for any of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from flows.rules.messages import TEXTS
from infra.fsck.time_kept import check_time
from storage.snapshots import one_snapshot
from tests.factories.lives import REASON, Life, complaint_with, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

Made = Callable[[Database], Awaitable[PracticeOffice]]

LIGHT: dict[str, Any] = {
    "subject": "गली की बत्ती",
    "text": "और गली की बत्ती भी नहीं जलती।",
    "category": "street-light",
    "place": "barwala",
    **REASON,
}


async def _split(life: Life, who: str = "junior", to: str = "engineer", **given: Any) -> Life:
    return await life.begun(who, "split", to=to, **{**LIGHT, **given})


async def _complaint_row(life: Life) -> dict[str, Any]:
    return await life.office.one("select to_jsonb(c) from complaint c where docket = %(d)s", d=life.docket)


async def _clocks(life: Life) -> dict[str, Any]:
    sql = "select sort, level, began, due, ended from clock where docket = %(d)s"
    return {row[0]: tuple(row[1:]) for row in await life.office.rows(sql, d=life.docket)}


async def _texts(life: Life) -> dict[str, tuple[str, Any, bytes]]:
    """Of each text of the complaint and of who complained: what it says, the id of its value, and the salt."""
    sql = """select x.name, v.value, v.id, v.salt from complaint c join docket d on d.id = c.docket
        left join complainant p on p.id = c.complainant,
        lateral (values ('subject', d.subject), ('body', c.body), ('name', p.name), ('telephone', p.telephone),
            ('address', p.address)) x (name, id) join protected_value v on v.id = x.id where c.docket = %(d)s"""
    return {row[0]: tuple(row[1:]) for row in await life.office.rows(sql, d=life.docket)}


async def test_a_grievance_goes_its_own_way_under_its_own_number(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    before, clocks = await life.row(), await _clocks(life)
    born = await _split(life)
    row, own = await born.row(), await _complaint_row(born)
    assert born.number != life.number
    assert (row["state"], row["holder"], row["sender"]) == (
        "assigned",
        str(office.post("engineer")),
        str(office.post("junior")),
    )
    assert (own["category"], own["place"], own["level"]) == ("street-light", "barwala", 1)
    first = await _complaint_row(life)
    assert {own[name] == first[name] for name in ("channel", "identity", "accused", "secret_sha256")} == {True}
    after = await life.row()
    assert (after["state"], after["holder"], after["last_change"]) == (
        before["state"],
        before["holder"],
        before["last_change"],
    )
    assert await _clocks(life) == clocks, "nothing of the first stops"
    await born.must("engineer", "receive")
    assert (await born.must("engineer", "reply", remark="बत्ती बदल दी गई।")).state == "replied"
    for one in (life, born):
        await assert_rows_equal_their_replay(office, one.docket)


async def test_both_say_of_each_other(office: PracticeOffice) -> None:
    life = await new_complaint(office)
    born = await _split(life, "hub", "junior")
    ties = await office.rows("select docket, other, sort from docket_tie where docket = %(d)s", d=born.docket)
    assert [tuple(row) for row in ties] == [(born.docket, life.docket, "split")]
    sql = "select details from movement where docket = %(d)s order by sequence desc limit 1"
    assert (await office.one(sql, d=life.docket))["begun"] == str(born.docket)
    told = await office.one(sql, d=born.docket)
    assert (told["other"], told["number"]) == (str(life.docket), life.number)


async def test_the_citizens_clock_runs_since_he_complained_and_the_levels_since_the_split(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    life = await new_complaint(office)
    began = (await _clocks(life))["citizen"][1]
    office_clock.set(began + timedelta(days=5))
    await life.must("hub", "assign", to="junior")
    born = await _split(life, "hub", "junior")
    clocks = await _clocks(born)
    at = (await born.row())["registered_at"]
    assert clocks["citizen"][1] == began
    assert clocks["citizen"][2] == began + timedelta(days=15), "the limit of its own category"
    assert clocks["level"][1].isoformat() == clocks["attend"][1].isoformat() == at
    assert (await born.row())["due"] == clocks["level"][2].isoformat()
    assert (await _complaint_row(born))["level"] == 1
    async with one_snapshot(office.database) as driver:
        found = (await check_time(driver)).differences
    assert [str(one) for one in found if one.docket in (life.docket, born.docket)] == []


async def test_after_a_reopening_he_waits_since_then(office: PracticeOffice, office_clock: OfficeClock) -> None:
    life = await complaint_with(office, "junior")
    await life.must("calling", "withdraw", **REASON)
    began = (await _clocks(life))["citizen"][1]
    office_clock.set(began + timedelta(days=3))
    await life.must("calling", "reopen", **REASON)
    sql = "select max(began) from clock where docket = %(d)s and sort = 'citizen'"
    again = await office.one(sql, d=life.docket)
    office_clock.set(began + timedelta(days=4))
    born = await _split(life)
    assert (await _clocks(born))["citizen"][1] == again > began


async def test_what_the_citizen_said_stands_under_salts_of_its_own(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    born = await _split(life)
    old, new = await _texts(life), await _texts(born)
    assert {name: new[name][0] for name in ("name", "telephone")} == {
        name: old[name][0] for name in ("name", "telephone")
    }
    assert (new["subject"][0], new["body"][0]) == (LIGHT["subject"], LIGHT["text"])
    assert "address" not in new, "what was not given is not there"
    assert not {text[1:] for text in old.values()} & {text[1:] for text in new.values()}
    assert not {text[2] for text in old.values()} & {text[2] for text in new.values()}


async def test_of_an_anonymous_one_nobody_is_kept(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior", identity="anonymous")
    born = await _split(life)
    assert (await _complaint_row(born))["complainant"] is None
    await assert_rows_equal_their_replay(office, born.docket)


async def test_a_kind_says_into_how_many(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    born = [await _split(life) for _ in range(3)]
    assert len({one.number for one in (life, *born)}) == 4
    assert (await life.act("junior", "split", to="engineer", **LIGHT)).refused == "split-too-often"
    await born[0].must("engineer", "receive")
    again = await born[0].act("engineer", "split", to="junior", **LIGHT)
    assert again.refused == "split-off-itself", "or there were no end to it"


async def test_what_a_grievance_needs(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    good = {"to": "engineer", **LIGHT}
    for name, code in (
        ("subject", "missing"),
        ("text", "missing"),
        ("category", "missing"),
        ("to", "needs-post"),
        ("remark", "needs-reason"),
    ):
        less = {key: value for key, value in good.items() if key != name}
        assert (await life.act("junior", "split", **less)).field == name
        assert (await life.act("junior", "split", **less)).refused == code
    for name in ("category", "place"):
        assert (await life.act("junior", "split", **{**good, name: "nowhere"})).refused == "unknown-particular"
    without_place = {key: value for key, value in good.items() if key != "place"}
    born = await life.begun("junior", "split", **{**without_place, "to": "junior"})
    assert (await _complaint_row(born))["place"] == "hansi"
    assert (await born.must("junior", "receive")).state == "in_work", "who split it may keep it"
    await assert_rows_equal_their_replay(office, born.docket)


async def test_whom_it_is_against_and_who_recused_himself_never_gets_the_other_either(
    office: PracticeOffice,
) -> None:
    life = await new_complaint(office, accused=office.post("engineer"))
    assert (await life.act("hub", "split", to="engineer", **LIGHT)).refused == "accused-post"
    assert (await life.act("hub", "split", to="junior", **LIGHT)).refused == "accused-post"
    await life.must("hub", "assign", to="stranger")
    await life.must("stranger", "recuse", to="accountant", **REASON)
    assert (await life.act("hub", "split", to="stranger", **LIGHT)).refused == "recused-post"
    born = await _split(life, "hub", "accountant")
    assert (await born.act("hub", "transfer", to="stranger", **REASON)).refused == "recused-post"
    assert (await born.act("hub", "transfer", to="engineer", **REASON)).refused == "accused-post"
    assert (await born.act("engineer", "receive")).refused == "hidden"


async def test_it_is_returned_to_the_hub_that_gave_the_first(office: PracticeOffice) -> None:
    life = await complaint_with(office, "junior")
    born = await _split(life, to="engineer")
    await born.must("engineer", "return_to_hub", **REASON)
    assert (await born.row())["holder"] == str(office.post("hub"))
    await born.must("hub", "assign", to="superintending")
    await assert_rows_equal_their_replay(office, born.docket)


async def test_the_citizen_is_told_the_further_number(database: Database, office_in: Made) -> None:
    office = await office_in(database)
    office.identity = office.identity.telling_by(frozenset())
    life = await complaint_with(office, "junior")
    born = await _split(life)
    sql = "select channel, purpose, recipient from outbox where docket = %(d)s"
    (message,) = [tuple(row) for row in await office.rows(sql, d=born.docket)]
    assert message == ("sms", "complaint.begin_split", "complainant")
    assert message[1] in TEXTS
    await assert_rows_equal_their_replay(office, born.docket)
