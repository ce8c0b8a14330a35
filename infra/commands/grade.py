"""``patravali grade``: a month's grading drafted, shown, published, exported and computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.audit import Key, OlderKeys
from infra.commands.office_orders import at_the_office
from infra.commands.operator import InputFault, Json, answer, faults_told
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.grading.shown import ShownMonth
    from flows.rules.months import Month

grade = typer.Typer(help="Monthly grading of districts and departments.", no_args_is_help=True)

MonthGiven = Annotated[str, typer.Argument(metavar="MONTH", help="such as 2026-04")]


@grade.command("draft")
def draft(month: MonthGiven, as_json: Json = False) -> None:
    """Grade a month that is over and keep it as a draft, in place of an earlier one; nothing is published."""
    from infra.gradings import draft_months  # noqa: PLC0415 - after --help

    _show(as_json, lambda url: draft_months(url, month_of(month), quiet=as_json))


@grade.command("show")
def show(month: MonthGiven, as_json: Json = False) -> None:
    """Show a month's marks: as they were published, or as the draft has them."""
    from infra.gradings import shown_months  # noqa: PLC0415 - after --help

    _show(as_json, lambda url: shown_months(url, month_of(month)))


def _show(as_json: bool, work: Callable[[str], Any]) -> None:
    with _told(as_json):
        found: list[ShownMonth] = at_the_office(work)
        sentence = "\n".join(line for one in found for line in _lines(one))
        answer(sentence, {"gradings": [one.to_json() for one in found]}, as_json)


@grade.command("publish")
def publish(month: MonthGiven, as_json: Json = False) -> None:
    """Publish a month as its draft has it; it is never changed afterwards."""
    from infra.gradings import publish_months  # noqa: PLC0415 - after --help

    with _told(as_json):
        done: list[Mapping[str, Any]] = at_the_office(lambda url: publish_months(url, month_of(month)))
        said = [f"{one['scheme']}, {one['kind']}: {one['cases']:,} cases, {one['cases_sha256']}" for one in done]
        answer(f"{month} is published.\n" + "\n".join(said), {"published": done}, as_json)


@grade.command("export")
def export(
    month: MonthGiven,
    folder: Annotated[Path, typer.Argument(help="where each kind gets a folder of its own")],
    as_json: Json = False,
) -> None:
    """Write a published month with its formula and all its cases: numbers and measures, no names."""
    from infra.grading_export import export_months  # noqa: PLC0415 - after --help

    with _told(as_json):
        places: list[Path] = at_the_office(lambda url: export_months(url, month_of(month), folder))
        said = [str(place) for place in places]
        answer("\n".join(said), {"folders": said}, as_json)


@grade.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="what “grade export” wrote")],
    audit_export: Annotated[
        Path | None, typer.Option(help="an audit export of the whole office, whose chain tells of the month")
    ] = None,
    key: Key = None,
    older_key: OlderKeys = None,
    as_json: Json = False,
) -> None:
    """Compute an exported month again, without any database; the first difference is named.

    With an audit export that is verified too, and the month compared with what the office's chain states of it.
    """
    from infra.audit.keys import given_key  # noqa: PLC0415 - after --help
    from infra.grading_export import check_folders  # noqa: PLC0415 - after --help
    from infra.grading_told import check_against  # noqa: PLC0415 - after --help

    with faults_told(as_json=as_json):
        if audit_export is None:
            if key or older_key:
                raise InputFault("a key belongs to an audit export; give it with --audit-export")
            done, remarks = check_folders(folder), list[str]()
        else:
            keys = [given_key(text) for text in (key, *(older_key or ())) if text is not None]
            if older_key and key is None:
                raise InputFault("an older key is given beside the present one; give that with --key")
            done, report = check_against(folder, audit_export, keys)
            remarks = report.remarks
        answer("\n".join([*map(_held, done), *remarks]), {"gradings": done, "remarks": remarks}, as_json)


def _held(one: Mapping[str, Any]) -> str:
    named = f"{one['scheme']}, {one['kind']}, {one['month']} holds: {one['cases']:,} cases"
    return f"{named}; entry {one['entry']} of the office's chain states the same" if "entry" in one else named


def month_of(text: str) -> Month:
    """A month as it was typed. Raises InputFault."""
    from flows.rules.months import Month, NoMonth  # noqa: PLC0415 - after --help

    try:
        return Month.of(text)
    except NoMonth as fault:
        raise InputFault(str(fault)) from None


def _lines(one: ShownMonth) -> Iterator[str]:
    row, state = one.row, "published" if one.published else "draft"
    named = f"{row['scheme']} {row['scheme_version']}, {row['kind']}, {row['month']}"
    yield f"{named}: {state}, {row['cases']:,} cases"
    yield f"  SHA-256 of their list: {row['cases_sha256'].hex()}"
    for unit in one.units:
        yield f"  {unit['sort']:10} {unit['unit']:24} {_marks(unit)}"


def _marks(unit: Mapping[str, Any]) -> str:
    if unit["marks"] is None:
        return f"not graded ({unit['cases']} cases)"
    group = f" in {unit['group']}" if unit["group"] else ""
    return f"{written(unit['marks']):>6}  {unit['grade']}  rank {unit['rank']}{group} ({unit['cases']:,} cases)"


def written(hundredths: int) -> str:
    """Marks as people read them."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    from flows.grading.draft import MonthNotOver  # noqa: PLC0415 - after --help
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from flows.rules.faults import Faults  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, NotAnOffice, Refused, MonthNotOver, Faults, as_json=as_json):
        yield
