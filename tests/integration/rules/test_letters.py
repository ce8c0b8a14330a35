"""Letters: versions written once, approved and signed as they were read, numbered when they go out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flows.gateways.opening import open_gateways
from flows.rules.errors import Refused
from flows.schedules.send_outbox import channels_of, send_channel
from infra.audit.verify_database import Trust, verify_database
from infra.fsck.time_kept import check_time
from storage import letters
from storage.checkpoint_copies import FolderCopies
from storage.settings import load
from storage.snapshots import one_snapshot
from tests.factories.lives import LETTER, REASON, Life, file_with
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.api import Api

WHO = "superintendent"
MAILED: dict[str, Any] = {**LETTER, "addressees": LETTER["addressees"][:1]}


@pytest.fixture
async def life(office: PracticeOffice) -> Life:
    """A file with a draft letter, in the superintendent's hand."""
    made = await file_with(office, WHO)
    await made.must(WHO, "draft_letter", **LETTER)
    return made


async def signed(life: Life, **more: Any) -> dict[str, Any]:
    """Has the last letter approved and signed; answers what names it for dispatch."""
    named = await life.letter()
    await life.must(WHO, "approve", **{"outcome": "approve", **more}, **named)
    await life.must(WHO, "sign_letter", **named)
    return {"letter": named["letter"]}


async def _numbers(office: PracticeOffice, life: Life) -> list[str]:
    sql = """select x.number from dispatch x join letter_addressee a on a.id = x.addressee
        where x.docket = %(d)s order by x.at, a.ordinal"""
    return [row[0] for row in await office.rows(sql, d=life.docket)]


async def test_what_a_letter_needs(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    copies = tuple({**one, "copy": True} for one in LETTER["addressees"])
    for given, code, field in (
        ({"subject": None}, "missing", "subject"),
        ({"text": None}, "needs-letter-text", "text"),
        ({"addressees": ()}, "needs-addressee", "addressees"),
        ({"addressees": copies}, "needs-addressee", "addressees"),
    ):
        answer = await life.act(WHO, "draft_letter", **{**LETTER, **given})
        assert (answer.refused, answer.field) == (code, field)


async def test_every_version_stays_and_a_revised_one_is_approved_anew(office: PracticeOffice, life: Life) -> None:
    first = await life.letter()
    await life.must(WHO, "approve", outcome="approve", **first)
    await life.must(WHO, "revise_letter", letter=first["letter"], **{**LETTER, "text": "दूसरा आलेख"})
    assert (await life.act(WHO, "sign_letter", **first)).refused == "letter-changed"
    second = await life.letter()
    assert (await life.act(WHO, "sign_letter", **second)).refused == "letter-not-approved"
    await life.must(WHO, "approve", outcome="reject", **second)
    assert (await life.act(WHO, "sign_letter", **second)).refused == "letter-not-approved"
    await signed(life)
    assert (await life.act(WHO, "revise_letter", letter=first["letter"], **LETTER)).refused == "letter-signed"
    assert (await life.act(WHO, "approve", outcome="approve", **second)).refused == "letter-signed"
    sql = """select v.ordinal, t.value from letter_version v join protected_value t on t.id = v.text
        where v.docket = %(d)s order by v.ordinal"""
    assert [tuple(row) for row in await office.rows(sql, d=life.docket)] == [
        (1, LETTER["text"]),
        (2, "दूसरा आलेख"),
    ]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_only_a_post_with_the_power_signs(office: PracticeOffice, life: Life) -> None:
    await life.must(WHO, "approve", outcome="approve", **await life.letter())
    await life.must(WHO, "forward", to="officer", **REASON)
    await life.must("officer", "receive")
    assert (await life.act("officer", "sign_letter", **await life.letter())).refused == "lacks-power"


async def test_conditions_are_settled_before_it_goes_out(office: PracticeOffice, life: Life) -> None:
    named = await signed(life, outcome="approve_with_conditions", conditions=("दर की पुष्टि",))
    assert (await life.act(WHO, "dispatch", mode="post", **named)).refused == "open-condition"
    (condition,) = await life.conditions()
    await life.must(WHO, "settle_condition", condition=condition, outcome="waived", **REASON)
    assert (await life.act(WHO, "close")).refused == "letter-waits"
    await life.must(WHO, "dispatch", mode="post", **named)
    assert (await life.act(WHO, "dispatch", mode="post", **named)).refused == "letter-dispatched"
    await life.must(WHO, "close")
    await assert_rows_equal_their_replay(office, life.docket)


async def test_each_addressee_has_the_next_number_of_the_series(office: PracticeOffice, life: Life) -> None:
    first = await signed(life)
    done = await life.must(WHO, "dispatch", mode="speed_post", **first)
    assert done.name == "dispatch"
    await life.must(WHO, "draft_letter", **LETTER)
    await life.must(WHO, "dispatch", mode="by_hand", **await signed(life))
    assert await _numbers(office, life) == [f"{life.number}/{n}" for n in (1, 2, 3, 4)]
    assert (await life.act(WHO, "dispatch", mode="pigeon", **first)).refused == "letter-dispatched"


async def test_what_a_dispatch_needs(office: PracticeOffice, life: Life) -> None:
    named = {"letter": (await life.letter())["letter"]}
    assert (await life.act(WHO, "dispatch", mode="post", **named)).refused == "letter-not-signed"
    await signed(life)
    for mode, code in ((None, "needs-mode"), ("pigeon", "needs-mode"), ("email", "no-email")):
        answer = await life.act(WHO, "dispatch", mode=mode, **named)
        assert (answer.refused, answer.field) == (code, "mode")


async def test_where_the_office_has_no_e_mail_a_dispatch_by_it_is_refused(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    await life.must(WHO, "draft_letter", **MAILED)
    named = await signed(life)
    with pytest.raises(Refused) as refused:
        await life.accept(WHO, "dispatch", mode="email", **named)
    assert (refused.value.refusal.code, refused.value.refusal.field) == ("email-not-set-up", "mode")
    # Also where the one that took the instruction had a mail server, and the one that carries it out has none.
    answer = await life.force(WHO, "dispatch", mode="email", **named)
    assert (answer.refused, answer.field) == ("email-not-set-up", "mode")
    assert (await _numbers(office, life), await life.count("outbox")) == ([], 0)
    await life.must(WHO, "dispatch", mode="post", **named)
    assert await _numbers(office, life) == [f"{life.number}/1"]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_by_e_mail_the_letter_goes_through_the_outbox(
    office_in: Any, new_database: Any, tmp_path: Any
) -> None:
    office = await office_in(new_database())
    telling = replace(office, identity=office.identity.telling_by(frozenset()))
    life = await file_with(telling, WHO)
    await life.must(WHO, "draft_letter", **MAILED)
    await life.must(WHO, "dispatch", mode="email", **await signed(life))
    gateways = open_gateways(load({"PATRAVALI_DATABASE_URL": "postgresql://nobody@127.0.0.1/none"}), practice=True)
    sent = [await send_channel(office.database, channel) for channel in channels_of(gateways)]
    assert sum(one["recorded"] for one in sent) == 1
    sql = """select t.value, v.value from outbox_outcome o join protected_value v on v.id = o.content
        join protected_value t on t.id = o.addressee where o.docket = %(d)s"""
    ((to, content),) = await office.rows(sql, d=life.docket)
    assert to == "xen@example.org"
    assert f"{life.number}/1" in content
    assert content.count(MAILED["text"]) == 1
    await assert_rows_equal_their_replay(office, life.docket)
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, True, {}, FolderCopies(tmp_path)))
        assert (await check_time(driver)).differences == []
    assert report.faults == []


async def test_the_register_is_read_by_whoever_may_read_the_file(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk(WHO)
    docket = await clerk.new_file()
    await clerk.moved(docket, "draft_letter", **LETTER)
    await clerk.moved(docket, "forward", to=WHO, remark="हस्ताक्षर हेतु")
    await superintendent.moved(docket, "receive")
    (letter,) = (await superintendent.get(f"/dockets/{docket}/letters")).json()["items"]
    named = {"letter": letter["id"], "letter_sha256": letter["versions"][-1]["sha256"]}
    await superintendent.moved(docket, "approve", outcome="approve", **named)
    await superintendent.moved(docket, "sign_letter", **named)
    await superintendent.moved(docket, "dispatch", letter=letter["id"], mode="registered_post")
    (letter,) = (await superintendent.get(f"/dockets/{docket}/letters")).json()["items"]
    assert letter["versions"][0]["text"] == LETTER["text"]
    assert letter["signed"]["by_post"]["code"] == WHO
    assert [one["mode"] for one in letter["dispatches"]] == ["registered_post"] * 2
    (seen,) = (await clerk.get(f"/dockets/{docket}/letters")).json()["items"]
    assert (seen["signed"], seen["dispatches"]) == (None, []), "the clerk reads as far as his own last act"
    stranger = await api.desk("stranger")
    assert (await stranger.get(f"/dockets/{docket}/letters")).status_code == 404


async def test_a_drafted_letter_is_dropped_and_stays_to_be_read(office: PracticeOffice, life: Life) -> None:
    named = await life.letter()
    only = {"letter": named["letter"]}
    assert (await life.act(WHO, "drop_letter", **only)).refused == "needs-reason"
    await life.must(WHO, "approve", outcome="approve", **named)
    await life.must(WHO, "drop_letter", **only, **REASON)
    for action, given in (
        ("drop_letter", {**only, **REASON}),
        ("revise_letter", {**only, **LETTER}),
        ("approve", {"outcome": "approve", **named}),
        ("sign_letter", named),
    ):
        assert (await life.act(WHO, action, **given)).refused == "letter-dropped"
    assert await life.count("letter_version") == 1
    async with office.database.querying() as driver:
        (shown,) = await letters.letters(driver, life.docket, until=None)
    assert shown["dropped"]["movement"] == (await life.row())["last_movement"]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_signed_letter_is_not_dropped_but_another_is(office: PracticeOffice, life: Life) -> None:
    first = await signed(life)
    assert (await life.act(WHO, "drop_letter", **first, **REASON)).refused == "letter-signed"
    await life.must(WHO, "draft_letter", **LETTER)
    await life.must(WHO, "drop_letter", letter=(await life.letter())["letter"], **REASON)
    await life.must(WHO, "dispatch", **first, mode="post")
    await life.must(WHO, "close")
