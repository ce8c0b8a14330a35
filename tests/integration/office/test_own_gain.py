"""What an administrator does not order for himself, by whatever way; what two of them may do together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from flows.imports.carry_in import Given, import_sheet
from flows.office import OfficeOrder
from flows.office.assistants import GiveAssistant
from flows.office.charges import GiveCharge
from flows.office.posts import AddPost, GivePower, SetSuperior, WithholdFromLinkOfficers
from flows.rules.errors import Refused
from flows.seen_cases import NoSuchDocket, read_standing
from tests.factories.lives import Life, file_with
from tests.factories.office_orders import by, in_days, login_of, ordered, refused
from tests.factories.practice_office import PracticeOffice, Seat
from tests.factories.sheets import as_csv
from tests.fixtures.office import OfficeClock

ADMIN = "administrator"
NAMES = {"name_en": "Roads", "name_hi": "सड़क"}

FOR_HIMSELF: Mapping[str, tuple[OfficeOrder, str | None]] = {
    "above another": (SetSuperior("dc", ADMIN), "superior"),
    "above another some day": (SetSuperior("dc", ADMIN, in_days(30)), "superior"),
    "a new post below him": (AddPost("dc", "DC-ESTT", "new", "N", **NAMES, superior=ADMIN), "superior"),
    "assistant of another": (GiveAssistant(ADMIN, "dc", frozenset({"open"})), None),
}


@pytest.mark.parametrize("way", FOR_HIMSELF)
async def test_nobody_puts_himself_above_or_beside_another(alone: PracticeOffice, way: str) -> None:
    order, field = FOR_HIMSELF[way]
    against = await refused(alone, ADMIN, order)
    assert (against.code, against.field) == ("for-oneself", field)
    await ordered(alone, None, order)


async def test_nor_by_way_of_a_post_that_is_below_his_own(alone: PracticeOffice) -> None:
    await ordered(alone, None, SetSuperior("vacant", ADMIN))
    assert (await refused(alone, ADMIN, SetSuperior("dc", "vacant"))).code == "for-oneself"
    await ordered(alone, ADMIN, SetSuperior("vacant", "dc"))


async def test_nor_where_he_sits_only_later_or_assists(alone: PracticeOffice) -> None:
    await ordered(alone, None, GiveAssistant(ADMIN, "accountant", frozenset({"open"})))
    assert (await refused(alone, ADMIN, SetSuperior("clerk", "accountant"))).code == "for-oneself"
    assert (await refused(alone, ADMIN, GivePower("accountant", "hub"))).code == "for-oneself"


async def test_a_place_that_was_his_for_a_while_he_does_not_make_lasting(
    alone: PracticeOffice, clock: OfficeClock
) -> None:
    await ordered(alone, None, SetSuperior("clerk", ADMIN))
    await ordered(alone, None, SetSuperior("clerk", "superintendent", in_days(2)))
    assert (await refused(alone, ADMIN, SetSuperior("clerk", ADMIN))).code == "for-oneself"


async def test_within_what_is_below_him_already_he_orders_as_before(alone: PracticeOffice) -> None:
    await ordered(alone, None, SetSuperior("accountant", ADMIN))
    await ordered(alone, None, SetSuperior("clerk", ADMIN))
    await ordered(alone, ADMIN, SetSuperior("clerk", "accountant"))


async def test_a_link_officer_gives_himself_back_no_power(alone: PracticeOffice, clock: OfficeClock) -> None:
    await ordered(alone, None, WithholdFromLinkOfficers("dc", ("close",)))
    until = clock.forward(timedelta(0)) + timedelta(days=30)
    await ordered(alone, None, GiveCharge("vacant", ADMIN, "link", ends=until))
    assert (await refused(alone, ADMIN, WithholdFromLinkOfficers("dc", ()))).code == "for-oneself"
    await ordered(alone, ADMIN, WithholdFromLinkOfficers("dc", ("close", "hub")))


async def _sight(life: Life, seat: Seat) -> bool:
    async with life.office.database.querying() as driver:
        try:
            await read_standing(driver, life.office.database.posts, seat.person, seat.post, life.docket)
        except NoSuchDocket:
            return False
    return True


async def test_two_administrators_together_may_and_both_are_named(alone: PracticeOffice) -> None:
    """Sight of the DC's papers: the one orders it for the other, and the chain says who."""
    second = await alone.new_person()
    await ordered(alone, None, AddPost("dc", "DC-CELL", "admin2", "A2", **NAMES))
    await ordered(alone, None, GiveCharge("admin2", await login_of(alone, second), "substantive"))
    await ordered(alone, None, GivePower("admin2", "administer"))
    post: UUID = await alone.one("select id from post where code = 'admin2'")
    life = await file_with(alone, "dc")
    await ordered(alone, Seat(second, post, "admin2"), SetSuperior("dc", ADMIN))
    assert await _sight(life, alone.seats[ADMIN])
    sql = "select by_person from office_change where what = 'post.superior-set'"
    assert await alone.rows(sql) == [(second,)]


ROUTE = dict.fromkeys(("department", "category", "place", "from_day", "to_day"), "")
ROUTE |= {"scheme": "haryana-eoffice", "kind": "complaint", "level": "1"}
SHEETS: Mapping[str, tuple[str, dict[str, str]]] = {
    "superior": ("posts", {"code": "dc", "superior": ADMIN}),
    "a new post below him": ("posts", {"code": "new", "superior": ADMIN}),
    "the record room": ("posts", {"code": ADMIN, "section": "DC-RECORDS"}),
    "a route to him": ("routes", {**ROUTE, "post": ADMIN}),
}
WHOLE = {"abbreviation": "X", **NAMES, "office": "dc", "section": "DC-CELL"}


@pytest.mark.parametrize("way", SHEETS)
async def test_nor_by_a_sheet(alone: PracticeOffice, tmp_path: Path, way: str) -> None:
    what, row = SHEETS[way]
    given = Given(what, as_csv(tmp_path, [{**(WHOLE if what == "posts" else {}), **row}]), "sheet.csv")
    with pytest.raises(Refused) as fault:
        await import_sheet(alone.database, alone.identity, by(alone, ADMIN), given, dry_run=False)
    assert fault.value.refusal.code == "for-oneself"
    await import_sheet(alone.database, alone.identity, None, given, dry_run=False)
