"""The tray on PostgreSQL: prepared as the officer's, confirmed once whoever confirms it, and told by the chain."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest

from flows.carry_out import carry_out
from flows.instructions import Giver
from flows.office.assistants import EndAssistant
from flows.rules.errors import Refused
from flows.seen_cases import NoSuchDocket
from flows.tray import MOST, Confirmed, confirm, prepare, withdraw
from tests.factories.assistants import assert_verifies, assistant_at
from tests.factories.lives import PARKING, REASON, Life, file_with, new_file
from tests.factories.office_orders import ordered
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.waiting import until


async def prepared(life: Life, by: Seat, action: str, *, giver: Giver | None = None, **given: object) -> UUID:
    office = life.office
    return await prepare(office.database, office.identity, giver or office.giver(by), life.order(action, **given))


async def confirmed(
    office: PracticeOffice, who: str | Seat, *items: UUID, key: str | None = None
) -> list[Confirmed]:
    return await confirm(office.database, office.giver(who, key), {item: uuid4() for item in items})


async def done(life: Life, told: Confirmed) -> str:
    """What came of an item, once it was carried out."""
    assert told.accepted is not None, told.refusal
    outcome = await carry_out(life.office.database, life.office.identity, told.accepted.instruction)
    return str(outcome.get("name") or outcome["refusal"]["code"])


def refusal(told: Confirmed) -> str | None:
    return told.refusal.code if told.refusal else None


async def refused(waiting: object) -> Refused:
    with pytest.raises(Refused) as caught:
        await waiting  # type: ignore[misc]
    return caught.value


async def until_waiting(office: PracticeOffice, many: int) -> None:
    """So many sessions of this office wait for a lock."""
    sql = """select count(*) >= %(n)s from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'"""
    await until(lambda: office.one(sql, n=many), f"{many} sessions wait for a lock")


async def state_of(office: PracticeOffice, item: UUID) -> str:
    return await office.one("select state from tray_item where id = %(i)s", i=item)


async def movements(life: Life) -> int:
    return await life.count("movement")


async def test_what_is_prepared_changes_nothing_until_the_officer_confirms_it(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    before = await life.row()
    item = await prepared(life, reader, "approve", outcome="approve_with_conditions", conditions=["दर", "माप"])
    kept = {name: value for name, value in (await life.row()).items() if not name.startswith("chain_")}
    assert kept.items() <= before.items()
    assert await life.count("instruction") == 3  # registered, put up, received
    told = (await confirmed(office, "officer", item))[0]
    assert await done(life, told) == "approve"
    row = await office.rows(
        "select by_person, prepared_by, by_post from movement where docket = %(d)s and name = 'approve'",
        d=life.docket,
    )
    officer = office.seats["officer"]
    assert row == [(officer.person, reader.person, officer.post)]
    conditions = "select v.value from decision_condition c join protected_value v on v.id = c.text"
    found = await office.rows(f"{conditions} where c.docket = %(d)s order by ordinal", d=life.docket)
    assert [text for (text,) in found] == ["दर", "माप"]
    ended = await office.rows("select state, ended_by from tray_item where id = %(i)s", i=item)
    assert ended == [("confirmed", officer.person)]
    await assert_rows_equal_their_replay(office, life.docket)


async def test_it_is_judged_when_it_is_prepared_as_if_the_officer_did_it(office: PracticeOffice) -> None:
    life, reader = await new_file(office), await assistant_at(office, "officer", "prepare")
    with pytest.raises(NoSuchDocket):
        await prepared(Life(office, uuid4(), "?"), reader, "approve", outcome="approve")
    not_his = await refused(prepared(life, reader, "close"))
    assert not_his.refusal.code == "not-holder"
    held = await file_with(office, "officer", subject_class="expenditure", amount_paise=2_00_000_00)
    beyond = await refused(prepared(held, reader, "approve", outcome="approve"))
    assert beyond.refusal.code == "beyond-competence"
    assert "सक्षम" in beyond.refusal.sentence("hi") or "अधिकार" in beyond.refusal.sentence("hi")
    old = await refused(prepared(held, reader, "park", version=1, **PARKING))
    assert old.refusal.code == "stale-version"
    document = await refused(prepared(held, reader, "add_document"))
    assert document.refusal.code == "unknown-action"


async def test_where_nobody_holds_the_post_nothing_is_prepared(alone: PracticeOffice) -> None:
    life, steno = await file_with(alone, "officer"), await assistant_at(alone, "officer", "prepare")
    with psycopg.connect(alone.owner_url, autocommit=True) as owner:
        owner.execute("update tenure set to_at = now() where post = %s", (steno.post,))
    assert (await refused(prepared(life, steno, "close"))).refusal.code == "nobody-there"


async def test_only_who_has_the_power_prepares(office: PracticeOffice) -> None:
    life, steno = await file_with(office, "officer"), await assistant_at(office, "officer", "open", "draft")
    lacking = await refused(prepared(life, steno, "park", **PARKING))
    assert lacking.refusal.code == "assistant-lacks-power"
    assert "prepare movements in the tray" in lacking.refusal.sentence("en")
    assert "ट्रे में कार्यवाही तैयार करना" in lacking.refusal.sentence("hi")
    nobody = Seat(await office.new_person(), office.post("officer"), "officer")
    assert (await refused(prepared(life, nobody, "park", **PARKING))).refusal.code == "not-your-post"


async def test_an_assistant_confirms_nothing_and_decides_nothing(office: PracticeOffice) -> None:
    life = await file_with(office, "officer")
    reader = await assistant_at(office, "officer", "open", "sort", "diarise", "draft", "prepare", "register")
    item = await prepared(life, reader, "close")
    barred = await refused(confirmed(office, reader, item))
    assert barred.refusal.code == "powers-of-assistant"
    assert "सहायक" in barred.refusal.sentence("hi")
    for action, given in {"approve": {"outcome": "approve"}, "close": {}, "park": PARKING}.items():
        assert (await life.act(reader, action, **given)).refused == "powers-of-assistant"
    assert (await life.row())["state"] == "in_hand"


async def test_an_assistant_receives_and_diarises_under_his_own_name(office: PracticeOffice) -> None:
    reader = await assistant_at(office, "superintendent", "open")
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", **REASON)
    await life.must(reader, "receive")
    assert (
        await office.one("select by_person from movement where docket = %(d)s and act = 'receive'", d=life.docket)
        == reader.person
    )
    helper = await assistant_at(office, "clerk", "register", "diarise")
    registered = await new_file_by(office, helper)
    assert (
        await office.one("select by_person from movement where docket = %(d)s", d=registered.docket)
        == helper.person
    )
    registered.version = 1
    assert (await registered.act(helper, "add_document", document=True)).refused is None
    assert (await registered.act(reader, "add_document", document=True)).refused is not None
    lacking = await refused(new_file_by(office, await assistant_at(office, "clerk", "open")))
    assert lacking.refusal.code == "assistant-lacks-power"


async def new_file_by(office: PracticeOffice, seat: Seat) -> Life:
    name = f"helper {seat.person}"
    office.seats[name] = seat
    try:
        return await new_file(office, name)
    finally:
        del office.seats[name]


async def test_an_assistant_registers_only_where_the_post_may(office: PracticeOffice) -> None:
    helper = await assistant_at(office, "officer", "register")
    assert (await refused(new_file_by(office, helper))).refusal.code == "lacks-power"


async def test_who_holds_the_post_too_acts_as_its_officer(office: PracticeOffice) -> None:
    life, both = await file_with(office, "officer"), await assistant_at(office, "officer", "open")
    await office.seated(both.person, both.post, both.code)
    assert (await life.must(both, "close")).state == "closed"


async def test_a_power_that_ended_while_it_waited_is_refused_at_the_step(office: PracticeOffice) -> None:
    life, reader = await new_file(office), await assistant_at(office, "superintendent", "open")
    await life.must("clerk", "forward", to="superintendent", **REASON)
    accepted = await life.accept(reader, "receive")
    found = await office.one("select id from assistant where person = %(p)s", p=reader.person)
    await ordered(office, None, EndAssistant(found))
    assert (await life.step(accepted.instruction)).refused == "not-your-post"


async def test_a_repeated_confirmation_never_doubles(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    item, key = await prepared(life, reader, "park", **PARKING), str(uuid4())
    first = (await confirmed(office, "officer", item, key=key))[0]
    again = (await confirmed(office, "officer", item, key=key))[0]
    other_key = (await confirmed(office, "officer", item))[0]
    given = {told.accepted.instruction for told in (first, again, other_key) if told.accepted}
    assert len(given) == 1
    assert all(told.accepted for told in (first, again, other_key))
    before = await movements(life)
    assert await done(life, first) == "park"
    later = (await confirmed(office, "officer", item))[0]
    assert later.accepted
    assert (later.accepted.state, {later.accepted.instruction}) == ("carried_out", given)
    assert await movements(life) == before + 1
    assert await life.count("instruction") == 4


async def test_two_confirmations_at_once_give_one_movement(office: PracticeOffice) -> None:
    """One of them holds the item; the other is seen to wait for it, and then answers with the first one's."""
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    item = await prepared(life, reader, "close")
    with psycopg.connect(office.owner_url) as holder:
        holder.execute("select 1 from tray_item where id = %s for update", (item,))
        both = [asyncio.create_task(confirmed(office, "officer", item)) for _ in range(2)]
        await until_waiting(office, 2)
    told = [(await one)[0] for one in both]
    assert all(one.accepted for one in told), told
    assert len({one.accepted.instruction for one in told if one.accepted}) == 1
    assert await done(life, told[0]) == "close"
    assert await life.count("tray_item") == 1
    assert await office.one("select count(*) from instruction where tray_item = %(i)s", i=item) == 1
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_database_itself_lets_an_item_be_confirmed_once(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    item = await prepared(life, reader, "park", **PARKING)
    await confirmed(office, "officer", item)
    columns = "docket, name, movement_name, act, side, person, post, tray_item, request_sha256, parameters"
    twice = f"""insert into instruction (id, key, state, accepted_change, accepted_at, accepted_alive, {columns})
        select gen_random_uuid(), 'another', 'carried_out', 0, now(), 0, {columns} from instruction
        where tray_item = %s"""
    with psycopg.connect(office.owner_url) as owner, pytest.raises(psycopg.errors.UniqueViolation) as caught:
        owner.execute(twice, (item,))
    assert caught.value.diag.constraint_name == "instruction_tray_item_key"


async def test_an_item_whose_docket_moved_on_is_refused_by_itself(office: PracticeOffice) -> None:
    reader = await assistant_at(office, "officer", "prepare")
    moved, still = await file_with(office, "officer"), await file_with(office, "officer")
    items = [await prepared(life, reader, "close") for life in (moved, still)]
    await moved.must("officer", "park", **PARKING)
    first, second = await confirmed(office, "officer", *items)
    assert refusal(first) == "stale-version"
    assert await done(still, second) == "close"
    assert [await state_of(office, item) for item in items] == ["waiting", "confirmed"]


async def test_what_the_step_refuses_stays_in_the_tray_and_may_be_confirmed_again(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "superintendent"), await assistant_at(office, "dc", "prepare")
    item = await prepared(life, reader, "pull_up", **REASON)
    told = (await confirmed(office, "dc", item))[0]
    with psycopg.connect(office.owner_url) as owner:  # as if it had moved between acceptance and step
        owner.execute("update instruction set accepted_change = 0 where tray_item = %s", (item,))
    assert await done(life, told) == "changed-meanwhile"
    assert await state_of(office, item) == "waiting"
    again = (await confirmed(office, "dc", item))[0]
    assert await done(life, again) == "pull_up"
    assert await state_of(office, item) == "confirmed"


async def test_another_movement_that_waits_refuses_only_its_own_item(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    items = [await prepared(life, reader, "park", **PARKING), await prepared(life, reader, "close")]
    first, second = await confirmed(office, "officer", *items)
    assert (refusal(first), refusal(second)) == (None, "movement-waiting")
    assert await done(life, first) == "park"
    assert await state_of(office, items[1]) == "waiting"


async def test_it_is_withdrawn_by_its_officer_or_by_who_prepared_it(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    other = await assistant_at(office, "officer", "prepare")
    item, theirs = await prepared(life, reader, "close"), await prepared(life, other, "close")
    database, identity, post = office.database, office.identity, office.post("officer")
    barred = await refused(withdraw(database, identity, other.person, post, item))
    assert barred.refusal.code == "anothers-tray-item"
    elsewhere = await refused(withdraw(database, identity, reader.person, office.post("dc"), item))
    assert elsewhere.refusal.code == "not-in-tray"
    for _ in range(2):
        await withdraw(database, identity, reader.person, post, item)
    await withdraw(database, identity, office.seats["officer"].person, post, theirs)
    assert [await state_of(office, one) for one in (item, theirs)] == ["withdrawn", "withdrawn"]
    assert {refusal(told) for told in await confirmed(office, "officer", item, theirs)} == {"tray-withdrawn"}
    await assert_rows_equal_their_replay(office, life.docket)


async def test_what_was_confirmed_is_not_withdrawn(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    item = await prepared(life, reader, "close")
    told = (await confirmed(office, "officer", item))[0]
    for _ in range(2):
        taken = withdraw(office.database, office.identity, reader.person, office.post("officer"), item)
        assert (await refused(taken)).refusal.code == "tray-confirmed"
        if await state_of(office, item) == "waiting":
            await done(life, told)


async def test_confirming_and_withdrawing_at_once_come_one_after_the_other(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    item = await prepared(life, reader, "close")
    with psycopg.connect(office.owner_url) as holder:
        holder.execute("select 1 from tray_item where id = %s for update", (item,))
        taking = withdraw(office.database, office.identity, reader.person, office.post("officer"), item)
        both = [asyncio.create_task(taking), asyncio.create_task(confirmed(office, "officer", item))]
        await until_waiting(office, 2)
    first, second = await asyncio.gather(*both, return_exceptions=True)
    if isinstance(first, Refused):
        assert first.refusal.code == "tray-confirmed"
        assert await done(life, second[0]) == "close"  # type: ignore[index]
    else:
        assert refusal(second[0]) == "tray-withdrawn"  # type: ignore[index]


async def test_the_same_key_prepares_once_and_no_other_request(office: PracticeOffice) -> None:
    life, reader = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare")
    giver = office.giver(reader, "prepared once")
    items = {await prepared(life, reader, "close", giver=giver) for _ in range(2)}
    assert len(items) == 1
    other = Giver(reader.person, reader.post, "prepared once", b"another")
    assert (await refused(prepared(life, reader, "close", giver=other))).refusal.code == "key-reused"
    elsewhere = await file_with(office, "officer")
    assert (
        await refused(prepared(elsewhere, reader, "park", giver=other, **PARKING))
    ).refusal.code == "key-reused"


async def test_a_tray_has_an_end(office: PracticeOffice) -> None:
    life = await new_file(office)
    await life.must("clerk", "forward", to="accountant", **REASON)
    await life.must("accountant", "receive")
    reader = await assistant_at(office, "accountant", "prepare")
    item = await prepared(life, reader, "close")
    columns = "docket, post, prepared_by, action, parameters, prepared_at, state, request_sha256"
    more = f"""insert into tray_item (id, {columns}) select gen_random_uuid(), {columns}
        from tray_item, generate_series(2, %s) where id = %s"""
    with psycopg.connect(office.owner_url, autocommit=True) as owner:
        owner.execute(more, (MOST, item))
        full = await refused(prepared(life, reader, "close"))
        owner.execute("delete from tray_item where docket = %s and id <> %s", (life.docket, item))
    assert full.refusal.code == "tray-full"
    assert str(MOST) in full.refusal.sentence("hi")


async def test_a_draft_is_fixed_as_the_officer_read_it_when_he_confirms(office: PracticeOffice) -> None:
    life, steno = await file_with(office, "officer"), await assistant_at(office, "officer", "prepare", "draft")
    note = await prepared(life, steno, "note", text="प्रस्ताव")
    outcome = (await confirmed(office, "officer", note))[0]
    await done(life, outcome)
    life.version += 1
    draft = await life.draft_of("officer")
    item = await prepared(life, steno, "forward", to="dc", **draft)
    await life.save_draft(draft["draft"], "बदला हुआ प्रस्ताव")
    assert refusal((await confirmed(office, "officer", item))[0]) == "draft-changed"
    after = await life.draft_of("officer")
    right = await prepared(life, steno, "forward", to="dc", **after)
    assert await done(life, (await confirmed(office, "officer", right))[0]) == "put_up"
    fixed = "select v.value from note_fixed f join protected_value v on v.id = f.text where f.note = %(n)s"
    assert await office.one(fixed, n=after["draft"]) == "बदला हुआ प्रस्ताव"
    author = await office.one("select author_person from note where id = %(n)s", n=after["draft"])
    assert author == office.seats["officer"].person
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_whole_audit_holds_over_trays_and_assistants(alone: PracticeOffice) -> None:
    life, reader = await file_with(alone, "officer"), await assistant_at(alone, "officer", "prepare", "open")
    gone = await prepared(life, reader, "park", **PARKING)
    await withdraw(alone.database, alone.identity, reader.person, alone.post("officer"), gone)
    item = await prepared(life, reader, "close", remark="समाप्त")
    await done(life, (await confirmed(alone, "officer", item))[0])
    await assert_verifies(alone)
    with psycopg.connect(alone.owner_url, autocommit=True) as owner:
        owner.execute("update tray_item set prepared_by = ended_by where state = 'confirmed'")
    with pytest.raises(AssertionError, match=r"tray_item\.prepared_by"):
        await assert_verifies(alone)
