"""What was decided and communicated is reversed only by a post above the one that decided."""

from __future__ import annotations

from tests.factories.lives import LETTER, REASON, Life, file_with
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay

WHO = "superintendent"


async def _sent_out(life: Life, who: str = WHO) -> None:
    """A letter of the file is drafted, approved, signed and dispatched."""
    await life.must(who, "draft_letter", **LETTER)
    named = await life.letter()
    await life.must(who, "approve", outcome="approve", **named)
    await life.must(who, "sign_letter", **named)
    await life.must(who, "dispatch", letter=named["letter"], mode="post")


async def _decides(life: Life, who: str, outcome: str) -> str | None:
    return (await life.act(who, "approve", outcome=outcome)).refused


async def test_before_it_is_communicated_it_is_the_deciders_to_change(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    for outcome in ("approve", "reject", "approve"):
        assert await _decides(life, WHO, outcome) is None


async def test_communicated_it_is_reversed_from_above_only(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    assert await _decides(life, WHO, "approve") is None
    await _sent_out(life)
    answer = await life.act(WHO, "approve", outcome="reject")
    assert (answer.refused, answer.field) == ("reverses-communicated", "outcome")
    assert await _decides(life, WHO, "approve_as_amended") is None, "it is not reversed by saying it again"
    assert await _decides(life, WHO, "discuss") is None
    await life.must(WHO, "forward", to="officer", **REASON)
    await life.must("officer", "receive")
    assert await _decides(life, "officer", "reject") is None
    await assert_rows_equal_their_replay(office, life.docket)


async def test_a_rejection_that_was_told_is_as_firm(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    assert await _decides(life, WHO, "reject") is None
    await _sent_out(life)
    assert await _decides(life, WHO, "approve") == "reverses-communicated"
    assert (await life.force(WHO, "approve", outcome="approve")).refused == "reverses-communicated"


async def test_what_was_decided_in_the_letter_itself_counts_too(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    await _sent_out(life)
    assert await _decides(life, WHO, "reject") == "reverses-communicated"


async def test_another_letter_may_be_rejected(office: PracticeOffice) -> None:
    life = await file_with(office, WHO)
    assert await _decides(life, WHO, "approve") is None
    await _sent_out(life)
    await life.must(WHO, "draft_letter", **LETTER)
    await life.must(WHO, "approve", outcome="reject", **await life.letter())


async def test_who_sits_beside_or_below_reverses_nothing(office: PracticeOffice) -> None:
    life = await file_with(office, "officer")
    assert await _decides(life, "officer", "approve") is None
    await life.must("officer", "draft_letter", **LETTER)
    await life.must("officer", "return", to="clerk", **REASON)
    await life.must("clerk", "receive")
    await life.must("clerk", "forward", to=WHO, **REASON)
    await life.must(WHO, "receive")
    named = await life.letter()
    await life.must(WHO, "approve", outcome="approve", **named)
    await life.must(WHO, "sign_letter", **named)
    await life.must(WHO, "dispatch", letter=named["letter"], mode="post")
    assert await _decides(life, WHO, "reject") == "reverses-communicated", "competent, and below who decided"
