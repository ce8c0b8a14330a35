"""Reads the case of an order or of a docket, as far as whoever asks may know of the docket at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flows import facts
from flows.carry_out import row_of
from flows.orders import Order, post_reference
from flows.rules import decide
from flows.rules.acts import ACTS
from flows.rules.assistants import judged_as
from flows.rules.cases import NOBODY, Actor, Case, Parameters, PostFacts
from flows.rules.errors import Refusal, Refused
from flows.rules.known_schemes import KNOWN
from flows.rules.parts import ALL_PARTS
from flows.rules.tables import Row
from flows.rules.visibility import Sight, Standing, Visibility, sight, visibility_of
from flows.schemes_in_force import know
from storage import cases
from storage.cases import Found, Question
from storage.database import Driver
from storage.kept_posts import KeptPosts


class NoSuchDocket(Exception):
    """There is no such docket, or none that this person may see; the two are not told apart."""


async def read_case(driver: Driver, kept: KeptPosts, person: UUID, post: UUID, order: Order) -> Case:
    """The case of an order, with its plain parameters. Raises NoSuchDocket, Refused (unknown action or post)."""
    to, code = post_reference(order.to)

    named = [post_reference(one) for one in order.posts or map(str, order.plain.posts)]
    also = tuple(one for one, _ in named if one is not None)
    codes = tuple(one for _, one in named if one is not None)

    def question() -> Question:
        return Question(
            order.docket,
            post,
            KNOWN.parts_for(order.action),
            to,
            (*codes, code) if code else codes,
            also,
            reference=(order.plain.system, order.plain.reference),
            category=order.plain.category,
            settles=order.action in decide.SETTLING,
        )

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
        seen, posts = await _seen(
            driver, kept, person, lambda: Question(found, post, KNOWN.parts_beside(order.action))
        )
        # A tie opens the one docket to whoever reads the other: an auditor does not tie what he only audits.
        if order.action not in decide.SETTLING and sees(seen.docket, posts, person, post) == "movements":
            raise NoSuchDocket
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
    return standing_of(found, posts, person, post)


def standing_of(found: Found, posts: Mapping[UUID, PostFacts], person: UUID, post: UUID) -> Case:
    """The same of a docket whose facts were read; its scheme is known."""
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


def _row(docket: Mapping[str, Any], action: str) -> Any:
    table = facts.table_of(docket)
    known_action = action in table.by_name and table.by_name[action].is_action
    settling = action in decide.SETTLING and any(row.second for row in table.rows)
    if not known_action and not settling:
        raise Refused(Refusal("unknown-action", "action", {"action": action}))
    return row_of(docket, action)


def visible(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], person: UUID, post: UUID) -> bool:
    """May this person know of the docket at all?"""
    return sees(docket, posts, person, post) != "nothing"


def sees(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], person: UUID, post: UUID) -> Sight:
    """How much of the docket this person sees at a post."""
    return sight_of(docket, posts, visibility_of(person, posts[post].held_by(person)))[0]


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
            accused=_is_against(docket, posts, seen),
        ),
    )


def _is_against(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], seen: Visibility) -> bool:
    """Is it a complaint against the acting post, one above it, or who acts, at whichever of his posts?"""
    accused = docket["complaint"] and docket["complaint"]["accused"]
    if accused is None:
        return False
    post = posts[UUID(accused)]
    return post.id in (seen.post, *seen.above) or seen.person in post.people


def _may_be_second(docket: Mapping[str, Any], posts: Mapping[UUID, PostFacts], acting: PostFacts) -> bool:
    """Whoever is to confirm a proposal must be able to read what it is about."""
    proposal = docket["proposal"]
    if proposal is None or datetime.fromisoformat(proposal["lapses_at"]) <= docket["at"]:
        return False
    proposer = posts.get(UUID(proposal["post"]))
    above = proposer is not None and acting.id in proposer.above
    return above or ("allow_reopening" in acting.powers and acting.office == docket["office"])
