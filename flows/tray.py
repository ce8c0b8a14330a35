"""The tray: an assistant prepares a movement for his officer, who confirms it from his own log-in.

What is prepared changes nothing of the docket and is no instruction yet. It stands in the docket's own chain, so
that an export of one docket tells who prepared what, and what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid5

from flows import facts, parameters
from flows.carry_out import row_of
from flows.instructions import Accepted, Giver, accept, check_version, judge, known
from flows.one_time_codes import Proof, show_proof
from flows.orders import Order, words_of
from flows.parameters import Protector
from flows.rules.assistants import judged_as, may_act
from flows.rules.audit_chain import Commitment
from flows.rules.cases import Actor, Case, PostFacts
from flows.rules.errors import Refusal, Refused
from flows.rules.second_factor import DECIDING, is_deciding
from flows.schemes_in_force import know
from flows.seen_cases import NoSuchDocket, read_case
from flows.writing import ChainEnd, Draft
from storage import instruction_queue, numbers, tray
from storage.database import AlreadyThere, Database, Driver, write
from storage.identity import OfficeIdentity
from storage.posts import read_posts
from storage.rows import update

MOST: Final = 100
"""Items that wait in one tray at most; what an officer confirms at once can be no more either."""


async def prepare(database: Database, identity: OfficeIdentity, giver: Giver, order: Order) -> UUID:
    """Puts an order into the tray of the giver's post, judged as if its officer gave it, and answers its id.

    The same key again gives the same item. Raises Refused, NoSuchDocket.
    """
    item = uuid5(giver.person, f"tray {giver.key}")
    try:
        await _prepare(database, identity, giver, order, item)
    except AlreadyThere:  # at the same moment, for another docket
        raise Refused(Refusal("key-reused", "Idempotency-Key")) from None
    return item


async def _prepare(database: Database, identity: OfficeIdentity, giver: Giver, order: Order, item: UUID) -> None:
    async with database.writing() as driver:
        chain = await tray.lock_docket(driver, order.docket)
        if await _is_there(driver, item, giver):
            return
        if chain is None:
            raise NoSuchDocket
        case = await read_case(driver, database.posts, giver.person, giver.post, order)
        protect = Protector(item)
        words = words_of(order, protect)
        case = replace(case, parameters=replace(case.parameters, **words), channels=identity.channels)
        await _check(driver, case, giver, order)
        end = ChainEnd(identity.epoch, chain["chain_length"], chain["chain_head"])
        draft = _draft(item, case, giver, order)
        _seal(draft, end, "tray:prepared")
        await write(driver, protect.statements + draft.statements, commit=True)


async def _is_there(driver: Driver, item: UUID, giver: Giver) -> bool:
    """Whether the item was prepared under this key before. Raises Refused where it was for another request."""
    row = await tray.one(driver, item)
    if row is not None and row["request_sha256"] != giver.request_sha256:
        raise Refused(Refusal("key-reused", "Idempotency-Key"))
    return row is not None


async def _check(driver: Driver, case: Case, giver: Giver, order: Order) -> None:
    """Raises Refused where it may not be prepared, or where no officer of the post may do it."""
    barred = may_act(case.actor.post, giver.person, "prepare")
    if barred is None and "document" in case.row.takes:
        barred = Refusal("unknown-action", "action", {"action": order.action})
    if barred is not None:
        raise Refused(barred)
    check_version(case, order)
    refusal = _judged_for_an_officer(case, giver, order)
    if refusal is not None:
        raise Refused(refusal)
    if await tray.count_waiting(driver, giver.post) >= MOST:
        raise Refused(Refusal("tray-full", facts={"limit": str(MOST)}))


def _judged_for_an_officer(case: Case, giver: Giver, order: Order) -> Refusal | None:
    """None where one of those who hold the post may do it; else why the first of them may not."""
    first = None
    for officer in judged_as(case.actor.post, giver.person):
        refusal = judge(replace(case, actor=Actor(officer, case.actor.post, giver.person)), order.action)
        if refusal is None:
            return None
        first = first or refusal
    return first or Refusal("nobody-there")


def _draft(item: UUID, case: Case, giver: Giver, order: Order) -> Draft:
    docket, draft = case.docket.id, Draft(case.docket.id, case.at)
    row: dict[str, Any] = {"id": item, "docket": docket, "post": giver.post, "prepared_by": giver.person}
    row |= {"action": order.action, "parameters": parameters.to_json(case.parameters)}
    row |= {"seen_version": None if case.row.side else order.seen_version, "prepared_at": case.at}
    row |= {"state": "waiting", "ended_at": None, "ended_by": None, "request_sha256": giver.request_sha256}
    draft.insert("tray_item", row)
    for name, text in _texts(case):
        draft.insert("tray_text", {"item": item, "name": name, "docket": docket, "text": text})
    return draft


def _texts(case: Case) -> list[tuple[str, Commitment]]:
    given = case.parameters
    found = [(name, text) for name in ("remark", "text", "subject") if (text := getattr(given, name)) is not None]
    for n, one in enumerate(given.addressees, 1):
        said = {"name": one.name, "address": one.address, "email": one.email}
        found += [(f"addressee {n} {name}", text) for name, text in said.items() if text is not None]
    return found + [(f"condition {n}", text) for n, text in enumerate(given.conditions, 1)]


def _seal(draft: Draft, end: ChainEnd, what: str) -> None:
    """The entry of the docket's chain; the docket itself stays as it is."""
    entry = draft.seal(end, what)
    kept = {"chain_length": entry.sequence, "chain_head": entry.hash}
    draft.also(update("docket", {"id": draft.docket}, kept))


async def withdraw(database: Database, identity: OfficeIdentity, person: UUID, post: UUID, item: UUID) -> None:
    """Takes an item out of a tray, for its officer or whoever prepared it; done already, it does nothing.

    Raises Refused.
    """
    async with database.writing() as driver:
        row = await tray.one(driver, item)
        if row is None or row["post"] != post:
            raise Refused(Refusal("not-in-tray"))
        # The docket first, as a step does; then nobody confirms the item until this is over.
        chain = await tray.lock_docket(driver, row["docket"])
        state = await tray.lock(driver, item)
        posts = facts.posts_of(await read_posts(driver, database.posts, [post]))
        await _check_withdrawing(driver, posts[post], person, row)
        if chain is None or state == "withdrawn":
            return
        at = await numbers.now(driver)
        draft = Draft(row["docket"], at)
        draft.set("tray_item", {"id": item}, {"state": "withdrawn", "ended_at": at, "ended_by": person})
        end = ChainEnd(identity.epoch, chain["chain_length"], chain["chain_head"])
        _seal(draft, end, "tray:withdrawn")
        await write(driver, draft.statements, commit=True)


async def _check_withdrawing(driver: Driver, post: PostFacts, person: UUID, row: Mapping[str, Any]) -> None:
    barred = may_act(post, person, "prepare")
    if barred is None and person not in post.people and person != row["prepared_by"]:
        barred = Refusal("anothers-tray-item")
    if barred is None and await instruction_queue.by_tray_item(driver, row["id"]) is not None:
        barred = Refusal("tray-confirmed")
    if barred is not None:
        raise Refused(barred)


async def put_in_order(database: Database, person: UUID, post: UUID, items: Sequence[UUID]) -> None:
    """Sorts a tray: the named items first, in this order. Only how it is shown changes. Raises Refused."""
    async with database.writing() as driver:
        posts = facts.posts_of(await read_posts(driver, database.posts, [post]))
        barred = may_act(posts[post], person, "sort")
        if barred is not None:
            raise Refused(barred)
        await write(driver, [tray.sort(post, items)], commit=True)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation came to for one item: an instruction that is kept, or why there is none."""

    item: UUID
    docket: UUID | None = None
    seen_version: int | None = None
    accepted: Accepted | None = None
    refusal: Refusal | None = None


async def confirm(
    database: Database, giver: Giver, items: Mapping[UUID, UUID], channels: frozenset[str] = frozenset()
) -> list[Confirmed]:
    """Makes each item an instruction of the officer's, each by itself: what one refuses hinders no other.

    ``items`` gives each item the id of its instruction, ``channels`` are the office's. An item that was confirmed
    before answers with what came of it; one whose docket has moved on stays in the tray. Raises Refused for the
    whole where the giver is no officer of the post, or where the office asks for a second factor that he does not
    show.
    """
    async with database.writing() as driver:
        posts = facts.posts_of(await read_posts(driver, database.posts, [giver.post]))
        barred = may_act(posts[giver.post], giver.person, None)
        if barred is not None:
            raise Refused(barred)
        found = await tray.to_confirm(driver, giver.post, list(items))
        await know(driver, found.values())
        giver = await _proven(driver, giver, found)
        await driver.commit()
    return [
        await _confirm_one(database, giver, found.get(item), item, new, channels) for item, new in items.items()
    ]


async def _proven(driver: Driver, giver: Giver, found: Mapping[UUID, Mapping[str, Any]]) -> Giver:
    """The giver, whose one code is used up for the whole tray where an item of it decides something.

    Raises Refused, also where the key was used for another confirmation of one of these items.
    """
    new = [row for row in found.values() if await known(driver, _of_item(giver, row)) is None]
    if any(_is_new(row) and _decides(row) for row in new):
        await show_proof(driver, giver.person, giver.proof, {DECIDING})
        return replace(giver, proof=Proof(shown=True))
    return giver


def _is_new(row: Mapping[str, Any]) -> bool:
    return row["state"] == "waiting" and not row["confirmed"]


def _decides(row: Mapping[str, Any]) -> bool:
    table = facts.table_of(row)
    return is_deciding(table, row_of({**row, "proposal": None}, row["action"]), row["action"])


def _of_item(giver: Giver, row: Mapping[str, Any]) -> Giver:
    """The giver of one item's instruction; whoever prepared it for himself is named once."""
    by = None if row["prepared_by"] == giver.person else row["prepared_by"]
    return replace(giver, key=f"{giver.key}/{row['id']}", prepared_by=by)


async def _confirm_one(
    database: Database,
    giver: Giver,
    row: Mapping[str, Any] | None,
    item: UUID,
    instruction: UUID,
    channels: frozenset[str],
) -> Confirmed:
    if row is None:
        return Confirmed(item, refusal=Refusal("not-in-tray"))
    told = Confirmed(item, row["docket"], row["seen_version"])
    try:
        accepted = await accept(
            database, _of_item(giver, row), _order(row), instruction=instruction, channels=channels
        )
    except Refused as refused:
        return replace(told, refusal=refused.refusal)
    except NoSuchDocket:
        return replace(told, refusal=Refusal("not-in-tray"))
    return replace(told, accepted=accepted)


def _order(row: Mapping[str, Any]) -> Order:
    given = parameters.from_json(row["parameters"])
    to = None if given.to is None else str(given.to)
    return Order(row["docket"], row["action"], row["seen_version"], to, plain=given, tray_item=row["id"])
