"""Moving a paper of the first release's scheme to a later version, whose table lets the clock act on it.

The tables of the first release let the clock do nothing: complaints under them neither climb nor remind, and
parked files do not come up. Moved is only what the later version does not judge otherwise: same state; of a
complaint the same category and limits; of a file the same need of a decision, and a class of retention it knows.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from flows.rules import clock_turns
from flows.rules.acts import ADOPTING, COMPLAINT, FILE
from flows.rules.cases import Case, DocketFacts
from flows.rules.known_schemes import BEFORE_VERSIONS
from flows.rules.labels import ADOPTED
from flows.rules.plan import Plan
from flows.rules.schemes import Category, Kind, Scheme
from flows.rules.tables import Row, StateClass, Table


def is_left_behind(docket: DocketFacts, scheme: Scheme) -> bool:
    """Is it an open paper of the first release's scheme, with which the clock has nothing to do?"""
    table = scheme.table_of(docket.kind)
    first = BEFORE_VERSIONS.get(scheme.name) == scheme.version
    return first and table.sort_of(docket.state) is not StateClass.CLOSED and _is_without_the_clock(table)


def fits(docket: DocketFacts, before: Scheme, after: Scheme) -> bool:
    """Does the later version judge this paper's standing, and its running clocks, as the present one does?"""
    if after.name != before.name or after.version <= before.version or docket.kind not in after.kinds:
        return False
    old, new = before.table_of(docket.kind), after.table_of(docket.kind)
    if new.family != old.family or _is_without_the_clock(new) or docket.state not in new.by_state:
        return False
    if new.sort_of(docket.state) is not old.sort_of(docket.state):
        return False
    told = _limits if new.family == COMPLAINT else _standing_of_file
    return told(docket, before.kinds[docket.kind]) == told(docket, after.kinds[docket.kind])


def _is_without_the_clock(table: Table) -> bool:
    """Whether the table leaves to people what the clock does with every open paper of its family."""
    act = {COMPLAINT: clock_turns.ESCALATE, FILE: "bring_up"}.get(table.family)
    return act is not None and clock_turns.row_for(table, act) is None


def _standing_of_file(docket: DocketFacts, kind: Kind) -> object:
    """What a kind says of a file's particulars: whether it must be decided, and whether it knows its classes."""
    subject, retention = docket.particulars["subject_class"], docket.particulars["retention_class"]
    return (
        subject in kind.subject_classes,
        subject in kind.decided_before_close,
        retention in kind.retention_classes,
    )


def _limits(docket: DocketFacts, kind: Kind) -> object:
    """The category's limits as they are counted; None where the kind knows no such category."""
    name = str(docket.particulars["category"])
    category: Category | None = docket.category or kind.categories.get(name)
    if category is None:
        return None
    return [(limit.count, limit.unit) for limit in (category.citizen, category.attend, *category.levels)]


def adopting_row() -> Row:
    """The row by which it is moved; no scheme's table has it. It is no movement that a person would wait for."""
    return Row(ADOPTING, ADOPTING, frozenset(), None, ("the_clock",), ADOPTED, ADOPTED, side=True)


def plan_adopting(case: Case, after: Scheme) -> Plan:
    """The movement that says from which version to which it is moved. At a complaint the clock looks at once."""
    made = Plan(adopting_movement(case.docket.id, after.version), ADOPTING, case.docket.state)
    made.docket["scheme_version"] = after.version
    if case.table.family == COMPLAINT:
        made.docket |= clock_turns.columns_of(clock_turns.Turn(clock_turns.ESCALATE, case.at))
    made.tell(scheme_version=after.version, scheme_version_before=case.scheme.version)
    return made


def adopting_movement(docket: UUID, version: int) -> UUID:
    """The id of that movement, so that it is written once."""
    return uuid5(docket, f"{ADOPTING} {version}")
