"""Lists of many papers, recorded in batches, and receipts, which go with the file in which they stand."""

from __future__ import annotations

from uuid import UUID

import pytest

from flows.office.erasure import DrawUpList, KeepBack, StrikeItem
from tests.factories.erasures import FIRST, LATER, SECOND, Weeding
from tests.factories.lives import Life, file_with, receipt_with
from tests.factories.office_orders import assert_audit_holds, ordered, refused
from tests.integration.erasure.test_erasing import Killed, texts_left

LATEST = LATER.replace(year=LATER.year + 20)
"""When everything is due that is ever due by itself."""


async def with_receipt(made: Weeding) -> tuple[Life, Life]:
    """A closed file of class D and the receipt that stands in it, disposed of."""
    file = await file_with(made.office, "superintendent", retention_class="D")
    receipt = await receipt_with(made.office, "superintendent")
    await receipt.must("superintendent", "put_in_file", other=file.number)
    await receipt.must("superintendent", "filed", remark="पत्रावली में")
    file.version = await made.office.one("select version from docket where id = %(d)s", d=file.docket)
    await file.must("superintendent", "close")
    return file, receipt


async def lines(made: Weeding, number: int) -> dict[str, str]:
    """State of each line of a list, by the number of its paper."""
    sql = """select d.number, i.state from erasure_item i join erasure_order o on o.id = i.under
        join docket d on d.id = i.paper where o.sort = 'list' and o.number = %(n)s"""
    return dict(await made.office.rows(sql, n=number))


async def test_a_receipt_goes_with_its_file_and_not_before(made: Weeding) -> None:
    file, receipt = await with_receipt(made)
    kept, within = await with_receipt(made)
    await ordered(made.office, SECOND, KeepBack(kept.number, "न्यायालय में विचाराधीन"))
    made.clock.set(LATEST)
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(receipt.number,)))).code == "not-due"
    assert (await refused(made.office, FIRST, DrawUpList(numbers=(within.number,)))).code == "not-due"
    number = await made.signed_list(file)
    assert set(await lines(made, number)) == {file.number, receipt.number}
    done = await made.erase("list", number)
    assert (done.papers, done.left) == (2, [])
    assert await texts_left(made, receipt) == []
    assert await texts_left(made, within) != []
    await assert_audit_holds(made.office)


async def test_a_receipt_stays_with_a_file_that_is_kept_since_both_signed(made: Weeding) -> None:
    file, receipt = await with_receipt(made)
    made.clock.set(LATER)
    number = await made.signed_list(file)
    await ordered(made.office, SECOND, KeepBack(file.number, "न्यायालय में विचाराधीन"))
    done = await made.erase("list", number)
    assert (done.papers, sorted(done.left)) == (0, sorted([file.number, receipt.number]))
    assert await texts_left(made, receipt) != []
    await assert_audit_holds(made.office)


async def test_who_strikes_a_file_strikes_the_receipts_in_it(made: Weeding) -> None:
    file, receipt = await with_receipt(made)
    other = await made.closed()
    made.clock.set(LATER)
    await ordered(made.office, FIRST, DrawUpList())
    line = await made.office.one("select ordinal from erasure_item where paper = %(d)s", d=file.docket)
    left = await ordered(made.office, FIRST, StrikeItem("list", 1, line, "लेखा परीक्षा लंबित"))
    assert left["items"] == 1
    struck = {file.number: "struck", receipt.number: "struck", other.number: "listed"}
    assert await lines(made, 1) == struck
    await made.signed("list", 1)
    assert (await made.erase("list", 1)).papers == 1
    assert await texts_left(made, receipt) != []


async def test_the_last_lines_are_not_struck_with_their_file(made: Weeding) -> None:
    file, _ = await with_receipt(made)
    made.clock.set(LATER)
    await ordered(made.office, FIRST, DrawUpList())
    line = await made.office.one("select ordinal from erasure_item where paper = %(d)s", d=file.docket)
    assert (await refused(made.office, FIRST, StrikeItem("list", 1, line, "कारण"))).code == "one-last-item"


async def test_a_long_list_is_recorded_in_batches_and_a_killed_run_goes_on(
    made: Weeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that two papers share goes with the last of them, also where a run was killed between the batches."""
    monkeypatch.setattr("flows.erasing.PAPERS_AT_ONCE", 2)
    file, receipt = await with_receipt(made)
    papers = [await made.closed() for _ in range(4)]
    made.clock.set(LATER)
    number = await made.signed_list(*papers, file)
    recorded: list[int] = []

    def killed(done: int, _: int) -> None:
        recorded.append(done)
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        await made.erase("list", number, killed)
    assert await made.office.one("select count(*) from docket where destroyed_under is not null") == 2
    await assert_audit_holds(made.office)
    done = await made.erase("list", number, lambda done, _: recorded.append(done))
    assert (done.papers, done.left, done.shared, done.done) == (4, [], 0, True)
    assert recorded[:3] == [2, 2, 4]
    for life in (*papers, file, receipt):
        assert await texts_left(made, life) == []
    assert await made.office.one("select count(*) from docket where destroyed_under is not null") == 6
    await assert_audit_holds(made.office)


async def linked(made: Weeding) -> tuple[Life, Life, UUID]:
    """Two closed files of class D, and the text that the chains of both bind: why one was linked to the other."""
    one = await file_with(made.office, "superintendent", retention_class="D")
    other = await file_with(made.office, "superintendent", retention_class="D")
    await one.must("superintendent", "link", other=other.number, remark="एक ही विषय")
    for life in (one, other):
        life.version = (await life.row())["version"]
        await life.must("superintendent", "close")
    sql = "select remark from movement where docket = %(d)s and name = 'link'"
    return one, other, await made.office.one(sql, d=one.docket)


@pytest.mark.parametrize("later", ["another list", "a later batch"])
async def test_a_text_that_papers_share_stays_until_the_last_of_them_goes(
    made: Weeding, later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, text = await linked(made)
    made.clock.set(LATER)
    monkeypatch.setattr("flows.erasing.PAPERS_AT_ONCE", 1)
    if later == "another list":
        done = await made.erase("list", await made.signed_list(one))
        assert (done.papers, done.shared) == (1, 1)
        assert await made.office.one("select value is not null from protected_value where id = %(v)s", v=text)
        await assert_audit_holds(made.office)
        number = await made.signed_list(other)
    else:
        number = await made.signed_list(one, other)
    done = await made.erase("list", number)
    assert (done.shared, done.done) == (0, True)
    assert await made.office.one("select value is null from protected_value where id = %(v)s", v=text)
    await assert_audit_holds(made.office)
