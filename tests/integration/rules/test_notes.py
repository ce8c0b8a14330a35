"""Notes: a draft is its author's, is fixed by his own movement, and then stands for ever."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

from tests.factories.lives import REASON, Life, file_with, new_file
from tests.factories.practice_office import PracticeOffice

NOTE = {"text": "कृपया आदेश हेतु प्रस्तुत।"}


async def noted(office: PracticeOffice) -> Life:
    """A file in the clerk's hand with his open draft."""
    life = await new_file(office)
    await life.must("clerk", "note", **NOTE)
    return life


async def test_a_file_is_not_put_up_without_a_note_agreement_or_reason(office: PracticeOffice) -> None:
    life = await new_file(office)
    answer = await life.act("clerk", "forward", to="superintendent")
    assert (answer.refused, answer.field) == ("needs-note", "remark")


async def test_a_note_since_receipt_lets_a_file_be_put_up(office: PracticeOffice) -> None:
    life = await noted(office)
    answer = await life.act("clerk", "forward", to="superintendent", **await life.draft_of("clerk"))
    assert answer.name == "put_up"


async def test_agreement_lets_a_file_be_put_up(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    assert (await life.act("superintendent", "forward", to="officer", agree=True)).name == "put_up"
    decision = await office.one(
        "select decision from movement where docket = %(d)s and sequence = 4", d=life.docket
    )
    assert decision == "agree"


async def test_a_reason_lets_a_file_be_put_up(office: PracticeOffice) -> None:
    life = await new_file(office)
    assert (await life.act("clerk", "forward", to="superintendent", **REASON)).name == "put_up"


async def test_a_note_of_before_the_last_receipt_is_not_enough(office: PracticeOffice) -> None:
    life = await noted(office)
    await life.must("clerk", "forward", to="superintendent", **await life.draft_of("clerk"))
    await life.must("superintendent", "receive")
    await life.must("superintendent", "return", remark="स्पष्ट करें")
    await life.must("clerk", "receive")
    assert (await life.act("clerk", "forward", to="superintendent")).refused == "needs-note"


async def test_only_putting_up_needs_a_note(office: PracticeOffice) -> None:
    for holder, to, name in (
        ("superintendent", "clerk", "mark"),
        ("superintendent", "accountant", "send"),
        ("superintendent", "engineer", "forward"),
    ):
        life = await file_with(office, holder)
        assert (await life.act(holder, "forward", to=to)).name == name


async def test_an_open_draft_must_be_named_when_its_author_sends_the_file_away(office: PracticeOffice) -> None:
    life = await noted(office)
    for action, given in (
        ("forward", {"to": "superintendent", **REASON}),
        ("approve", {"outcome": "seen"}),
    ):
        answer = await life.act("clerk", action, **given)
        assert (answer.refused, answer.field) == ("draft-left", "draft")


async def test_a_return_fixes_the_draft_too(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "note", **NOTE)
    assert (await life.act("superintendent", "return", remark="क")).refused == "draft-left"
    await life.must("superintendent", "return", remark="क", **await life.draft_of("superintendent"))
    assert await fixed_texts(life) == [NOTE["text"]]


async def test_closing_needs_the_own_draft_named(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "note", **NOTE)
    assert (await life.act("superintendent", "close")).refused == "draft-left"
    assert (await life.act("superintendent", "close", **await life.draft_of("superintendent"))).state == "closed"


async def test_the_draft_that_was_read_must_be_the_one_that_is_fixed(office: PracticeOffice) -> None:
    life = await noted(office)
    read = await life.draft_of("clerk")
    await life.save_draft(read["draft"], "दूसरा पाठ")
    answer = await life.act("clerk", "forward", to="superintendent", **read)
    assert (answer.refused, answer.field) == ("draft-changed", "draft_sha256")
    answer = await life.act("clerk", "forward", to="superintendent", draft=read["draft"])
    assert (answer.refused, answer.field) == ("missing", "draft_sha256")


async def test_a_draft_changed_after_acceptance_is_not_fixed(office: PracticeOffice) -> None:
    life = await noted(office)
    read = await life.draft_of("clerk")
    waiting = await life.accept("clerk", "forward", to="superintendent", **read)
    await life.save_draft(read["draft"], "दूसरा पाठ")
    assert (await life.step(waiting.instruction)).refused == "draft-changed"
    assert await fixed_texts(life) == []


async def test_what_is_fixed_is_the_text_as_last_saved(office: PracticeOffice) -> None:
    life = await noted(office)
    draft = (await life.draft_of("clerk"))["draft"]
    digest = await life.save_draft(draft, "अंतिम पाठ।")
    await life.must("clerk", "forward", to="superintendent", draft=draft, draft_sha256=digest)
    assert await fixed_texts(life) == ["अंतिम पाठ।"]
    assert await office.one("select count(*) from note_draft where note = %(n)s", n=draft) == 0


async def test_the_draft_s_digest_is_of_its_utf_8(office: PracticeOffice) -> None:
    life = await noted(office)
    assert (await life.draft_of("clerk"))["draft_sha256"] == sha256(NOTE["text"].encode()).hexdigest()


async def test_a_second_draft_beside_an_open_one_is_refused(office: PracticeOffice) -> None:
    life = await noted(office)
    assert (await life.act("clerk", "note", **NOTE)).refused == "open-draft-exists"


async def test_another_s_draft_cannot_be_named(office: PracticeOffice) -> None:
    life = await noted(office)
    theirs = await life.draft_of("clerk")
    await life.must("officer", "pull_up", **REASON)
    answer = await life.act("officer", "forward", to="dc", **theirs, **REASON)
    assert (answer.refused, answer.field) == ("draft-not-yours", "draft")


async def test_a_draft_left_by_a_pull_up_stays_with_its_author_and_hinders_nobody(office: PracticeOffice) -> None:
    life = await noted(office)
    await life.must("officer", "pull_up", **REASON)
    await life.must("officer", "close")
    await life.must("officer", "reopen", **REASON)
    await life.must("dc", "confirm")
    await life.must("officer", "forward", to="clerk")
    await life.must("clerk", "receive")
    assert (await life.act("clerk", "forward", to="superintendent", **REASON)).refused == "draft-left"
    await life.must("clerk", "forward", to="superintendent", **await life.draft_of("clerk"))
    assert await fixed_texts(life) == [NOTE["text"]]


async def test_who_takes_charge_of_a_post_does_not_inherit_its_draft(office: PracticeOffice) -> None:
    life = await noted(office)
    successor = await office.second_person_at("clerk")
    assert (await life.act(successor, "note", text="नया")).state == "in_hand"
    drafts = await office.rows("select paragraph from note where docket = %(d)s order by 1", d=life.docket)
    assert [row[0] for row in drafts] == [1, 2]
    await life.must(successor, "forward", to="superintendent", **await life.draft_of(successor))
    assert await fixed_texts(life) == ["नया"]


async def test_paragraphs_are_numbered_through_the_file(office: PracticeOffice) -> None:
    life = await noted(office)
    await life.must("clerk", "forward", to="superintendent", **await life.draft_of("clerk"))
    await life.must("superintendent", "receive")
    await life.must("superintendent", "note", text="सहमत")
    found = await office.rows("select paragraph from note where docket = %(d)s order by at", d=life.docket)
    assert [row[0] for row in found] == [1, 2]


async def test_opening_a_note_needs_a_text(office: PracticeOffice) -> None:
    life = await new_file(office)
    assert (await life.act("clerk", "note")).refused == "needs-text"


async def test_a_decision_names_the_note_that_it_decides_on(office: PracticeOffice) -> None:
    life = await noted(office)
    note = await life.draft_of("clerk")
    await life.must("clerk", "forward", to="superintendent", **note)
    await life.must("superintendent", "receive")
    assert (await life.act("superintendent", "approve", outcome="approve")).refused == "needs-basis"
    await life.must("superintendent", "approve", outcome="approve", basis=note["draft"])
    sql = "select note from decision where docket = %(d)s"
    assert await office.one(sql, d=life.docket) == note["draft"]


async def test_a_decision_may_rest_on_the_decider_s_own_draft(office: PracticeOffice) -> None:
    life = await file_with(office, "superintendent")
    await life.must("superintendent", "note", **NOTE)
    draft = await life.draft_of("superintendent")
    await life.must("superintendent", "approve", outcome="approve", **draft)
    assert await fixed_texts(life) == [NOTE["text"]]


async def test_a_decision_on_no_note_or_another_file_s_note_is_refused(office: PracticeOffice) -> None:
    other = await noted(office)
    foreign = await other.draft_of("clerk")
    await other.must("clerk", "forward", to="superintendent", **foreign)
    life = await file_with(office, "superintendent")
    for basis in (uuid4(), foreign["draft"]):
        answer = await life.act("superintendent", "approve", outcome="approve", basis=basis)
        assert (answer.refused, answer.field) == ("unknown-note", "basis")


async def test_a_decision_on_another_s_open_draft_is_refused(office: PracticeOffice) -> None:
    life = await noted(office)
    theirs = (await life.draft_of("clerk"))["draft"]
    await life.must("officer", "pull_up", **REASON)
    assert (await life.act("officer", "approve", outcome="approve", basis=theirs)).refused == "unknown-note"


async def fixed_texts(life: Life) -> list[str]:
    sql = """select v.value from note_fixed x join note n on n.id = x.note join protected_value v on v.id = x.text
        where n.docket = %(d)s order by n.paragraph"""
    return [row[0] for row in await life.office.rows(sql, d=life.docket)]
