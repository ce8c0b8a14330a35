"""``patravali scheme simulate``: a past month's complaints by other rules, beside what really came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flows.rules.faults import Faults
from flows.rules.labels import Label
from infra.commands.operator import CommandFault, InputFault, Json, answer, faults_told, operator_settings
from infra.commands.scheme_reading import Hindi
from infra.commands.scheme_source import File, given
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.grading.simulate import Simulation
    from flows.rules.months import Month
    from flows.rules.schemes import Scheme


Against = Annotated[str, typer.Option("--against", metavar="MONTH", help="a past month, such as 2026-04")]
Kind = Annotated[str, typer.Option(help="the kind of complaint")]

ASSUMED: Final[Label] = (
    "Assumed: people would have done the same at the same times. Only limits, escalation by the clock and marks "
    "are told anew.",
    "माना गया: लोग वही कार्य उसी समय करते। केवल समय सीमाएँ, समय बीतने पर एस्केलेशन और अंक फिर से निकाले गए हैं।",
)
_COUNTS: Final[Mapping[str, Label]] = {
    "cases": ("complaints that were open in the month", "माह में खुली रही शिकायतें"),
    "late": (
        "of them late: a level's or the citizen's time limit ran out",
        "जिनमें किसी लेवल या नागरिक की समय सीमा बीत गई",
    ),
    "escalated": (
        "times that one went up a level because its limit ran out",
        "समय सीमा बीतने पर अगले लेवल पर भेजी गईं (बार)",
    ),
    "attended": ("attended within the limit", "समय सीमा में अटेंड"),
    "not_attended": ("not attended within the limit", "समय सीमा में अटेंड नहीं"),
}
_SORTS: Final[Mapping[str, Label]] = {"department": ("department", "विभाग"), "district": ("district", "जिला")}
_HEAD: Final[Label] = ("as it was", "जैसा हुआ")
_TRIED: Final[Label] = ("as tried", "आज़माने पर")
_CHANGE: Final[Label] = ("change", "अंतर")
_BY: Final[Label] = (
    "{kind}, {month}. As it was: the rules of {was}. As tried: those of {tried}. The office is not changed.",
    "{kind}, {month}। जैसा हुआ: {was} के नियम। आज़माने पर: {tried} के नियम। कार्यालय में कुछ नहीं बदला गया।",
)
_MARKS: Final[Label] = (
    "Marks of 100 with their grade (–: not graded):",
    "100 में से अंक और ग्रेड (–: ग्रेडिंग नहीं):",
)
_LEFT_OUT: Final[Label] = (
    "Left out: {count} complaints whose category or state the tried rules do not have.",
    "छोड़ी गईं: {count} शिकायतें, जिनकी श्रेणी या स्थिति आज़माए गए नियमों में नहीं है।",
)


def simulate(
    file: File, against: Against, kind: Kind = "complaint", hindi: Hindi = False, as_json: Json = False
) -> None:
    """Replay a past month's complaints by a scheme that is not in force; no data is changed."""
    from flows.rules.known_schemes import from_text  # noqa: PLC0415 - after --help
    from infra.commands.grade import month_of  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, NotAnOffice, SettingsFault, as_json=as_json):
        month, tried = month_of(against), from_text(*given(file))
        if kind not in tried.kinds or tried.table_of(kind).family != "complaint":
            raise InputFault(f"{tried.name} has no kind of complaint “{kind}”")
        shown = asyncio.run(_simulated(tried, kind, month, quiet=as_json))
        found, told = shown.found, ASSUMED[hindi]
        values = {"month": str(month), "kind": kind, "scheme": tried.name, "assumed": told}
        sides = {"truth": found.truth.to_json(), "tried": found.tried.to_json(), "unknown": found.unknown}
        lines = shown.lines(f"{tried.name} {tried.version}", month, hindi=hindi)
        answer("\n".join(lines), values | sides, as_json)


async def _simulated(tried: Scheme, kind: str, month: Month, *, quiet: bool) -> _Shown:
    """As the role that only reads, in one read-only transaction."""
    from flows.grading.cases import complaints_of  # noqa: PLC0415 - after --help
    from flows.grading.shown import unit_labels  # noqa: PLC0415 - after --help
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
            found = await replayed(driver, tried, of, advance)
        units = {(unit.sort, unit.unit) for side in (found.truth, found.tried) for unit in side.units}
        called = await unit_labels(driver, tried.name, tried.kinds[kind], units)
        return _Shown(found, f"{of.scheme.name} {of.scheme.version}", of.scheme.kinds[kind].label, called)


@dataclass(frozen=True)
class _Shown:
    """A simulation with what its units and the two versions of the scheme are called."""

    found: Simulation
    was: str
    kind: Label
    units: Mapping[tuple[str, str], Label]

    def lines(self, tried: str, month: Month, *, hindi: bool) -> Iterator[str]:
        """A table that a deputy commissioner reads: figures first, so that they stand under one another."""
        tongue = int(hindi)
        named = {"kind": self.kind[tongue], "month": month, "was": self.was, "tried": tried}
        yield _BY[tongue].format(**named)
        yield f"{_HEAD[tongue]:>12} {_TRIED[tongue]:>12} {_CHANGE[tongue]:>10}"
        truth, other = self.found.truth.to_json(), self.found.tried.to_json()
        for name, meaning in _COUNTS.items():
            was, would = truth[name], other[name]
            yield f"{was:>12,} {would:>12,} {_signed(would - was):>10}  {meaning[tongue]}"
        yield from self._marks(truth, other, tongue)
        if self.found.unknown:
            yield _LEFT_OUT[tongue].format(count=f"{self.found.unknown:,}")
        yield ASSUMED[tongue]

    def _marks(self, truth: Mapping[str, Any], other: Mapping[str, Any], tongue: int) -> Iterator[str]:
        was, would = _by_unit(truth), _by_unit(other)
        if was or would:
            yield _MARKS[tongue]
        for sort, unit in sorted(was.keys() | would.keys()):
            before, after = was.get((sort, unit)), would.get((sort, unit))
            sorts, name = _SORTS[sort][tongue], self.units[sort, unit][tongue]
            yield f"{_marks(before):>12} {_marks(after):>12} {_gained(before, after):>10}  {name} ({sorts})"


def _by_unit(side: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(unit["sort"], unit["unit"]): unit for unit in side["units"]}


def _marks(unit: Mapping[str, Any] | None) -> str:
    from infra.commands.grade import written  # noqa: PLC0415 - after --help

    return "–" if unit is None or unit["marks"] is None else f"{written(unit['marks'])} {unit['grade']}"


def _gained(was: Mapping[str, Any] | None, would: Mapping[str, Any] | None) -> str:
    """By how many marks it differs; nothing where it is not graded on either side."""
    from infra.commands.grade import written  # noqa: PLC0415 - after --help

    if was is None or would is None or was["marks"] is None or would["marks"] is None:
        return ""
    by = would["marks"] - was["marks"]
    return f"{'+' if by > 0 else '-'}{written(abs(by))}" if by else "="


def _signed(by: int) -> str:
    return f"{by:+,}" if by else "="
