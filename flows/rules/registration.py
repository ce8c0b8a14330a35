"""Registration of a docket: the checks of what is given, and the rows that the first movement writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from flows.rules import clocks, numbering, words
from flows.rules.audit_chain import Commitment
from flows.rules.cases import Actor
from flows.rules.errors import Refusal
from flows.rules.guards import POWER_ASKED, has_power
from flows.rules.labels import Label
from flows.rules.particulars import CLASSIFICATIONS, IDENTITIES, Particular, asks_for_words, particulars_of
from flows.rules.plan import ClockChange, NewRow
from flows.rules.schemes import Kind, Scheme
from flows.rules.tables import Table


@dataclass(frozen=True, slots=True)
class Application:
    """What is to be registered. ``particulars`` are the family's own columns as given; texts are commitments."""

    kind: str
    subject: Commitment
    classification: str
    priority: str
    particulars: Mapping[str, object]
    body: Commitment | None = None
    name: Commitment | None = None
    telephone: Commitment | None = None
    address: Commitment | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What registering writes, but for the number and the chain."""

    docket: Mapping[str, object]
    family: NewRow
    others: tuple[NewRow, ...]
    clocks: tuple[ClockChange, ...]
    series: str
    number_fields: Mapping[str, object]

    @property
    def id(self) -> UUID:
        found = self.docket["id"]
        assert isinstance(found, UUID)
        return found


def judge_registration(scheme: Scheme, actor: Actor, given: Application) -> Refusal | None:
    """May this post register this? The first refusal."""
    kind = scheme.kinds.get(given.kind)
    if kind is None:
        return Refusal("unknown-kind", "kind", {"kind": given.kind})
    table = scheme.table_of(given.kind)
    lacks = has_power(actor.post, POWER_ASKED[table.by_name["register"].who[0]])
    if lacks is not None:
        return lacks
    if given.classification not in CLASSIFICATIONS:
        return Refusal("unknown-classification", "classification")
    if given.priority not in scheme.priorities:
        return Refusal("unknown-priority", "priority", {"priority": given.priority})
    known = particulars_of(table.family, kind)
    return _particulars(known, given) or _words(table, given) or _others(table, known, given)


def _particulars(known: Mapping[str, Particular], given: Application) -> Refusal | None:
    """All that must be given is there, and of the values that it takes."""
    for one in known.values():
        value = given.particulars.get(one.name)
        if one.needed and value is None:
            return Refusal("missing", one.name, {"field": words.field(one.name)})
        if one.needed and not one.fits(value):
            return _unknown(one.name, value)
    return None


def _words(table: Table, given: Application) -> Refusal | None:
    """The citizen's words and name: given where they are asked for, and never kept where they are not."""
    who = given.name is not None or given.telephone is not None or given.address is not None
    if not asks_for_words(table.family):
        action = table.by_name["register"].label
        return _no_meaning("text", action) if given.body else _no_meaning("complainant", action) if who else None
    if given.body is None:
        return Refusal("missing", "text", {"field": words.REGISTRATION["text"].label})
    anonymous = given.particulars["identity"] == "anonymous"
    return _no_meaning("complainant", IDENTITIES["anonymous"]) if anonymous and who else None


def _no_meaning(name: str, of: Label) -> Refusal:
    return Refusal("not-taken", name, {"parameter": words.REGISTRATION[name].label, "action": of})


def _others(table: Table, known: Mapping[str, Particular], given: Application) -> Refusal | None:
    """Nothing is given that the family does not know, and what may be left out is right where it is given."""
    action = table.by_name["register"].label
    for name in sorted(given.particulars):
        if name not in known:
            return Refusal("not-taken", name, {"parameter": words.field(name), "action": action})
        value = given.particulars[name]
        if value is not None and not known[name].fits(value):
            return _unknown(name, value)
    return None


def _unknown(name: str, value: object) -> Refusal:
    return Refusal("unknown-particular", name, {"field": words.field(name), "value": str(value)})


def plan_registration(
    scheme: Scheme, actor: Actor, given: Application, docket: UUID, at: datetime
) -> Registration:
    """The rows of a registration that was judged before."""
    kind = scheme.kinds[given.kind]
    table = scheme.table_of(given.kind)
    year = scheme.day_of(at).year
    fields = {**given.particulars, "year": year, "section": actor.post.section_code}
    started = citizen_clock(scheme, kind, given.particulars, at)
    row = {
        **docket_row(scheme, given.kind, "register", at),
        "id": docket,
        "subject": given.subject,
        "office": actor.post.office,
        "section": actor.post.section,
        "holder": actor.post.id,
        "priority": given.priority,
        "classification": given.classification,
    }
    family, others = _family_rows(table.family, given, docket, year)
    series = numbering.series_of(given.kind, kind, fields)
    return Registration(row, family, others, started, series, fields)


def docket_row(scheme: Scheme, kind: str, beginning: str, at: datetime) -> dict[str, object]:
    """What every docket's row has when it begins with a row of its kind's table."""
    table = scheme.table_of(kind)
    state = table.by_name[beginning].to_state
    assert state is not None
    return {
        "family": table.family,
        "kind": kind,
        "scheme": scheme.name,
        "scheme_version": scheme.version,
        "state": state,
        "state_class": table.sort_of(state).value,
        "sender": None,
        "due": None,
        "parked_until": None,
        "ending": None,
        "registered_at": at,
        "closed_at": None,
    }


def citizen_clock(
    scheme: Scheme, kind: Kind, particulars: Mapping[str, object], at: datetime
) -> tuple[ClockChange, ...]:
    """The citizen's clock runs from registration to close and never restarts."""
    if not kind.categories:
        return ()
    limit = kind.categories[str(particulars["category"])].citizen
    return (ClockChange("start", "citizen", 0, limit, clocks.due(at, limit, scheme)),)


def _family_rows(family: str, given: Application, docket: UUID, year: int) -> tuple[NewRow, tuple[NewRow, ...]]:
    if family == "office_file":
        row = {"docket": docket, "year": year, "amount_paise": None, **given.particulars}
        return NewRow("office_file", row), ()
    complainant = _complainant(given, docket)
    row: dict[str, object] = {
        "docket": docket,
        "body": given.body,
        "accused": None,
        "level": 1,
        "complainant": complainant.row["id"] if complainant else None,
        **given.particulars,
    }
    return NewRow("complaint", row), (complainant,) if complainant else ()


def _complainant(given: Application, docket: UUID) -> NewRow | None:
    if given.particulars["identity"] == "anonymous":
        return None
    return NewRow(
        "complainant",
        {
            "id": uuid5(docket, "complainant"),
            "name": given.name,
            "telephone": given.telephone,
            "address": given.address,
        },
    )
