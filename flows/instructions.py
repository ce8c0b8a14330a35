"""Acceptance: check an instruction, keep it durably, tell the engine. Registration is carried out here and now.

The order of checks is: idempotency key, version, rules, one waiting movement (DESIGN §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from flows import parameters
from flows.births import movement_id
from flows.one_time_codes import NO_PROOF, Proof, show_proof
from flows.orders import BytesDestroyed, Order, blob_of, protected
from flows.parameters import Protector
from flows.rules import decide
from flows.rules.assistants import may_act, power_for
from flows.rules.cases import Case, Parameters
from flows.rules.effects import document_id
from flows.rules.errors import Refusal, Refused
from flows.rules.second_factor import DECIDING, is_deciding
from flows.seen_cases import read_case
from storage import document_rows, instruction_queue, tray
from storage.database import AlreadyThere, Database, Driver, write
from storage.instruction_queue import NewInstruction
from storage.kept_posts import KeptPosts

MOST_WAITING: Final = 20
"""How many side acts of one docket may wait (assumed): a desk gives a few a minute, and a turn takes them all."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives an instruction: a person at one of his posts, under an idempotency key.

    ``proof`` is what he shows where the office asks for his second factor.
    """

    person: UUID
    post: UUID
    key: str
    request_sha256: bytes
    prepared_by: UUID | None = None
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class Accepted:
    """An instruction that is kept: ``state`` and ``outcome`` as they stand; ``again``: the key was known.

    ``document`` is the id that the document which it adds has, or will have once it is carried out.
    """

    instruction: UUID
    docket: UUID
    state: str
    outcome: Mapping[str, Any] | None
    again: bool = False
    document: UUID | None = None


async def known(driver: Driver, giver: Giver) -> Accepted | None:
    """What was accepted under this key. Raises Refused where it was for another request."""
    row = await instruction_queue.by_key(driver, giver.person, giver.key)
    if row is None:
        return None
    if row["request_sha256"] != giver.request_sha256:
        raise Refused(Refusal("key-reused", "Idempotency-Key"))
    return again(row)


def again(row: Mapping[str, Any]) -> Accepted:
    """The answer for an instruction that is kept already."""
    document = _document_of(row["id"], row["docket"], row["act"])
    return Accepted(row["id"], row["docket"], row["state"], row["outcome"], again=True, document=document)


def _document_of(instruction: UUID, docket: UUID, act: str) -> UUID | None:
    return document_id(movement_id(instruction, docket)) if act == "add_document" else None


async def accept(
    database: Database,
    giver: Giver,
    order: Order,
    *,
    instruction: UUID | None = None,
    channels: frozenset[str] = frozenset(),
) -> Accepted:
    """Keeps an instruction, to be carried out by an engine; it survives any crash from here on.

    ``instruction`` is the id that it gets, for a caller who must know it before the commit; ``channels`` are the
    ways to the outside that the office has (``OfficeIdentity``). Raises Refused with the rule that refused,
    NoSuchDocket, BytesDestroyed.
    """
    new = instruction or uuid4()
    for _ in range(2):
        try:
            async with database.writing() as driver:
                found = await known(driver, giver)
                return found or await _accept(driver, database.posts, giver, order, new, channels)
        except (AlreadyThere, Refused) as against:
            # Where the same key came in twice at once, the other was first, and its answer is this one's.
            found = await _otherwise(database, giver, order, against)
        if found is not None:
            return found
    raise Refused(Refusal("movement-waiting", facts={"instruction": "?"}))


async def judge_beforehand(database: Database, giver: Giver, order: Order) -> None:
    """Raises Refused or NoSuchDocket where an order would be refused now; one whose key is known is let through.

    For an order that is costly to bring, such as a document of which the bytes would have to be received first.
    """
    async with database.querying() as driver:
        if await instruction_queue.by_key(driver, giver.person, giver.key) is not None:
            return
        case = await read_case(driver, database.posts, giver.person, giver.post, order)
    refusal = judge(replace(case, parameters=replace(case.parameters, document=order.document)), order.action)
    if refusal is not None:
        raise Refused(refusal)


async def _otherwise(database: Database, giver: Giver, order: Order, against: Exception) -> Accepted | None:
    """What the same key gave meanwhile; None: another movement waited and has ended, so it may be tried again."""
    async with database.writing() as driver:
        found = await known(driver, giver)
        if found is not None:
            return found
        if isinstance(against, Refused):
            raise against
        first = await instruction_queue.waiting_movement(driver, order.docket)
    if first is not None:
        raise Refused(Refusal("movement-waiting", facts={"instruction": str(first)})) from None
    return None


async def _accept(
    driver: Driver, kept: KeptPosts, giver: Giver, order: Order, instruction: UUID, channels: frozenset[str]
) -> Accepted:
    if order.tray_item is not None and (first := await _confirmed(driver, order.tray_item)) is not None:
        return first
    given = await read_case(driver, kept, giver.person, giver.post, order)
    protector = Protector(instruction)
    case = replace(given, parameters=protected(given, order, protector), channels=channels)
    check_version(case, order)
    refusal = judge(case, order.action)
    if refusal is not None:
        raise Refused(refusal)
    await _check_room(driver, case)
    if is_deciding(case.table, case.row, order.action):
        await show_proof(driver, giver.person, giver.proof, {DECIDING})
    await _hold_bytes(driver, order)
    new = _instruction(case, giver, order, instruction)
    stored = protector.statements + blob_of(order) + instruction_queue.store(new)
    await write(driver, stored, commit=True)
    document = _document_of(instruction, order.docket, new.act)
    return Accepted(instruction, order.docket, "waiting", None, document=document)


async def _hold_bytes(driver: Driver, order: Order) -> None:
    """Whoever erases waits until the instruction stands, and sees then that it cites these bytes."""
    if order.document is None:
        return
    stand = await document_rows.hold_bytes(driver, order.document["sha256"])
    if order.bytes_known and not stand:
        raise BytesDestroyed


async def _check_room(driver: Driver, case: Case) -> None:
    """Raises Refused where as many side acts wait as may; a movement has a place of its own."""
    if case.row.side and await instruction_queue.side_acts_waiting(driver, case.docket.id) >= MOST_WAITING:
        raise Refused(Refusal("queue-full", facts={"limit": str(MOST_WAITING)}))


async def _confirmed(driver: Driver, item: UUID) -> Accepted | None:
    """What came of a tray's item that was confirmed before; the item stays locked, so that none is doubled.

    Raises Refused where it was withdrawn.
    """
    if await tray.lock(driver, item) == "withdrawn":
        raise Refused(Refusal("tray-withdrawn"))
    row = await instruction_queue.by_tray_item(driver, item)
    return None if row is None else again(row)


def check_version(case: Case, order: Order) -> None:
    """Raises Refused where the order is no side act and names no version, or another than the present."""
    if case.row.side:
        return
    if order.seen_version is None:
        raise Refused(Refusal("version-required", "If-Match"))
    if order.seen_version != case.docket.version:
        known_versions = {"seen": str(order.seen_version), "now": str(case.docket.version)}
        raise Refused(Refusal("stale-version", "If-Match", known_versions))


def judge(case: Case, action: str) -> Refusal | None:
    """May this actor do this now: at this post, as its officer or by a power of an assistant, and by the rules?"""
    barred = may_act(case.actor.post, case.actor.person, power_for(case.row, action))
    if barred is not None:
        return barred
    return decide.judge_settling(case, action) if action in decide.SETTLING else decide.judge(case)


def _kept(case: Case) -> Parameters:
    """The parameters as the step needs them: with the other docket also where the proposal names it."""
    other = None if case.other is None else case.other.docket.id
    return case.parameters if other is None else replace(case.parameters, other=other)


def _instruction(case: Case, giver: Giver, order: Order, instruction: UUID) -> NewInstruction:
    proposes = case.row.second is not None and order.action not in decide.SETTLING
    return NewInstruction(
        id=instruction,
        docket=order.docket,
        name=order.action,
        movement_name=decide.movement_name(case, order.action),
        act="propose" if proposes else "decline" if order.action == "decline" else case.row.act,
        side=case.row.side,
        person=giver.person,
        post=giver.post,
        prepared_by=giver.prepared_by,
        tray_item=order.tray_item,
        key=giver.key,
        request_sha256=giver.request_sha256,
        parameters=parameters.to_json(_kept(case)),
        accepted_change=case.docket.last_change,
    )
