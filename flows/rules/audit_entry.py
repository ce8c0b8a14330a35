"""Audit entries, format 1: build one, and read one strictly.

The format is written down in infra/adr/0001-audit-format-1.md and can never change: an entry is the bytes hashed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal, cast
from uuid import UUID

from flows.rules.audit_values import (
    HASH_LENGTH,
    LIKE_A_COMMITMENT,
    Commitment,
    UnfitForAudit,
    commitments_in,
    encode_row,
    encode_time,
    is_hex_hash,
    is_uuid_text,
)
from flows.rules.canonical_json import LARGEST_INTEGER, Json, NotCanonical, canonical, parse_canonical

FORMAT = 1
_ENTRY_MEMBERS = {"at", "chain", "epoch", "format", "previous", "rows", "sequence", "what"}
_CHANGE_MEMBERS = {"do", "key", "row", "table"}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_WHAT = re.compile(r"[a-z][a-z0-9_.-]*(:[a-z][a-z0-9_.-]*)+", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_LONGEST_WHAT = 200
_NAMES_MET: Final = set[str]()
_MOST_NAMES_MET: Final = 5_000


class BrokenEntry(ValueError):
    """The bytes are not an audit entry of format 1; the message says what is wrong with them."""

    @property
    def reason(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What an entry says of one row: "insert" states every audited column, "set" only the changed ones."""

    table: str
    do: Literal["insert", "set"]
    key: Mapping[str, object]
    row: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry ready to store: its place, its exact bytes, and their hash."""

    chain: str
    sequence: int
    previous: bytes
    hash: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class StatedChange:
    """A row change as an entry states it, its values encoded; ``named`` is its ``row_key``."""

    table: str
    do: Literal["insert", "set"]
    key: Mapping[str, Json]
    row: Mapping[str, Json]
    named: str


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry read back from its bytes; ``values``: all protected values that it binds, in their order."""

    chain: str
    epoch: int
    sequence: int
    previous: bytes
    at: datetime
    what: str
    changes: tuple[StatedChange, ...]
    values: tuple[Commitment, ...]
    hash: bytes
    data: bytes

    def documents(self) -> Iterator[Commitment]:
        """Every document that the entry binds: the id of a new row of `document`, and its `commitment`."""
        for change in self.changes:
            document, digest = change.key.get("id"), change.row.get("commitment")
            if change.table == "document" and is_uuid_text(document) and is_hex_hash(digest):
                yield Commitment(UUID(document), bytes.fromhex(digest))


def is_chain_name(chain: object) -> bool:
    """Whether this names a docket's, an office's, or a process's chain of one day."""
    if not isinstance(chain, str):
        return False
    sort, _, rest = chain.partition(":")
    if sort in ("docket", "office"):
        return is_uuid_text(rest)
    process, _, day = rest.partition(":")
    return sort == "access" and is_uuid_text(process) and _is_day(day)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def genesis(chain: str) -> bytes:
    """What the first entry of a chain names as its previous hash."""
    if not is_chain_name(chain):
        raise UnfitForAudit("chain", f"{chain[:80]!r} names no chain")
    return sha256(b"patravali-audit-1:" + chain.encode("ascii")).digest()


def build_entry(
    *,
    chain: str,
    epoch: int,
    sequence: int,
    previous: bytes,
    at: datetime,
    what: str,
    changes: Sequence[RowChange],
) -> Entry:
    """The next entry of a chain. What has no place in one raises UnfitForAudit, naming where it is."""
    first = genesis(chain)
    _check_place(epoch, sequence, previous, first)
    if not _is_what(what):
        raise UnfitForAudit("what", f"{what[:80]!r} is not words joined by colons, such as movement:forward")
    data = canonical(
        {
            "at": encode_time(at, "at"),
            "chain": chain,
            "epoch": epoch,
            "format": FORMAT,
            "previous": previous.hex(),
            "rows": [_state_change(change) for change in changes],
            "sequence": sequence,
            "what": what,
        }
    )
    return Entry(chain, sequence, previous, sha256(data).digest(), data)


def _check_place(epoch: int, sequence: int, previous: bytes, first: bytes) -> None:
    if not 0 <= epoch <= LARGEST_INTEGER:
        raise UnfitForAudit("epoch", "epochs are counted from 0")
    if not 1 <= sequence <= LARGEST_INTEGER:
        raise UnfitForAudit("sequence", "entries are counted from 1")
    if len(previous) != HASH_LENGTH:
        raise UnfitForAudit("previous", "a SHA-256 has 32 bytes")
    if sequence == 1 and previous != first:
        raise UnfitForAudit("previous", "the first entry follows on the chain's genesis value")


def _is_what(what: object) -> bool:
    return isinstance(what, str) and len(what) <= _LONGEST_WHAT and _WHAT.fullmatch(what) is not None


def _state_change(change: RowChange) -> Json:
    if _NAME.fullmatch(change.table) is None:
        raise UnfitForAudit("table", f"{change.table[:80]!r} is no table's name")
    if not change.key:
        raise UnfitForAudit(change.table, "a row's key names at least one column")
    if not _are_names(change.key.keys() | change.row.keys()):
        wrong = next(column for column in (*change.key, *change.row) if _NAME.fullmatch(column) is None)
        raise UnfitForAudit(change.table, f"{wrong[:80]!r} is no column's name")
    return {
        "do": change.do,
        "key": encode_row(change.key, change.table),
        "row": encode_row(change.row, change.table),
        "table": change.table,
    }


def parse_entry(data: bytes) -> ParsedEntry:
    """Read an entry strictly: bytes that are not exactly what format 1 allows raise BrokenEntry."""
    try:
        value = parse_canonical(data)
    except NotCanonical as fault:
        raise BrokenEntry(f"the entry cannot be read: {fault}") from fault
    body = _members(value, _ENTRY_MEMBERS, "entry")
    if body["format"] != FORMAT or isinstance(body["format"], bool):
        raise BrokenEntry("the entry is not of format 1")
    changes = _read_changes(body["rows"])
    entry = ParsedEntry(
        chain=_read_chain(body["chain"]),
        epoch=_read_count(body["epoch"], 0, "epoch"),
        sequence=_read_count(body["sequence"], 1, "sequence"),
        previous=_read_hash(body["previous"]),
        at=_read_time(body["at"]),
        what=_read_what(body["what"]),
        changes=changes,
        values=tuple(_commitments(changes)) if LIKE_A_COMMITMENT in data else (),
        hash=sha256(data).digest(),
        data=data,
    )
    if entry.sequence == 1 and entry.previous != genesis(entry.chain):
        raise BrokenEntry("the first entry does not begin from the chain's own beginning value")
    return entry


def _members(value: Json, names: set[str], what: str) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != names:
        raise BrokenEntry(f"the {what} does not have exactly the members {', '.join(sorted(names))}")
    return value


def _read_chain(value: Json) -> str:
    if not is_chain_name(value):
        raise BrokenEntry("the entry names no chain")
    return cast("str", value)


def _read_count(value: Json, least: int, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BrokenEntry(f"the {what} is not a number from {least}")
    return value


def _read_hash(value: Json) -> bytes:
    if not is_hex_hash(value):
        raise BrokenEntry("the previous hash is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def _read_time(value: Json) -> datetime:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise BrokenEntry("the time is not an instant in UTC with six digits of a second")


def _read_what(value: Json) -> str:
    if not _is_what(value):
        raise BrokenEntry("the entry does not say what happened")
    return cast("str", value)


def _read_changes(value: Json) -> tuple[StatedChange, ...]:
    if not isinstance(value, list):
        raise BrokenEntry("the rows are not a list")
    return tuple([_read_change(item) for item in value])


def _read_change(value: Json) -> StatedChange:
    body = _members(value, _CHANGE_MEMBERS, "row change")
    table, do = body["table"], body["do"]
    if not isinstance(table, str) or not _are_names({table}):
        raise BrokenEntry("a row change names no table")
    if do not in ("insert", "set"):
        raise BrokenEntry('a row change is neither "insert" nor "set"')
    key = _read_columns(body["key"], "key")
    if not key:
        raise BrokenEntry("a row change has an empty key")
    return StatedChange(table, do, key, _read_columns(body["row"], "row"), row_key(key))


def _read_columns(value: Json, what: str) -> Mapping[str, Json]:
    if not isinstance(value, dict) or not _are_names(value.keys()):
        raise BrokenEntry(f"the {what} of a row change is not a set of columns")
    return value


def _are_names(names: Set[str]) -> bool:
    """Whether all of them could name tables and columns. The same few come again and again, and are kept."""
    if names <= _NAMES_MET:
        return True
    if any(_NAME.fullmatch(name) is None for name in names):
        return False
    if len(_NAMES_MET) < _MOST_NAMES_MET:
        _NAMES_MET.update(names)
    return True


def _commitments(changes: Sequence[StatedChange]) -> Iterator[Commitment]:
    """All that the changes commit to, in their order."""
    try:
        for change in changes:
            for columns in (change.key, change.row):
                for column in columns.values():
                    if isinstance(column, dict | list):
                        yield from commitments_in(column)
    except (ValueError, RecursionError) as fault:
        raise BrokenEntry(f"a commitment is malformed: {fault}") from fault


def row_key(key: Mapping[str, Json]) -> str:
    """A row's key as one text, the same for the same columns and values; replayed rows are found by it."""
    return canonical(dict(key)).decode("utf-8")
