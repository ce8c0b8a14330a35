"""Notes, documents, confidential dockets, and what auditors may see."""

from __future__ import annotations

import hashlib
import re
from uuid import uuid4

import pytest

from storage.database import DatabaseAway
from storage.documents.errors import BlobMissing, StoreAway
from tests.fixtures.api import FILE, Api

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def test_a_draft_is_its_authors_alone_until_a_movement_fixes_it(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    file = await clerk.new_file()
    await clerk.moved(file, "note", text="पहला")
    note = (await clerk.get(f"/dockets/{file}/notes")).json()["items"][0]
    assert (note["text"], note["fixed"]) == ("पहला", False)
    theirs = (await superintendent.get(f"/dockets/{file}/notes")).json()["items"][0]
    assert (theirs["text"], theirs["draft_sha256"]) == (None, None)
    path = f"/dockets/{file}/notes/{note['id']}/draft"
    saved = await clerk.send("PUT", path, json={"text": "दूसरा"})
    assert saved.json()["sha256"] == hashlib.sha256("दूसरा".encode()).hexdigest()
    assert (await superintendent.send("PUT", path, json={"text": "तीसरा"})).status_code == 404
    stale = await clerk.move(
        file, "forward", to="superintendent", draft=note["id"], draft_sha256=note["draft_sha256"]
    )
    assert stale.json()["type"].endswith("draft-changed")
    await clerk.moved(file, "forward", to="superintendent", draft=note["id"], draft_sha256=saved.json()["sha256"])
    fixed = (await superintendent.get(f"/dockets/{file}/notes")).json()["items"][0]
    assert (fixed["text"], fixed["fixed"]) == ("दूसरा", True)
    late = await clerk.send("PUT", path, json={"text": "चौथा"})
    assert (late.status_code, late.json()["type"]) == (409, "urn:patravali:problem:draft-fixed")


async def test_saving_a_draft_changes_no_version(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    await clerk.moved(file, "note", text="क")
    note = (await clerk.get(f"/dockets/{file}/notes")).json()["items"][0]["id"]
    await clerk.send("PUT", f"/dockets/{file}/notes/{note}/draft", json={"text": "ख"})
    assert await clerk.version(file) == 2


async def test_a_post_that_sent_a_file_on_reads_its_notes_up_to_its_own_last_act(api: Api) -> None:
    first, second = await api.desk("accountant"), await api.desk("clerk")
    file = await first.new_file()
    await first.moved(file, "note", text="मेरी")
    own = (await first.get(f"/dockets/{file}/notes")).json()["items"][0]
    sum_of = own["draft_sha256"]
    await first.moved(file, "forward", to="clerk", draft=own["id"], draft_sha256=sum_of, remark="देखें")
    await second.moved(file, "receive")
    await second.moved(file, "note", text="उनकी")
    later = (await second.get(f"/dockets/{file}/notes")).json()["items"][1]
    await second.moved(
        file, "forward", to="dc", draft=later["id"], draft_sha256=later["draft_sha256"], remark="गुप्त बात"
    )
    seen = (await first.get(f"/dockets/{file}/notes")).json()["items"]
    assert [note["text"] for note in seen] == ["मेरी"]
    trail = (await first.get(f"/dockets/{file}/trail")).json()["items"]
    assert [m["remark"] for m in trail if m["has_remark"]] == ["देखें", None]
    assert len((await second.get(f"/dockets/{file}/notes")).json()["items"]) == 2


async def test_a_post_that_sent_a_file_on_reads_no_condition_decided_later(api: Api) -> None:
    clerk, superintendent = await api.desk("clerk"), await api.desk("superintendent")
    file = await clerk.new_file()
    await clerk.moved(file, "forward", to="superintendent", remark="देखें")
    await superintendent.moved(file, "receive")
    decided = {"outcome": "approve_with_conditions", "conditions": ["गुप्त शर्त"]}
    await superintendent.moved(file, "approve", **decided)
    shown = (await superintendent.get(f"/dockets/{file}")).json()["conditions"]
    assert [one["text"] for one in shown] == ["गुप्त शर्त"]
    seen = (await clerk.get(f"/dockets/{file}")).json()
    assert (seen["sight"], seen["conditions"]) == ("until", [])


async def test_a_document_goes_up_is_listed_and_comes_down_the_same(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    added = await clerk.upload(file, PDF, "आदेश पत्र.pdf", data={"class": "order"})
    assert added.status_code == 200, added.text
    listed = (await clerk.get(f"/dockets/{file}/documents")).json()["items"][0]
    assert (listed["name"], listed["class"], listed["size"]) == ("आदेश पत्र.pdf", "order", len(PDF))
    down = await clerk.get(f"/documents/{listed['id']}/content")
    assert down.content == PDF
    assert down.headers["content-disposition"].startswith("attachment;")
    assert down.headers["x-content-type-options"] == "nosniff"
    stranger = await api.desk("stranger")
    assert (await stranger.get(f"/documents/{listed['id']}/content")).status_code == 404


async def test_an_upload_is_answered_with_the_id_of_its_document(api: Api) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    done = (await clerk.upload(file, PDF)).json()
    listed = (await clerk.get(f"/dockets/{file}/documents")).json()["items"]
    assert [done["document"], done["outcome"]["document"]] == [listed[0]["id"]] * 2
    told = (await clerk.get(f"/instructions/{done['instruction']}")).json()
    assert told["outcome"]["document"] == done["document"]
    moved = (await clerk.move(file, "note", text="क")).json()
    assert "document" not in moved
    assert "document" not in moved["outcome"]


async def test_an_upload_that_waits_names_the_document_that_comes(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, key = await api.desk("clerk"), str(uuid4())
    file = await clerk.new_file()
    monkeypatch.setattr(api.app.state.parts.outcomes, "patience_s", 0.05)
    with api.carrier.paused():
        waits, again = await clerk.upload(file, PDF, key=key), await clerk.upload(file, PDF, key=key)
    assert (waits.status_code, again.status_code) == (202, 202)
    assert waits.json() == again.json()
    monkeypatch.undo()
    done = await clerk.upload(file, PDF, key=key)
    listed = (await clerk.get(f"/dockets/{file}/documents")).json()["items"]
    assert [waits.json()["document"], done.json()["document"]] == [listed[0]["id"]] * 2


async def test_every_answer_writes_instants_in_one_way_and_empty_lists_as_lists(api: Api) -> None:
    """A file's whole life, with what SQL writes into JSON: conditions, proposals, readings, charges."""
    officer, clerk, admin = await api.desk("officer"), await api.desk("clerk"), await api.desk("administrator")
    auditor = await api.desk("auditor")
    file = await clerk.new_file(particulars={**FILE, "subject_class": "expenditure", "amount_paise": 100_00})
    await clerk.upload(file, PDF)
    await clerk.moved(file, "forward", to="officer", remark="क", due="2040-01-01T10:00:00+05:30")
    await officer.get(f"/dockets/{file}")
    await officer.moved(file, "receive")
    await officer.moved(file, "approve", outcome="approve_with_conditions", conditions=["शर्त"])
    condition = (await officer.get(f"/dockets/{file}")).json()["conditions"][0]["id"]
    await officer.moved(file, "settle_condition", condition=condition, outcome="met", remark="क")
    await officer.moved(file, "close")
    proposed = await officer.move(file, "reopen", remark="क")
    await api.office.new_person()  # who holds no post
    paths = ["", "/trail", "/notes", "/documents", "/options"]
    answers = [proposed, *[await officer.get(f"/dockets/{file}{path}") for path in paths]]
    answers += [await officer.get(path) for path in ("/me", "/inbox", "/sent", "/dockets", "/posts?limit=100")]
    answers += [await officer.get(f"/instructions/{proposed.json()['instruction']}")]
    answers += [await admin.get("/people?limit=100"), await auditor.get("/audit/movements")]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[1].json()["proposal"]
    assert answers[1].json()["conditions"]
    instants = [i for answer in answers for i in re.findall(r'"(\d{4}-\d\d-\d\dT[^"]*)"', answer.text)]
    assert len(instants) > 30
    assert not [instant for instant in instants if not re.fullmatch(r"[-\d]+T[:\d]+\.\d{6}Z", instant)]
    trail, posts, people = answers[2].json(), answers[10].json(), answers[12].json()
    assert [] in [movement["first_read"] for movement in trail["items"]]
    assert next(post for post in posts["items"] if post["code"] == "vacant")["held_by"] == []
    assert [] in [person["tenures"] for person in people["items"]]


async def test_an_upload_sent_again_under_its_key_adds_nothing(api: Api) -> None:
    clerk, key = await api.desk("clerk"), str(uuid4())
    file = await clerk.new_file()
    first, again = await clerk.upload(file, PDF, key=key), await clerk.upload(file, PDF, key=key)
    assert first.json() == again.json()
    other = await clerk.upload(file, PDF + b"\n", key=key)
    assert (other.status_code, other.json()["type"]) == (409, "urn:patravali:problem:key-reused")
    assert len((await clerk.get(f"/dockets/{file}/documents")).json()["items"]) == 1


async def test_bytes_that_the_rules_would_refuse_are_not_kept(api: Api) -> None:
    """Nothing would ever cite them; the bytes of one that was added before its file was closed are sent again."""
    clerk, superintendent, key = await api.desk("clerk"), await api.desk("superintendent"), str(uuid4())
    file = await clerk.new_file()
    added = await clerk.upload(file, PDF, key=key)
    await clerk.moved(file, "forward", to="superintendent", remark="बंद हो")
    await superintendent.moved(file, "receive")
    await superintendent.moved(file, "close")

    content = PDF + uuid4().bytes.hex().encode()
    refused = await superintendent.upload(file, content)

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:patravali:problem:wrong-state")
    with pytest.raises(BlobMissing):
        await api.app.state.parts.store.open(hashlib.sha256(content).hexdigest())
    again = await clerk.upload(file, PDF, key=key)
    assert (again.status_code, again.json()) == (added.status_code, added.json())


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"MZ" + b"\0" * 200, "letter.pdf", "application/pdf"),
        (PDF, "letter.docx", "application/pdf"),
        (PDF, "letter.pdf", "image/png"),
        (b"", "letter.pdf", "application/pdf"),
    ],
)
async def test_an_upload_that_lies_is_refused_and_says_what_it_is(
    api: Api, content: bytes, name: str, media_type: str
) -> None:
    clerk = await api.desk("clerk")
    answer = await clerk.upload(await clerk.new_file(), content, name, media_type=media_type)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:document-refused")
    assert answer.json()["field"] == "file"


async def test_an_upload_that_is_too_large_or_broken_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()
    monkeypatch.setattr(api.app.state.parts.spool, "_limit", 100_000)
    large = await clerk.upload(file, b"%PDF-1.4\n" + b"x" * 200_000)
    assert (large.status_code, large.json()["field"]) == (413, "file")
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4'
    for content in (head, b"--b--\r\n", b"nonsense", b""):
        answer = await clerk.send("POST", f"/dockets/{file}/documents", content=content, headers=headers)
        assert answer.status_code in (400, 422), answer.text
    no_form = await clerk.send("POST", f"/dockets/{file}/documents", json={}, headers={"Idempotency-Key": "k"})
    assert no_form.status_code == 400


async def test_without_the_store_only_documents_stand_still(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file()

    async def away(_: object) -> None:
        raise StoreAway("away")

    monkeypatch.setattr(api.app.state.parts.store, "put", away)
    answer = await clerk.upload(file, PDF)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:patravali:problem:documents-away")
    assert int(answer.headers["retry-after"]) > 0
    assert (await clerk.move(file, "note", text="क")).status_code == 200
    monkeypatch.undo()
    assert (await clerk.upload(file, PDF)).status_code == 200


async def test_a_confidential_docket_is_for_the_posts_named_on_it_and_each_read_is_entered(api: Api) -> None:
    clerk, dc = await api.desk("clerk"), await api.desk("dc")
    file = await clerk.new_file(classification="office-confidential")
    assert (await dc.get(f"/dockets/{file}")).status_code == 404  # above the holder, and yet not named
    page = (await clerk.get(f"/dockets/{file}")).json()
    assert page["subject"]
    await clerk.upload(file, PDF)
    document = (await clerk.get(f"/dockets/{file}/documents")).json()["items"][0]["id"]
    assert (await clerk.get(f"/documents/{document}/content")).status_code == 200
    assert await entered(api, file) == ["access:read.docket", "access:read.documents", "access:download"]
    inbox = (await clerk.get("/inbox")).json()["items"][0]
    assert (inbox["id"], inbox["subject"]) == (file, None)


async def entered(api: Api, docket: str) -> list[str]:
    rows = await api.office.rows(
        "select convert_from(data, 'UTF8')::jsonb->>'what' from audit_entry where chain like 'access:%%' "
        "and position(convert_to(%(d)s, 'UTF8') in data) > 0 order by sequence",
        d=docket,
    )
    return [what for (what,) in rows]


async def test_a_confidential_read_is_not_answered_before_its_entry_stands(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await api.desk("clerk")
    file = await clerk.new_file(classification="office-confidential")

    async def fails(*_: object) -> None:
        raise DatabaseAway("nothing can be written")

    monkeypatch.setattr(api.app.state.parts.access, "_append", fails)
    answer = await clerk.get(f"/dockets/{file}")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:patravali:problem:database-away")
    monkeypatch.undo()
    assert (await clerk.get(f"/dockets/{file}")).status_code == 200


async def test_an_auditor_sees_every_movement_with_its_hash_and_no_text(api: Api) -> None:
    clerk, auditor = await api.desk("clerk"), await api.desk("auditor")
    file = await clerk.new_file(subject="गुप्त विषय")
    await clerk.moved(file, "note", text="गुप्त टिप्पणी")
    draft = (await clerk.get(f"/dockets/{file}/notes")).json()["items"][0]
    await clerk.moved(
        file, "forward", to="dc", draft=draft["id"], draft_sha256=draft["draft_sha256"], remark="गुप्त कथन"
    )
    await clerk.upload(file, PDF)
    number = (await clerk.get(f"/dockets/{file}")).json()["number"]
    moved = await auditor.get("/audit/movements", params={"number": number})
    assert [m["name"] for m in moved.json()["items"]] == ["put_up", "note", "register"]
    assert len(moved.json()["items"][0]["remark_sha256"]) == 64
    entries = await auditor.get(f"/audit/dockets/{number}/entries")
    for entry in entries.json()["items"]:
        assert hashlib.sha256(entry["entry"].encode()).hexdigest() == entry["hash"]
    assert {m["entry_hash"] for m in moved.json()["items"]} <= {e["hash"] for e in entries.json()["items"]}
    paths = ("", "/trail", "/notes", "/documents")
    read = [await auditor.get(f"/dockets/{file}{path}") for path in paths]
    assert [answer.status_code for answer in read] == [200] * 4
    assert not any("गुप्त" in answer.text for answer in (moved, entries, *read))
    assert (await clerk.get("/audit/movements")).status_code == 403


async def test_movements_are_found_by_person_post_and_day(api: Api) -> None:
    clerk, auditor = await api.desk("clerk"), await api.desk("auditor")
    file = await clerk.new_file()
    seat = api.office.seats["clerk"]
    for params in ({}, {"person": str(seat.person)}, {"post": str(seat.post)}):
        found = (await auditor.get("/audit/movements", params=params)).json()["items"]
        assert file in [m["docket"] for m in found]
    assert (await auditor.get("/audit/movements?day=2020-01-01")).json()["items"] == []


async def test_an_unmasking_is_recorded_and_not_for_everyone(api: Api) -> None:
    hub = await api.desk("hub")
    particulars = {"category": "pension", "place": "hansi", "channel": "web", "identity": "named"}
    body = {"kind": "complaint", "subject": "पेंशन", "particulars": particulars, "text": "नहीं मिली"}
    complaint = (await hub.register(**body, complainant={"name": "राम", "telephone": "9876500000"})).json()["id"]
    assert (await hub.get(f"/dockets/{complaint}/complainant")).status_code == 200
    assert await entered(api, complaint) == ["access:unmasked"]
    assert (await (await api.desk("auditor")).get(f"/dockets/{complaint}/complainant")).status_code == 404
