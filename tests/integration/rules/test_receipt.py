"""Receipts: diarised, marked to one post with copies for others, put in files and taken out, disposed of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from flows.rules.errors import Refused
from tests.factories.lives import (
    REASON,
    Life,
    complaint_with,
    file_with,
    new_complaint,
    new_receipt,
    receipt_with,
)
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay


async def test_a_receipt_has_a_diary_number_and_keeps_who_sent_it(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    assert life.number.startswith("D-")
    assert life.number.endswith("-DC-ESTT")
    sql = """select v.value from receipt r join protected_value v on v.id = r.sender_name
        where r.docket = %(d)s"""
    assert await office.one(sql, d=life.docket) == "सीता राम"
    assert await office.one("select name from movement where docket = %(d)s", d=life.docket) == "diarise"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_no_letter_comes_from_a_day_that_has_not_come(office: PracticeOffice) -> None:
    for field in ("received_on", "letter_day"):
        with pytest.raises(Refused) as refused:
            await new_receipt(office, **{field: date(2099, 1, 1)})
        assert (refused.value.refusal.code, refused.value.refusal.field) == ("day-not-come", field)


async def test_only_who_may_diarise_diarises(office: PracticeOffice) -> None:
    with pytest.raises(Refused) as refused:
        await new_receipt(office, "engineer")
    assert refused.value.refusal.code == "lacks-power"


async def test_each_further_post_gets_a_receipt_of_its_own(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    done = await life.must("clerk", "mark", to="superintendent", posts=("officer", "accountant"))
    assert done.outcome is not None
    born = done.outcome["others"]
    assert [one["number"] for one in born] == [f"{life.number}/1", f"{life.number}/2"]
    copy = Life(office, UUID(born[1]["docket"]), born[1]["number"])
    row = await copy.row()
    assert (row["state"], str(row["holder"])) == ("in_transit", str(office.seats["accountant"].post))
    assert row["subject"] == (await life.row())["subject"], "one text, which stands once"
    await copy.must("accountant", "receive")
    await copy.must("accountant", "return", remark="हमारे अनुभाग का नहीं")
    await copy.must("clerk", "receive")
    for docket in (life.docket, copy.docket):
        await assert_rows_equal_their_replay(office, docket)


async def test_whoever_has_the_first_disposes_of_no_copy(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    copy = await life.begun("clerk", "mark", to="dc", posts=("officer",))
    await copy.must("officer", "receive")
    await life.must("dc", "receive")
    for action, given in (("replied", {"remark": "उत्तर दिया"}), ("add_document", {"document": True})):
        assert (await copy.act("dc", action, **given)).refused == "not-holder"
    await copy.must("officer", "filed", remark="फाइल में रखा")


async def test_further_posts_are_named_once_and_are_occupied(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    for posts, code in (
        (("superintendent",), "post-twice"),
        (("officer", "officer"), "post-twice"),
        (("vacant",), "nobody-there"),
        (("no-such-post",), "unknown-post"),
        (("clerk",), "own-post"),
    ):
        answer = await life.act("clerk", "mark", to="superintendent", posts=posts)
        assert (answer.refused, answer.field) == (code, "posts")


async def test_a_copy_marked_again_counts_on(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    await life.must("clerk", "mark", to="superintendent", posts=("officer",))
    await life.must("superintendent", "receive")
    done = await life.must("superintendent", "mark", to="dc", posts=("accountant",))
    assert done.outcome is not None
    assert [one["number"] for one in done.outcome["others"]] == [f"{life.number}/2"]


async def test_what_lies_in_a_file_goes_with_it(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    file = await file_with(office, "superintendent")
    await receipt.must("superintendent", "put_in_file", other=file.number)
    assert (await receipt.row())["holder"] is None
    file.version = (await file.row())["version"]
    await file.must("superintendent", "forward", to="accountant", **REASON)
    await file.must("accountant", "receive")
    assert (await receipt.act("superintendent", "filed", remark="…")).refused == "not-holder"
    await receipt.must("accountant", "take_out", other=file.number, **REASON)
    assert (await receipt.row())["state"] == "in_hand"
    for life in (receipt, file):
        await assert_rows_equal_their_replay(office, life.docket)


async def test_what_a_fixed_note_cites_stays_in_the_file(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    file = await file_with(office, "superintendent")
    await receipt.must("superintendent", "put_in_file", other=file.number)
    file.version = (await file.row())["version"]
    await file.must("superintendent", "note", text=f"कृपया {receipt.number} देखें।")
    draft = await file.draft_of("superintendent")
    await file.must("superintendent", "forward", to="officer", **draft)
    await file.must("officer", "receive")
    assert (await receipt.act("officer", "take_out", other=file.number, **REASON)).refused == "cited-in-file"
    await receipt.must("officer", "replied", remark="उत्तर दिया गया")


async def test_a_receipt_follows_a_file_that_is_elsewhere(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    file = await file_with(office, "superintendent")
    await file.must("superintendent", "forward", to="dc", **REASON)
    refused = await receipt.act("superintendent", "put_in_file", other=file.number)
    assert (refused.refused, refused.field) == ("other-not-in-hand", "other")
    await receipt.must("superintendent", "send_after", other=file.number, **REASON)
    row = await file.row()
    assert row["state"] == "in_transit"
    file.version = row["version"]
    await file.must("dc", "receive")


async def test_a_closed_file_takes_no_receipt(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    file = await file_with(office, "superintendent")
    await file.must("superintendent", "close")
    answer = await receipt.act("superintendent", "send_after", other=file.number, **REASON)
    assert (answer.refused, answer.field) == ("other-wrong-state", "other")


async def test_a_receipt_is_no_file(office: PracticeOffice) -> None:
    receipt, second = await receipt_with(office, "superintendent"), await receipt_with(office, "superintendent")
    answer = await receipt.act("superintendent", "put_in_file", other=second.number)
    assert (answer.refused, answer.field) == ("unfit-other", "other")


async def test_a_letter_becomes_a_complaint(office: PracticeOffice) -> None:
    receipt = await receipt_with(office, "superintendent")
    hidden = await new_complaint(office)
    assert (await receipt.act("superintendent", "made_complaint", other=hidden.number)).refused == "unknown-docket"
    complaint = await complaint_with(office, "superintendent")
    done = await receipt.must("superintendent", "made_complaint", other=complaint.number)
    assert done.state == "disposed"
    sql = "select ending from docket where id = %(d)s"
    assert await office.one(sql, d=receipt.docket) == "made_complaint"
    names = await office.rows("select name from movement where docket = %(d)s", d=complaint.docket)
    assert ("came_as_receipt",) in [tuple(name) for name in names]


async def test_it_is_struck_out_only_before_it_leaves(office: PracticeOffice) -> None:
    life = await new_receipt(office)
    await life.must("clerk", "mark", to="superintendent")
    await life.must("clerk", "pull_back", **REASON)
    assert (await life.act("clerk", "cancel", **REASON)).refused is None, "nobody else had received it"
    away = await new_receipt(office)
    await away.must("clerk", "mark", to="superintendent")
    await away.must("superintendent", "receive")
    await away.must("superintendent", "return", to="clerk", **REASON)
    await away.must("clerk", "receive")
    assert (await away.act("clerk", "cancel", **REASON)).refused == "left-already"
