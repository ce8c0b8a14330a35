"""A file's past as rows: ten movements with entries in a chain that holds, as if they had been carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from flows.rules.audit_chain import Commitment, RowChange, build_entry, commit_text, genesis, new_salt
from flows.writing import plain, stated_insert, stated_set
from infra.bench.lives import Role

BEGAN: Final = datetime(2024, 4, 1, 4, 0, tzinfo=UTC)
BETWEEN: Final = timedelta(hours=7)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PastSeat:
    """A post of a road with the ids that rows need."""

    code: str
    post: UUID
    person: UUID
    section: UUID
    section_code: str
    office: UUID


PastRoad = Mapping[Role, PastSeat]


@dataclass(frozen=True, slots=True)
class _Move:
    """A movement of the past: its name and act, who makes it, the state after it, whom it is sent to."""

    name: str
    act: str
    by: Role
    state: str
    to: Role | None = None


_BEGINNING: Final = (
    _Move("put_up", "forward", "clerk", "in_transit", "middle"),
    _Move("receive", "receive", "middle", "in_hand"),
    _Move("put_up", "forward", "middle", "in_transit", "officer"),
    _Move("receive", "receive", "officer", "in_hand"),
)
_ENDINGS: Final = (
    (  # it came back to the clerk, who has it in hand
        _Move("park", "park", "officer", "parked"),
        _Move("bring_up", "bring_up", "officer", "in_hand"),
        _Move("mark", "forward", "officer", "in_transit", "middle"),
        _Move("receive", "receive", "middle", "in_hand"),
        _Move("mark", "forward", "middle", "in_transit", "clerk"),
    ),
    (  # it is on the way to the desk between
        _Move("mark", "forward", "officer", "in_transit", "middle"),
        _Move("receive", "receive", "middle", "in_hand"),
        _Move("put_up", "forward", "middle", "in_transit", "officer"),
        _Move("receive", "receive", "officer", "in_hand"),
        _Move("mark", "forward", "officer", "in_transit", "middle"),
    ),
    (  # the officer has it in hand
        _Move("mark", "forward", "officer", "in_transit", "middle"),
        _Move("receive", "receive", "middle", "in_hand"),
        _Move("put_up", "forward", "middle", "in_transit", "officer"),
        _Move("receive", "receive", "officer", "in_hand"),
        _Move("park", "park", "officer", "parked"),
    ),
    (  # closed
        _Move("mark", "forward", "officer", "in_transit", "middle"),
        _Move("receive", "receive", "middle", "in_hand"),
        _Move("put_up", "forward", "middle", "in_transit", "officer"),
        _Move("receive", "receive", "officer", "in_hand"),
        _Move("close", "close", "officer", "closed"),
    ),
)
OPEN_ENDINGS: Final = 3
MOVEMENTS: Final = 1 + len(_BEGINNING) + len(_ENDINGS[0])
_CLASSES: Final = {"in_hand": "in_hand", "in_transit": "in_transit", "parked": "waiting", "closed": "closed"}


@dataclass(slots=True)
class Past:
    """The rows of one file, by table; ``holder`` is the seat that has it at the end, None when it is closed."""

    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    holder: PastSeat | None = None

    def add(self, table: str, row: Row) -> None:
        self.rows.setdefault(table, []).append(row)


def past_of(serial: int, road: PastRoad, subject_class: str) -> Past:
    """The past of the file with this serial number; every fifth is still open."""
    ending = serial // 5 % OPEN_ENDINGS if serial % 5 == 0 else OPEN_ENDINGS
    return _Writer(serial, road, subject_class).write(_BEGINNING + _ENDINGS[ending])


class _Writer:
    """Lives one past."""

    def __init__(self, serial: int, road: PastRoad, subject_class: str) -> None:
        self._road, self._serial, self._past = road, serial, Past()
        self._at = BEGAN + timedelta(minutes=serial % 350_000)
        self._id, self._salt, self._subject_id = uuid4(), new_salt(), uuid4()
        self._chain = f"docket:{self._id}"
        self._length, self._head = 0, genesis(self._chain)
        self._held: dict[UUID, datetime] = {}
        self._acted: dict[UUID, datetime] = {}
        self._docket = self._registered(subject_class)

    def _registered(self, subject_class: str) -> dict[str, Any]:
        clerk, text = self._road["clerk"], f"पिछले वर्ष की पत्रावली {self._serial}"
        self._past.add("protected_value", {"id": self._subject_id, "salt": self._salt, "value": text})
        subject = Commitment(self._subject_id, commit_text(self._salt, text))
        movement = uuid4()
        docket: dict[str, Any] = {
            "id": self._id, "family": "office_file", "kind": "file", "scheme": "haryana-eoffice",
            "scheme_version": 2, "number": f"N-11016/{self._serial}/{self._at.year}-{clerk.section_code}",
            "subject": subject, "state": "in_hand", "state_class": "in_hand", "office": clerk.office,
            "section": clerk.section, "holder": clerk.post, "sender": None, "priority": "ordinary",
            "classification": "ordinary", "due": None, "parked_until": None, "ending": None,
            "registered_at": self._at, "closed_at": None, "version": 1, "movements": 1,
            "last_movement": movement, "last_movement_at": self._at, "last_change": 1,
        }  # fmt: skip
        file = {
            "docket": self._id, "head": "N-11016", "year": self._at.year, "retention_class": "C",
            "subject_class": subject_class, "amount_paise": None, "medium": "electronic",
        }  # fmt: skip
        self._past.add("office_file", file)
        row = self._movement(movement, _Move("register", "register", "clerk", "in_hand"), None, docket)
        stated = [stated_insert("docket", docket), stated_insert("office_file", file)]
        self._seal("movement:register", [*stated, stated_insert("movement", row)])
        self._hold(clerk)
        return docket

    def write(self, moves: tuple[_Move, ...]) -> Past:
        for move in moves:
            self._at += BETWEEN
            self._move(move)
        kept = {**plain(self._docket), "chain_length": self._length, "chain_head": self._head}
        self._past.add("docket", kept)
        for post, since in self._held.items():
            touched: dict[str, Any] = {"docket": self._id, "post": post, "since": since, "role": "held"}
            touched["last_act"] = self._acted.get(post)
            self._past.add("docket_post", touched)
        return self._past

    def _move(self, move: _Move) -> None:
        docket, movement = self._docket, uuid4()
        row = self._movement(movement, move, docket["state"], docket)
        changed: dict[str, Any] = {
            "state": move.state,
            "state_class": _CLASSES[move.state],
            "version": docket["version"] + 1,
            "movements": docket["movements"] + 1,
            "last_movement": movement,
            "last_movement_at": self._at,
            "last_change": docket["movements"] + 1,
        }
        if move.to is not None:
            changed |= {"holder": self._road[move.to].post, "sender": self._road[move.by].post}
            self._hold(self._road[move.to])
        if move.state == "closed":
            changed |= {"holder": None, "sender": None, "closed_at": self._at, "ending": "closed"}
            self._hold(None)
        stated = [stated_insert("movement", row), stated_set("docket", {"id": self._id}, changed)]
        self._seal(f"movement:{move.name}", stated)
        docket |= changed

    def _movement(self, movement: UUID, move: _Move, state: str | None, docket: Row) -> Row:
        by = self._road[move.by]
        self._acted[by.post] = self._at
        row = {
            "id": movement, "docket": self._id, "sequence": docket["movements"] + (state is not None),
            "ordinal": 0, "act": move.act, "name": move.name, "at": self._at, "from_state": state,
            "to_state": move.state, "by_post": by.post, "by_person": by.person,
            "from_post": docket["holder"] if state else None,
            "to_post": None if move.to is None else self._road[move.to].post,
        }  # fmt: skip
        self._past.add("movement", row)
        return row

    def _seal(self, what: str, stated: list[RowChange]) -> None:
        entry = build_entry(
            chain=self._chain,
            epoch=0,
            sequence=self._length + 1,
            previous=self._head,
            at=self._at,
            what=what,
            changes=stated,
        )
        self._length, self._head = entry.sequence, entry.hash
        stored = {"chain": entry.chain, "sequence": entry.sequence, "hash": entry.hash, "data": entry.data}
        self._past.add("audit_entry", stored)

    def _hold(self, seat: PastSeat | None) -> None:
        """The holding that ran ends, and the seat's begins."""
        holdings = self._past.rows.setdefault("holding", [])
        if holdings:
            holdings[-1] = {**holdings[-1], "to_at": self._at}
        self._past.holder = seat
        if seat is not None:
            holdings.append({"docket": self._id, "post": seat.post, "from_at": self._at})
            self._held.setdefault(seat.post, self._at)
