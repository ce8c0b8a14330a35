"""Reads files and receipts back in the models' terms, with what stands beside them; words the orders on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from flows.orders import Order
from flows.rules.letters import version_sha256
from storage import letters
from tests.factories.lives import FAR_OFF, LETTER, Life
from tests.factories.practice_office import PracticeOffice
from tests.models.office_model import Move
from tests.properties.living_docket import ANOTHER_SUBJECT, Standing, order_of, read_standings

_BESIDE = """
select d.id, jsonb_build_object(
  'number', d.number, 'last_change', d.last_change, 'due', d.due is not null, 'ending', d.ending,
  'amended', (select value = %(another)s from protected_value where id = d.subject),
  'particulars', (select jsonb_build_object('subject_class', subject_class, 'retention_class', retention_class,
      'medium', medium, 'amount_paise', amount_paise) from office_file where docket = d.id),
  'route', (select jsonb_agg(post order by ordinal) from route_stop
      where docket = d.id and sent_by is null and ended_by is null),
  'informed', (select jsonb_agg(post) from information_copy where docket = d.id),
  'papers', (select jsonb_agg(jsonb_build_array(t.id, exists (select 1 from document_withholding w
      where w.document = t.id and w.ended_by is null)) order by t.ordinal) from document t where t.docket = d.id),
  'letters', (select jsonb_agg(jsonb_build_array(
      (select max(ordinal) from letter_version where letter = l.id),
      (select x.outcome from letter_decision x where x.letter = l.id and x.version =
          (select max(ordinal) from letter_version where letter = l.id) order by x.at desc limit 1),
      exists (select 1 from letter_signing where letter = l.id),
      exists (select 1 from dispatch where letter = l.id),
      exists (select 1 from movement m where m.docket = d.id and m.act = 'drop_letter'
          and m.details ->> 'letter' = l.id::text)) order by l.ordinal) from letter l where l.docket = d.id),
  'dispatches', (select jsonb_agg(x.number order by x.at, a.ordinal)
      from dispatch x join letter_addressee a on a.id = x.addressee where x.docket = d.id),
  'ties', (select jsonb_agg(jsonb_build_array(t.sort, o.number, t.docket = d.id, t.ended_at is null))
      from docket_tie t join docket o on o.id = case when t.docket = d.id then t.other else t.docket end
      where d.id in (t.docket, t.other))
) from docket d where d.id = any(%(d)s)
"""
_ADDRESSEES = {
    "posted": LETTER["addressees"],
    "mailed": LETTER["addressees"][:1],
    "copies": tuple({**one, "copy": True} for one in LETTER["addressees"]),
}
_LISTS = ("route", "informed", "letters", "dispatches", "ties")


@dataclass
class PaperStanding(Standing):
    """A docket as the database has it, with the ids of its documents in their order."""

    papers: list[UUID]


async def read_papers(office: PracticeOffice, lives: Mapping[str, Life]) -> dict[str, PaperStanding]:
    """How the dockets of a life stand; ``lives`` by the numbers that they have there."""
    ids = [life.docket for life in lives.values()]
    stand = await read_standings(office, ids)
    rows = await office.rows(_BESIDE, d=ids, another=ANOTHER_SUBJECT)
    beside = {row[0]: _as_told(office, row[1], lives) for row in rows}
    return {number: _joined(stand[life.docket], beside[life.docket]) for number, life in lives.items()}


def _joined(standing: Standing, beside: Mapping[str, Any]) -> PaperStanding:
    seen = {**standing.seen, **{name: told for name, told in beside.items() if name != "papers"}}
    ids = [UUID(one) for one, _ in beside["papers"]]
    parts = (standing.notes, standing.digests, standing.conditions)
    return PaperStanding(seen | {"withheld": [withheld for _, withheld in beside["papers"]]}, *parts, ids)


def _as_told(office: PracticeOffice, row: Mapping[str, Any], lives: Mapping[str, Life]) -> dict[str, Any]:
    told = {**row, **{name: row[name] or [] for name in (*_LISTS, "papers")}}
    names = {str(seat.post): name for name, seat in office.seats.items()}
    numbers = {life.number: number for number, life in lives.items()}
    told |= {"route": [names[post] for post in told["route"]]}
    told |= {"informed": sorted(names[post] for post in told["informed"])}
    told |= {"number": numbers[row["number"]]}
    told |= {"dispatches": [_numbered(number, numbers) for number in told["dispatches"]]}
    ties = [[sort, numbers[other], *rest] for sort, other, *rest in told["ties"]]
    return told | {"ties": sorted(ties, key=str)}


def _numbered(number: str, numbers: Mapping[str, str]) -> str:
    """The number of a letter that went out, as the life says it."""
    file, serial = number.rsplit("/", 1)
    return f"{numbers[file]}/{serial}"


async def order_on(
    life: Life, move: Move, standing: PaperStanding, version: int, lives: Mapping[str, Life]
) -> Order:
    """The order that a move on a file or a receipt comes to."""
    other = lives[move.other].number if isinstance(move.other, str) else None
    order = order_of(life, replace(move, other=bool(other)), standing, version, other)
    given: dict[str, Any] = {"mode": move.mode, "particulars": dict(move.particulars)}
    given |= {"due": FAR_OFF if move.due else None}
    if move.paper is not None:
        known = move.paper <= len(standing.papers)
        given["document_id"] = standing.papers[move.paper - 1] if known else uuid4()
    given |= await _letter(life, move)
    addressees: Sequence[Mapping[str, Any]] = _ADDRESSEES[move.addressees] if move.addressees else ()
    return replace(order, plain=replace(order.plain, **given), posts=move.posts, addressees=tuple(addressees))


async def _letter(life: Life, move: Move) -> dict[str, Any]:
    """What names a letter and the version of it that was read."""
    if move.letter is None and move.version is None:
        return {}
    async with life.office.database.querying() as driver:
        rows = await letters.letters(driver, life.docket, until=None)
    known = move.letter is not None and move.letter <= len(rows)
    row: Mapping[str, Any] = rows[move.letter - 1] if known and move.letter is not None else {"id": uuid4()}
    return {
        "letter": None if move.letter is None else row["id"],
        "letter_sha256": None if move.version is None else _digest(row.get("versions", ()), move.version),
    }


def _digest(versions: Sequence[Mapping[str, Any]], version: int) -> str:
    if version > len(versions):
        return "0" * 64
    read = versions[version - 1]
    return version_sha256(read["subject"], read["text"], read["addressees"])
