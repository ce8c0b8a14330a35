"""Registration: number, docket, first movement and first audit entry, all in the accepting transaction.

Nothing can refuse it later; only its record in Prefect follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from flows import facts
from flows.assigning import Born, assign_at_once
from flows.births import NewDocket, movement_id, write_birth
from flows.instructions import Accepted, Giver, known
from flows.orders import post_reference
from flows.parameters import Protector
from flows.routing import own_values
from flows.rules import numbering
from flows.rules.assistants import may_act, registering_power
from flows.rules.cases import Actor, PostFacts
from flows.rules.complaints import accused_of
from flows.rules.errors import Refusal, Refused
from flows.rules.guards_references import taken
from flows.rules.labels import listed_codes
from flows.rules.messages import REGISTERED
from flows.rules.own_values import OwnValues, with_own
from flows.rules.plan import Message, NewRow
from flows.rules.registration import Application, Registration, judge_registration, plan_registration
from flows.rules.routing import Barred
from flows.rules.schemes import Scheme
from flows.schemes_in_force import some_in_force
from flows.taking_in import check_handed_on, handed_on, is_biased
from flows.writing import message_row
from storage import instruction_queue, numbers, outbox, references
from storage.database import AlreadyThere, Database, Driver, write
from storage.identity import OfficeIdentity
from storage.instruction_queue import NewInstruction
from storage.kept_posts import KeptPosts
from storage.posts import read_posts


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
    person: str = "complainant"


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
    around = await read_posts(driver, kept, asked, [code] if code else [])
    posts = facts.posts_of(around)
    if accused is not None:
        wish = _with_accused(wish, next((p.id for p in posts.values() if p.id == to or p.code == code), None))
    at = await numbers.now(driver)
    scheme = _scheme(await some_in_force(driver, at), wish)
    if giver.post not in posts:
        raise Refused(Refusal("unknown-kind", "kind", {"kind": wish.kind}))
    own = await own_values(driver, scheme, wish.kind, wish.particulars)
    scheme = with_own(scheme, wish.kind, own)
    actor = Actor(giver.person, posts[giver.post].held_by(giver.person), giver.prepared_by)
    _check_assistant(actor, scheme, wish.kind)
    docket, instruction = uuid4(), uuid4()
    protector = Protector(instruction)
    application = _application(wish, own, protector)
    refusal = judge_registration(scheme, actor, application, scheme.day_of(at))
    if refusal is not None:
        raise Refused(refusal)
    await _check_reference(driver, scheme, wish)
    calendar = facts.calendar_of(scheme, around.days).as_of(at)
    made = plan_registration(scheme, actor, application, docket, at, calendar)
    barred = _barred(made, posts)
    biased = is_biased(actor, barred)
    if biased:
        made = await handed_on(driver, kept, made, actor, barred)
    serial = await numbers.next_in(driver, made.series)
    number = numbering.number_of(scheme.kinds[wish.kind], made.number_fields, serial)
    made = replace(made, messages=await _messages(driver, identity, made))
    new = _new_docket(made, actor, wish, instruction, identity.epoch, number, at)
    draft, done, head = write_birth(new)
    statements = protector.statements + draft.statements
    if scheme.kinds[wish.kind].assign_at_once:
        born = Born(scheme, own, new, calendar, barred, head)
        sent_on, done = await assign_at_once(driver, kept, born, identity, done)
        statements += sent_on
    if biased:
        check_handed_on(made, done.holder, actor)
    kept_as = _instruction(giver, docket, instruction, done.to_json())
    statements += instruction_queue.store(kept_as)
    await write(driver, statements, commit=True)
    return Accepted(instruction, docket, "carried_out", kept_as.outcome)


async def _check_reference(driver: Driver, scheme: Scheme, wish: Wish) -> None:
    """Raises Refused where another docket bears the number of the outside system; its own is named."""
    system, number = wish.particulars.get("system"), wish.particulars.get("reference")
    first = None if system is None else await references.first_with(driver, system, str(number))
    if first is not None:
        raise Refused(taken(first, scheme.kinds[wish.kind].systems[str(system)], str(number)))


def _barred(made: Registration, posts: Mapping[UUID, PostFacts]) -> Barred:
    """Who must not get it: nobody can have recused himself yet."""
    accused = accused_of(made.family.row)
    return Barred.of(None if accused is None else posts[accused], frozenset())


def _scheme(holding: Mapping[str, Scheme], wish: Wish) -> Scheme:
    """The scheme that is named, or the only one that has the kind. Raises Refused."""
    if wish.scheme is not None and wish.scheme not in holding:
        raise Refused(Refusal("unknown-scheme", "scheme", {"scheme": wish.scheme}))
    names = holding if wish.scheme is None else (wish.scheme,)
    found = [holding[name] for name in names if wish.kind in holding[name].kinds]
    if not found:
        raise Refused(Refusal("unknown-kind", "kind", {"kind": wish.kind}))
    if len(found) > 1:
        several = listed_codes({scheme.name: scheme.label for scheme in found})
        raise Refused(Refusal("needs-scheme", "scheme", {"kind": wish.kind, "schemes": several}))
    return found[0]


async def _messages(driver: Driver, identity: OfficeIdentity, made: Registration) -> tuple[Message, ...]:
    """What is told by the channels that there are: the citizen's own, and one for each webhook that listens."""
    told = [message for message in made.messages if message.channel in identity.channels]
    if "webhook" in identity.channels:
        targets = await outbox.subscribers(driver, REGISTERED)
        told += [Message(REGISTERED, "webhook", "webhook", target) for target in targets]
    return tuple(told)


def _check_assistant(actor: Actor, scheme: Scheme, kind: str) -> None:
    """Raises Refused where an assistant may not register for his officer's post. What it may is judged after."""
    barred = may_act(actor.post, actor.person, registering_power(scheme.table_of(kind).family))
    if barred is not None:
        raise Refused(barred)


def _with_accused(wish: Wish, post: UUID | None) -> Wish:
    """The post complained against, by its id; it may have been named by its code."""
    if post is None:
        raise Refused(Refusal("unknown-post", "accused"))
    return replace(wish, particulars={**wish.particulars, "accused": post})


def _application(wish: Wish, own: OwnValues, protect: Protector) -> Application:
    category = own.categories.get(str(wish.particulars.get("category")))
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
        letter_number=protect("letter_number", wish.texts.get("letter_number")),
        person=wish.person,
        category_row=category.row if category else None,
    )


def _new_docket(
    made: Registration, actor: Actor, wish: Wish, instruction: UUID, epoch: int, number: str, at: datetime
) -> NewDocket:
    movement = movement_id(instruction, made.id)
    told = tuple(NewRow("outbox", message_row(one, movement, made.id, at)) for one in made.messages)
    secret = {"secret_sha256": wish.secret_sha256} if made.family.table == "complaint" else None
    holder = made.docket["holder"]
    return NewDocket(
        docket=made.docket,
        family=made.family,
        number=number,
        movement=movement,
        instruction=instruction,
        row=made.beginning,
        act="register",
        at=at,
        actor=actor,
        epoch=epoch,
        before=made.others,
        after=(*made.after, *told),
        clocks=made.clocks,
        unaudited=secret,
        to_post=None if holder == actor.post.id else cast("UUID", holder),
    )


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
