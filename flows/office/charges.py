"""Charge of a post: substantive, additional, or as link officer for an absence. Given, ended; leave recorded.

A post has one holder at a time and one link officer at a time, also at any time to come. Taking charge from a
holder, with the list of what the post holds, is ``taking_charge``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flows.office import found
from flows.office.changes import INDIA, OfficeTurn
from flows.rules.audit_values import encode_time
from flows.rules.errors import Refusal, Refused
from flows.rules.posts import CHARGES, Term, meet
from storage import tenures

Row = Mapping[str, Any]


def check_term(turn: OfficeTurn, begins: datetime | None, ends: datetime | None) -> Term:
    """From when until when; from now where no beginning is named. Raises Refused."""
    since = found.time_to_come(turn, begins, "from")
    if ends is not None and ends <= since:
        raise Refused(Refusal("ends-before-it-begins", "until"))
    return since, ends


def check_free(post: Row, who: Row, charge: str, term: Term, standing: Sequence[Row]) -> None:
    """Raises Refused where somebody, or he himself, sits there in that charge at any time of the term."""
    _within_the_posts_life(post, term)
    for other in standing:
        if not meet(term, (other["from_at"], other["to_at"])):
            continue
        if other["person"] == who["id"]:
            raise Refused(Refusal("sits-there", "person", {"login": who["login"], "post": post["code"]}))
        if charge == "link" and other["charge"] == "link":
            raise Refused(Refusal("link-there", "person", {"login": other["login"], "post": post["code"]}))
        if charge != "link" and other["charge"] != "link":
            raise Refused(Refusal("post-held", "post", {"login": other["login"], "post": post["code"]}))


def _within_the_posts_life(post: Row, term: Term) -> None:
    if post["closed_on"] is None:
        return
    closes = datetime.combine(post["closed_on"], time(0), tzinfo=INDIA)
    if term[1] is None or term[1] > closes:
        raise Refused(Refusal("post-closed", "post", {"post": post["code"], "day": post["closed_on"].isoformat()}))


def seat(turn: OfficeTurn, person: UUID, post: UUID, charge: str, term: Term) -> UUID:
    """A new term of a person at a post; answers its id."""
    made = uuid4()
    ids = {"id": made, "person": person, "post": post}
    turn.change.insert("tenure", {**ids, "charge": charge, "from_at": term[0], "to_at": term[1]})
    return made


def end_term(turn: OfficeTurn, table: str, row: Row, at: datetime) -> None:
    """A term ends; one that has not begun never does."""
    turn.change.set(table, {"id": row["id"]}, {"to_at": max(at, row["from_at"])})


def told(term: Term) -> dict[str, str | None]:
    """A term as an outcome tells it."""
    since, until = term
    return {"from": encode_time(since), "until": None if until is None else encode_time(until)}


@dataclass(frozen=True, slots=True)
class GiveCharge:
    """Gives a person charge of a post that nobody holds then. An administrator never seats himself."""

    post: str
    person: str
    charge: str
    begins: datetime | None = None
    ends: datetime | None = None
    what: ClassVar[str] = "charge.given"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        if self.charge not in CHARGES:
            raise Refused(Refusal("unknown-charge", "charge", {"allowed": ", ".join(CHARGES)}))
        if self.charge == "link" and self.ends is None:
            raise Refused(Refusal("link-needs-end", "until"))
        post, who = await found.post(turn, self.post), await found.person_let_in(turn, self.person)
        turn.not_for_himself(who["id"])
        term = check_term(turn, self.begins, self.ends)
        check_free(post, who, self.charge, term, await tenures.of_post(turn.driver, post["id"], turn.at))
        made = seat(turn, who["id"], post["id"], self.charge, term)
        return {"id": str(made), "post": self.post, "person": self.person, "charge": self.charge, **told(term)}


@dataclass(frozen=True, slots=True)
class EndCharge:
    """Ends a person's charge of a post, now or later; one that has not begun by then never does."""

    post: str
    person: str
    at: datetime | None = None
    what: ClassVar[str] = "charge.ended"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power("administer")
        post, who = await found.post(turn, self.post), await found.person(turn, self.person)
        at = found.time_to_come(turn, self.at, "at")
        standing = await tenures.of_post(turn.driver, post["id"], at)
        own = [term for term in standing if term["person"] == who["id"] and term["from_at"] != term["to_at"]]
        if not own:
            raise Refused(Refusal("no-such-charge", "person", {"login": self.person, "post": self.post}))
        for term in own:
            end_term(turn, "tenure", term, at)
        await end_leave_of(turn, post["id"], who["id"], at)
        return {"post": self.post, "person": self.person, "at": encode_time(at)}


async def end_leave_of(
    turn: OfficeTurn, post: UUID, person: UUID, at: datetime, *, but_links: Collection[UUID] = ()
) -> None:
    """Who leaves a post is on leave from it no more, and nobody stands in for him.

    ``but_links``: terms of link officers that the same change ends for another reason.
    """
    for leave in await tenures.absences_of_post(turn.driver, post, at):
        if leave["person"] == person and leave["from_at"] != leave["to_at"]:
            _end_leave(turn, leave, at, but_links)


def _end_leave(turn: OfficeTurn, leave: Row, at: datetime, but_links: Collection[UUID] = ()) -> None:
    end_term(turn, "absence", leave, at)
    if leave["tenure"] not in but_links and (leave["link_to"] is None or leave["link_to"] > at):
        link = {"id": leave["tenure"], "from_at": leave["link_from"]}
        end_term(turn, "tenure", link, at)


async def _sanctions_leave(turn: OfficeTurn, post: UUID) -> None:
    """Leave is recorded by an administrator, or by whoever is at a post above."""
    acting = await turn.acting()
    if acting is not None and acting.id in (await turn.post(post)).above:
        return
    await turn.needs_power("administer")


@dataclass(frozen=True, slots=True)
class GoOnLeave:
    """A holder's absence from a post; the link officer stands in for that time."""

    post: str
    person: str
    link_officer: str
    begins: datetime | None
    ends: datetime
    what: ClassVar[str] = "leave.recorded"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        post, who = await found.post(turn, self.post), await found.person(turn, self.person)
        await _sanctions_leave(turn, post["id"])
        link = await found.person_let_in(turn, self.link_officer, "link_officer")
        turn.not_for_himself(link["id"])
        if link["id"] == who["id"]:
            raise Refused(Refusal("own-link-officer", "link_officer"))
        term = check_term(turn, self.begins, self.ends)
        standing = await tenures.of_post(turn.driver, post["id"], turn.at)
        self._holds_throughout(who, term, standing)
        for leave in await tenures.absences_of_post(turn.driver, post["id"], turn.at):
            if leave["person"] == who["id"] and meet(term, (leave["from_at"], leave["to_at"])):
                raise Refused(Refusal("on-leave-already", "person", {"login": self.person, "post": self.post}))
        check_free(post, link, "link", term, standing)
        return self._record(turn, post["id"], who["id"], link["id"], term)

    def _holds_throughout(self, who: Row, term: Term, standing: Sequence[Row]) -> None:
        own = [one for one in standing if one["person"] == who["id"] and one["charge"] != "link"]
        if not any(
            one["from_at"] <= term[0] and (one["to_at"] is None or one["to_at"] >= self.ends) for one in own
        ):
            raise Refused(Refusal("not-holder-then", "person", {"login": self.person, "post": self.post}))

    def _record(self, turn: OfficeTurn, post: UUID, who: UUID, link: UUID, term: Term) -> dict[str, Any]:
        made, tenure = uuid4(), seat(turn, link, post, "link", term)
        row = {"id": made, "person": who, "post": post, "link_officer": link, "tenure": tenure}
        turn.change.insert("absence", {**row, "from_at": term[0], "to_at": self.ends})
        named = {"post": self.post, "person": self.person, "link_officer": self.link_officer}
        return {"id": str(made), **named, **told(term)}


@dataclass(frozen=True, slots=True)
class EndLeave:
    """Ends an absence before its time, with the link officer's charge; one that has not begun never does."""

    post: str
    absence: UUID
    at: datetime | None = None
    what: ClassVar[str] = "leave.ended"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        post = await found.post(turn, self.post)
        await _sanctions_leave(turn, post["id"])
        at = found.time_to_come(turn, self.at, "at")
        leaves = await tenures.absences_of_post(turn.driver, post["id"], at)
        leave = next((one for one in leaves if one["id"] == self.absence), None)
        if leave is None or leave["from_at"] == leave["to_at"]:
            raise Refused(Refusal("no-such-absence", "absence"))
        _end_leave(turn, leave, at)
        return {"id": str(self.absence), "at": encode_time(at)}
