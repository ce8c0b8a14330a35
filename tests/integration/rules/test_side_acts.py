"""Side acts of the office file: attached, merged, in volumes, amended, reassigned on an order, struck out."""

from __future__ import annotations

from uuid import UUID

from tests.factories.lives import REASON, Life, file_with, new_file, receipt_with
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay


async def _seen(life: Life) -> Life:
    """The same docket at its present version."""
    life.version = (await life.row())["version"]
    return life


async def test_an_attached_file_goes_with_the_other(office: PracticeOffice) -> None:
    one, other = await file_with(office, "superintendent"), await file_with(office, "superintendent")
    await one.must("superintendent", "attach", other=other.number)
    await (await _seen(other)).must("superintendent", "forward", to="accountant", **REASON)
    await other.must("accountant", "receive")
    assert (await one.act("superintendent", "detach", other=other.number)).refused == "not-holder"
    done = await one.must("accountant", "detach", other=other.number)
    assert done.state == "in_hand"
    for life in (one, other):
        await assert_rows_equal_their_replay(office, life.docket)


async def test_only_who_has_the_file_that_it_is_attached_to_detaches_it(office: PracticeOffice) -> None:
    one, linked, other = await new_file(office), await new_file(office), await new_file(office)
    await one.must("clerk", "link", other=linked.number)
    await (await _seen(one)).must("clerk", "attach", other=other.number)
    await (await _seen(linked)).must("clerk", "forward", to="dc", **REASON)
    await linked.must("dc", "receive")
    assert (await one.act("dc", "detach", other=other.number)).refused == "not-holder"
    await one.must("clerk", "detach", other=other.number)


async def test_a_receipt_in_an_attached_file_is_still_in_a_hand(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    one, other = await file_with(office, "superintendent"), await file_with(office, "superintendent")
    await receipt.must("superintendent", "put_in_file", other=one.number)
    await (await _seen(one)).must("superintendent", "attach", other=other.number)
    await (await _seen(other)).must("superintendent", "forward", to="dc", **REASON)
    await other.must("dc", "receive")
    async with office.database.querying() as driver:
        from flows.seen_cases import read_standing  # noqa: PLC0415

        seat = office.seats["dc"]
        case = await read_standing(driver, office.database.posts, seat.person, seat.post, receipt.docket)
    assert case.docket.number == receipt.number


async def test_what_has_others_attached_is_not_attached(office: PracticeOffice) -> None:
    lives = [await file_with(office, "superintendent") for _ in range(3)]
    await lives[0].must("superintendent", "attach", other=lives[1].number)
    refused = await (await _seen(lives[1])).act("superintendent", "attach", other=lives[2].number)
    assert refused.refused == "has-attached"
    elsewhere = await file_with(office, "officer")
    assert (await lives[2].act("superintendent", "attach", other=elsewhere.number)).refused in (
        "other-not-in-hand",
        "unknown-docket",
    )


async def test_a_merged_file_is_closed_into_the_other(office: PracticeOffice) -> None:
    one, other = await file_with(office, "superintendent"), await file_with(office, "superintendent")
    done = await one.must("superintendent", "merge", other=other.number, **REASON)
    assert done.state == "closed"
    assert await office.one("select ending from docket where id = %(d)s", d=one.docket) == "merged"
    for life in (one, other):
        await assert_rows_equal_their_replay(office, life.docket)


async def test_a_volume_goes_on_where_the_file_ends(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    done = await life.must("superintendent", "volume")
    assert done.outcome is not None
    born = done.outcome["others"][0]
    assert born["number"] == f"{life.number}/V-2"
    volume = Life(office, UUID(born["docket"]), born["number"])
    await volume.must("superintendent", "forward", to="officer", **REASON)
    refused = await life.act("superintendent", "close")
    assert refused.refused == "part-out"
    await volume.must("superintendent", "pull_back", **REASON)
    await life.must("superintendent", "close")


async def test_a_file_with_an_undisposed_receipt_is_not_closed(office: PracticeOffice) -> None:
    receipt, file = await receipt_with(office, "superintendent"), await file_with(office, "superintendent")
    await receipt.must("superintendent", "put_in_file", other=file.number)
    assert (await (await _seen(file)).act("superintendent", "close")).refused == "receipt-undisposed"
    await receipt.must("superintendent", "filed", remark="फाइल में रखा")
    await (await _seen(file)).must("superintendent", "close")


async def test_amended_particulars_keep_the_old_value(office: PracticeOffice) -> None:
    life = await new_file(office, subject_class="expenditure", amount_paise=5_000_00)
    amended = {"amount_paise": 9_000_00, "retention_class": "A"}
    await life.must("clerk", "amend_particulars", particulars=amended, subject="नया विषय", **REASON)
    details = await office.one(
        "select details from movement where docket = %(d)s and name = 'amend_particulars'", d=life.docket
    )
    assert details["before"]["amount_paise"] == 5_000_00
    assert details["after"] == amended
    kept = "select f.amount_paise, f.retention_class from office_file f where docket = %(d)s"
    assert tuple((await office.rows(kept, d=life.docket))[0]) == (9_000_00, "A")
    subject = "select v.value from docket d join protected_value v on v.id = d.subject where d.id = %(d)s"
    assert await office.one(subject, d=life.docket) == "नया विषय"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_what_the_number_is_made_of_and_what_was_decided_on_stays(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent", subject_class="expenditure", amount_paise=5_000_00)
    for particulars, code in (
        ({"head": "E-21011"}, "not-taken"),
        ({"colour": "red"}, "not-taken"),
        ({"retention_class": "Z"}, "unknown-particular"),
        ({}, "missing"),
    ):
        answer = await life.act("superintendent", "amend_particulars", particulars=particulars, **REASON)
        assert answer.refused == code
    await life.must("superintendent", "approve", outcome="approve")
    more = {"amount_paise": 99_000_00}
    answer = await life.act("superintendent", "amend_particulars", particulars=more, **REASON)
    assert (answer.refused, answer.field) == ("decided-on", "amount_paise")


async def test_two_people_reassign_on_an_order(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    proposed = await life.must("administrator", "reassign", to="accountant", remark="आदेश क्रमांक 12")
    assert (proposed.name, proposed.state) == ("propose", "in_hand")
    assert (await life.act("administrator", "confirm")).refused == "same-person"
    assert (await life.act("clerk", "confirm")).refused == "not-second"
    done = await life.must("officer", "confirm")
    assert (done.name, done.state) == ("reassign", "in_transit")
    await life.must("accountant", "receive")
    await assert_rows_equal_their_replay(office, life.docket)


async def test_whoever_reassigns_it_does_not_call_it_back_to_himself(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("administrator", "reassign", to="accountant", remark="आदेश क्रमांक 12")
    await life.must("officer", "confirm")
    for who in ("administrator", "superintendent"):
        assert (await life.act(who, "pull_back", **REASON)).refused == "not-sender"
    await life.must("accountant", "receive")
    assert (await life.act("accountant", "return", **REASON)).refused == "needs-post", "nobody sent it"
    await life.must("accountant", "return", to="superintendent", **REASON)
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_number_that_was_struck_out_stays(office: PracticeOffice) -> None:
    life = await new_file(office)
    done = await life.must("clerk", "cancel", **REASON)
    assert done.state == "cancelled"
    assert (await new_file(office)).number != life.number
    gone = await file_with(office, "superintendent")
    await gone.must("superintendent", "return", remark="…")
    await gone.must("clerk", "receive")
    assert (await gone.act("clerk", "cancel", **REASON)).refused == "left-already"
