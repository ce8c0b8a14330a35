"""A conflict is the person's too: recused or complained of, he does nothing from whichever of his posts."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flows.office.posts import AddPost
from flows.rules.errors import Refused
from tests.factories.lives import REASON, complaint_with, new_complaint
from tests.factories.office_orders import ordered
from tests.factories.practice_office import PracticeOffice


async def test_who_recused_himself_does_not_get_it_at_another_of_his_posts(office: PracticeOffice) -> None:
    life = await complaint_with(office, "engineer")
    code = f"other-{uuid4().hex[:8]}"
    await ordered(office, "administrator", AddPost("ph", "PH-WORKS", code, "O", "Other", "अन्य"))
    post = await office.one("select id from post where code = %(c)s", c=code)
    other = await office.seated(office.seats["engineer"].person, post, code)
    await life.must("engineer", "recuse", to="stranger", **REASON)
    assert (await life.act("stranger", "transfer", to=code, **REASON)).refused == "recused-post"
    office.seats[code] = await office.seated(await office.new_person(), post, code)
    await life.must("stranger", "receive")
    await life.must("stranger", "transfer", to=code, **REASON)
    assert (await life.act(other, "receive")).refused == "accused-acts"
    assert (await life.must(code, "receive")).state == "in_work"


@pytest.mark.parametrize("accused", ["the post", "another post of the person"])
async def test_nobody_registers_and_holds_a_complaint_against_himself(
    office: PracticeOffice, accused: str
) -> None:
    against = "hub"
    if accused != "the post":
        against = f"also-{uuid4().hex[:8]}"
        await ordered(office, "administrator", AddPost("ph", "PH-WORKS", against, "A", "Also", "यह भी"))
        post = await office.one("select id from post where code = %(c)s", c=against)
        await office.seated(office.seats["hub"].person, post, against)
    with pytest.raises(Refused) as fault:
        await new_complaint(office, accused=against)
    refusal = fault.value.refusal
    assert (refusal.code, refusal.field) == ("accused-registers", "accused")
    assert refusal.sentence("en") != refusal.sentence("hi")
