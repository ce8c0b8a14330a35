"""The one transaction of a movement. It knows no Prefect: registration calls it, the steps' tasks wrap it.

Under the docket's lock: read the case, judge it again on the locked row, write the movement, its audit entry,
the new state and the instruction's end. Done twice, it does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from flows import facts, parameters
from flows.rules import decide
from flows.rules.cases import Actor, Case, Parameters
from flows.rules.errors import Refusal
from flows.rules.known_schemes import KNOWN
from flows.rules.plan import Plan
from flows.schemes_in_force import know
from flows.writing import ChainEnd, Draft, write_movement
from storage import cases, instruction_queue
from storage.database import Database, Driver, Statement, write
from storage.identity import OfficeIdentity
from storage.rows import update

Outcome = Mapping[str, Any]


def movement_id(instruction: UUID, docket: UUID, ordinal: int = 0) -> UUID:
    """The id of the movement that an instruction gives on a docket: known before it is carried out."""
    return uuid5(instruction, f"{docket}/{ordinal}")


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
        statements, state, outcome = _carried(_case(locked.found, row, asked), row, identity.epoch)
        await write(driver, statements + instruction_queue.finish(instruction, state, outcome), commit=True)
        return outcome


async def _lock(driver: Driver, database: Database, row: Mapping[str, Any], asked: Parameters) -> cases.Locked:
    """The docket's lock, and what its rules look at; they may be those of a scheme not known here before."""
    while True:
        parts = KNOWN.parts_for(row["name"])
        locked = await cases.lock_and_read(driver, database.posts, row, asked.to, parts)
        if not await know(driver, [locked.found.docket]):
            return locked


def _carried(case: Case, row: Mapping[str, Any], epoch: int) -> tuple[list[Statement], str, dict[str, Any]]:
    """The statements that carry it out or refuse it, how the instruction ends, and its outcome."""
    refusal = _judge(case, row)
    if refusal is not None:
        statements, outcome = _refusal(case, row, refusal, epoch)
        return statements, "refused", outcome
    made = _plan(case, row, movement_id(row["id"], case.docket.id))
    statements, done = write_movement(_shown(case, row), made, row["id"], epoch)
    return statements, "carried_out", done.to_json()


def _case(found: cases.Found, row: Mapping[str, Any], asked: Parameters) -> Case:
    posts = facts.posts_of(found.posts)
    actor = Actor(row["person"], posts[row["post"]], row["prepared_by"])
    return facts.case_of(found, posts, actor, row_of(found.docket, row["name"]), asked)


def row_of(docket: Mapping[str, Any], action: str) -> Any:
    """The table's row of an action; for a second person's act, the row of what was proposed."""
    table = facts.table_of(docket)
    if action in decide.SETTLING:
        proposal = docket["proposal"]
        action = proposal["name"] if proposal else next(r.name for r in table.rows if r.second)
    return table.by_name[action]


def _judge(case: Case, row: Mapping[str, Any]) -> Refusal | None:
    if row["person"] not in case.actor.post.people:
        return Refusal("not-your-post")  # he left, or may no longer log in, while it waited
    if not row["side"] and case.docket.last_change != row["accepted_change"]:
        return Refusal("changed-meanwhile")
    if row["name"] in decide.SETTLING:
        return decide.judge_settling(case, row["name"])
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
    return decide.as_proposed(case, proposer, parameters.from_json(proposal.parameters))


def _shown(case: Case, row: Mapping[str, Any]) -> Case:
    """Who the movement names as its giver: a confirmed one, him who proposed it."""
    return _proposed(case) if row["name"] == "confirm" else case


def _refusal(
    case: Case, row: Mapping[str, Any], refusal: Refusal, epoch: int
) -> tuple[list[Statement], dict[str, Any]]:
    """A refusal at the step is an entry of the docket's chain; the docket stays as it is."""
    draft = Draft(case.docket.id, case.at)
    entry = draft.seal(
        ChainEnd(epoch, case.docket.chain_length, case.docket.chain_head), f"refusal:{refusal.code}"
    )
    draft.also(
        update("docket", {"id": case.docket.id}, {"chain_length": entry.sequence, "chain_head": entry.hash})
    )
    return draft.statements, {"refusal": refusal.to_json(), "action": row["name"]}
