"""Taking charge: the person at a post changes, no docket moves (DESIGN §4, “Two people” and “Side acts”).

One of the two draws up and signs the list of what the post holds, the other confirms it from his own log-in: the
successor, and either the predecessor or the controlling officer with the reason why the predecessor does not sign.
Both sign one and the same list: where the post holds something else by then, a new one is drawn up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from flows.office import charges, found
from flows.office.changes import By, OfficeTurn
from flows.rules.audit_values import encode_row, encode_time
from flows.rules.canonical_json import canonical
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import CHARGE_STATES
from flows.rules.posts import SECONDS, Parties, SignsAs
from storage import charge_lists, tenures

LAPSES_AFTER: Final = timedelta(days=3)
"""How long a list that one has signed waits for the other."""

_CHARGES: Final = ("substantive", "additional")

Row = Mapping[str, Any]


def sum_of(post: UUID, lines: Sequence[Row]) -> bytes:
    """The SHA-256 of a list: of its lines in canonical JSON, with the post.

    A line names the value that is its subject; the docket's own chain commits to what that says.
    """
    plain = [encode_row({name: line[name] for name in _LINE}) for line in lines]
    return sha256(canonical({"post": str(post), "lines": list(plain)})).digest()


_LINE: Final = ("sort", "paper", "number", "subject", "state", "since", "parked_until", "paragraph", "proposed")


def _signer(turn: OfficeTurn) -> By:
    """Raises Refused for an operator: a list is signed from one's own log-in."""
    if turn.by is None:
        raise Refused(Refusal("not-your-post"))
    return turn.by


async def _signs_as(turn: OfficeTurn, post: Row, parties: Parties) -> SignsAs:
    acting = await turn.acting()
    role = parties.signs_as(_signer(turn).person, () if acting is None else (acting.id,))
    if role is None:
        raise Refused(Refusal("not-concerned", "post", {"post": post["code"]}))
    return role


def _holder(turn: OfficeTurn, standing: Sequence[Row]) -> Row | None:
    """The term of the post's holder at this moment; link officers only stand in."""
    now = (one for one in standing if one["charge"] != "link" and one["from_at"] <= turn.at)
    return next(now, None)


def _check_reason(parties: Parties, roles: set[SignsAs], given: bool) -> None:
    """Nobody has to say why an empty chair does not sign."""
    if "controlling" in roles and parties.relieved is not None and not given:
        raise Refused(Refusal("reason-why-unsigned", "reason"))


@dataclass(frozen=True, slots=True)
class DrawUpList:
    """The first signature: the list of what the post holds, drawn up now. It takes the place of one that waits."""

    post: str
    relieving: str
    charge: str
    posting_order: str
    reason: str | None = None
    what: ClassVar[str] = "charge.list-drawn-up"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        if self.charge not in _CHARGES:
            raise Refused(Refusal("unknown-charge", "charge", {"allowed": ", ".join(_CHARGES)}))
        post = await found.post_open_on(turn, self.post, turn.today)
        who = await found.person_let_in(turn, self.relieving, "relieving")
        standing = await tenures.of_post(turn.driver, post["id"], turn.at)
        holder = _holder(turn, standing)
        relieved = None if holder is None else holder["person"]
        above = frozenset((await turn.post(post["id"])).above)
        parties = Parties(relieved, who["id"], above)
        role = await _signs_as(turn, post, parties)
        if relieved == who["id"]:
            raise Refused(Refusal("holds-it-already", "relieving", {"login": self.relieving, "post": self.post}))
        if role == "controlling":
            _check_reason(parties, {role}, self.reason is not None)
        _check_can_follow(turn, post, who, self.charge, standing)
        return await self._draw_up(turn, post["id"], parties, role)

    async def _draw_up(self, turn: OfficeTurn, post: UUID, parties: Parties, role: SignsAs) -> dict[str, Any]:
        before = await charge_lists.open_taking(turn.driver, post)
        if before is not None:
            lapsed = {"state": "lapsed", "settled_at": turn.at}
            turn.change.set("charge_taking", {"id": before["id"]}, lapsed)
        lines, made = await charge_lists.what_it_holds(turn.driver, post, turn.at), uuid4()
        total = sum_of(post, lines)
        turn.change.insert("charge_taking", self._row(turn, made, post, parties, role, len(lines), total))
        for ordinal, line in enumerate(lines, 1):
            turn.change.insert("charge_list_entry", {"taking": made, "ordinal": ordinal, **line})
        lapses = encode_time(turn.at + LAPSES_AFTER)
        return {"id": str(made), "entries": len(lines), "list_sha256": total.hex(), "lapses_at": lapses}

    def _row(
        self, turn: OfficeTurn, made: UUID, post: UUID, parties: Parties, role: SignsAs, entries: int, total: bytes
    ) -> dict[str, Any]:
        by = _signer(turn)
        return {
            "id": made,
            "post": post,
            "relieved": parties.relieved,
            "relieving": parties.relieving,
            "charge": self.charge,
            "posting_order": turn.change.protect("posting_order", self.posting_order),
            "reason": turn.change.protect("reason", self.reason),
            "proposed_as": role,
            "proposed_by": by.person,
            "proposed_at_post": by.post,
            "at": turn.at,
            "lapses_at": turn.at + LAPSES_AFTER,
            "entries": entries,
            "list_sha256": total,
            "state": "open",
        }


def _check_can_follow(turn: OfficeTurn, post: Row, who: Row, charge: str, standing: Sequence[Row]) -> None:
    """Nobody else holds the post later on; the predecessor and the successor's own link charge end with this."""
    holder = _holder(turn, standing)
    others = [one for one in standing if one is not holder and one["person"] != who["id"]]
    charges.check_free(post, who, charge, (turn.at, None), others)


async def _waiting(turn: OfficeTurn, taking: UUID) -> tuple[Row, Row, Parties, SignsAs]:
    """An open change of charge, its post, whom it concerns, and as what the caller settles it. Raises Refused."""
    row = await charge_lists.taking(turn.driver, taking)
    if row is None:
        raise Refused(Refusal("no-such-taking"))
    post = await found.post_by_id(turn, row["post"])
    parties = Parties(row["relieved"], row["relieving"], frozenset((await turn.post(post["id"])).above))
    role = await _signs_as(turn, post, parties)
    if row["state"] != "open" or row["lapses_at"] <= turn.at:
        state = "lapsed" if row["state"] == "open" else row["state"]
        raise Refused(Refusal("taking-settled", facts={"state": CHARGE_STATES[state]}))
    if row["proposed_by"] == _signer(turn).person:
        raise Refused(Refusal("same-person"))
    if role not in SECONDS[row["proposed_as"]]:
        raise Refused(Refusal("not-second"))
    return row, post, parties, role


def _settled(turn: OfficeTurn, row: Row, state: str, role: SignsAs, **more: Any) -> None:
    by = _signer(turn)
    ended = {"state": state, "settled_as": role, "settled_by": by.person, "settled_at_post": by.post}
    turn.change.set("charge_taking", {"id": row["id"]}, {**ended, "settled_at": turn.at, **more})


@dataclass(frozen=True, slots=True)
class SignList:
    """The second signature: the charge changes at this moment. ``list_sha256`` is the sum of the list as read."""

    taking: UUID
    list_sha256: str
    reason: str | None = None
    what: ClassVar[str] = "charge.taken"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        row, post, parties, role = await _waiting(turn, self.taking)
        roles: set[SignsAs] = {role, row["proposed_as"]}
        _check_reason(parties, roles, self.reason is not None or row["reason"] is not None)
        if self.list_sha256 != row["list_sha256"].hex():
            raise Refused(Refusal("list-not-read", "list_sha256"))
        await self._check_list(turn, row)
        standing = await tenures.of_post(turn.driver, post["id"], turn.at)
        await self._hand_over(turn, row, post, standing)
        reason = {} if self.reason is None else {"reason": turn.change.protect("reason", self.reason)}
        _settled(turn, row, "confirmed", role, **reason)
        return {"id": str(self.taking), "state": "confirmed", "at": encode_time(turn.at)}

    async def _check_list(self, turn: OfficeTurn, row: Row) -> None:
        drawn = await charge_lists.lines(turn.driver, row["id"])
        now = await charge_lists.what_it_holds(turn.driver, row["post"], turn.at)
        if sum_of(row["post"], now) == row["list_sha256"]:
            return
        was, is_now = ({tuple(line[name] for name in _LINE) for line in lines} for lines in (drawn, now))
        raise Refused(Refusal("list-changed", facts={"count": str(len(was ^ is_now))}))

    async def _hand_over(self, turn: OfficeTurn, row: Row, post: Row, standing: Sequence[Row]) -> None:
        holder = _holder(turn, standing)
        if (None if holder is None else holder["person"]) != row["relieved"]:
            raise Refused(Refusal("holder-changed"))
        who = await found.person_by_id(turn, row["relieving"])
        _check_can_follow(turn, post, who, row["charge"], standing)
        for term in standing:
            if term is holder or term["person"] == row["relieving"]:
                charges.end_term(turn, "tenure", term, turn.at)
        if row["relieved"] is not None:
            ended = {term["id"] for term in standing if term["person"] == row["relieving"]}
            await charges.end_leave_of(turn, post["id"], row["relieved"], turn.at, but_links=ended)
        charges.seat(turn, row["relieving"], post["id"], row["charge"], (turn.at, None))


@dataclass(frozen=True, slots=True)
class RefuseList:
    """The second person does not sign: nothing changes."""

    taking: UUID
    reason: str
    what: ClassVar[str] = "charge.list-declined"

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        row, _, _, role = await _waiting(turn, self.taking)
        _settled(turn, row, "declined", role, reason=turn.change.protect("reason", self.reason))
        return {"id": str(self.taking), "state": "declined"}
