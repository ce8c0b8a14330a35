"""A month is drafted when it is over, published once by who may, and frozen with its cases from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from flows.grading.cases import MonthOfKind, cases_of, graded_in
from flows.grading.draft import MonthNotOver, drafts_made, drafts_wanted, make_draft
from flows.office.grading import DraftGrading, PublishGrading
from flows.putting_in_force import put_in_force
from flows.rules.months import Month
from infra.audit.verify_database import Trust, verify_database
from storage import gradings
from storage.snapshots import one_snapshot
from tests.factories.engines import as_owner
from tests.factories.graded_lives import lived_at_random
from tests.factories.graded_scheme import FORMULA, graded_text
from tests.factories.lives import REASON, Life
from tests.factories.office_orders import ordered, refused
from tests.factories.practice_office import PRACTICE, PracticeOffice
from tests.fixtures.office import OfficeClock, office_of_its_own
from tests.fixtures.postgres import Database
from tests.integration.grading.conftest import MAY_1

APRIL = Month.of("2026-04")
NAMED = ("haryana-eoffice", "complaint", "2026-04")


async def april_of(office: PracticeOffice) -> MonthOfKind:
    async with office.database.querying() as driver:
        return (await graded_in(driver, APRIL))[0]


async def drafted(office: PracticeOffice) -> Any:
    assert await make_draft(office.database, await april_of(office)) is not None
    async with office.database.querying() as driver:
        draft = await gradings.draft(driver, *NAMED)
    assert draft is not None
    return draft


async def publish(office: PracticeOffice, sha256: bytes, who: str | None = "arbiter") -> None:
    await ordered(office, who, PublishGrading(*NAMED, sha256))


async def refusal(office: PracticeOffice, sha256: bytes, who: str = "arbiter") -> str:
    return (await refused(office, who, PublishGrading(*NAMED, sha256))).code


async def faults(office: PracticeOffice) -> list[str]:
    async with one_snapshot(office.database) as driver:
        report = await verify_database(driver, Trust({}, independent=False))
    return [str(fault) for fault in report.faults]


async def test_the_draft_has_the_marks_of_every_unit(office: PracticeOffice, lives: list[Life]) -> None:
    draft = await drafted(office)
    units = {(unit["sort"], unit["unit"]): unit for unit in draft["units"]}
    assert set(units) == {
        ("department", "jal"),
        ("department", "bijli"),
        ("district", "hansi"),
        ("district", "barwala"),
    }
    hansi = units["district", "hansi"]
    # Closed 2 of 2, open days 1 of 1, quality 2 of 3; their limits of attending: replied without attending, kept
    # only where the complaint was closed in time.
    assert (hansi["parts"]["satisfied_closure"], hansi["parts"]["poor_quality"]["well"]) == (
        {"cases": 2, "well": 2, "marks": 6000},
        2,
    )
    assert hansi["parts"]["not_attended"] == {"cases": 3, "well": 2, "marks": 667}
    assert (hansi["marks"], hansi["grade"], hansi["rank"], hansi["group"]) == (9333, "A", 1, "small")
    barwala = units["district", "barwala"]
    assert barwala["parts"]["satisfied_closure"] == {"cases": 0, "well": 0, "marks": None}
    # Its one complaint was given to nobody in time: what nobody was given is not attended.
    assert (barwala["parts"]["not_attended"], barwala["marks"], barwala["rank"]) == (
        {"cases": 1, "well": 0, "marks": 0},
        6667,
        2,
    )
    assert draft["cases"] == 4


async def test_a_published_month_is_never_changed_by_what_comes_later(
    office: PracticeOffice, office_clock: OfficeClock, lives: list[Life]
) -> None:
    draft = await drafted(office)
    await publish(office, draft["cases_sha256"])
    office_clock.set(MAY_1 + timedelta(days=2))
    await lives[0].must("calling", "reopen", **REASON)
    assert await make_draft(office.database, await april_of(office)) is None
    async with one_snapshot(office.database) as driver:
        month = await gradings.published(driver, *NAMED)
        assert month is not None
        frozen = [row async for row in gradings.cases(driver, month["draft"])]
        again = [case async for case in cases_of(driver, await april_of(office))]
        units = await gradings.units(driver, *NAMED)
    assert [dict(unit) for unit in units] == sorted(draft["units"], key=lambda unit: (unit["sort"], unit["unit"]))
    assert [row["ending"] for row in frozen] == [case.ending for case in again]
    assert month["cases_sha256"] == draft["cases_sha256"]
    assert await faults(office) == []


async def test_a_month_is_published_once_and_as_it_was_seen(office: PracticeOffice, lives: list[Life]) -> None:
    draft = await drafted(office)
    assert await refusal(office, bytes(32)) == "draft-changed"
    await publish(office, draft["cases_sha256"])
    assert await refusal(office, draft["cases_sha256"]) == "grading-published"
    assert await office.one("select count(*) from grading_month") == 1


async def test_only_who_oversees_publishes_and_only_what_was_drafted(
    office: PracticeOffice, lives: list[Life]
) -> None:
    assert await refusal(office, bytes(32)) == "no-such-grading"
    draft = await drafted(office)
    assert await refusal(office, draft["cases_sha256"], "hub") == "lacks-power"
    assert await office.one("select count(*) from grading_month") == 0
    await publish(office, draft["cases_sha256"], None)


async def test_no_role_changes_the_cases_of_a_published_month(
    office: PracticeOffice, lives: list[Life], database: Database
) -> None:
    draft = await drafted(office)
    await publish(office, draft["cases_sha256"])
    before = await rows_of_gradings(office)
    unit = """(scheme, kind, month, sort, unit, cases, parts)
        values ('haryana-eoffice', 'complaint', '2026-04', 'district', 'mars', 0, '{}')"""
    values = "values (%(d)s, 'Z-1', 'jal', 'hansi', '2026-04-01', null, 3, false, false, null)"
    for sql in (
        f"insert into grading_case {values}",
        "delete from grading_case where draft = %(d)s and district = 'barwala'",
        "update grading_case set attended = true where draft = %(d)s",
        "truncate grading_case",
        "update grading_unit set marks = 10000",
        "delete from grading_unit",
        "truncate grading_unit",
        f"insert into grading_unit {unit}",
        "update grading_month set cases = 0",
        "delete from grading_month",
        "truncate grading_month",
    ):
        for url in (database.app_url, database.owner_url):
            with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.encode(), {"d": draft["id"]})
    assert await rows_of_gradings(office) == before


async def rows_of_gradings(office: PracticeOffice) -> list[str]:
    """Every row of a published month, as text."""
    tables = ("grading_month", "grading_unit", "grading_case")
    return [
        str(row[0]) for name in tables for row in await office.rows(f"select t::text from {name} t order by 1")
    ]


async def test_whatever_is_moved_declared_or_drafted_later_leaves_a_published_month_as_it_is(
    office: PracticeOffice, office_clock: OfficeClock
) -> None:
    end = datetime(2026, 4, 30, 18, 30, tzinfo=UTC)
    made = await lived_at_random(office, office_clock, datetime(2026, 4, 3, tzinfo=UTC), end, [], 5)
    office_clock.set(MAY_1)
    draft = await drafted(office)
    await publish(office, draft["cases_sha256"])
    before = await rows_of_gradings(office)
    await lived_at_random(office, office_clock, MAY_1, MAY_1 + timedelta(days=40), made, 6)
    text = graded_text(version=4, formula=FORMULA.replace("weight: 60", "weight: 50").replace("20, d", "30, d"))
    await put_in_force(office.database, office.identity, text, "later.yaml")
    assert await make_draft(office.database, await april_of(office)) is None
    again = DraftGrading(NAMED[0], NAMED[1], APRIL)
    assert (await refused(office, "arbiter", again)).code == "grading-published"
    assert await drafts_made(office.database) == 1, "May's"
    assert [row for row in await rows_of_gradings(office) if row in before] == before
    assert await faults(office) == []


async def test_what_a_superuser_changed_in_the_cases_is_named_by_the_audit(
    office: PracticeOffice, lives: list[Life]
) -> None:
    draft = await drafted(office)
    await publish(office, draft["cases_sha256"])
    assert await faults(office) == []
    await as_owner(office, "alter table grading_case disable trigger user")
    await as_owner(office, "update grading_case set attended = true where attended = false")
    (fault,) = await faults(office)
    assert "the cases of the grading of haryana-eoffice, complaint, 2026-04" in fault
    await as_owner(office, "delete from grading_case where district = 'barwala'")
    (fault,) = await faults(office)
    assert "3 cases stand where 4 were published" in fault


async def test_a_month_is_drafted_when_it_is_over_and_once(
    office: PracticeOffice, office_clock: OfficeClock, lives: list[Life]
) -> None:
    office_clock.set(datetime(2026, 4, 30, 18, 29, 59, tzinfo=UTC))
    with pytest.raises(MonthNotOver):
        await make_draft(office.database, await april_of(office))
    async with office.database.querying() as driver:
        assert await drafts_wanted(driver) == [], "of March nothing is graded"
    office_clock.set(datetime(2026, 4, 30, 18, 30, tzinfo=UTC))
    async with office.database.querying() as driver:
        (wanted,) = await drafts_wanted(driver)
    assert await make_draft(office.database, wanted) is not None
    async with office.database.querying() as driver:
        assert await drafts_wanted(driver) == []
    first = await drafted(office)
    second = await drafted(office)
    assert first["cases_sha256"] == second["cases_sha256"]
    assert await office.one("select count(distinct draft) from grading_case") == 1, "the earlier draft is gone"


async def wanted_now(office: PracticeOffice) -> list[str]:
    async with office.database.querying() as driver:
        return [str(of.month) for of in await drafts_wanted(driver)]


async def test_months_that_nobody_was_there_to_draft_are_drafted_too(
    office: PracticeOffice, office_clock: OfficeClock, lives: list[Life]
) -> None:
    office_clock.set(datetime(2026, 7, 2, 6, tzinfo=UTC))
    assert await wanted_now(office) == ["2026-06", "2026-05", "2026-04"]
    async with office.database.querying() as driver:
        (june,) = await graded_in(driver, Month.of("2026-06"))
    await make_draft(office.database, june)
    await publish(office, (await drafted(office))["cases_sha256"])
    assert await wanted_now(office) == ["2026-05"], "neither what is drafted nor what is published"
    assert await drafts_made(office.database) == 1
    assert await wanted_now(office) == []


async def test_an_office_that_put_no_scheme_in_force_wants_no_draft(database: Database) -> None:
    async with office_of_its_own(database, replace(PRACTICE, schemes=())) as bare:
        assert await wanted_now(bare) == []
