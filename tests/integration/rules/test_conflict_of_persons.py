"""A conflict is the person's too: recused or complained of, he does nothing from whichever of his posts."""

from __future__ import annotations

from uuid import uuid4

from flows.office.posts import AddPost
from tests.factories.lives import REASON, complaint_with
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
