"""``patravali calendar``: what an operator declares, sees, and has proposed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.calendar import SheetFault, proposed, read_sheet, sheet_of
from infra.commands.calendar import calendar
from infra.commands.scheme import scheme
from infra.founding import found_office
from tests.fixtures import postgres as fixture
from tests.integration.test_operator_commands import Operator

YEAR = datetime.now(UTC).year + 1


@pytest.fixture
def operator(new_database: Callable[..., fixture.Database]) -> Operator:
    fresh = new_database()
    found_office(fresh.owner_url, "Office", "कार्यालय", practice=True)
    found = Operator(fresh)
    assert found.json(scheme, "put-in-force", "haryana-eoffice")["changed"]
    return found


def declare(operator: Operator, day: str, sort: str, *more: str) -> dict[str, object]:
    names = ("--label-en", "Holi", "--label-hi", "होली")
    return operator.json(calendar, "declare", f"{YEAR}-{day}", sort, *names, *more)


def test_a_day_is_declared_and_shown_and_may_be_declared_anew(operator: Operator) -> None:
    assert declare(operator, "03-22", "holiday")["ok"]
    assert declare(operator, "03-22", "working")["ok"]
    shown = operator.json(calendar, "show", str(YEAR))["days"]
    assert [(one["sort"], one["in_force"], one["by_post"]) for one in shown] == [
        ("holiday", False, None),
        ("working", True, None),
    ]
    said = operator.run(calendar, "show", str(YEAR)).stdout
    assert "Holi · होली" in said
    assert "[overtaken]" in said.splitlines()[0]


WRONG = {
    "unknown sort": ("03-22", "feast", "not “feast”"),
    "no day": ("02-30", "holiday", "no day such as"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_declared_is_refused_with_the_reason(operator: Operator, case: str) -> None:
    day, sort, reason = WRONG[case]
    said = declare(operator, day, sort)
    assert not said["ok"]
    assert reason in str(said["reason"])
    assert operator.json(calendar, "show", str(YEAR))["days"] == []


def test_a_proposed_year_is_declared_only_when_each_line_was_checked(operator: Operator, tmp_path: Path) -> None:
    sheet = tmp_path / "haryana.csv"
    sheet.write_text(operator.run(calendar, "propose", "hr", str(YEAR)).stdout, "utf-8")
    refused = operator.run(calendar, "declare", "--sheet", str(sheet))
    assert refused.exit_code == 2
    assert "not marked as checked" in refused.stderr
    assert operator.json(calendar, "show", str(YEAR))["days"] == []
    head, first, second, *_ = sheet.read_text("utf-8").splitlines(keepends=True)
    sheet.write_text("\ufeff" + head + "yes" + first + "yes" + second, "utf-8")
    assert operator.json(calendar, "declare", "--sheet", str(sheet))["ok"]
    assert len(operator.json(calendar, "show", str(YEAR))["days"]) == 2


def test_the_days_of_the_nation_are_proposed_in_both_languages() -> None:
    found = {one.day.isoformat(): one.label for one in proposed("HR", 2027)}
    assert found["2027-01-26"] == ("Republic Day", "गणतंत्र दिवस")
    assert found["2027-10-02"][0] == "Mahatma Gandhi's Jayanti"


def test_an_estimate_says_so_and_an_unknown_state_is_named() -> None:
    assert any("estimated" in one.label[0] for one in proposed("HR", 2027))
    with pytest.raises(SheetFault, match="“XX”"):
        proposed("XX", 2027)


def test_a_sheet_that_was_checked_reads_back_as_it_was_written() -> None:
    days = proposed("UP", 2027)
    head, *lines = sheet_of(days).splitlines(keepends=True)
    assert read_sheet(head + "".join("yes" + line for line in lines)) == days
    with pytest.raises(SheetFault, match="no column “checked”"):
        read_sheet("day,sort\n")
    with pytest.raises(SheetFault, match="line 2: “x”"):
        read_sheet(head + "yes,x,,holiday,a,b\n")
    with pytest.raises(SheetFault, match="cannot be read after line 1: field larger"):
        read_sheet(head + "x" * 200_000 + "\n")
