"""Registration of a docket: the checks of what is given, and the rows that the first movement writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from flows.rules import clock_turns, clocks, numbering, references, words
from flows.rules.audit_chain import Commitment
from flows.rules.cases import Actor
from flows.rules.errors import Refusal
from flows.rules.guards import POWER_ASKED
from flows.rules.guards_posts import has_power
from flows.rules.labels import Label, listed
from flows.rules.particulars import CLASSIFICATIONS, IDENTITIES, OF_A_CALLER, Particular, particulars_of, texts_of
from flows.rules.plan import ClockChange, Message, NewRow
from flows.rules.schemes import Category, Kind, Scheme
from flows.rules.tables import Table
from flows.rules.working_time import CalendarInForce


@dataclass(frozen=True, slots=True)
class Application:
    """What is to be registered. ``particulars`` are the family's own columns as given; texts are commitments.

    ``person``: the member of the request in which name, telephone and address stood.
    ``category_row``: where the category is the office's own, the row that holds now.
    """

    kind: str
    subject: Commitment
    classification: str
    priority: str
    particulars: Mapping[str, object]
    body: Commitment | None = None
    name: Commitment | None = None
    telephone: Commitment | None = None
    address: Commitment | None = None
    letter_number: Commitment | None = None
    person: str = "complainant"
    category_row: UUID | None = None

    def texts(self) -> dict[str, bool]:
        """Which members that hold texts of people were given."""
        who = self.name or self.telephone or self.address
        return {
            "text": self.body is not None,
            "letter_number": self.letter_number is not None,
            self.person: bool(who),
        }


@dataclass(frozen=True, slots=True)
class Registration:
    """What registering writes, but for the number and the chain."""

    docket: Mapping[str, object]
    family: NewRow
    others: tuple[NewRow, ...]
    clocks: tuple[ClockChange, ...]
    series: str
    number_fields: Mapping[str, object]
    beginning: str
    messages: tuple[Message, ...] = ()
    after: tuple[NewRow, ...] = ()

    @property
    def id(self) -> UUID:
        found = self.docket["id"]
        assert isinstance(found, UUID)
        return found


def judge_registration(scheme: Scheme, actor: Actor, given: Application, today: date) -> Refusal | None:
    """May this post register this today? The first refusal."""
    kind = scheme.kinds.get(given.kind)
    if kind is None:
        return Refusal("unknown-kind", "kind", {"kind": given.kind})
    table = scheme.table_of(given.kind)
    lacks = [has_power(actor.post, POWER_ASKED[name]) for name in table.beginning.who]
    if None not in lacks:
        return lacks[0]
    if given.classification not in CLASSIFICATIONS:
        return Refusal("unknown-classification", "classification")
    if given.priority not in scheme.priorities:
        return Refusal("unknown-priority", "priority", {"priority": given.priority})
    known = particulars_of(table.family, kind)
    return (
        _missing(kind, table, known, given)
        or _particulars(known, given)
        or _words(table, given)
        or _others(table, known, given)
        or _days(known, given, today)
        or _reference(given)
    )


def _reference(given: Application) -> Refusal | None:
    """A system and the number there; a day alone says nothing."""
    system, number, day = (given.particulars.get(name) is not None for name in references.NAMES)
    return Refusal("reference-incomplete", "reference") if system != number or (day and not number) else None


def _days(known: Mapping[str, Particular], given: Application, today: date) -> Refusal | None:
    """No letter comes in, or was written, on a day that has not come yet."""
    for name in known:
        value = given.particulars.get(name)
        if isinstance(value, date) and value > today:
            return Refusal("day-not-come", name, {"field": words.field(name)})
    return None


def _missing(kind: Kind, table: Table, known: Mapping[str, Particular], given: Application) -> Refusal | None:
    """All that must be given is there; what is missing is told at once, for the citizen is on the line."""
    names = [one.name for one in known.values() if one.needed and given.particulars.get(one.name) is None]
    if "text" in texts_of(table.family) and given.body is None:
        names.append("text")
    names += _of_a_caller(kind, given)
    if not names:
        return None
    said = listed(words.REGISTRATION[name].label for name in names)
    return Refusal("missing", names[0], {"field": said}, tuple(names[1:]))


def _of_a_caller(kind: Kind, given: Application) -> list[str]:
    """What is missing of who calls a helpline: after the reply he is called back, unless he stays unknown."""
    calls = given.particulars.get("channel") in kind.handling.callers
    if not calls or given.particulars.get("identity") in (None, "anonymous"):
        return []
    return [name for name in OF_A_CALLER if getattr(given, name) is None]


def _particulars(known: Mapping[str, Particular], given: Application) -> Refusal | None:
    """What must be given is of the values that it takes."""
    for one in known.values():
        value = given.particulars.get(one.name)
        if one.needed and not one.fits(value):
            return words.unknown(one.name, str(value))
    return None


def _words(table: Table, given: Application) -> Refusal | None:
    """People's words and names: never kept where they are not asked for."""
    known, given_texts = texts_of(table.family), given.texts()
    for name, there in given_texts.items():
        if there and name not in known:
            return _no_meaning(name, table.beginning.label)
    anonymous = given.particulars.get("identity") == "anonymous"
    return _no_meaning("complainant", IDENTITIES["anonymous"]) if anonymous and given_texts[given.person] else None


def _no_meaning(name: str, of: Label) -> Refusal:
    return Refusal("not-taken", name, {"parameter": words.REGISTRATION[name].label, "action": of})


def _others(table: Table, known: Mapping[str, Particular], given: Application) -> Refusal | None:
    """Nothing is given that the family does not know, and what may be left out is right where it is given."""
    action = table.beginning.label
    for name in sorted(given.particulars):
        if name not in known:
            return Refusal("not-taken", name, {"parameter": words.field(name), "action": action})
        value = given.particulars[name]
        if value is not None and not known[name].fits(value):
            return words.unknown(name, str(value))
    return None


def plan_registration(
    scheme: Scheme, actor: Actor, given: Application, docket: UUID, at: datetime, calendar: CalendarInForce
) -> Registration:
    """The rows of a registration that was judged before."""
    kind = scheme.kinds[given.kind]
    table = scheme.table_of(given.kind)
    year = scheme.day_of(at).year
    fields = {**given.particulars, "year": year, "section": actor.post.section_code}
    category = kind.categories.get(str(given.particulars.get("category")))
    started = first_clocks(calendar, category, at)
    row = {
        **docket_row(scheme, given.kind, table.beginning.name, at),
        "id": docket,
        "subject": given.subject,
        "office": actor.post.office,
        "section": actor.post.section,
        "holder": actor.post.id,
        "priority": given.priority,
        "classification": given.classification,
        **clocks_turn(table, category, at, calendar),
    }
    family, others = _family_rows(table.family, given, docket, year)
    series = numbering.series_of(given.kind, kind, fields)
    messages = _messages(table.family, given)
    after = (
        () if given.particulars.get("system") is None else (references.reference_row(docket, given.particulars),)
    )
    return Registration(row, family, others, started, series, fields, table.beginning.name, messages, after)


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


def _messages(family: str, given: Application) -> tuple[Message, ...]:
    """A citizen who left a telephone is told the number."""
    told = family == "complaint" and given.telephone is not None
    return (Message(f"{family}.register", "sms", "complainant"),) if told else ()


def first_clocks(
    calendar: CalendarInForce, category: Category | None, at: datetime, since: datetime | None = None
) -> tuple[ClockChange, ...]:
    """The clocks with which a docket begins; no category: nobody complains.

    The citizen's runs from registration to close and never restarts: of what was split off it runs ``since`` the
    citizen first complained. That is with an officer at once, whose clocks begin with it (DESIGN §4).
    """
    if category is None:
        return ()
    began, limit = since or at, category.citizen
    citizen = ClockChange("start", "citizen", 0, limit, clocks.due(began, limit, calendar), began=since)
    if since is None:
        return (citizen,)
    given = (("level", category.limit_at(1)), ("attend", category.attend))
    return (citizen, *(ClockChange("start", sort, 1, of, clocks.due(at, of, calendar)) for sort, of in given))


def clocks_turn(
    table: Table, category: Category | None, at: datetime, calendar: CalendarInForce, since: datetime | None = None
) -> dict[str, object]:
    """The docket's columns of the clock's first turn; none of what has no category.

    ``since``: as of ``first_clocks``.
    """
    if category is None:
        return {}
    registered = since is None
    turn = clock_turns.first(table, category, at, calendar) if registered else clock_turns.at_once(table, at)
    return clock_turns.columns_of(turn)


def _family_rows(family: str, given: Application, docket: UUID, year: int) -> tuple[NewRow, tuple[NewRow, ...]]:
    if family == "office_file":
        row = {"docket": docket, "year": year, "amount_paise": None, **given.particulars}
        return NewRow("office_file", row), ()
    if family == "receipt":
        return NewRow("receipt", _receipt(given, docket, year)), ()
    complainant = _complainant(given, docket)
    row: dict[str, object] = {
        "docket": docket,
        "body": given.body,
        "accused": None,
        "level": 1,
        "category_row": given.category_row,
        "complainant": complainant.row["id"] if complainant else None,
        **{name: value for name, value in given.particulars.items() if name not in references.NAMES},
    }
    return NewRow("complaint", row), (complainant,) if complainant else ()


def _receipt(given: Application, docket: UUID, year: int) -> dict[str, object]:
    return {
        "docket": docket,
        "year": year,
        "letter_day": None,
        "letter_number": given.letter_number,
        "sender_name": given.name,
        "sender_telephone": given.telephone,
        "sender_address": given.address,
        **given.particulars,
    }


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
