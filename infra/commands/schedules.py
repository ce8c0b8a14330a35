"""``patravali schedules``: serves the standing work; ``schedules status``: how each job and loop stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from infra.commands.operator import Json, faults_told, operator_settings
from storage.settings import SettingsFault, load

if TYPE_CHECKING:
    from flows.standing_status import Shown
    from storage.database import Driver

_PUT = "patravali scheme put-in-force FILE"

schedules = typer.Typer(help="Standing work: what is done by itself.")


@schedules.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Do the standing work until it is stopped; what Prefect does not call in time is done all the same."""
    if context.invoked_subcommand is not None:
        return
    from infra.commands.serve import tell_prefect  # noqa: PLC0415 - after --help
    from infra.logs import configure  # noqa: PLC0415 - after --help

    settings = load()
    tell_prefect(settings, "schedules")
    from infra.schedules_process import main  # noqa: PLC0415 - Prefect reads its variables when it is imported

    configure(settings.log_level)
    main(settings)


@schedules.command()
def status(as_json: Json = False) -> None:
    """Show every job and loop: its last run, what it did, when it is next; papers whose turns break; the schemes.

    Exit status 0 only if all are in order, 1 if one is overdue, broke or found something amiss or no scheme is in
    force, 2 if what was given cannot be used, 3 if PostgreSQL cannot be reached.
    """
    with faults_told(SettingsFault, as_json=as_json, status=2):
        found, turns, rules = asyncio.run(_read())
    ok = bool(rules.holding) and not turns and not any(one.broken for one in found)
    if as_json:
        told = {"ok": ok, "jobs": [one.to_json() for one in found], "broken_turns": turns}
        print(json.dumps(told | {"schemes": rules.holding}, ensure_ascii=False, default=str))
    else:
        _tell(found)
        print(rules.sentence)
        for one in turns:
            print(f"{one['number']}: its turn broke {one['breaks']} times; see “turn broke” in the engine's log.")
    if not ok:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Rules:
    """By which schemes (versions by name) the office works today, and whether it ever said so itself."""

    holding: Mapping[str, int]
    were_put: bool

    @property
    def sentence(self) -> str:
        named = ", ".join(f"{name} {version}" for name, version in self.holding.items())
        if not named:
            return f"No scheme is in force, so nothing can be registered: {_PUT}."
        if not self.were_put:
            first = f"The office put no scheme in force and goes by the first release's ({named})"
            return f"{first}, in which nothing climbs by itself: {_PUT}."
        return f"In force: {named}."


async def _read() -> tuple[list[Shown], list[dict[str, Any]], Rules]:
    from flows.standing_status import shown  # noqa: PLC0415 - after --help
    from infra.audit.operations import database_of  # noqa: PLC0415 - after --help
    from storage import instruction_queue, standing_jobs  # noqa: PLC0415 - after --help

    async with database_of(operator_settings(), "database_url") as database, database.querying() as driver:
        turns = [dict(row) for row in await instruction_queue.broken_turns(driver)]
        return shown(await standing_jobs.all_jobs(driver)), turns, await read_rules(driver)


async def read_rules(driver: Driver) -> Rules:
    """By which rules the office works now. Raises Faults."""
    from flows.schemes_in_force import in_force, were_put_in_force  # noqa: PLC0415 - after --help

    holding = {one.name: one.version for one in (await in_force(driver)).values()}
    return Rules(holding, await were_put_in_force(driver))


def _tell(found: list[Shown]) -> None:
    from rich.console import Console  # noqa: PLC0415 - after --help
    from rich.table import Table  # noqa: PLC0415 - after --help

    table = Table("job", "last run", "took", "what it did", "next", box=None)
    for one in found:
        row = one.row or {}
        table.add_row(
            one.job.name,
            _instant(row.get("last_started")),
            "" if row.get("seconds") is None else f"{row['seconds']:.1f} s",
            _did(one),
            "now" if row.get("running") else _instant(one.next_at),
            style="red" if one.broken else None,
        )
    Console().print(table)


def _did(one: Shown) -> str:
    """What its last run did, or what is wrong with it."""
    told = one.to_json()
    if one.row is None:
        return "no process has served it yet: start patravali engine and patravali schedules"
    if told["error"]:
        return f"broke, {told['tries']} tries: {told['error']}"
    late = ["overdue"] if one.overdue else []
    return "; ".join(
        [*late, *(f"{name} {_plain(value)}" for name, value in (told["outcome"] or {}).items() if value)]
    )


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _instant(at: datetime | None) -> str:
    from flows.rules.timetable import ZONE  # noqa: PLC0415 - after --help

    return "never" if at is None else f"{at.astimezone(ZoneInfo(ZONE)):%d.%m.%Y %H:%M:%S}"
