"""Numbers of letters that go out: drawn under the docket's lock, in the movement's own transaction."""

from __future__ import annotations

from flows.rules import numbering
from flows.rules.cases import Case
from flows.rules.plan import NewRow, Plan
from storage import numbers
from storage.database import Driver


async def number_dispatches(driver: Driver, case: Case, plan: Plan) -> None:
    """Gives each dispatch of a plan its number: the next of its kind's series, or one that all of them share."""
    shared, drawn = case.kind.dispatch.shared, list[str]()
    for row in plan.dispatches:
        if not drawn or not shared:
            drawn.append(await _next(driver, case))
        plan.rows.append(NewRow("dispatch", {**row, "number": drawn[-1]}))
    if drawn:
        plan.tell(numbers=drawn)


async def _next(driver: Driver, case: Case) -> str:
    of, day = case.kind.dispatch, case.scheme.day_of(case.at)
    fields = {"year": day.year, "section": case.actor.post.section_code, "file": case.docket.number}
    serial = await numbers.next_in(driver, numbering.series_of("dispatch", of, fields))
    return numbering.number_of(of, fields, serial)
