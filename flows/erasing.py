"""Erases what a list or an order names that two people signed (DESIGN §6): first the record, then what it says.

1. As the application: each docket concerned gets a movement whose entry says what is erased under which order.
   A value that another paper's chain binds as well stays until that paper goes too. The papers of a list come in
   batches; an order about texts is one transaction.
2. As the destroyer: values, salts and search columns go; then every version of each blob that no live document
   cites. A lock on the bytes keeps an upload of the same from being accepted between the look and the deletion.
3. As the application: the order is carried out.

Each step can be done again after a kill and does nothing the second time. In between, the verifier says what is
ordered and still stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flows import facts
from flows.office.changes import INDIA, carry_out_order
from flows.office.erasure import SetCarriedOut, Sort
from flows.retention import still_due
from flows.rules import decide
from flows.rules.audit_chain import PROTECTED, parse_entry
from flows.rules.cases import CLOCK, Parameters
from flows.rules.errors import Refusal, Refused
from flows.rules.labels import ORDER_STATES
from flows.rules.plan import Erasing
from flows.schemes_in_force import know
from flows.writing import write_movement
from storage import audit_reading, cases, document_rows, erasures, numbers, retention
from storage.cases import Found
from storage.database import Database, Driver, Statement, write
from storage.documents.errors import BlobMissing
from storage.documents.protocol import DocumentStore
from storage.identity import OfficeIdentity

AT_ONCE: Final = 500
"""Values and documents that one transaction takes away."""

PAPERS_AT_ONCE: Final = 200
"""Papers of a list whose movements one transaction writes; their chains are in memory meanwhile."""

JUST_PUT: Final = timedelta(hours=1)
"""Bytes put later than this may be those of an upload whose row is on its way: they wait for the next run."""

Advance = Callable[[int, int], None]
Item = Mapping[str, Any]


@dataclass(slots=True)
class Bound:
    """What a chain binds and has not yet said to be erased."""

    values: set[UUID] = field(default_factory=set[UUID])
    documents: set[UUID] = field(default_factory=set[UUID])


Chains = Mapping[UUID, Bound]
Targets = tuple[dict[UUID, Bound], set[UUID]]
"""What each docket's entry says is erased, and which dockets go whole."""
Gathered = Callable[[Driver, Sequence[Item], Chains, set[UUID]], Awaitable[Targets]]


@dataclass(slots=True)
class Erased:
    """What a run came to. ``left``: papers reopened or kept back since both signed; ``staying``: texts that stay
    because other papers say them too; ``cited``: how many bytes likewise; ``waiting``: bytes put a moment ago;
    ``gone_since``: since when nothing of it stood, where this run found no more of it."""

    sort: Sort
    number: int
    papers: int = 0
    left: list[str] = field(default_factory=list[str])
    texts: int = 0
    staying: set[UUID] = field(default_factory=set[UUID])
    blobs: int = 0
    cited: int = 0
    waiting: int = 0
    done: bool = False
    gone_since: datetime | None = None

    @property
    def shared(self) -> int:
        """How many texts stay because other papers say them too."""
        return len(self.staying)


@dataclass(frozen=True, slots=True)
class Hands:
    """What the command works with: the application's connections, the destroyer's, and the store."""

    database: Database
    destroyer: Database
    store: DocumentStore
    identity: OfficeIdentity


def _silent(_done: int, _total: int) -> None:
    return


async def carry_out_erasure(
    hands: Hands, sort: Sort, number: int, *, advance: Advance = _silent, just_put: timedelta = JUST_PUT
) -> Erased:
    """Carries out a list or an order; one that is carried out is looked through again, as after a restore.

    Raises Refused where it is not signed by two, DatabaseAway, StoreAway, TryAgain.
    """
    async with hands.database.querying() as driver:
        row = await retention.by_number(driver, sort, number)
    if row is None:
        raise Refused(Refusal("no-such-order", "number"))
    if row["state"] not in ("ordered", "carried_out"):
        raise Refused(Refusal("order-not-open", facts={"state": ORDER_STATES[row["state"]]}))
    made = Erased(sort, number)
    if row["state"] == "ordered":
        await _Recording(hands, row, made).record(advance)
    await _take_away(hands, row["id"], made, advance)
    await _destroy_bytes(hands, row["id"], made, just_put)
    made.done = made.waiting == 0
    if made.done and not (made.texts or made.blobs):
        made.gone_since = row["carried_out_at"]
    if made.done and row["state"] == "ordered":
        await carry_out_order(hands.database, hands.identity, None, SetCarriedOut(row["id"], sort, number))
    return made


class _Recording:
    """The first step: what each docket's entry says is erased. What a killed run came to is passed over."""

    def __init__(self, hands: Hands, order: Mapping[str, Any], made: Erased) -> None:
        self._hands, self._made = hands, made
        names = ("first_post", "first_person", "second_post", "second_person")
        signed = {name: str(order[name]) for name in names}
        self._order = decide.SignedOrder(order["id"], order["sort"], order["number"], signed)

    async def record(self, advance: Advance) -> None:
        async with self._hands.database.querying() as driver:
            found = await retention.items(driver, self._order.id)
        items = [one for one in found if one["state"] == "listed" and one["destroyed_under"] is None]
        if self._order.sort == "order":
            await self._in_one(items, self._texts)
            return
        for start in range(0, len(items), PAPERS_AT_ONCE):
            await self._in_one(items[start : start + PAPERS_AT_ONCE], self._papers)
            advance(min(start + PAPERS_AT_ONCE, len(items)), len(items))

    async def _in_one(self, items: Sequence[Item], of: Gathered) -> None:
        """One transaction: what these lines come to, and each docket's movement."""
        async with self._hands.database.writing() as driver:
            chains = await self._sharing(driver, list(dict.fromkeys(one["paper"] for one in items)))
            await erasures.lock(driver, list(chains))
            # Read again behind the lock: nothing is added to these chains from here on.
            chains, office = await _bound(driver, list(chains)), await self._of_the_office(driver)
            targets, whole = await of(driver, items, chains, office)
            statements = list[Statement]()
            for docket in sorted(targets):
                statements += await self._written(driver, docket, targets[docket], whole=docket in whole)
            await write(driver, statements, commit=True)

    async def _papers(self, driver: Driver, items: Sequence[Item], chains: Chains, office: set[UUID]) -> Targets:
        going = await self._may_go(driver, [one["paper"] for one in items])
        gone = set(await erasures.destroyed(driver, list(chains)))
        return self._all_of(going, chains, office, gone), set(going)

    async def _texts(self, driver: Driver, items: Sequence[Item], chains: Chains, office: set[UUID]) -> Targets:
        wanted = [await erasures.of_part(driver, item["paper"], item["part"]) for item in items]
        return self._single({one for found in wanted for one in found}, chains, office), set()

    async def _sharing(self, driver: Driver, papers: Sequence[UUID]) -> dict[UUID, Bound]:
        """What the papers bind, and what each docket binds that shares a value with them, however far round."""
        found = await _bound(driver, papers)
        said = set[UUID]().union(*(of.values for of in found.values()))
        new = list(papers)
        while new:
            near = [one for one in await erasures.related(driver, new) if one not in found]
            sharing = {one: of for one, of in (await _bound(driver, near)).items() if of.values & said}
            found |= sharing
            new = list(sharing)
        return found

    async def _of_the_office(self, driver: Driver) -> set[UUID]:
        """What the office's own chain binds: the address of a post stands in the papers that told it something."""
        bound = Bound()
        for row in await audit_reading.entries_of(driver, [f"office:{self._hands.identity.id}"]):
            _take(bound, bytes(row["data"]))
        return bound.values

    async def _may_go(self, driver: Driver, papers: Sequence[UUID]) -> list[UUID]:
        """Those that are closed, still past their years, and kept back by nobody; a receipt stays with its file.

        One reopened or held since both signed stays, also where it was closed again.
        """
        states = await erasures.standing(driver, papers)
        due = await still_due(driver, (await numbers.now(driver)).astimezone(INDIA).date(), papers)
        may = {paper for paper, now in states.items() if paper in due and now["closed"] and not now["held"]}
        going = [paper for paper in papers if paper in may and states[paper]["in_file"] in {None, *may}]
        self._made.left += [states[paper]["number"] for paper in papers if paper not in going]
        return going

    def _all_of(
        self, going: Sequence[UUID], chains: Chains, office: set[UUID], gone: set[UUID]
    ) -> dict[UUID, Bound]:
        """All that the papers bind, but what a chain that stays binds too.

        A paper destroyed before, which left a value for the sake of one of these, says now that it goes.
        """
        staying = [of.values for docket, of in chains.items() if docket not in {*going, *gone}]
        stays = office.union(*staying)
        said = set[UUID]().union(*(chains[paper].values for paper in going))
        self._made.staying = (self._made.staying - said) | (said & stays)
        found = {paper: Bound(chains[paper].values - stays, chains[paper].documents) for paper in going}
        for docket in gone - set(going):
            left = chains[docket].values & said - stays
            found |= {docket: Bound(left)} if left else {}
        return found

    def _single(self, wanted: set[UUID], chains: Chains, office: set[UUID]) -> dict[UUID, Bound]:
        """The texts that an order names, in every docket whose chain binds them."""
        self._made.staying = wanted & office
        named = wanted - office
        found = {docket: Bound(of.values & named, of.documents & named) for docket, of in chains.items()}
        return {docket: of for docket, of in found.items() if of.values or of.documents}

    async def _written(self, driver: Driver, docket: UUID, goes: Bound, *, whole: bool) -> list[Statement]:
        """The movement of one docket, and what it names to the destroyer's role."""
        name = "destroy" if whole else "erase"
        found = await self._case(driver, docket)
        case = facts.case_of(found, facts.posts_of(found.posts), CLOCK, decide.erasing_row(name), Parameters())
        erasing = Erasing(self._order.id, tuple(sorted(goes.values)), tuple(sorted(goes.documents)))
        plan = decide.plan_erasing(case, self._order, erasing)
        statements, _ = write_movement(case, plan, None, self._hands.identity.epoch)
        self._made.papers += 1
        return [
            *statements,
            *erasures.name_targets(self._order.id, docket, goes.values, goes.documents, whole=whole),
        ]

    async def _case(self, driver: Driver, docket: UUID) -> Found:
        (found,) = await cases.read_many(driver, self._hands.database.posts, [docket], frozenset())
        await know(driver, [found.docket])
        return found


async def _bound(driver: Driver, dockets: Iterable[UUID]) -> dict[UUID, Bound]:
    """What each docket's chain binds."""
    found = {docket: Bound() for docket in dockets}
    names = {f"docket:{docket}": docket for docket in found}
    for row in await audit_reading.entries_of(driver, list(names)):
        _take(found[names[row["chain"]]], bytes(row["data"]))
    return found


def _take(bound: Bound, data: bytes) -> None:
    entry = parse_entry(data)
    bound.values.update(one.value_id for one in entry.values)
    bound.documents.update(one.value_id for one in entry.documents())
    for change in entry.changes:
        if change.row.get("erased_by") is not None and change.table in (PROTECTED, "document"):
            gone = UUID(str(change.key["id"]))
            bound.values.discard(gone)
            bound.documents.discard(gone)


async def _take_away(hands: Hands, order: UUID, made: Erased, advance: Advance) -> None:
    async with hands.destroyer.querying() as driver:
        total = await erasures.count_left(driver, order)
    while True:
        async with hands.destroyer.writing() as driver:
            left = await erasures.targets_left(driver, order, AT_ONCE)
            if not left:
                return
            await write(driver, erasures.erase(order, left), commit=True)
        made.texts += len(left)
        advance(made.texts, total)


async def _destroy_bytes(hands: Hands, order: UUID, made: Erased, just_put: timedelta) -> None:
    """Every version of the bytes that no live document cites; the row goes last, so that a kill forgets none."""
    async with hands.destroyer.querying() as driver:
        left = await erasures.blobs_left(driver, order)
    for sha256 in left:
        async with hands.destroyer.writing() as driver:
            await document_rows.lock_bytes(driver, sha256)
            if await erasures.is_cited(driver, sha256):
                made.cited += 1
                await write(driver, [erasures.settled_blob(order, sha256)], commit=True)
            elif await _destroyed(hands.store, sha256.hex(), just_put):
                made.blobs += 1
                gone = [erasures.forget_blob(sha256), erasures.settled_blob(order, sha256)]
                await write(driver, gone, commit=True)
            else:
                made.waiting += 1


async def _destroyed(store: DocumentStore, sha256: str, just_put: timedelta) -> bool:
    """False where the bytes were put a moment ago: an upload of the same may be under way."""
    try:
        if (await store.stat(sha256)).put_at > datetime.now(UTC) - just_put:
            return False
        await store.destroy(sha256, despite_retention=True)
    except BlobMissing:
        pass  # a run that was killed had come as far as this
    return True
