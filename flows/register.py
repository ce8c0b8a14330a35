"""Registration: number, docket, first movement and first audit entry, all in the accepting transaction.

Nothing can refuse it later; only its record in Prefect follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flows import facts
from flows.carry_out import movement_id
from flows.instructions import Accepted, Giver, known, post_reference
from flows.parameters import Protector
from flows.rules import numbering
from flows.rules.audit_chain import genesis
from flows.rules.cases import Actor
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import listed
from flows.rules.registration import Application, Registration, judge_registration, plan_registration
from flows.rules.schemes import Scheme
from flows.schemes_in_force import in_force
from flows.writing import ChainEnd, Done, Draft, clock_statement, plain
from storage import instruction_queue, movements, numbers
from storage.database import AlreadyThere, Database, Driver, write
from storage.identity import OfficeIdentity
from storage.instruction_queue import NewInstruction
from storage.kept_posts import KeptPosts
from storage.posts import read_posts
from storage.rows import insert


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be registered, as it was asked for; texts are plain.

    ``scheme`` may be left out where only one that is in force has the kind.
    """

    scheme: str | None
    kind: str
    subject: str
    classification: str
    priority: str
    particulars: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_sha256: bytes | None = None


async def register(database: Database, identity: OfficeIdentity, giver: Giver, wish: Wish) -> Accepted:
    """Registers a docket; the same key again gives the same docket.

    Raises Refused with the rule that refused.
    """
    for _ in range(2):
        try:
            async with database.writing() as driver:
                again = await known(driver, giver)
                return again or await _register(driver, database.posts, identity, giver, wish)
        except AlreadyThere:
            continue
    raise Refused(Refusal("key-reused", "Idempotency-Key"))


async def _register(
    driver: Driver, kept: KeptPosts, identity: OfficeIdentity, giver: Giver, wish: Wish
) -> Accepted:
    accused = wish.particulars.get("accused")
    to, code = post_reference(None if accused is None else str(accused))
    asked = [giver.post] if to is None else [giver.post, to]
    posts = facts.posts_of(await read_posts(driver, kept, asked, code))
    if accused is not None:
        wish = _with_accused(wish, next((p.id for p in posts.values() if p.id == to or p.code == code), None))
    at = await numbers.now(driver)
    scheme = _scheme(await in_force(driver, at), wish)
    if giver.post not in posts:
        raise Refused(Refusal("unknown-kind", "kind", {"kind": wish.kind}))
    actor = Actor(giver.person, posts[giver.post], giver.prepared_by)
    docket, instruction = uuid4(), uuid4()
    protector = Protector(instruction)
    application = _application(wish, protector)
    refusal = judge_registration(scheme, actor, application)
    if refusal is not None:
        raise Refused(refusal)
    made = plan_registration(scheme, actor, application, docket, at)
    serial = await numbers.next_in(driver, made.series)
    number = numbering.number_of(scheme.kinds[wish.kind], made.number_fields, serial)
    draft, done = _write(made, scheme, actor, Birth(docket, instruction, number, at, identity.epoch), wish)
    new = _instruction(giver, docket, instruction, {**done.to_json(), "number": number})
    statements = protector.statements + draft.statements + instruction_queue.store(new)
    await write(driver, statements, commit=True)
    return Accepted(instruction, docket, "carried_out", new.outcome)


def _scheme(holding: Mapping[str, Scheme], wish: Wish) -> Scheme:
    """The scheme that is named, or the only one that has the kind. Raises Refused."""
    if wish.scheme is not None and wish.scheme not in holding:
        raise Refused(Refusal("unknown-scheme", "scheme", {"scheme": wish.scheme}))
    names = holding if wish.scheme is None else (wish.scheme,)
    found = [holding[name] for name in names if wish.kind in holding[name].kinds]
    if not found:
        raise Refused(Refusal("unknown-kind", "kind", {"kind": wish.kind}))
    if len(found) > 1:
        several = listed(scheme.label for scheme in found)
        raise Refused(Refusal("needs-scheme", "scheme", {"kind": wish.kind, "schemes": several}))
    return found[0]


def _with_accused(wish: Wish, post: UUID | None) -> Wish:
    """The post complained against, by its id; it may have been named by its code."""
    if post is None:
        raise Refused(Refusal("unknown-post", "accused"))
    return replace(wish, particulars={**wish.particulars, "accused": post})


def _application(wish: Wish, protect: Protector) -> Application:
    return Application(
        kind=wish.kind,
        subject=protect.required("subject", wish.subject),
        classification=wish.classification,
        priority=wish.priority,
        particulars=wish.particulars,
        body=protect("text", wish.texts.get("text")),
        name=protect("name", wish.texts.get("name")),
        telephone=protect("telephone", wish.texts.get("telephone")),
        address=protect("address", wish.texts.get("address")),
    )


@dataclass(frozen=True, slots=True)
class Birth:
    """The ids, number and time of a new docket."""

    docket: UUID
    instruction: UUID
    number: str
    at: datetime
    epoch: int


def _write(made: Registration, scheme: Scheme, actor: Actor, birth: Birth, wish: Wish) -> tuple[Draft, Done]:
    draft = Draft(birth.docket, birth.at)
    movement = movement_id(birth.instruction, birth.docket)
    docket = {
        **made.docket,
        "number": birth.number,
        "version": 1,
        "movements": 1,
        "last_movement": movement,
        "last_movement_at": birth.at,
        "last_change": 1,
    }
    # The docket's row is written at the end, when the chain's head is known; rows that cite it follow it.
    rows = _rows(made, docket, movement, actor, birth)
    entry_of = Draft(birth.docket, birth.at)
    for table, row in rows:
        entry_of.insert(table, row)
    chain = ChainEnd(birth.epoch, 0, genesis(f"docket:{birth.docket}"))
    entry = entry_of.seal(chain, "movement:register")
    kept = {**plain(docket), "chain_length": 1, "chain_head": entry.hash, "flow_run_id": None}
    draft.also(insert("docket", kept))
    for table, row in rows[1:]:
        more = {"secret_sha256": wish.secret_sha256} if table == "complaint" else {}
        draft.also(insert(table, {**plain(row), **more}))
    draft.also(movements.entry_rows(entry))
    _write_time(draft, made, movement, actor, birth)
    done = Done(movement, "register", 1, str(docket["state"]), 1, birth.at, actor.post.id)
    return draft, done


def _rows(
    made: Registration, docket: dict[str, Any], movement: UUID, actor: Actor, birth: Birth
) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("docket", docket),
        *((new.table, new.row) for new in made.others),
        (made.family.table, made.family.row),
        ("movement", _movement(docket, movement, actor, birth)),
    ]


def _movement(docket: dict[str, Any], movement: UUID, actor: Actor, birth: Birth) -> dict[str, Any]:
    return {
        "id": movement,
        "docket": birth.docket,
        "sequence": 1,
        "instruction": birth.instruction,
        "ordinal": 0,
        "act": "register",
        "name": "register",
        "at": birth.at,
        "from_state": None,
        "to_state": docket["state"],
        "by_post": actor.post.id,
        "by_person": actor.person,
        "prepared_by": actor.prepared_by,
    }


def _write_time(draft: Draft, made: Registration, movement: UUID, actor: Actor, birth: Birth) -> None:
    docket, at = birth.docket, birth.at
    level = made.family.row.get("level")
    draft.also(*movements.change_holding(docket, actor.post.id, level if isinstance(level, int) else None, at))
    draft.also(movements.touch(docket, actor.post.id, "held", at, acted=True))
    draft.also(*(clock_statement(docket, at, change) for change in made.clocks))
    draft.also(movements.owe(movement, docket, at, bulk=False), movements.owe_run(docket, at))


def _instruction(giver: Giver, docket: UUID, instruction: UUID, outcome: dict[str, Any]) -> NewInstruction:
    return NewInstruction(
        id=instruction,
        docket=docket,
        name="register",
        movement_name="register",
        act="register",
        side=False,
        person=giver.person,
        post=giver.post,
        prepared_by=giver.prepared_by,
        key=giver.key,
        request_sha256=giver.request_sha256,
        parameters={},
        accepted_change=0,
        state="carried_out",
        outcome=outcome,
    )
