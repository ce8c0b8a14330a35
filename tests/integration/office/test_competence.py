"""Decision classes from day to day: set, set anew, taken back; the approval asks for the one of that day."""

from __future__ import annotations

from datetime import date, timedelta

from flows.office import OfficeChange, change_office
from flows.office.competence import SetCompetence, TakeCompetence
from tests.factories.lives import Life, file_with
from tests.factories.office_orders import in_days, ordered, refused
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

ADMIN = "administrator"
RUPEES = 100


async def spending(office: PracticeOffice, rupees: int) -> Life:
    return await file_with(office, "superintendent", subject_class="expenditure", amount_paise=rupees * RUPEES)


async def approves(life: Life) -> str | None:
    """Approves it, or tells by which code that is refused."""
    return (await life.act("superintendent", "approve", outcome="approve")).refused


async def test_an_amount_counts_from_its_day(alone: PracticeOffice, clock: OfficeClock) -> None:
    life = await spending(alone, 20_000)
    raised = SetCompetence("superintendent", "expenditure", 25_000 * RUPEES, in_days(1))
    await ordered(alone, ADMIN, raised)
    assert await approves(life) == "beyond-competence"
    clock.forward(timedelta(days=1))
    assert await approves(life) is None


async def test_what_held_before_stays_on_record(alone: PracticeOffice) -> None:
    await ordered(alone, ADMIN, SetCompetence("superintendent", "expenditure", 500 * RUPEES, None, in_days(30)))
    assert await approves(await spending(alone, 600)) == "beyond-competence"
    rows = await alone.rows(
        """select paise, from_day, to_day from competence where post = %(p)s and subject_class = 'expenditure'
        order by from_day""",
        p=alone.post("superintendent"),
    )
    assert rows == [(1_000_000, date(2020, 1, 1), in_days(0)), (50_000, in_days(0), in_days(30))]


async def test_it_ends_on_its_last_day(alone: PracticeOffice, clock: OfficeClock) -> None:
    life = await spending(alone, 100)
    await ordered(alone, ADMIN, SetCompetence("superintendent", "expenditure", 500 * RUPEES, None, in_days(2)))
    clock.forward(timedelta(days=2))
    assert await approves(life) == "beyond-competence"


async def test_taken_back_it_counts_no_more(alone: PracticeOffice) -> None:
    taken = TakeCompetence("superintendent", "expenditure")
    await ordered(alone, ADMIN, taken)
    assert await approves(await spending(alone, 1)) == "beyond-competence"
    assert (await refused(alone, ADMIN, taken)).code == "has-no-competence"
    await ordered(alone, ADMIN, SetCompetence("superintendent", "expenditure", 100))
    assert await approves(await spending(alone, 1)) is None


async def test_what_cannot_be_is_refused(alone: PracticeOffice) -> None:
    against = {
        "unknown-subject-class": SetCompetence("superintendent", "weather", 1),
        "no-such-post": SetCompetence("nowhere", "general", 1),
        "post-closed": SetCompetence("abolished", "general", 1),
        "day-gone": SetCompetence("superintendent", "general", 1, in_days(-1)),
        "day-before-first": SetCompetence("superintendent", "general", 1, None, in_days(0)),
        "for-oneself": SetCompetence(ADMIN, "general", 1),
    }
    for code, order in against.items():
        assert (await refused(alone, ADMIN, order)).code == code
    assert (await refused(alone, "dc", TakeCompetence("dc", "expenditure"))).code == "lacks-power"


async def test_a_class_of_the_first_schema_holds_until_it_is_replaced(alone: PracticeOffice) -> None:
    """Rows that were written before there were days; their entries told of no last day."""
    await ordered(alone, ADMIN, TakeCompetence("superintendent", "expenditure"))
    change, office = OfficeChange("set.up"), await alone.one("select id from office where code = 'dc'")
    row = {"office": office, "subject_class": "expenditure", "post": alone.post("superintendent")}
    change.insert("decision_class", {**row, "paise": 1_000 * RUPEES})
    await change_office(alone.database, alone.identity, change)
    assert await approves(await spending(alone, 1_000)) is None
    await ordered(alone, ADMIN, SetCompetence("superintendent", "expenditure", 500 * RUPEES))
    assert await approves(await spending(alone, 1_000)) == "beyond-competence"
    assert await alone.one("select to_day from decision_class") == in_days(0)


async def test_a_class_that_no_scheme_has_any_more_is_ended(alone: PracticeOffice) -> None:
    of = await alone.one(
        "select s.office from post p join section s on s.id = p.section where p.code = %(c)s", c="dc"
    )
    change, values = OfficeChange("competence.set"), {"paise": 100, "from_day": in_days(-9), "to_day": None}
    change.insert("competence", {"office": of, "subject_class": "salt-tax", "post": alone.post("dc"), **values})
    await change_office(alone.database, alone.identity, change)
    assert (await refused(alone, ADMIN, SetCompetence("dc", "salt-tax", 5))).code == "unknown-subject-class"
    await ordered(alone, ADMIN, TakeCompetence("dc", "salt-tax"))
    assert (await refused(alone, ADMIN, TakeCompetence("dc", "salt-tax"))).code == "has-no-competence"
