"""The one transaction of a movement. It knows no Prefect: registration calls it, the steps' tasks wrap it.

Under the docket's lock: read the case, judge it again on the locked row, write the movement, its audit entry,
the new state and the instruction's end. Done twice, it does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flows import facts, parameters
from flows.births import movement_id, write_birth
from flows.born_dockets import draw_number, new_docket, with_complainant
from flows.dispatching import number_dispatches
from flows.rules import decide
from flows.rules.assistants import may_act, power_for
from flows.rules.cases import Actor, Case, Parameters
from flows.rules.errors import Refusal
from flows.rules.known_schemes import KNOWN
from flows.rules.plan import Birth, ChangedRow, Message, Plan
from flows.schemes_in_force import know
from flows.writing import ChainEnd, Done, Draft, write_movement
from storage import cases, instruction_queue
from storage.cases import Question
from storage.database import Database, Driver, Statement, write
from storage.identity import OfficeIdentity

Outcome = Mapping[str, Any]


async def carry_out(
    database: Database, identity: OfficeIdentity, instruction: UUID, given: Mapping[str, Any] | None = None
) -> Outcome:
    """Carries an instruction out, or refuses it; answers its outcome, also when it had ended before.

    ``given`` is the instruction's row, for who has read it: what was given never changes, and how it stands is
    read again under the lock.
    """
    async with database.writing() as driver:
        row = given or await instruction_queue.by_id(driver, instruction)
        assert row is not None, f"no instruction {instruction}"
        asked = parameters.from_json(row["parameters"])
        locked = await _lock(driver, database, row, asked)
        if locked.state != "waiting":
            return locked.outcome or {}
        case = replace(_case(locked, row, asked), channels=identity.channels)
        statements, state, outcome = await _carried(driver, case, row, identity)
        await write(driver, statements + instruction_queue.finish(instruction, state, outcome), commit=True)
        return outcome


async def _lock(driver: Driver, database: Database, row: Mapping[str, Any], asked: Parameters) -> cases.Locked:
    """The docket's lock, and what its rules look at; they may be those of a scheme not known here before."""
    while True:
        question = Question(
            row["docket"],
            row["post"],
            KNOWN.parts_for(row["name"]),
            asked.to,
            also=asked.posts,
            reference=(asked.system, asked.reference),
            category=asked.category,
            settles=row["name"] in decide.SETTLING,
        )
        beside = KNOWN.parts_beside(row["name"])
        other = Question(asked.other, row["post"], beside) if asked.other is not None else None
        locked = await cases.lock_and_read(driver, database.posts, row["id"], question, other)
        dockets = [found.docket for found in (locked.found, locked.other) if found is not None]
        if not await know(driver, dockets):
            return locked


async def _carried(
    driver: Driver, case: Case, row: Mapping[str, Any], identity: OfficeIdentity
) -> tuple[list[Statement], str, dict[str, Any]]:
    """The statements that carry it out or refuse it, how the instruction ends, and its outcome."""
    made = _planned(case, row)
    if isinstance(made, Refusal):
        statements, outcome = _refusal(case, row, made, identity.epoch)
        return statements, "refused", outcome
    await number_dispatches(driver, case, made)
    epoch = identity.epoch
    made.messages = _going_out(identity, made.messages)
    if row["tray_item"] is not None:
        confirmed = {"state": "confirmed", "ended_at": case.at, "ended_by": row["person"]}
        made.changed.append(ChangedRow("tray_item", {"id": row["tray_item"]}, confirmed))
    statements, done = write_movement(_shown(case, row), made, row["id"], epoch)
    if case.other is not None and made.name not in ("propose", "decline"):
        more, beside = _beside(_shown(case, row), row["id"], epoch)
        statements, done = statements + more, replace(done, others=(beside,))
    for ordinal, birth in enumerate(made.births, 2):
        more, born = await _born(driver, _shown(case, row), birth, row["id"], (identity, ordinal))
        statements, done = statements + more, replace(done, others=(*done.others, born))
    return statements, "carried_out", done.to_json()


def _planned(case: Case, row: Mapping[str, Any]) -> Plan | Refusal:
    """What it writes, or what refuses it."""
    return _judge(case, row) or _plan(case, row, movement_id(row["id"], case.docket.id))


def _going_out(identity: OfficeIdentity, messages: Iterable[Message]) -> list[Message]:
    """Those for whose channel the office has a gateway."""
    return [message for message in messages if message.channel in identity.channels]


def _beside(case: Case, instruction: UUID, epoch: int) -> tuple[list[Statement], dict[str, Any]]:
    """What the other docket's movement writes, and what is told of it."""
    other = case.other
    assert other is not None
    made = decide.plan(other, movement_id(instruction, other.docket.id, 1))
    made.tell(other=str(case.docket.id))
    statements, done = write_movement(other, made, instruction, epoch, ordinal=1)
    return statements, _told(other.docket.id, other.docket.number, done)


async def _born(
    driver: Driver, case: Case, birth: Birth, instruction: UUID, place: tuple[OfficeIdentity, int]
) -> tuple[list[Statement], dict[str, Any]]:
    """What a docket that the movement brings into being writes, and what is told of it."""
    (identity, ordinal), number = place, birth.number or await draw_number(driver, case, birth)
    birth = replace(birth, messages=tuple(_going_out(identity, birth.messages)))
    new = new_docket(case, birth, number, instruction, (identity.epoch, ordinal))
    before, new = await with_complainant(driver, case, new)
    draft, done, _ = write_birth(new)
    return before + draft.statements, _told(birth.id, number, done)


def _told(docket: UUID, number: str, done: Done) -> dict[str, Any]:
    return {"docket": str(docket), "number": number, "movement": str(done.movement), "name": done.name}


def _case(locked: cases.Locked, row: Mapping[str, Any], asked: Parameters) -> Case:
    found = locked.found
    posts = facts.posts_of(found.posts) | (facts.posts_of(locked.other.posts) if locked.other else {})
    actor = Actor(row["person"], posts[row["post"]].held_by(row["person"]), row["prepared_by"])
    if row["name"] in decide.SETTLING:
        # The other docket is that of the proposal; the second person's own act names none.
        asked = replace(asked, other=None)
    return facts.case_of(found, posts, actor, row_of(found.docket, row["name"]), asked, locked.other)


def row_of(docket: Mapping[str, Any], action: str) -> Any:
    """The table's row of an action; for a second person's act, the row of what was proposed."""
    table = facts.table_of(docket)
    if action in decide.SETTLING:
        proposal = docket["proposal"]
        action = proposal["name"] if proposal else next(r.name for r in table.rows if r.second)
    return table.by_name[action]


def _judge(case: Case, row: Mapping[str, Any]) -> Refusal | None:
    # He left, may no longer log in, or lost a power of his while it waited.
    gone = may_act(case.actor.post, row["person"], power_for(case.row, row["name"]))
    if gone is not None:
        return gone
    if not row["side"] and case.docket.last_change != row["accepted_change"]:
        return Refusal("changed-meanwhile")
    if row["name"] in decide.SETTLING:
        refusal = decide.judge_settling(case, row["name"])
        confirms = refusal is None and row["name"] == "confirm"
        return decide.judge_proposed(_proposed(case)) if confirms else refusal
    return decide.judge(case)


def _plan(case: Case, row: Mapping[str, Any], movement: UUID) -> Plan:
    if row["name"] in decide.SETTLING:
        return decide.plan_settling(case, movement, row["name"], _proposed(case))
    if case.row.second is not None:
        return decide.plan_proposal(case, movement, row["parameters"])
    return decide.plan(case, movement)


def _proposed(case: Case) -> Case:
    proposal = case.history.proposal
    assert proposal is not None
    proposer = Actor(proposal.person, case.posts[proposal.post])
    given = parameters.from_json(proposal.parameters)
    return decide.as_proposed(case, proposer, given)


def _shown(case: Case, row: Mapping[str, Any]) -> Case:
    """Who the movement names as its giver: a confirmed one, him who proposed it."""
    return _proposed(case) if row["name"] == "confirm" else case


def _refusal(
    case: Case, row: Mapping[str, Any], refusal: Refusal, epoch: int
) -> tuple[list[Statement], dict[str, Any]]:
    """A refusal at the step is an entry of the docket's chain; the docket stays as it is."""
    draft = Draft(case.docket.id, case.at)
    chain = ChainEnd(epoch, case.docket.chain_length, case.docket.chain_head)
    draft.seal_beside(chain, f"refusal:{refusal.code}")
    return draft.statements, {"refusal": refusal.to_json(), "action": row["name"]}
