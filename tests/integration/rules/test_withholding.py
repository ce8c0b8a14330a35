"""Withholding a document takes two people, and so does giving it back; that it is there can always be seen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.factories.lives import REASON, Life, file_with
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.fixtures.api import Api


@pytest.fixture
async def life(office: PracticeOffice) -> Life:
    """A file with a document, in the superintendent's hand."""
    made = await file_with(office, "superintendent")
    await made.must("superintendent", "add_document", document=True)
    return made


async def test_it_takes_another_person_at_a_higher_post(office: PracticeOffice, life: Life) -> None:
    given = {"document_id": (await life.documents())[0], **REASON}
    done = await life.must("superintendent", "withhold_document", **given)
    assert done.name == "propose"
    assert await life.count("document_withholding") == 0
    for who, code in (("superintendent", "same-person"), ("clerk", "not-second")):
        assert (await life.act(who, "confirm")).refused == code
    await life.must("officer", "confirm")
    assert await life.count("document_withholding") == 1
    assert (await life.act("superintendent", "withhold_document", **given)).refused == "withheld-already"
    await life.must("superintendent", "release_document", **given)
    await life.must("dc", "confirm")
    assert (await life.act("superintendent", "release_document", **given)).refused == "not-withheld"
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_top_post_is_confirmed_by_the_record_room_and_by_no_other(office: PracticeOffice) -> None:
    life = await file_with(office, "dc")
    await life.must("dc", "add_document", document=True)
    given = {"document_id": (await life.documents())[0], **REASON}
    await life.must("dc", "withhold_document", **given)
    for who, code in (("dc", "same-person"), ("clerk", "not-second")):
        assert (await life.act(who, "confirm")).refused == code
    await life.must("record_room", "confirm")
    assert await life.count("document_withholding") == 1
    await life.must("dc", "release_document", **given)
    await life.must("record_room", "confirm")
    await assert_rows_equal_their_replay(office, life.docket)


async def test_the_record_room_confirms_for_nobody_below_the_top(life: Life) -> None:
    given = {"document_id": (await life.documents())[0], **REASON}
    await life.must("superintendent", "withhold_document", **given)
    assert (await life.act("record_room", "confirm")).refused == "not-second"


async def test_the_document_is_one_of_the_file(life: Life) -> None:
    for given, code in (({}, "missing"), ({"document_id": uuid4()}, "unknown-document")):
        answer = await life.act("superintendent", "withhold_document", **given, **REASON)
        assert (answer.refused, answer.field) == (code, "document_id")


async def test_nobody_reads_it_until_it_is_released(api: Api) -> None:
    clerk, officer = await api.desk("clerk"), await api.desk("officer")
    docket = await clerk.new_file()
    added = (await clerk.upload(docket, b"%PDF-1.7\n one", "गोपनीय पत्र.pdf")).json()["document"]
    await clerk.moved(docket, "withhold_document", document_id=added, remark="ग़लत फाइल में लगा")
    assert (await officer.get(f"/documents/{added}/content")).status_code == 200
    await officer.moved(docket, "confirm")
    for desk in (clerk, officer):
        answer = await desk.get(f"/documents/{added}/content")
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("document-withheld")
        (listed,) = (await desk.get(f"/dockets/{docket}/documents")).json()["items"]
        assert (listed["id"], listed["withheld"], listed["name"]) == (added, True, None)
    await clerk.moved(docket, "release_document", document_id=added, remark="जाँच पूरी")
    await officer.moved(docket, "confirm")
    assert (await clerk.get(f"/documents/{added}/content")).content == b"%PDF-1.7\n one"
