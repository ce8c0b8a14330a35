"""Does a model's moves for real, and reads a docket back in the model's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flows.carry_out import carry_out
from flows.instructions import Accepted, Giver, accept
from flows.orders import Order
from flows.rules.errors import Refused
from flows.seen_cases import NoSuchDocket
from tests.factories.lives import HIDDEN, Answer, Life, answer_of
from tests.factories.practice_office import PracticeOffice
from tests.models.office_model import Move

FAR = date(2030, 1, 1)
ANOTHER_SUBJECT = "दूसरा विषय"

_READ = """
select d.id, jsonb_build_object(
  'state', d.state, 'holder', d.holder, 'sender', d.sender, 'version', d.version, 'movements', d.movements,
  'parked', d.parked_until is not null, 'chain_length', d.chain_length,
  'entries', (select count(*) from audit_entry where chain = 'docket:' || d.id),
  'documents', (select count(*) from document where docket = d.id),
  'holdings', (select jsonb_agg(jsonb_build_array(post, from_at, to_at) order by from_at)
      from holding where docket = d.id),
  'roles', (select jsonb_object_agg(post, role) from docket_post where docket = d.id),
  'notes', (select jsonb_object_agg(paragraph, id) from note where docket = d.id),
  'drafts', (select jsonb_agg(jsonb_build_array(n.author_post, n.paragraph, encode(x.sha256, 'hex')))
      from note n join note_draft x on x.note = n.id where n.docket = d.id),
  'fixed', (select jsonb_agg(n.paragraph order by n.paragraph)
      from note n join note_fixed x on x.note = n.id where n.docket = d.id),
  'conditions', (select jsonb_agg(jsonb_build_array(c.id, c.settled is null) order by e.at, c.ordinal)
      from decision_condition c join decision e on e.movement = c.decision where c.docket = d.id),
  'proposer', (select post from proposal where docket = d.id and state = 'open' and lapses_at > office_now()),
  'names', (select jsonb_agg(name order by sequence) from movement where docket = d.id),
  'clocks', (select jsonb_agg(jsonb_build_array(sort, level, began, due, halted_at, ended) order by began, sort)
      from clock where docket = d.id)
) from docket d where d.id = any(%(d)s)
"""


@dataclass
class Standing:
    """A docket as the database has it: in the model's terms, and with the ids that an order needs."""

    seen: dict[str, Any]
    notes: dict[int, UUID]
    digests: dict[int, str]
    conditions: list[UUID]


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def read_standing(office: PracticeOffice, docket: UUID) -> Standing:
    return (await read_standings(office, [docket]))[docket]


async def read_standings(office: PracticeOffice, dockets: Sequence[UUID]) -> dict[UUID, Standing]:
    """How several dockets stand, in one look."""
    rows = await office.rows(_READ, d=list(dockets))
    return {row[0]: _standing(office, row[1]) for row in rows}


def _standing(office: PracticeOffice, row: Mapping[str, Any]) -> Standing:
    names = {str(seat.post): name for name, seat in office.seats.items()}
    drafts, conditions = row["drafts"] or [], row["conditions"] or []
    assert row["chain_length"] == row["entries"]
    seen: dict[str, Any] = {
        **{
            name: row[name]
            for name in ("state", "version", "movements", "entries", "documents", "parked", "names")
        },
        **{name: names.get(row[name]) for name in ("holder", "sender", "proposer")},
        "holdings": [(names[post], _instant(began), _instant(ended)) for post, began, ended in row["holdings"]],
        "roles": {names[post]: role for post, role in row["roles"].items()},
        "paragraphs": len(row["notes"] or {}),
        "drafts": {names[post]: paragraph for post, paragraph, _ in drafts},
        "fixed": row["fixed"] or [],
        "conditions": [is_open for _, is_open in conditions],
        "clocks": [(sort, level, *map(_instant, times)) for sort, level, *times in row["clocks"] or []],
    }
    return Standing(
        seen,
        {int(paragraph): UUID(note) for paragraph, note in (row["notes"] or {}).items()},
        {paragraph: digest for _, paragraph, digest in drafts},
        [UUID(condition) for condition, _ in conditions],
    )


_BESIDE = """
select jsonb_build_object(
  'level', c.level, 'category', c.category, 'ending', d.ending,
  'due', case when d.state <> 'closed' then d.due end,
  'references', (select count(*) from docket_reference where docket = d.id),
  'clubbed', exists (select 1 from docket_tie where docket = d.id and sort = 'clubbed' and ended_at is null),
  'leads', (select count(*) from docket_tie where other = d.id and sort = 'clubbed' and ended_at is null),
  'split off', (select count(*) from docket_tie where other = d.id and sort = 'split')
), d.clock_at from docket d join complaint c on c.docket = d.id where d.id = %(d)s
"""


async def read_complaint_beside(office: PracticeOffice, docket: UUID) -> tuple[dict[str, Any], datetime | None]:
    """What stands beside a complaint in the model's terms, and from when the clock will look at it."""
    ((beside, clock_at),) = await office.rows(_BESIDE, d=docket)
    return {**beside, "due": _instant(beside["due"])}, clock_at


def order_of(life: Life, move: Move, standing: Standing, version: int, other: str | None = None) -> Order:
    """The order that a move comes to; ``other`` is the number of the docket that a move may name."""
    given: dict[str, Any] = {"to": move.to, "agree": move.agree, "outcome": move.outcome}
    if move.remark:
        given["remark"] = "टिप्पणी"
    if move.text:
        given["text"] = f"अनुच्छेद {version}: {move.who}"
    if move.action == "split" or move.subject:
        given["subject"] = ANOTHER_SUBJECT
    if move.until:
        given["until"] = FAR
    if move.draft is not None:
        given["draft"] = standing.notes.get(move.draft) or uuid4()
        given["draft_sha256"] = standing.digests.get(move.draft)
    if move.basis is not None:
        given["basis"] = standing.notes.get(move.basis) or uuid4()
    if move.condition is not None:
        known = move.condition <= len(standing.conditions)
        given["condition"] = standing.conditions[move.condition - 1] if known else uuid4()
    given |= {name: getattr(move, name) for name in ("ground", "quality", "category")}
    given["other"] = other if move.other else None
    if move.reference is not None:
        given |= {"system": "cpgrams", "reference": move.reference}
    given["conditions"] = tuple(f"शर्त {n}" for n in range(move.conditions))
    return life.order(move.action, version, document=move.document, **given)


async def try_accept(office: PracticeOffice, giver: Giver, order: Order) -> Accepted | Answer:
    try:
        return await accept(office.database, giver, order, channels=office.identity.channels)
    except Refused as refused:
        return Answer(refused.refusal.code, refused.refusal.field)
    except NoSuchDocket:
        return Answer(HIDDEN)


async def carried_out(office: PracticeOffice, accepted: Accepted) -> Answer:
    return answer_of(await carry_out(office.database, office.identity, accepted.instruction))
