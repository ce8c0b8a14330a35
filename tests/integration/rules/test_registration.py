"""Registration: who may, what must be given, what is never taken, and numbers without gaps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from flows.register import Wish, register
from flows.rules.errors import Refused
from tests.factories.lives import COMPLAINT, FILE, new_complaint, new_file
from tests.factories.practice_office import PracticeOffice


async def refused(office: PracticeOffice, who: str, wish: Wish) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refusal:
        await register(office.database, office.identity, office.giver(who), wish)
    return refusal.value.refusal.code, refusal.value.refusal.field


def file_wish(classification: str = "ordinary", priority: str = "ordinary", **particulars: Any) -> Wish:
    given = {k: v for k, v in {**FILE, **particulars}.items() if v is not None}
    return Wish("haryana-eoffice", "file", "विषय", classification, priority, given)


async def test_only_a_post_with_the_power_registers(office: PracticeOffice) -> None:
    assert await refused(office, "superintendent", file_wish()) == ("lacks-power", None)
    complaint = Wish(
        "haryana-eoffice", "complaint", "पानी", "ordinary", "ordinary", COMPLAINT, {"text": "क"}, bytes(32)
    )
    assert await refused(office, "clerk", complaint) == ("lacks-power", None)


@pytest.mark.parametrize("name", ["head", "subject_class", "retention_class", "medium"])
async def test_every_particular_is_asked_for_by_name(office: PracticeOffice, name: str) -> None:
    assert await refused(office, "clerk", file_wish(**{name: None})) == ("missing", name)
    assert await refused(office, "clerk", file_wish(**{name: "nonsense"})) == ("unknown-particular", name)
    assert await refused(office, "clerk", file_wish(**{name: ["A"]})) == ("unknown-particular", name)


async def test_all_that_is_missing_is_told_at_once(office: PracticeOffice) -> None:
    nothing = dict.fromkeys(FILE)
    with pytest.raises(Refused) as refusal:
        await register(office.database, office.identity, office.giver("clerk"), file_wish(**nothing))
    told = refusal.value.refusal
    assert (told.code, told.field, told.also) == (
        "missing",
        "head",
        ("subject_class", "retention_class", "medium"),
    )
    assert told.sentence() == "Missing: head, subject class, retention class, medium."
    assert told.sentence("hi") == "नहीं दिया गया: शीर्ष, विषय वर्ग, अभिलेख श्रेणी, माध्यम।"


@pytest.mark.parametrize("name", ["docket", "year", "level", "secret_sha256", "accused_by"])
async def test_a_column_cannot_be_set_from_outside(office: PracticeOffice, name: str) -> None:
    assert await refused(office, "clerk", file_wish(**{name: 1})) == ("not-taken", name)


@pytest.mark.parametrize("amount", [-1, 1.5, "100", True, 2**63])
async def test_an_amount_is_whole_paise(office: PracticeOffice, amount: object) -> None:
    assert await refused(office, "clerk", file_wish(amount_paise=amount)) == ("unknown-particular", "amount_paise")


async def test_security_classified_papers_are_refused(office: PracticeOffice) -> None:
    assert await refused(office, "clerk", file_wish("secret")) == ("unknown-classification", "classification")
    assert await refused(office, "clerk", file_wish("ordinary", "soon")) == ("unknown-priority", "priority")


async def test_an_unknown_kind_is_refused(office: PracticeOffice) -> None:
    wish = Wish("haryana-eoffice", "no-kind", "विषय", "ordinary", "ordinary", {})
    assert await refused(office, "clerk", wish) == ("unknown-kind", "kind")


async def test_a_complaint_needs_its_text(office: PracticeOffice) -> None:
    wish = Wish("haryana-eoffice", "complaint", "पानी", "ordinary", "ordinary", COMPLAINT, {}, bytes(32))
    assert await refused(office, "hub", wish) == ("missing", "text")


async def test_an_anonymous_complaint_keeps_no_name(office: PracticeOffice) -> None:
    life = await new_complaint(office, identity="anonymous")
    assert await office.one("select complainant from complaint where docket = %(d)s", d=life.docket) is None


@pytest.mark.parametrize("what", ["name", "telephone", "address"])
async def test_who_wants_to_stay_unknown_is_not_kept_by_mistake(office: PracticeOffice, what: str) -> None:
    given, texts = {**COMPLAINT, "identity": "anonymous"}, {"text": "नल सूखा है।", what: f"कमला {uuid4()}"}
    wish = Wish("haryana-eoffice", "complaint", "पानी", "ordinary", "ordinary", given, texts, bytes(32))
    assert await refused(office, "hub", wish) == ("not-taken", "complainant")
    assert await office.rows("select 1 from protected_value where value = %(v)s", v=texts[what]) == []


@pytest.mark.parametrize(
    ("what", "field"), [("text", "text"), ("name", "complainant"), ("address", "complainant")]
)
async def test_a_file_takes_no_words_of_a_citizen(office: PracticeOffice, what: str, field: str) -> None:
    wish = replace(file_wish(), texts={what: "किसी का"})
    assert await refused(office, "clerk", wish) == ("not-taken", field)


async def test_the_same_key_gives_the_same_docket(office: PracticeOffice) -> None:
    giver = office.giver("clerk", "same-key-" + uuid4().hex)
    first = await register(office.database, office.identity, giver, file_wish())
    again = await register(office.database, office.identity, giver, file_wish())
    assert (again.docket, again.outcome, again.again) == (first.docket, first.outcome, True)


async def test_one_key_sent_many_times_at_once_gives_one_docket(office: PracticeOffice) -> None:
    giver = office.giver("clerk", "at-once-" + uuid4().hex)
    sent = [register(office.database, office.identity, giver, file_wish()) for _ in range(5)]
    assert len({accepted.docket for accepted in await asyncio.gather(*sent)}) == 1


async def test_a_key_for_another_request_is_refused(office: PracticeOffice) -> None:
    key = "other-" + uuid4().hex
    await register(office.database, office.identity, office.giver("clerk", key), file_wish())
    with pytest.raises(Refused) as refusal:
        await register(office.database, office.identity, office.giver("clerk", key, b"another"), file_wish())
    assert refusal.value.refusal.code == "key-reused"


async def test_registrations_at_once_are_numbered_without_a_gap(office: PracticeOffice) -> None:
    before = await _serial(office)
    lives = await asyncio.gather(*(new_file(office, head="R-41013") for _ in range(8)))
    serials = sorted(int(life.number.split("/")[1]) for life in lives)
    assert serials == list(range(before + 1, before + 9))


async def test_a_refused_registration_takes_no_number(office: PracticeOffice) -> None:
    before = await _serial(office)
    await refused(office, "clerk", file_wish(head="R-41013", medium="stone"))
    assert await _serial(office) == before


async def _serial(office: PracticeOffice) -> int:
    return await office.one("select coalesce(max(last), 0) from number_series where series like 'file|R-41013|%%'")
