"""An office made anew works by no scheme until its operator puts one in force, and everybody is told so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.clock_acts import BringUp, tick
from flows.declarations import Declaration, declare
from flows.office.competence import SetCompetence
from flows.putting_in_force import put_in_force
from flows.register import register
from flows.rules.declarations import NewDay
from flows.rules.errors import Refused
from flows.rules.known_schemes import shipped_source
from flows.rules.timetable import TIMETABLE
from infra.commands.schedules import schedules
from tests.factories.imported_sheets import brought
from tests.factories.lives import new_file
from tests.factories.office_orders import refused
from tests.factories.practice_office import PRACTICE, PracticeOffice, make_office
from tests.factories.sheets import as_csv, many_categories
from tests.fixtures.api import serve
from tests.fixtures.postgres import Database
from tests.integration.rules.test_registration import file_wish
from tests.integration.test_operator_commands import Operator


@pytest.fixture
async def bare(database: Database) -> AsyncIterator[PracticeOffice]:
    """An office with posts and people, and no scheme."""
    office = await make_office(database.app_url, database.owner_url, layout=replace(PRACTICE, schemes=()))
    yield office
    await office.database.close()


async def put(office: PracticeOffice, from_day: date | None = None) -> None:
    shipped = shipped_source("haryana-eoffice")
    assert shipped is not None
    await put_in_force(office.database, office.identity, *shipped, from_day)


async def test_nothing_is_registered_and_the_refusal_says_what_to_do(bare: PracticeOffice) -> None:
    with pytest.raises(Refused) as fault:
        await register(bare.database, bare.identity, bare.giver("clerk"), file_wish())
    refusal = fault.value.refusal
    assert refusal.code == "no-scheme-in-force"
    for language in ("en", "hi"):
        assert "patravali scheme put-in-force FILE" in refusal.sentence(language)
    assert await bare.one("select count(*) from docket") == 0


async def test_from_a_day_to_come_is_not_yet(bare: PracticeOffice) -> None:
    tomorrow = await bare.one("select (office_now() at time zone 'Asia/Kolkata')::date + 1")
    await put(bare, tomorrow)
    with pytest.raises(Refused, match="No scheme is in force"):
        await register(bare.database, bare.identity, bare.giver("clerk"), file_wish())


async def test_once_one_is_put_in_force_the_office_works_by_it(bare: PracticeOffice) -> None:
    await put(bare)
    life = await new_file(bare)
    sql = "select scheme, scheme_version from docket where id = %(d)s"
    assert await bare.rows(sql, d=life.docket) == [("haryana-eoffice", 2)]


async def test_what_is_judged_by_a_scheme_is_refused_as_registering_is(
    bare: PracticeOffice, tmp_path: Path
) -> None:
    order = SetCompetence("superintendent", "expenditure", 100)
    assert (await refused(bare, "administrator", order)).code == "no-scheme-in-force"
    holiday = Declaration("office", [NewDay(date(2027, 3, 3), "holiday", ("Holi", "होली"))], "key")
    for asked in (
        declare(bare.database, bare.identity, holiday),
        brought(bare, "categories", as_csv(tmp_path, many_categories(1))),
    ):
        with pytest.raises(Refused, match="No scheme is in force"):
            await asked


async def test_the_clock_finds_nothing_to_do_and_the_api_shows_no_scheme(
    bare: PracticeOffice, database: Database, tmp_path: Path
) -> None:
    assert (await tick(bare.database, bare.identity, BringUp())).done == 0
    async with serve(bare, database.app_url, tmp_path) as api:
        clerk = await api.desk("clerk")
        assert (await clerk.get("/schemes")).json() == {"items": []}
        answer = await clerk.register()
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:no-scheme-in-force")


async def test_the_operator_s_look_says_so_and_fails(bare: PracticeOffice, database: Database) -> None:
    operator = Operator(database)
    shown = await asyncio.to_thread(operator.run, schedules, "status")
    assert (shown.exit_code, "No scheme is in force" in shown.stdout) == (1, True)
    assert "patravali scheme put-in-force FILE" in shown.stdout
    served = """insert into standing_job (name, covered)
        select name, office_now() from unnest(%s::text[]) name returning 1"""
    assert operator.row(served, list(TIMETABLE))
    alone = await asyncio.to_thread(operator.json, schedules, "status")
    assert (alone["ok"], alone["schemes"]) == (False, {}), "nothing else is amiss"
    await put(bare)
    after = await asyncio.to_thread(operator.json, schedules, "status")
    assert (after["ok"], after["schemes"]) == (True, {"haryana-eoffice": 2})
    assert "In force: haryana-eoffice 2." in (await asyncio.to_thread(operator.run, schedules, "status")).stdout
