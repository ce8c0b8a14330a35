"""Acceptance: check an instruction, keep it durably, tell the engine. Registration is carried out here and now.

The order of checks is: idempotency key, version, rules, one waiting movement (DESIGN §5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flows import facts, parameters
from flows.births import movement_id
from flows.carry_out import row_of
from flows.parameters import Protector
from flows.rules import decide
from flows.rules.acts import ACTS
from flows.rules.assistants import judged_as, may_act, power_for
from flows.rules.audit_chain import commit_document, new_salt
from flows.rules.cases import NOBODY, Actor, Case, Parameters, PostFacts
from flows.rules.effects import document_id
from flows.rules.errors import Refusal, Refused
from flows.rules.known_schemes import KNOWN
from flows.rules.letters import Addressee
from flows.rules.parts import ALL_PARTS
from flows.rules.second_factor import DECIDING, is_deciding
from flows.rules.tables import Row
from flows.rules.visibility import Standing, Visibility, sight, visibility_of
from flows.schemes_in_force import know
from flows.second_factor import NO_PROOF, Proof, show_proof
from storage import cases, document_rows, instruction_queue, tray
from storage.cases import Found, Question
from storage.database import AlreadyThere, Database, Driver, Statement, write
from storage.instruction_queue import NewInstruction
from storage.kept_posts import KeptPosts


class NoSuchDocket(Exception):
    """There is no such docket, or none that this person may see; the two are not told apart."""


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
class Order:
    """An action on a docket as it was asked for.

    Texts are plain; ``to`` and ``posts`` are posts' ids or codes, ``other`` another docket's id or number.
    ``tray_item`` is what is confirmed with it: its texts stand protected in ``plain``, where the others stand too.
    """

    docket: UUID
    action: str
    seen_version: int | None
    to: str | None = None
    texts: Mapping[str, str] | None = None
    conditions: tuple[str, ...] = ()
    plain: Parameters = field(default_factory=Parameters)
    document: Mapping[str, Any] | None = None
    other: str | None = None
    posts: tuple[str, ...] = ()
    tray_item: UUID | None = None
    addressees: tuple[Mapping[str, Any], ...] = ()


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


async def accept(database: Database, giver: Giver, order: Order, *, instruction: UUID | None = None) -> Accepted:
    """Keeps an instruction, to be carried out by an engine; it survives any crash from here on.

    ``instruction`` is the id that it gets, for a caller who must know it before the commit. Raises Refused
    with the rule that refused, NoSuchDocket.
    """
    new = instruction or uuid4()
    for _ in range(2):
        try:
            async with database.writing() as driver:
                return await known(driver, giver) or await _accept(driver, database.posts, giver, order, new)
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


async def _accept(driver: Driver, kept: KeptPosts, giver: Giver, order: Order, instruction: UUID) -> Accepted:
    if order.tray_item is not None and (first := await _confirmed(driver, order.tray_item)) is not None:
        return first
    given = await read_case(driver, kept, giver.person, giver.post, order)
    protector = Protector(instruction)
    case = replace(given, parameters=_protected(given, order, protector))
    check_version(case, order)
    refusal = judge(case, order.action)
    if refusal is not None:
        raise Refused(refusal)
    if is_deciding(case.table, case.row, order.action):
        await show_proof(driver, giver.person, giver.proof, DECIDING)
    new = _instruction(case, giver, order, instruction)
    stored = protector.statements + _blob(order) + instruction_queue.store(new)
    await write(driver, stored, commit=True)
    document = _document_of(instruction, order.docket, new.act)
    return Accepted(instruction, order.docket, "waiting", None, document=document)


async def _confirmed(driver: Driver, item: UUID) -> Accepted | None:
    """What came of a tray's item that was confirmed before; the item stays locked, so that none is doubled.

    Raises Refused where it was withdrawn.
    """
    if await tray.lock(driver, item) == "withdrawn":
        raise Refused(Refusal("tray-withdrawn"))
    row = await instruction_queue.by_tray_item(driver, item)
    return None if row is None else again(row)


async def read_case(driver: Driver, kept: KeptPosts, person: UUID, post: UUID, order: Order) -> Case:
    """The case of an order, with its plain parameters. Raises NoSuchDocket, Refused (unknown action or post)."""
    to, code = post_reference(order.to)

    named = [post_reference(one) for one in order.posts or map(str, order.plain.posts)]
    also = tuple(one for one, _ in named if one is not None)
    codes = tuple(one for _, one in named if one is not None)

    def question() -> Question:
        parts = KNOWN.parts_for(order.action)
        return Question(order.docket, post, parts, to, (*codes, code) if code else codes, also)

    found, posts = await _seen(driver, kept, person, question)
    action = _row(found.docket, order.action)
    target = to if to is not None else next((p.id for p in posts.values() if p.code == code), None)
    if order.to is None:
        target = _next_stop(found.docket, action)
    if order.to is not None and target not in posts:
        raise Refused(Refusal("unknown-post", "to"))
    other = await _other(driver, kept, person, post, order, found.docket)
    by_code = {one.code: one.id for one in posts.values()}
    given = replace(
        order.plain,
        to=target,
        other=other.docket["id"] if other else None,
        posts=tuple(one or by_code.get(str(named_code), NOBODY) for one, named_code in named),
    )
    if other is not None:
        posts |= facts.posts_of(other.posts)
    case = facts.case_of(found, posts, Actor(person, posts[post].held_by(person)), action, given, other)
    # The second person names no other docket himself; the step must know it to lock both.
    return replace(case, parameters=replace(given, other=None)) if order.action in decide.SETTLING else case


def _next_stop(docket: Mapping[str, Any], action: Row) -> UUID | None:
    """Where it goes when no post is named: to the next of its route, which the instruction then names."""
    if "along_route" not in action.follows or not docket["route"]:
        return None
    return UUID(docket["route"][0]["post"])


async def _other(
    driver: Driver, kept: KeptPosts, person: UUID, post: UUID, order: Order, docket: Mapping[str, Any]
) -> Found | None:
    """The other docket that an order names, or the proposal that it settles. Raises Refused."""
    named = order.other or (str(order.plain.other) if order.plain.other is not None else None)
    if order.action in decide.SETTLING:
        named = docket["proposal"]["parameters"].get("other") if docket["proposal"] else None
    if named is None:
        return await _asking(driver, kept, post, order, docket)
    other, number = post_reference(named)
    found = other or await cases.id_of(driver, str(number))
    try:
        if found is None:
            raise NoSuchDocket
        seen, _ = await _seen(
            driver, kept, person, lambda: Question(found, post, KNOWN.parts_beside(order.action))
        )
    except NoSuchDocket:
        raise Refused(Refusal("unknown-docket", "other", {"number": named})) from None
    return seen


async def _asking(
    driver: Driver, kept: KeptPosts, post: UUID, order: Order, docket: Mapping[str, Any]
) -> Found | None:
    """The file that asks by this one, where the action answers it: whoever was asked need not see that file."""
    row = facts.table_of(docket).by_name.get(order.action)
    if row is None or "consulted" not in row.needs:
        return None
    sort = ACTS[row.act].unties
    asking = [UUID(tie["other"]) for tie in docket["ties"] or () if tie["sort"] == sort and tie["belongs"]]
    if not asking:
        return None
    return await cases.read_facts(driver, kept, Question(asking[0], post, KNOWN.parts_beside(order.action)))


async def read_standing(driver: Driver, kept: KeptPosts, person: UUID, post: UUID, docket: UUID) -> Case:
    """How a docket stands to a person at a post, for what he may do next. Raises NoSuchDocket.

    To an assistant it stands as to his officer, for whom he prepares. Its row is that of the open proposal, where
    one waits for a second person, and otherwise of no account.
    """
    found, posts = await _seen(driver, kept, person, lambda: Question(docket, post, ALL_PARTS))
    proposal = found.docket["proposal"]
    table = facts.table_of(found.docket)
    row = table.by_name[proposal["name"]] if proposal else table.rows[0]
    officer = next(iter(judged_as(posts[post], person)), person)
    return facts.case_of(found, posts, Actor(officer, posts[post].held_by(officer)), row, Parameters())


async def _seen(
    driver: Driver, kept: KeptPosts, person: UUID, question: Callable[[], Question]
) -> tuple[Found, dict[UUID, PostFacts]]:
    """The facts asked for and the posts around them. Raises NoSuchDocket."""
    asked = question()
    found = await cases.read_facts(driver, kept, asked)
    if found is None:
        raise NoSuchDocket
    if await know(driver, [found.docket]):
        # The rules of a scheme that was not known here may look at more.
        return await _seen(driver, kept, person, question)
    posts = facts.posts_of(found.posts)
    if asked.post not in posts or not visible(found.docket, posts, person, asked.post):
        raise NoSuchDocket
    return found, posts


def visible(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], person: UUID, post: UUID) -> bool:
    """May this person know of the docket at all?"""
    acting = posts[post].held_by(person)
    seen = visibility_of(person, post, acting.office, acting.powers, acting.record_room)
    return sight_of(docket, posts, seen)[0] != "nothing"


def sight_of(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], seen: Visibility):
    """What of the docket a person sees, from its row as ``storage.cases`` reads it."""
    # A closed or answered docket is in nobody's hand: the superiors are those of the post that had it last.
    holder = posts.get(docket["last_holder"])
    standing = docket["standing"] or {}
    acting = posts[seen.post].held_by(seen.person)
    last_act = standing.get("last_act")
    until = datetime.fromisoformat(last_act) if last_act else None
    return sight(
        seen,
        Standing(
            # What lies in a file is in the hand of whoever holds the file.
            holds=seen.post in (docket["holder"], docket["held_through"]),
            role=standing.get("role"),
            last_act=until,
            above_holder=(holder is not None and seen.post in holder.above)
            or _may_be_second(docket, posts, acting),
            confidential=docket["classification"] != "ordinary",
            complaint=docket["family"] == "complaint",
            own_office=docket["office"] == seen.office,
            accused=docket["complaint"] is not None and docket["complaint"]["accused"] == str(seen.post),
        ),
    )


def _may_be_second(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], acting: PostFacts) -> bool:
    """Whoever is to confirm a proposal must be able to read what it is about."""
    proposal = docket["proposal"]
    if proposal is None or datetime.fromisoformat(proposal["lapses_at"]) <= docket["at"]:
        return False
    proposer = posts.get(UUID(proposal["post"]))
    above = proposer is not None and acting.id in proposer.above
    return above or ("allow_reopening" in acting.powers and acting.office == docket["office"])


def post_reference(given: str | None) -> tuple[UUID | None, str | None]:
    """A post as it was named: by its id, or by its code."""
    if given is None:
        return None, None
    try:
        return UUID(given), None
    except ValueError:
        return None, given


def _row(docket: Mapping[str, Any], action: str) -> Any:
    table = facts.table_of(docket)
    known_action = action in table.by_name and table.by_name[action].is_action
    settling = action in decide.SETTLING and any(row.second for row in table.rows)
    if not known_action and not settling:
        raise Refused(Refusal("unknown-action", "action", {"action": action}))
    return row_of(docket, action)


def _protected(case: Case, order: Order, protect: Protector) -> Parameters:
    """The parameters with every text as a protected value."""
    texts = words_of(order, protect)
    draft = case.own_draft if order.plain.draft is not None and "draft" in case.row.takes else None
    if draft is not None and draft.note == order.plain.draft:
        texts["fixed_text"] = protect("fixed_text", draft.text)
    document = None if order.document is None else _document(order.document, protect)
    return replace(case.parameters, **texts, document=document)


def words_of(order: Order, protect: Protector) -> dict[str, Any]:
    """The words that were given with an order as protected values, by the parameter that they are."""
    words: dict[str, Any] = {name: protect(name, text) for name, text in (order.texts or {}).items()}
    if order.conditions:
        given = enumerate(order.conditions, 1)
        words["conditions"] = tuple(protect.required(f"condition {n}", text) for n, text in given)
    if order.addressees:
        words["addressees"] = tuple(_addressee(n, one, protect) for n, one in enumerate(order.addressees, 1))
    return words


def _addressee(ordinal: int, given: Mapping[str, Any], protect: Protector) -> Addressee:
    address, email = (protect(f"addressee {ordinal} {name}", given.get(name)) for name in ("address", "email"))
    name = protect.required(f"addressee {ordinal} name", given["name"])
    return Addressee(name, address, email, bool(given.get("copy")))


def _document(given: Mapping[str, Any], protect: Protector) -> dict[str, Any]:
    salt = new_salt()
    commitment = commit_document(salt, given["sha256"])
    name = protect.required("name", given["name"])
    return {**given, "name": name, "salt": salt, "commitment": commitment}


def _blob(order: Order) -> list[Statement]:
    """The bytes stand in the store already; their row stands before an instruction cites them."""
    given = order.document
    return [] if given is None else [document_rows.keep_blob(given["sha256"], given["size"], given["media_type"])]


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
