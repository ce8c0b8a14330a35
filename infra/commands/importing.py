"""``patravali import`` and ``patravali route``: sheets are brought in, and routes without a post listed."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.rules.faults import Faults
from flows.rules.sheets import MOST_SHOWN, BadSheet
from infra.commands.operator import InputFault, Json, answer, faults_told, harmless, operator_settings
from infra.commands.reaching import database_told
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.imports.carry_in import Imported
    from flows.routing_gaps import Gaps

bring = typer.Typer(no_args_is_help=True, add_completion=False)
route = typer.Typer(no_args_is_help=True, add_completion=False)

File = Annotated[Path, typer.Argument(help="a sheet as CSV (UTF-8) or XLSX; README tells its columns")]
Dry = Annotated[bool, typer.Option("--dry-run", help="only check it")]


@bring.callback()
def _bring() -> None:
    """Sheets are checked whole, then written; any fault leaves all as it was."""


@bring.command()
def categories(file: File, dry_run: Dry = False, as_json: Json = False) -> None:
    """What complaints may be about, with the limits of each level."""
    _import("categories", file, dry_run, as_json)


@bring.command()
def places(file: File, dry_run: Dry = False, as_json: Json = False) -> None:
    """Where complaints may be."""
    _import("places", file, dry_run, as_json)


@bring.command()
def posts(file: File, dry_run: Dry = False, as_json: Json = False) -> None:
    """Posts in sections that are there, with superiors and powers."""
    _import("posts", file, dry_run, as_json)


@bring.command()
def routes(file: File, dry_run: Dry = False, as_json: Json = False) -> None:
    """To which post a complaint goes at which level."""
    _import("routes", file, dry_run, as_json)


def _import(what: str, file: Path, dry_run: bool, as_json: bool) -> None:
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from infra.progress_bar import progress_bar  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, NotAnOffice, SettingsFault, Refused, as_json=as_json):
        if not file.is_file():
            raise InputFault(f"there is no file {file}")
        began = time.perf_counter()
        try:
            with (
                database_told(operator_settings(), "database_url") as url,
                progress_bar(f"importing {what}", quiet=as_json) as advance,
            ):
                done = asyncio.run(_carry_in(url, what, file, dry_run, advance))
        except BadSheet as bad:
            _tell(bad, as_json)
            raise typer.Exit(1) from None
        _answer(what, done, time.perf_counter() - began, as_json)


async def _carry_in(
    url: str, what: str, file: Path, dry_run: bool, advance: Callable[[int, int], None]
) -> Imported:
    from flows.imports.carry_in import Given, import_sheet  # noqa: PLC0415 - after --help
    from infra.office_at import office_at  # noqa: PLC0415 - after --help

    async with office_at(url) as (database, identity):
        given = Given(what, file, file.name)
        return await import_sheet(database, identity, None, given, dry_run=dry_run, advance=advance)


def _answer(what: str, done: Imported, seconds: float, as_json: bool) -> None:
    counts = {name: getattr(done, name) for name in ("rows", "added", "changed", "ended", "unchanged", "dry_run")}
    pace = round(done.rows / seconds)
    if done.unchanged == done.rows:
        said = f"All {done.rows} {what} stand as the sheet says; nothing was changed"
    else:
        would = "would be " if done.dry_run else ""
        said = (
            f"{what}: {would}{done.added} added, {done.changed} changed, {done.ended} ended, {done.unchanged} left"
        )
    answer(f"{said} ({seconds:.1f} s, {pace} rows/s).", {**counts, "rows_per_second": pace}, as_json)


def _tell(bad: BadSheet, as_json: bool) -> None:
    """Every fault with its cell, in English and Hindi; the first 500, and how many there are."""
    count, shown = len(bad.faults), bad.faults[:MOST_SHOWN]
    if as_json:
        told = {"ok": False, "count": count, "faults": [one.to_json() for one in shown]}
        print(json.dumps(told, ensure_ascii=False))
        return
    for one in shown:
        place = f"{one.sheet} {one.cell}".strip()
        said = f"{place} “{one.value}”: {one.why.sentence('en')} {one.why.sentence('hi')}"
        print(harmless(said), file=sys.stderr)
    more = f" (the first {MOST_SHOWN} are shown)" if count > MOST_SHOWN else ""
    print(f"patravali: {count} faults in the sheet{more}; nothing was changed", file=sys.stderr)


@route.callback()
def _route() -> None:
    """To which posts complaints go."""


@route.command()
def gaps(
    scheme: Annotated[str, typer.Argument(help="a scheme that is in force")],
    kind: Annotated[str, typer.Argument(help="a kind of complaint of the scheme")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="how many to list")] = 200,
    as_json: Json = False,
) -> None:
    """List every category × place × level that no route leads to a post."""
    from flows.routing_gaps import listed_gaps  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, NotAnOffice, SettingsFault, as_json=as_json):
        with database_told(operator_settings(), "database_url") as url:
            found = asyncio.run(_find(url, scheme, kind, limit))
        items = listed_gaps(found.items)
        values = {"items": items, "missing": found.missing, "waiting": found.waiting, "more": found.more}
        lines = [
            f"{one['category']} level {one['level']} {one['place'] or 'everywhere'}: {one['waiting']} waiting"
            for one in items
        ]
        lines.append(f"{found.missing} without a post; {found.waiting} complaints wait because of them.")
        answer("\n".join(lines), values, as_json)


async def _find(url: str, scheme: str, kind: str, limit: int) -> Gaps:
    from flows.routing_gaps import find_gaps  # noqa: PLC0415 - after --help
    from flows.rules.acts import COMPLAINT  # noqa: PLC0415 - after --help
    from flows.schemes_in_force import in_force  # noqa: PLC0415 - after --help
    from infra.office_at import office_at  # noqa: PLC0415 - after --help

    async with office_at(url) as (database, _), database.querying() as driver:
        known = (await in_force(driver)).get(scheme)
        if known is None or kind not in known.kinds or known.table_of(kind).family != COMPLAINT:
            raise InputFault(f"there is no kind of complaint “{kind}” of a scheme “{scheme}” in force")
        return await find_gaps(driver, known, kind, after=None, limit=limit)
