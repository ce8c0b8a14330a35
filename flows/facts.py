"""Brings storage's rows and the rules' values together: a case from what was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flows.rules.audit_chain import Commitment, commit_text
from flows.rules.calendars import DeclaredDay
from flows.rules.cases import (
    Actor,
    Case,
    DocketFacts,
    History,
    OpenDraft,
    OpenProposal,
    Parameters,
    PostFacts,
    RouteStop,
    RunningClock,
    Tie,
)
from flows.rules.judged_acts import Reply, SpecialClose
from flows.rules.known_schemes import KNOWN
from flows.rules.letters import APPROVALS, Communicated, Letter, version_sha256
from flows.rules.own_values import OwnCategory
from flows.rules.retell import ToldMovement
from flows.rules.routing import Route, Routing
from flows.rules.schemes import Category, Scheme
from flows.rules.tables import Row, Table
from flows.rules.working_time import CalendarInForce
from storage.cases import Found
from storage.kept_posts import DayRecord, Days, Instants, PostRecord, Posts

# The day on which a power or a superior counts is the day in India; schemes have zones of their own for limits.
_INDIA: Final = ZoneInfo("Asia/Kolkata")

_MADE: Final = frozenset({"particulars", "category"})
_DOCKET_COLUMNS: Final = tuple(name for name in DocketFacts.__dataclass_fields__ if name not in _MADE)


def posts_of(found: Posts) -> dict[UUID, PostFacts]:
    """The posts that were asked for as they are at that instant, by id."""
    day = found.at.astimezone(_INDIA).date()
    return {post: _post(found, found.records[post], day) for post in found.asked}


def _post(found: Posts, record: PostRecord, day: date) -> PostFacts:
    now = [(person, charge) for person, term, charge in record.tenures if _lasts(term, found.at)]
    holders = frozenset(person for person, charge in now if charge != "link")
    people = frozenset(person for person, _ in now)
    return PostFacts(
        id=record.id,
        code=record.code,
        section=record.section,
        section_code=record.section_code,
        office=record.office,
        record_room=record.record_room,
        open=_holds((record.opened_on, record.closed_on), day),
        people=people,
        powers=_powers(record.powers, day),
        above=_above(found.records, record, day),
        links=people - holders,
        withheld=_powers(record.withheld, day),
        absent=frozenset(person for person, term in record.absences if _lasts(term, found.at)),
        assistants=_assistants(record, found.at),
    )


def _powers(given: Iterable[tuple[str, Days]], day: date) -> frozenset[str]:
    return frozenset(power for power, days in given if _holds(days, day))


def _assistants(record: PostRecord, at: datetime) -> dict[UUID, frozenset[str]]:
    return {person: frozenset(powers) for person, powers, term in record.assistants if _lasts(term, at)}


def _holds(days: Days, day: date) -> bool:
    since, until = days
    return since <= day and (until is None or until > day)


def _lasts(term: Instants, at: datetime) -> bool:
    since, until = term
    return since <= at and (until is None or until > at)


def _above(records: Mapping[UUID, PostRecord], record: PostRecord, day: date) -> tuple[UUID, ...]:
    """The superiors of a day, nearest first; in a circle nobody twice, and the post itself not at all."""
    above, top = dict[UUID, None](), [record]
    while top:
        over = [post for below in top for post, days in below.superiors if _holds(days, day)]
        new = [post for post in dict.fromkeys(over) if post not in above and post != record.id]
        above |= dict.fromkeys(new)
        top = [records[post] for post in new]
    return tuple(above)


def docket_of(row: Mapping[str, Any]) -> DocketFacts:
    """The docket's facts from its row."""
    own = row["own_category"]
    return DocketFacts(
        **{name: row[name] for name in _DOCKET_COLUMNS},
        particulars=_particulars(row[row["family"]]),
        category=None if own is None else category_of(own),
    )


def own_categories_of(row: Mapping[str, Any]) -> dict[UUID, Category]:
    """The office's own categories that a docket ever had, by their rows."""
    return {UUID(one["id"]): category_of(one) for one in row["own_categories"] or ()}


def category_of(row: Mapping[str, Any]) -> Category:
    """An office's own category from its row, in the form of a scheme's; its department where that was read."""
    evidence = {} if row["evidence"] is None else {"evidence": row["evidence"]}
    department = {"department": row.get("department_code")}
    said = {"label": [row["label_en"], row["label_hi"]], **department, **row["limits"], **evidence}
    return Category.model_validate_json(json.dumps(said))


def _particulars(row: Mapping[str, Any]) -> dict[str, Any]:
    """A family's columns; ids come as texts from the database's JSON."""
    ids = {"accused", "complainant", "body", "letter_number", "sender_name", "sender_telephone", "sender_address"}
    ids |= {"category_row"}
    return {k: UUID(v) if k in ids and v is not None else v for k, v in row.items() if k != "docket"}


def movement_of(row: Mapping[str, Any]) -> ToldMovement:
    """What a row of ``movement`` says of time and posts."""
    return ToldMovement(**{name: row[name] for name in ToldMovement.__dataclass_fields__})


def history_of(row: Mapping[str, Any], parts: Collection[str]) -> History:
    """The docket's past as far as it was asked for."""
    known: dict[str, object] = {"proposal": _proposal(row["proposal"])}
    for part in parts:
        known |= _READ[part](row[part]) if part in _READ else {part: row[part]}
    return History.of(known)


def _replied(reply: Mapping[str, str] | None) -> dict[str, object]:
    post, person = (UUID(reply["post"]), UUID(reply["person"])) if reply else (None, None)
    return {"replied_by": post, "replied_by_person": person}


def _ids(found: Sequence[str]) -> frozenset[UUID]:
    return frozenset(UUID(one) for one in found)


def _reply(found: Mapping[str, Any] | None) -> dict[str, object]:
    return {"reply": None if found is None else Reply(UUID(found["movement"]), found["accepted"])}


def _communicated(found: Mapping[str, str] | None) -> dict[str, object]:
    return {"communicated": None if found is None else Communicated(found["outcome"], UUID(found["post"]))}


def _special_close(found: Mapping[str, str] | None) -> dict[str, object]:
    if found is None:
        return {"special_close": None}
    at = datetime.fromisoformat(found["at"])
    return {"special_close": SpecialClose(UUID(found["post"]), UUID(found["person"]), at, int(found["times"]))}


# How the parts are read that do not come as the rules need them.
_READ: Final[Mapping[str, Callable[[Any], dict[str, object]]]] = {
    "held_by": lambda posts: {"held_by": frozenset(posts)},
    "fixed_notes": lambda notes: {"fixed_notes": frozenset(notes)},
    "drafts": lambda drafts: {"drafts": tuple(_draft(draft) for draft in drafts or ())},
    "open_conditions": lambda found: {"open_conditions": {UUID(k): v for k, v in (found or {}).items()}},
    "deciders": lambda found: {"deciders": {UUID(k): UUID(v) for k, v in (found or {}).items()}},
    "replied_by": _replied,
    "clocks": lambda clocks: {"clocks": clocks_of(clocks)},
    "competence": lambda found: {"competence": found or {}},
    "by_amount": lambda classes: {"by_amount": frozenset(classes)},
    "ties": lambda ties: {"ties": tuple(_tie(tie) for tie in ties or ())},
    "lead": lambda found: {"lead": found and _tie(found)},
    "born": lambda found: {"born": found or {}},
    "texts": lambda found: {"texts": {name: _commitment(text) for name, text in (found or {}).items()}},
    "recused": lambda found: {"recused": _ids(found["posts"]), "recused_people": _ids(found["people"])},
    "attempts": lambda instants: {"attempts": tuple(instants)},
    "evidence": lambda classes: {"evidence": frozenset(classes)},
    "reply": _reply,
    "special_close": _special_close,
    "desks": lambda found: {"desks": {k: [UUID(post) for post in posts] for k, posts in (found or {}).items()}},
    "warned": lambda found: {"warned": {k: datetime.fromisoformat(v) for k, v in (found or {}).items()}},
    "communicated": _communicated,
    "letters": lambda found: {"letters": tuple(_letter(one) for one in found or ())},
    "papers": lambda found: {"papers": {UUID(k): UUID(v) if v else None for k, v in (found or {}).items()}},
    "routing": lambda found: {"routing": found and _routing(found)},
    "new_category": lambda row: {"new_category": row and _new_category(row)},
    "route": lambda stops: {"route": tuple(_stop(stop) for stop in stops or ())},
    "route_taken": lambda stops: {"route_taken": tuple(_stop(stop) for stop in stops or ())},
}


def _draft(row: Mapping[str, Any]) -> OpenDraft:
    sha256 = bytes.fromhex(row["sha256"])
    return OpenDraft(
        UUID(row["note"]), row["paragraph"], UUID(row["post"]), UUID(row["person"]), sha256, row["text"]
    )


def _tie(row: Mapping[str, Any]) -> Tie:
    holder = row["holder"]
    return Tie(
        **{**row, "id": UUID(row["id"]), "other": UUID(row["other"]), "holder": UUID(holder) if holder else None}
    )


def _letter(row: Mapping[str, Any]) -> Letter:
    addressees = row["addressees"]
    return Letter(
        id=UUID(row["id"]),
        ordinal=row["ordinal"],
        version=row["version"],
        sha256=version_sha256(row["subject"], row["text"], addressees),
        addressees=tuple(UUID(one["id"]) for one in addressees),
        by_email=frozenset(UUID(one["id"]) for one in addressees if one["email"] is not None),
        approved=row["outcome"] in APPROVALS,
        signed=row["signed"],
        dispatched=row["dispatched"],
        dropped=row["dropped"],
    )


def _stop(row: Mapping[str, Any]) -> RouteStop:
    return RouteStop(UUID(row["movement"]), row["ordinal"], UUID(row["post"]))


def _routing(found: Mapping[str, Any]) -> Routing:
    routes = tuple(_route(row) for row in found["routes"])
    return Routing(routes, tuple(found["categories"]), tuple(found["places"]), _uuid(found["department"]))


def _route(row: Mapping[str, Any]) -> Route:
    ids = {"id": UUID(row["id"]), "post": UUID(row["post"]), "department": _uuid(row["department"])}
    return Route(category=row["category"], place=row["place"], level=row["level"], **ids)


def _new_category(row: Mapping[str, Any]) -> OwnCategory:
    return OwnCategory(UUID(row["id"]), category_of(row), _uuid(row["department"]))


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _commitment(found: Mapping[str, str]) -> Commitment:
    """What an entry says of a text that stands already."""
    return Commitment(UUID(found["id"]), commit_text(bytes.fromhex(found["salt"]), found["text"]))


def _proposal(row: Mapping[str, Any] | None) -> OpenProposal | None:
    if row is None:
        return None
    return OpenProposal(
        UUID(row["id"]),
        row["name"],
        UUID(row["post"]),
        UUID(row["person"]),
        datetime.fromisoformat(row["lapses_at"]),
        row["parameters"],
    )


def clocks_of(rows: Collection[Mapping[str, Any]] | None) -> tuple[RunningClock, ...]:
    """Clocks from their rows, which are JSON."""
    return tuple(_clock(row) for row in rows or ())


def _clock(row: Mapping[str, Any]) -> RunningClock:
    halted, resumed, left = row["halted_at"], row["resumed_at"], row["left_us"]
    return RunningClock(
        row["sort"],
        row["level"],
        datetime.fromisoformat(row["began"]),
        row["limit_unit"],
        datetime.fromisoformat(row["due"]),
        datetime.fromisoformat(halted) if halted else None,
        row["limit_count"],
        datetime.fromisoformat(resumed) if resumed else None,
        None if left is None else timedelta(microseconds=left),
    )


def scheme_of(docket: Mapping[str, Any]) -> Scheme:
    """The scheme that a docket's row names; ``flows.schemes_in_force`` has seen to it that it is known."""
    return KNOWN.of(docket["scheme"], docket["scheme_version"])


_CALENDARS: Final[dict[tuple[str, int], tuple[object, CalendarInForce]]] = {}


def calendar_of(scheme: Scheme, days: tuple[DayRecord, ...]) -> CalendarInForce:
    """A scheme's calendar with what the office declared; the last one of a scheme is kept with all it counted."""
    version = (scheme.name, scheme.version)
    known = _CALENDARS.get(version)
    if known is None or known[0] != days:
        declared = [
            DeclaredDay(one.day, one.sort, one.declared_at) for one in days if one.calendar == scheme.calendar.name
        ]
        known = _CALENDARS[version] = (days, scheme.calendar_with(declared))
    return known[1]


def table_of(docket: Mapping[str, Any]) -> Table:
    """The rules' table of a docket's kind, under the scheme that its row names."""
    return scheme_of(docket).table_of(docket["kind"])


def case_of(
    found: Found,
    posts: Mapping[UUID, PostFacts],
    actor: Actor,
    action: Row,
    given: Parameters,
    other: Found | None = None,
) -> Case:
    """The case of one action on a docket that was found, and beside it of the other one that it names."""
    case = _case(found, posts, actor, action, given)
    if other is None or action.beside is None:
        return case
    row = table_of(other.docket).by_name.get(action.beside)
    if row is None:
        return case
    # What is done to two dockets at once has one instant, which is later than the last of either.
    at = max(case.at, other.docket["at"])
    beside = _case(other, posts, actor, row, Parameters(remark=given.remark))
    return replace(case, at=at, other=replace(beside, at=at, beside=case.docket, beside_act=action.act))


def _case(found: Found, posts: Mapping[UUID, PostFacts], actor: Actor, action: Row, given: Parameters) -> Case:
    docket = docket_of(found.docket)
    return Case(
        table=table_of(found.docket),
        row=action,
        scheme=scheme_of(found.docket),
        docket=docket,
        actor=actor,
        parameters=given,
        at=found.docket["at"],
        posts=posts,
        history=history_of(found.docket, found.parts),
        calendar=calendar_of(scheme_of(found.docket), found.posts.days).as_of(found.docket["at"]),
    )
