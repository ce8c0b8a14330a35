"""An operator sets an office up from an empty database and looks after its posts, with nothing but commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.commands import database as commands
from infra.commands.audit import audit
from infra.commands.charge import charge
from infra.commands.posts import post
from infra.commands.scheme import scheme
from infra.commands.structure import structure
from infra.founding import found_office
from tests.fixtures import postgres as fixture
from tests.integration.test_operator_commands import Operator

NAMES = ("--name-en", "Roads", "--name-hi", "सड़क")


@pytest.fixture
def operator(database: fixture.Database, tmp_path: Path) -> Operator:
    found_office(database.owner_url, "Office", "कार्यालय", practice=True)
    made = Operator(database)
    made.environment["PATRAVALI_DATA"] = str(tmp_path)
    return made


def set_up(operator: Operator) -> None:
    """A scheme, a department with two posts, one above the other, and three people of whom none holds a post."""
    assert operator.json(scheme, "put-in-force", "haryana-eoffice")["changed"]
    for app, words in (
        (structure, ("add-department", "PWD")),
        (structure, ("add-office", "PWD-HSR", "--department", "PWD", "--place", "hisar")),
        (structure, ("add-section", "PWD-HSR", "WORKS")),
        (post, ("add", "XEN", "--office", "PWD-HSR", "--section", "WORKS", "--abbreviation", "XEN")),
        (post, ("add", "SDO", *OF_WORKS, "--superior", "XEN")),
    ):
        assert operator.json(app, *words, *NAMES)["ok"], words
    for login in ("asha", "bala", "charu"):
        operator.add(login)


OF_WORKS = ("--office", "PWD-HSR", "--section", "WORKS", "--abbreviation", "SDO")


def test_an_office_is_set_up_and_its_charge_given_by_commands_alone(operator: Operator) -> None:
    set_up(operator)
    for app, words in (
        (post, ("give-power", "SDO", "register")),
        (post, ("decides", "XEN", "expenditure", "100000", "--to-day", "2099-01-01")),
        (charge, ("give", "XEN", "asha")),
        (charge, ("give", "SDO", "asha", "--charge", "additional", "--until", "2098-01-01T10:00")),
        (charge, ("give", "SDO", "bala", "--from", "2098-01-01T10:00")),
        (charge, ("leave", "XEN", "asha", "--link-officer", "charu", "--until", "2030-01-01")),
        (charge, ("withhold", "PWD-HSR", "close")),
        (structure, ("rename-department", "PWD", "--name-en", "Works")),
        (structure, ("rename-office", "PWD-HSR", "--name-en", "Works")),
        (structure, ("rename-section", "PWD-HSR", "WORKS", "--name-en", "Bridges")),
        (post, ("rename", "SDO", "--abbreviation", "SDE")),
    ):
        assert operator.json(app, *words)["ok"], words
    shown = operator.json(post, "show", "SDO")
    assert (shown["abbreviation"], shown["section"]["name_en"]) == ("SDE", "Bridges")
    assert [(one["charge"], one["until"]) for one in shown["holders"]] == [
        ("substantive", None),
        ("additional", "2098-01-01T04:30:00.000000Z"),
    ]
    xen = operator.json(post, "show", "XEN")
    assert [one["charge"] for one in xen["holders"]] == ["link", "substantive"]
    assert [(one["subject_class"], one["to_day"]) for one in xen["decides"]] == [("expenditure", "2099-01-01")]
    said = operator.run(post, "show", "XEN").stdout
    assert "decides expenditure to 100000 paise, from" in said
    assert "on leave: Somebody" in said
    assert operator.json(audit, "verify")["ok"]
    assert operator.row("select count(*) from office_change where by_person is not null") == (0,)


def test_what_was_set_is_taken_back(operator: Operator) -> None:
    set_up(operator)
    for app, words in (
        (post, ("give-power", "SDO", "register")),
        (post, ("take-power", "SDO", "register")),
        (post, ("decides", "SDO", "general", "5")),
        (post, ("decides-no-more", "SDO", "general")),
        (post, ("superior", "SDO", "-")),
        (charge, ("give", "SDO", "bala")),
        (charge, ("leave", "SDO", "bala", "--link-officer", "charu", "--until", "2030-01-01")),
    ):
        assert operator.json(app, *words)["ok"], words
    absence = operator.json(post, "show", "SDO")["absences"][0]["id"]
    assert operator.json(charge, "end-leave", "SDO", absence)["ok"]
    assert operator.json(charge, "end", "SDO", "bala")["ok"]
    assert operator.json(post, "close", "SDO", "--from-day", "2099-01-01")["closed_on"] == "2099-01-01"
    assert operator.json(audit, "verify")["ok"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("add", "SDO", *OF_WORKS, *NAMES), "The code “SDO” is taken"),
        (("superior", "XEN", "SDO"), "in a circle: XEN → SDO → XEN"),
        (("give-power", "SDO", "fly"), "no power “fly”"),
        (("close", "NOWHERE"), "no post “NOWHERE”"),
        (("show", "NOWHERE"), "no post “NOWHERE”"),
        (("close", "SDO", "--from-day", "2020-01-01"), "That day has passed"),
    ],
)
def test_a_refusal_is_told_with_its_rule_and_status_1(
    operator: Operator, words: tuple[str, ...], reason: str
) -> None:
    set_up(operator)
    ended = operator.run(post, *words)
    assert ended.exit_code == 1
    assert reason in ended.stderr


def test_shutting_out_twice_is_as_good_as_once(operator: Operator) -> None:
    operator.add("asha")
    for _ in range(2):
        assert operator.json(commands.user, "disable", "asha")["disabled"] is True
    assert operator.row("select disabled from person where login = 'asha'") == (True,)
