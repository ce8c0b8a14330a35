"""Lists of papers past their retention and lawful orders about single texts: drawn up, struck, signed by two.

Who has the power to weed records draws up and signs first; the second is another person at another post with the
power to order destruction (DESIGN §4, “Two people”), of the papers' office or above who had them last. Nothing is
erased here: ``flows.erasing`` does that when both have signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal
from uuid import UUID, uuid4

from flows.office.changes import By, OfficeTurn
from flows.retention import MOST, due_papers, still_due
from flows.rules.audit_chain import Commitment
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import ORDER_STATES, POWERS
from flows.rules.retention import order_words
from storage import erasures, retention

Sort = Literal["list", "order"]
Row = Mapping[str, Any]

WEED: Final = "weed"
ORDER: Final = "order_destruction"


def _person(turn: OfficeTurn) -> tuple[UUID, UUID]:
    """Post and person of who signs. Raises Refused for an operator and for who holds no post."""
    by: By | None = turn.by
    if by is None or by.post is None:
        raise Refused(Refusal("signed-by-people"))
    return by.post, by.person


async def _needs_either(turn: OfficeTurn) -> None:
    """Whoever may sign may also strike, hold and withdraw."""
    if turn.by is None:
        return
    post = await turn.acting()
    if post is None or not post.powers & {WEED, ORDER}:
        raise Refused(Refusal("lacks-power", facts={"power": POWERS[WEED]}))


async def _found(turn: OfficeTurn, sort: Sort, number: int, *states: str) -> Row:
    """The list or order, in one of these states. Raises Refused."""
    row = await retention.by_number(turn.driver, sort, number)
    if row is None:
        raise Refused(Refusal("no-such-order", "number"))
    if row["state"] not in states:
        raise Refused(Refusal("order-not-open", facts={"state": ORDER_STATES[row["state"]]}))
    return row


async def _paper(turn: OfficeTurn, number: str, field: str = "number") -> Row:
    row = await retention.paper(turn.driver, number)
    if row is None:
        raise Refused(Refusal("no-such-paper", field, {"number": number}))
    return row


def _outcome(order: UUID, sort: Sort, number: int, state: str, items: int) -> dict[str, Any]:
    return {"id": str(order), "sort": sort, "number": number, "state": state, "items": items}


async def _draw_up(
    turn: OfficeTurn, sort: Sort, authority: str | None, items: list[tuple[UUID, str | None]]
) -> dict[str, Any]:
    made, number = uuid4(), await retention.last_number(turn.driver, sort) + 1
    english, hindi = order_words(sort, number)
    post, person = (None, None) if turn.by is None else (turn.by.post, turn.by.person)
    row: dict[str, Any] = {"id": made, "sort": sort, "number": number, "words_en": english, "words_hi": hindi}
    row |= {"authority": turn.change.protect("authority", authority), "state": "drawn_up", "drawn_at": turn.at}
    turn.change.insert("erasure_order", {**row, "drawn_by_post": post, "drawn_by_person": person})
    lines = [{"id": uuid4(), "under": made, "ordinal": n, "paper": of, "part": part, "state": "listed"}
        for n, (of, part) in enumerate(items, 1)]  # fmt: skip
    turn.change.insert_all("erasure_item", lines)
    return _outcome(made, sort, number, "drawn_up", len(items))


@dataclass(frozen=True, slots=True)
class DrawUpList:
    """A list of papers past their retention on a day: these numbers, or all that are due (10,000 at most).

    After each file come the receipts that stand in it. A record room lists the papers of its own office; an
    operator those of all.
    """

    on: date | None = None
    numbers: tuple[str, ...] | None = None
    what: ClassVar[str] = "destruction.list-drawn-up"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power(WEED)
        day = self.on or turn.today
        if day > turn.today:
            raise Refused(Refusal("day-to-come", "on"))
        acting = await turn.acting()
        office = None if acting is None else acting.office
        found = await due_papers(turn.driver, day, limit=MOST, numbers=self.numbers, office=office)
        missing = set(self.numbers or ()) - {row["number"] for row in found}
        if missing:
            raise Refused(Refusal("not-due", "numbers", {"numbers": ", ".join(sorted(missing))}))
        if not found:
            raise Refused(Refusal("nothing-due", "on"))
        within = await retention.receipts_in(turn.driver, [row["id"] for row in found], day)
        papers = [one for row in found for one in (row["id"], *within.get(row["id"], ()))]
        return await _draw_up(turn, "list", None, [(paper, None) for paper in dict.fromkeys(papers)])


@dataclass(frozen=True, slots=True)
class DrawUpOrder:
    """A lawful order about texts of papers, such as a court's: which parts of which papers, and by whose word."""

    authority: str
    items: tuple[tuple[str, str], ...]
    what: ClassVar[str] = "erasure.order-drawn-up"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await _needs_either(turn)
        lines: list[tuple[UUID, str | None]] = []
        for number, part in dict.fromkeys(self.items):
            paper = await _paper(turn, number, "items")
            if not erasures.is_part(part) or not await erasures.of_part(turn.driver, paper["id"], part):
                raise Refused(Refusal("no-such-part", "items", {"number": number, "part": part}))
            lines.append((paper["id"], part))
        return await _draw_up(turn, "order", self.authority, lines)


def _hold(turn: OfficeTurn, paper: UUID, reason: Commitment, until: date | None) -> UUID:
    made = uuid4()
    post, person = (None, None) if turn.by is None else (turn.by.post, turn.by.person)
    row: dict[str, Any] = {"id": made, "paper": paper, "until": until, "reason": reason}
    row |= {"by_post": post, "by_person": person, "at": turn.at}
    turn.change.insert("retention_hold", row)
    return made


def _hold_outcome(hold: UUID, paper: str, until: date | None) -> dict[str, Any]:
    return {"id": str(hold), "paper": paper, "until": None if until is None else until.isoformat()}


def _day_to_come(turn: OfficeTurn, until: date | None) -> None:
    if until is not None and until <= turn.today:
        raise Refused(Refusal("day-gone", "until"))


@dataclass(frozen=True, slots=True)
class StrikeItem:
    """A line is taken off a list before the second signature: its paper is kept until a day, or on legal hold.

    With a file the receipts in it are struck. A struck line of an order keeps nothing back: the text simply stays.
    """

    sort: Sort
    number: int
    ordinal: int
    reason: str
    until: date | None = None
    what: ClassVar[str] = "destruction.line-struck"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await _needs_either(turn)
        _day_to_come(turn, self.until)
        row = await _found(turn, self.sort, self.number, "drawn_up", "signed")
        items = [one for one in await retention.items(turn.driver, row["id"]) if one["state"] == "listed"]
        struck = next((one for one in items if one["ordinal"] == self.ordinal), None)
        if struck is None:
            raise Refused(Refusal("no-such-item", "ordinal", {"ordinal": str(self.ordinal)}))
        with_it = await self._with_it(turn, struck, items)
        if len(items) == len(with_it):
            raise Refused(Refusal("one-last-item", "ordinal"))
        reason = turn.change.protect.required("reason", self.reason)
        for one in with_it:
            turn.change.set("erasure_item", {"id": one["id"]}, {"state": "struck", "struck_for": reason})
        if self.sort == "list":
            _hold(turn, struck["paper"], reason, self.until)
        return _outcome(row["id"], self.sort, self.number, row["state"], len(items) - len(with_it))

    async def _with_it(self, turn: OfficeTurn, struck: Row, items: list[Any]) -> list[Row]:
        """The line itself, and those of the receipts that stand in its file."""
        if self.sort != "list":
            return [struck]
        states = await erasures.standing(turn.driver, [one["paper"] for one in items])
        within = [one for one in items if states[one["paper"]]["in_file"] == struck["paper"]]
        return [struck, *within]


@dataclass(frozen=True, slots=True)
class Sign:
    """The first signature by who may weed records (an order: or order destruction), then the second."""

    sort: Sort
    number: int
    what: ClassVar[str] = "destruction.signed"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        post, person = _person(turn)
        row = await _found(turn, self.sort, self.number, "drawn_up", "signed")
        items = [one for one in await retention.items(turn.driver, row["id"]) if one["state"] == "listed"]
        if row["state"] == "drawn_up":
            await (turn.needs_power(WEED) if self.sort == "list" else _needs_either(turn))
            signed = {"state": "signed", "first_post": post, "first_person": person, "first_at": turn.at}
        else:
            await turn.needs_power(ORDER)
            if row["first_post"] == post or row["first_person"] == person:
                raise Refused(Refusal("second-other-post"))
            await self._in_his_reach(turn, items)
            await self._still_may_go(turn, items)
            signed = {"state": "ordered", "second_post": post, "second_person": person, "second_at": turn.at}
        turn.change.set("erasure_order", {"id": row["id"]}, signed)
        return _outcome(row["id"], self.sort, self.number, str(signed["state"]), len(items))

    async def _in_his_reach(self, turn: OfficeTurn, items: list[Any]) -> None:
        """Two people of other offices let nothing go: the second is of the papers' own office, or above it."""
        acting = await turn.acting()
        assert acting is not None
        papers = list(dict.fromkeys(item["paper"] for item in items))
        number = await erasures.beyond(turn.driver, papers, acting.id, acting.office)
        if number is not None:
            raise Refused(Refusal("paper-of-another-office", facts={"number": number}))

    async def _still_may_go(self, turn: OfficeTurn, items: list[Any]) -> None:
        """A paper of a list may have been reopened, or put on hold, since the list was drawn up."""
        papers = [item["paper"] for item in items] if self.sort == "list" else []
        states = await erasures.standing(turn.driver, papers)
        for paper in papers:
            now, facts = states[paper], {"number": states[paper]["number"]}
            if not now["closed"]:
                raise Refused(Refusal("paper-not-closed", facts=dict(facts)))
            if now["held"]:
                raise Refused(Refusal("paper-kept-back", facts=dict(facts)))
        await self._still_due(turn, items)

    async def _still_due(self, turn: OfficeTurn, items: list[Any]) -> None:
        """Closed again since the list was drawn up, a paper has all its years before it."""
        papers = {item["paper"]: item["number"] for item in items} if self.sort == "list" else {}
        gone = papers.keys() - await still_due(turn.driver, turn.today, list(papers))
        if gone:
            raise Refused(Refusal("not-due", facts={"numbers": ", ".join(sorted(papers[one] for one in gone))}))


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A list or an order that is not signed by both comes to nothing; its papers are due as before."""

    sort: Sort
    number: int
    what: ClassVar[str] = "destruction.withdrawn"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await _needs_either(turn)
        row = await _found(turn, self.sort, self.number, "drawn_up", "signed")
        turn.change.set("erasure_order", {"id": row["id"]}, {"state": "withdrawn"})
        return _outcome(row["id"], self.sort, self.number, "withdrawn", 0)


@dataclass(frozen=True, slots=True)
class KeepBack:
    """A paper is kept longer: until a day, or on legal hold until that is lifted."""

    paper: str
    reason: str
    until: date | None = None
    what: ClassVar[str] = "retention.kept-back"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await _needs_either(turn)
        _day_to_come(turn, self.until)
        paper = await _paper(turn, self.paper, "paper")
        if paper["destroyed_under"] is not None:
            raise Refused(Refusal("destroyed", "paper"))
        reason = turn.change.protect.required("reason", self.reason)
        return _hold_outcome(_hold(turn, paper["id"], reason, self.until), self.paper, self.until)


@dataclass(frozen=True, slots=True)
class LiftHold:
    """A hold keeps its paper back no more: for who may order destruction.

    Where several keep it back, ``hold`` names the one that is lifted; the others go on.
    """

    paper: str
    hold: UUID | None = None
    what: ClassVar[str] = "retention.hold-lifted"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        await turn.needs_power(ORDER)
        paper = await _paper(turn, self.paper, "paper")
        row = self._meant(await retention.holds(turn.driver, paper["id"], turn.today))
        person = None if turn.by is None else turn.by.person
        turn.change.set("retention_hold", {"id": row["id"]}, {"lifted_at": turn.at, "lifted_by": person})
        return _hold_outcome(row["id"], self.paper, row["until"])

    def _meant(self, standing: Sequence[Row]) -> Row:
        """The hold that is named, or the only one. Raises Refused."""
        facts = {"number": self.paper}
        if not standing:
            raise Refused(Refusal("not-kept-back", "paper", facts))
        named = standing if self.hold is None else [one for one in standing if one["id"] == self.hold]
        if not named:
            raise Refused(Refusal("no-such-hold", "hold", facts))
        if len(named) > 1:
            raise Refused(Refusal("several-holds", "hold", {"number": self.paper, "count": str(len(named))}))
        return named[0]


@dataclass(frozen=True, slots=True)
class SetCarriedOut:
    """What both have signed is done: nothing that the order names stands any more. Only the command says so."""

    order: UUID
    sort: Sort
    number: int
    what: ClassVar[str] = "destruction.carried-out"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        row = await _found(turn, self.sort, self.number, "ordered")
        done = {"state": "carried_out", "carried_out_at": turn.at}
        turn.change.set("erasure_order", {"id": row["id"]}, done)
        return _outcome(row["id"], self.sort, self.number, "carried_out", 0)
