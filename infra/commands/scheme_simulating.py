"""``patravali scheme simulate``: a past month's complaints by other rules, beside what really came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flows.rules.faults import Faults
from infra.commands.operator import CommandFault, InputFault, Json, answer, faults_told, operator_settings
from infra.commands.scheme_source import File, given
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.grading.simulate import Simulation
    from flows.rules.months import Month
    from flows.rules.schemes import Scheme

Against = Annotated[str, typer.Option("--against", metavar="MONTH", help="a past month, such as 2026-04")]
Kind = Annotated[str, typer.Option(help="the kind of complaint")]

ASSUMED: Final = (
    "Assumed: people would have done the same at the same times. Only limits, escalation by the clock and marks "
    "are told anew."
)
_COUNTS: Final = {
    "cases": "complaints open in the month",
    "late": "  with a level's limit over in it",
    "escalated": "sent up by the clock in it",
    "attended": "attended by the limit",
    "not_attended": "not attended by the limit",
}


def simulate(file: File, against: Against, kind: Kind = "complaint", as_json: Json = False) -> None:
    """Replay a past month's complaints by a scheme that is not in force; no data is changed."""
    from flows.rules.known_schemes import from_text  # noqa: PLC0415 - after --help
    from infra.commands.grade import month_of  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, NotAnOffice, SettingsFault, as_json=as_json):
        month, tried = month_of(against), from_text(*given(file))
        if kind not in tried.kinds or tried.table_of(kind).family != "complaint":
            raise InputFault(f"{tried.name} has no kind of complaint “{kind}”")
        found = asyncio.run(_simulated(tried, kind, month, quiet=as_json))
        values = {"month": str(month), "kind": kind, "scheme": tried.name, "assumed": ASSUMED}
        sides = {"truth": found.truth.to_json(), "tried": found.tried.to_json(), "unknown": found.unknown}
        answer("\n".join(_lines(found, f"{tried.name} {tried.version}")), values | sides, as_json)


async def _simulated(tried: Scheme, kind: str, month: Month, *, quiet: bool) -> Simulation:
    """As the role that only reads, in one read-only transaction."""
    from flows.grading.cases import complaints_of  # noqa: PLC0415 - after --help
    from flows.grading.simulate import simulate as replayed  # noqa: PLC0415 - after --help
    from infra.audit.operations import database_of  # noqa: PLC0415 - after --help
    from infra.progress_bar import progress_bar  # noqa: PLC0415 - after --help
    from storage.snapshots import one_snapshot  # noqa: PLC0415 - after --help

    async with (
        database_of(operator_settings(), "database_reader_url") as database,
        one_snapshot(database) as driver,
    ):
        months = await complaints_of(driver, month)
        of = next((one for one in months if (one.scheme.name, one.kind) == (tried.name, kind)), None)
        if of is None:
            raise CommandFault(f"no version of {tried.name} with “{kind}” was in force on {month.first_day}")
        with progress_bar("complaints replayed", quiet=quiet) as advance:
            return await replayed(driver, tried, of, advance)


def _lines(found: Simulation, tried: str) -> Iterator[str]:
    truth, other = found.truth.to_json(), found.tried.to_json()
    yield f"{'':34} {'as it was':>12} {tried:>24}"
    for name, meaning in _COUNTS.items():
        yield f"{meaning:34} {truth[name]:>12,} {other[name]:>24,}"
    was, would = _by_unit(truth), _by_unit(other)
    for unit in sorted(was.keys() | would.keys()):
        yield f"{' '.join(unit):34} {_marks(was.get(unit)):>12} {_marks(would.get(unit)):>24}"
    if found.unknown:
        yield f"Left out: {found.unknown:,} complaints of a category or state that {tried} does not have."
    yield ASSUMED


def _by_unit(side: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(unit["sort"], unit["unit"]): unit for unit in side["units"]}


def _marks(unit: Mapping[str, Any] | None) -> str:
    from infra.commands.grade import written  # noqa: PLC0415 - after --help

    return "–" if unit is None or unit["marks"] is None else f"{written(unit['marks'])} {unit['grade']}"
