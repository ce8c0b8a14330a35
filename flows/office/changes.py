"""A change of the office: its rows and its entry in the office's chain, in one transaction.

``change_office`` writes what a set-up has gathered. ``carry_out_order`` is for what may be refused: the order is
judged while the chain is locked, so no two changes ever pass each other, and a key sent again does nothing again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flows.facts import posts_of
from flows.one_time_codes import NO_PROOF, Proof, show_proof
from flows.parameters import Protector
from flows.rules.audit_chain import Entry, RowChange, build_entry, genesis
from flows.rules.cases import PostFacts
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import POWERS
from flows.rules.second_factor import WEIGHTY
from flows.writing import plain, stated_insert, stated_set
from storage import audit_log, numbers, office_changes
from storage.database import AlreadyThere, Database, Driver, Statement, write
from storage.identity import OfficeIdentity
from storage.kept_posts import KeptPosts
from storage.posts import read_posts
from storage.rows import insert, insert_all, update

INDIA: Final = ZoneInfo("Asia/Kolkata")

# Entries stay of a size that an auditor can read; an import states some ten thousand rows.
_MOST_STATED: Final = 500


@dataclass(slots=True)
class OfficeChange:
    """Rows of one change of the office, gathered in order, and what the change is called in the audit.

    ``idle``: it was so already; nothing is written of it. An order whose rows are not audited is not idle.
    """

    what: str
    protect: Protector = field(default_factory=lambda: Protector(uuid4()))
    statements: list[Statement] = field(default_factory=list[Statement])
    stated: list[RowChange] = field(default_factory=list[RowChange])
    idle: bool = False

    def insert(self, table: str, row: Mapping[str, Any], **unaudited: Any) -> None:
        """A new row; ``unaudited`` are columns that do not stand in the entry."""
        self.statements.append(insert(table, {**plain(row), **unaudited}))
        self.stated.append(stated_insert(table, row))

    def insert_all(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Many new rows at once, without protected texts."""
        self.statements += insert_all(table, rows)
        self.stated += [stated_insert(table, row) for row in rows]

    def set(self, table: str, key: Mapping[str, Any], row: Mapping[str, Any], **unaudited: Any) -> None:
        self.statements.append(update(table, key, {**plain(row), **unaudited}))
        self.stated.append(stated_set(table, key, row))


@dataclass(frozen=True, slots=True)
class By:
    """Who changes the office through the API: a person at a post (None: he holds none), under a key.

    ``proof`` is what he shows where the office asks for his second factor.
    """

    person: UUID
    post: UUID | None
    key: str
    request_sha256: bytes
    proof: Proof = NO_PROOF


@dataclass(frozen=True, slots=True)
class OfficeTurn:
    """What an order is judged and carried out with, while the office's chain is locked.

    ``by`` None: an operator at the machine, who may do whatever an administrator may.
    """

    driver: Driver
    kept: KeptPosts
    at: datetime
    by: By | None
    change: OfficeChange

    @property
    def today(self) -> date:
        return self.at.astimezone(INDIA).date()

    async def post(self, post: UUID) -> PostFacts:
        """A post that exists, as it is now."""
        return posts_of(await read_posts(self.driver, self.kept, [post]))[post]

    async def acting(self) -> PostFacts | None:
        """The post at which he acts, as he has it; None for an operator and for who holds none.

        Raises Refused where he is not there any more.
        """
        if self.by is None or self.by.post is None:
            return None
        post = await self.post(self.by.post)
        if not post.open or self.by.person not in post.people:
            raise Refused(Refusal("not-your-post"))
        return post.held_by(self.by.person)

    async def needs_power(self, power: str) -> None:
        """Raises Refused for whoever is neither an operator nor at a post with the power."""
        if self.by is None:
            return
        post = await self.acting()
        if post is None or power not in post.powers:
            raise Refused(Refusal("lacks-power", facts={"power": POWERS[power]}))

    def not_for_himself(self, person: UUID) -> None:
        """Raises Refused where an administrator would give something to himself."""
        if self.by is not None and self.by.person == person:
            raise Refused(Refusal("for-oneself"))


class OfficeOrder(Protocol):
    """A change of the office as it was asked for; ``what`` the audit calls it."""

    what: ClassVar[str]

    async def carry_out(self, turn: OfficeTurn) -> dict[str, Any]:
        """Gathers its rows in ``turn.change`` and answers its outcome, in JSON. Raises Refused."""
        ...


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of an order; ``again``: it had been carried out under this key before."""

    outcome: Mapping[str, Any]
    again: bool = False


async def change_office(database: Database, identity: OfficeIdentity, change: OfficeChange) -> None:
    """Carries a change of the office out and writes it in the office's chain."""
    async with database.writing() as driver:
        await _append(driver, identity, change, await numbers.now(driver), {})


async def carry_out_order(
    database: Database, identity: OfficeIdentity, by: By | None, order: OfficeOrder
) -> Carried:
    """Judges an order and carries it out; the same key again gives the same outcome.

    An order that weighs uses up a code of the second factor where the office asks for one; one that changes
    nothing is not entered. Raises Refused with the rule that refused, DatabaseAway, TryAgain.
    """
    for _ in range(2):
        try:
            async with database.writing() as driver:
                await audit_log.lock(driver, _chain(identity))
                return await _known(driver, by) or await _carry_out(driver, database.posts, identity, by, order)
        except AlreadyThere:
            # The office's first entry, or the key, came in at this very moment: what is there is read anew.
            continue
    raise Refused(Refusal("key-reused", "Idempotency-Key"))


async def _known(driver: Driver, by: By | None) -> Carried | None:
    """What the key gave before. Raises Refused where it was for another request."""
    row = None if by is None else await office_changes.by_key(driver, by.person, by.key)
    if row is None or by is None:
        return None
    if row["request_sha256"] != by.request_sha256:
        raise Refused(Refusal("key-reused", "Idempotency-Key"))
    return Carried(row["outcome"], again=True)


async def _carry_out(
    driver: Driver, kept: KeptPosts, identity: OfficeIdentity, by: By | None, order: OfficeOrder
) -> Carried:
    at = await numbers.now(driver)
    turn = OfficeTurn(driver, kept, at, by, OfficeChange(order.what))
    outcome = await order.carry_out(turn)
    if turn.change.idle:
        return Carried(outcome)
    if by is not None and order.what in WEIGHTY:
        # Behind the order's own judgement: a refusal by the rules costs no code.
        await show_proof(driver, by.person, by.proof, WEIGHTY[order.what])
    done: dict[str, Any] = {"outcome": outcome}
    if by is not None:
        done |= {"by_person": by.person, "by_post": by.post, "key": by.key, "request_sha256": by.request_sha256}
    await _append(driver, identity, turn.change, at, done)
    return Carried(outcome)


async def _append(
    driver: Driver, identity: OfficeIdentity, change: OfficeChange, at: datetime, done: Mapping[str, Any]
) -> None:
    """Writes the rows of a change, the row that says who made it, and the entry of all; commits.

    A large change has several entries.
    """
    made = {"id": uuid4(), "what": change.what, "at": at, **done}
    chain = _chain(identity)
    stated = [*change.stated, stated_insert("office_change", made)]

    def entries(length: int, head: bytes | None) -> list[Entry]:
        built = list[Entry]()
        for start in range(0, len(stated), _MOST_STATED):
            built.append(
                build_entry(
                    chain=chain,
                    epoch=identity.epoch,
                    sequence=length + len(built) + 1,
                    previous=built[-1].hash if built else head or genesis(chain),
                    at=at,
                    what=f"office:{change.what}",
                    changes=stated[start : start + _MOST_STATED],
                )
            )
        return built

    appended = await audit_log.append_all(driver, chain, "office", entries)
    rows = [*change.protect.statements, *change.statements, insert("office_change", made)]
    await write(driver, rows + appended, commit=True)


def _chain(identity: OfficeIdentity) -> str:
    return f"office:{identity.id}"
