"""``patravali scheme``: schemes are checked, shown and put in force."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.rules.faults import Faults
from infra.commands import scheme_reading, scheme_simulating
from infra.commands.operator import InputFault, Json, answer, faults_told, operator_settings
from infra.commands.scheme_source import File, given
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.rules.schemes import Scheme
    from flows.rules.sources import Assumed

scheme = typer.Typer(no_args_is_help=True, add_completion=False)


@scheme.callback()
def _scheme() -> None:
    """One government's way of working, as data."""


scheme.command()(scheme_reading.show)
scheme.command()(scheme_reading.diff)
scheme.command()(scheme_simulating.simulate)


@scheme.command()
def check(file: File, as_json: Json = False) -> None:
    """Check a scheme: every fault with its line; of a sound one, what has no public source.

    Exit status 1 where a limit, period or count says neither its source nor that it is assumed.
    """
    from flows.rules.known_schemes import from_text  # noqa: PLC0415 - after --help

    with faults_told(Faults, as_json=as_json):
        found = from_text(*given(file))
        told = {"assumed": _listed(found.assumed), "unmarked": _listed(found.unmarked)}
        values = {"ok": not found.unmarked, "scheme": found.name, "version": found.version, **told}
        answer(_checked(found), values, as_json)
    if found.unmarked:
        raise typer.Exit(1)


def _listed(found: Sequence[Assumed]) -> list[dict[str, object]]:
    return [{"line": one.line, "path": one.path, "value": one.value} for one in found]


def _checked(found: Scheme) -> str:
    lines = [f"{found.name} {found.version} is sound; {len(found.assumed)} of its values are assumed."]
    lines += _lines(found.assumed)
    if found.unmarked:
        lines.append(f"{len(found.unmarked)} say neither; write “source: …” or “assumed: true” beside each:")
    return "\n".join([*lines, *_lines(found.unmarked)])


def _lines(found: Sequence[Assumed]) -> list[str]:
    return [f"  {one.source}:{one.line}: {one.path}: {one.value}" for one in found]


@scheme.command("put-in-force")
def put(
    file: File,
    from_day: Annotated[str, typer.Argument(help="the first day, as 2027-04-01; today if left out")] = "",
    as_json: Json = False,
) -> None:
    """Let a scheme hold for what is registered from a day on; what is registered already keeps its own."""
    from flows.putting_in_force import NotPutInForce  # noqa: PLC0415 - after --help
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, NotPutInForce, NotAnOffice, SettingsFault, as_json=as_json):
        text, day = given(file), _day(from_day)
        with database_told(operator_settings(), "database_url") as url:
            found, changed = asyncio.run(_put(url, text, day))
        since = f"from {day}" if day else "from today"
        sentence = f"{found.name} {found.version} is in force {since}." if changed else "It is in force already."
        answer(sentence, {"scheme": found.name, "version": found.version, "changed": changed}, as_json)


def _day(given_day: str) -> date | None:
    try:
        return date.fromisoformat(given_day) if given_day else None
    except ValueError:
        raise InputFault(f"“{given_day}” is no day; write it as 2027-04-01") from None


async def _put(url: str, text: tuple[str, str], day: date | None) -> tuple[Scheme, bool]:
    from flows.putting_in_force import put_in_force  # noqa: PLC0415 - after --help
    from storage.database import Database  # noqa: PLC0415 - after --help
    from storage.identity import read_identity  # noqa: PLC0415 - after --help

    database = Database(url, pool=2)
    try:
        async with database.querying() as driver:
            identity = await read_identity(driver)
        return await put_in_force(database, identity, *text, day)
    finally:
        await database.close()
