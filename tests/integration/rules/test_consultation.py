"""Consultation: part files go to several sections at once, come back answered, and a decision waits for them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from infra.fsck.time_kept import check_time
from storage.snapshots import one_snapshot
from tests.factories.lives import FAR_OFF, HIDDEN, REASON, Life, consultation_with, file_with
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay

ASKED = {"subject": "भुगतान पर राय", "due": FAR_OFF}


async def _asked(office: PracticeOffice, *posts: str) -> tuple[Life, list[Life]]:
    """A file of the superintendent, and the parts by which it consults posts."""
    file = await file_with(office, "superintendent")
    done = await file.must("superintendent", "consult", posts=posts, **ASKED)
    assert done.outcome is not None
    return file, [Life(office, UUID(one["docket"]), one["number"]) for one in done.outcome["others"]]


async def _sound(office: PracticeOffice, *lives: Life) -> None:
    async with one_snapshot(office.database) as driver:
        found = (await check_time(driver)).differences
    assert [str(one) for one in found if one.docket in {life.docket for life in lives}] == []
    for life in lives:
        await assert_rows_equal_their_replay(office, life.docket)


async def test_each_section_gets_a_part_of_its_own_with_the_due_time(office: PracticeOffice) -> None:
    file, parts = await _asked(office, "accountant", "engineer")
    assert [part.number for part in parts] == [f"{file.number}/C-1", f"{file.number}/C-2"]
    for part, who in zip(parts, ("accountant", "engineer"), strict=True):
        row = await part.row()
        assert (row["state"], row["holder"]) == ("in_transit", str(office.post(who)))
        assert datetime.fromisoformat(row["due"]) == FAR_OFF
        await part.must(who, "receive")
    assert (await file.act("engineer", "note", text="…")).refused == HIDDEN, "who is asked sees the part alone"
    await _sound(office, file, *parts)


async def test_what_a_consultation_needs(office: PracticeOffice) -> None:
    file = await file_with(office, "superintendent")
    given = {**ASKED, "posts": ("accountant",)}
    for left_out, code in (("posts", "needs-posts"), ("subject", "missing"), ("due", "needs-due")):
        less = {name: value for name, value in given.items() if name != left_out}
        assert (await file.act("superintendent", "consult", **less)).refused == code
    late = {**given, "due": datetime(2020, 1, 1, tzinfo=UTC)}
    assert (await file.act("superintendent", "consult", **late)).refused == "due-past"


async def test_an_answer_joins_the_file_wherever_it_is_by_then(office: PracticeOffice) -> None:
    file, (part,) = await _asked(office, "engineer")
    await file.must("superintendent", "forward", to="officer", **REASON)
    await part.must("engineer", "receive")
    assert (await part.act("engineer", "answer_consultation")).refused == "needs-opinion"
    await part.must("engineer", "note", text="मार्ग तकनीकी रूप से ठीक है।")
    assert (await part.act("engineer", "answer_consultation")).refused == "draft-left"
    done = await part.must("engineer", "answer_consultation", **await part.draft_of("engineer"))
    assert done.state == "closed", "the section's opinion is given, and nobody alters it"
    assert await office.one("select ending from docket where id = %(d)s", d=part.docket) == "answered"
    assert done.outcome is not None
    assert [one["number"] for one in done.outcome["others"]] == [file.number]
    ties = await office.rows("select sort, ended_at is null from docket_tie where docket = %(d)s", d=part.docket)
    assert sorted(map(tuple, ties)) == [("attached", True), ("consultation", False)]
    file.version = (await file.row())["version"]
    await file.must("officer", "receive")
    assert (await part.act("officer", "detach", other=file.number)).refused == "wrong-state"
    await _sound(office, file, part)


async def test_whoever_answered_still_knows_nothing_of_the_file_that_asked(office: PracticeOffice) -> None:
    file, (part,) = await _asked(office, "engineer")
    await part.must("engineer", "receive")
    await part.must("engineer", "answer_consultation", remark="ठीक है")
    assert (await file.act("engineer", "note", text="…")).refused == HIDDEN
    sql = "select role from docket_post where docket = %(d)s and post = %(p)s"
    assert await office.one(sql, d=file.docket, p=office.post("engineer")) is None
    await _sound(office, file, part)


async def test_a_file_closes_with_its_answered_consultations_and_leaves_none_behind(
    office: PracticeOffice,
) -> None:
    file, (part,) = await _asked(office, "engineer")
    assert (await file.act("superintendent", "close")).refused == "part-out"
    await part.must("engineer", "receive")
    await part.must("engineer", "answer_consultation", remark="ठीक है")
    file.version = (await file.row())["version"]
    await file.must("superintendent", "close")
    assert [(await one.row())["state_class"] for one in (file, part)] == ["closed", "closed"]


async def test_what_holds_other_papers_is_not_answered_away(office: PracticeOffice) -> None:
    part, inner = await consultation_with(office, "superintendent"), await file_with(office, "superintendent")
    await inner.must("superintendent", "attach", other=part.number)
    part.version = (await part.row())["version"]
    assert (await part.act("superintendent", "answer_consultation", remark="राय")).refused == "has-attached"


async def test_only_what_asks_is_answered_and_only_once(office: PracticeOffice) -> None:
    plain = await file_with(office, "superintendent")
    assert (await plain.act("superintendent", "answer_consultation", remark="राय")).refused == "not-consulted"
    part = await consultation_with(office, "superintendent")
    named = {"other": plain.number, "remark": "राय"}
    assert (await part.act("superintendent", "answer_consultation", **named)).refused == "not-consulted"
    await part.must("superintendent", "answer_consultation", remark="राय")
    row = await part.row()
    assert row["holder"] is None


async def test_a_decision_waits_or_says_why_it_does_not(office: PracticeOffice) -> None:
    file, (part, other) = await _asked(office, "engineer", "accountant")
    answer = await file.act("superintendent", "approve", outcome="approve")
    assert (answer.refused, answer.field) == ("consultation-out", "remark")
    await file.must("superintendent", "approve", outcome="discuss")
    await part.must("engineer", "receive")
    await part.must("engineer", "answer_consultation", remark="ठीक है")
    file.version = (await file.row())["version"]
    assert (await file.act("superintendent", "approve", outcome="approve")).refused == "consultation-out"
    await file.must("superintendent", "approve", outcome="approve", remark="लेखा की राय आवश्यक नहीं रही")
    told = "select details from movement where docket = %(d)s order by sequence desc limit 1"
    assert await office.one(told, d=file.docket) == {"unanswered": [str(other.docket)]}
    closing = await file.act("superintendent", "close", remark="बंद")
    assert closing.refused == "part-out", "closing waits whatever is said"
    await other.must("superintendent", "pull_back", **REASON)
    await file.must("superintendent", "close")
    await _sound(office, file, part, other)
