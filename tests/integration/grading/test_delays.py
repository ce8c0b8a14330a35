"""Delay charged to posts: asked by sets it is what each complaint's own time tells, minute by minute."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner

from flows import delays, facts
from flows.rules.delay import Held, Overrun, Stretch, charged
from flows.rules.known_schemes import KNOWN
from flows.rules.months import Month
from infra.commands.delays import delays as command
from storage import delays as reading
from storage.calendar_days import declared_days
from tests.factories.graded_lives import lived_at_random
from tests.factories.graded_scheme import VERSION
from tests.factories.lives import new_file
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock
from tests.fixtures.postgres import Database

APRIL, MAY, JUNE = (Month.of(f"2026-0{n}") for n in (4, 5, 6))
BEGIN, END = datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC)
Figures = dict[tuple[UUID | None, str, bool], tuple[int, int, int]]


async def all_posts(office: PracticeOffice) -> list[UUID]:
    return [row[0] for row in await office.rows("select id from post")]


async def by_sets(office: PracticeOffice, month: Month) -> Figures:
    async with office.database.querying() as driver:
        found = await delays.of_month(driver, month, await all_posts(office))
    rows = [row for rows in found.values() for row in rows]
    return {
        (row["post"], row["sort"], row["working"]): (row["within_us"], row["late_us"], row["days"]) for row in rows
    }


async def one_by_one(office: PracticeOffice, month: Month) -> Figures:
    """The same by the rule, from each docket's own time."""
    sums: dict[tuple[UUID | None, str, bool], Counter[str]] = {}
    for row in await office.rows("select id, scheme, scheme_version from docket"):
        async with office.database.querying() as driver:
            kept, days = await reading.of_docket(driver, row[0]), await declared_days(driver)
            now = (await office.rows("select office_now()"))[0][0]
        calendar = facts.calendar_of(KNOWN.of(row[1], row[2]), days)
        only = Stretch(month.begin(calendar), month.end(calendar))
        held = [Held(one["post"], one["from_at"], one["to_at"]) for one in kept.holdings]
        for clock in kept.clocks:
            halts = [Stretch(one["begin"], one["end"] or now) for one in kept.halts]
            halts = [one for one in halts if clock["sort"] == "level" and one.begin >= clock["began"]]
            overrun = Overrun(delays.clock_of(clock), halts, min(clock["ended"] or now, now), calendar)
            for one in charged(overrun, held, None, only):
                place = (one.post, clock["sort"], overrun.clock.limit.working)
                found = sums.setdefault(place, Counter())
                found.update(within=one.within // MICRO, late=one.time // MICRO, days=one.days)
    given = {place: one for place, one in sums.items() if place[0] is not None}
    return {place: (one["within"], one["late"], one["days"]) for place, one in given.items()}


MICRO, HOUR = timedelta(microseconds=1), timedelta(hours=1)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_by_sets_and_one_by_one_it_is_the_same_in_every_month(
    office: PracticeOffice, office_clock: OfficeClock, seed: int
) -> None:
    await lived_at_random(office, office_clock, BEGIN, END, [], seed)
    for month in (APRIL, MAY, JUNE):
        found = await by_sets(office, month)
        assert found == await one_by_one(office, month)
    assert {sort for _, sort, _ in found} == {"citizen", "level"}
    assert any(late and days for _, late, days in found.values())


async def test_a_file_s_due_is_charged_to_whoever_held_it_then(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    """Due at noon on the tenth: the superintendent has it until two, the officer from then to the twelfth."""
    office_clock.set(datetime(2026, 4, 7, 6, tzinfo=UTC))
    life = await new_file(office)
    await life.must("clerk", "forward", to="superintendent", remark="देखें", due=at(10, 12))
    await life.must("superintendent", "receive")
    office_clock.set(at(10, 14))
    await life.must("superintendent", "forward", to="officer", remark="देखें")
    office_clock.set(at(12, 14))
    async with office.database.querying() as driver:
        row = {"id": life.docket, "scheme": "haryana-eoffice", "scheme_version": VERSION}
        (clock,), shown = await delays.of_docket(driver, row)
    charges = {office.name_of(one.post): (one.within, one.time, one.days) for one in clock.charges}
    assert charges["superintendent"][1:] == (2 * HOUR, 0)
    assert charges["officer"] == (timedelta(0), 48 * HOUR, 3)
    assert shown.keys() == {one.post for one in clock.charges}
    figures = await by_sets(office, APRIL)
    assert figures[office.post("officer"), "due", False] == (0, 48 * HOUR // MICRO, 3)


@pytest.fixture
async def lived(
    office: PracticeOffice, office_clock: OfficeClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Figures:
    await lived_at_random(office, office_clock, BEGIN, BEGIN + timedelta(days=25), [], 4)
    monkeypatch.setenv("PATRAVALI_DATABASE_URL", database.app_url)
    return {
        place: row for place, row in (await by_sets(office, APRIL)).items() if place[0] == office.post("junior")
    }


def test_the_command_tells_the_same(lived: Figures) -> None:
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, ["2026-04", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["ok"]) == (0, True)
    (found,) = [one["figures"] for one in told["posts"] if one["post"] == "junior"]
    minutes = [(row["sort"], row["working"], row["late_minutes"], row["late_days"]) for row in found]
    assert sorted(minutes) == sorted(
        (s, w, late // 60_000_000, days) for (_, s, w), (_, late, days) in lived.items()
    )
    assert "junior" in CliRunner().invoke(app, ["2026-04", "--post", "junior"]).stdout
    assert CliRunner().invoke(app, ["2026-04", "--post", "nobody"]).exit_code == 1
    assert CliRunner().invoke(app, ["April"]).exit_code == 2


async def test_a_post_s_month_is_found_by_its_holdings(office: PracticeOffice) -> None:
    asked = reading.Asked([office.post("junior")], BEGIN, END, END)
    given = {**asked.bound(), "rulers": "[]"}
    async with office.database.writing() as driver:
        # The tables are small: without this they would be read whole.
        await driver.execute("set local enable_seqscan = off")
        plan = await (await driver.execute(f"explain {reading._OF_POSTS}".encode(), given)).fetchall()
    said = "\n".join(line for (line,) in plan)
    assert "holding_post_idx" in said
    for table in ("docket", "clock", "movement", "holding"):
        assert f"Seq Scan on {table} " not in said, said
