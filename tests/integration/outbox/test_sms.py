"""SMS over a real gateway that hangs, lies, answers twice or breaks off: tried again only if surely not taken."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import psycopg
import pytest

from tests.factories.lives import new_complaint
from tests.factories.outside import Behaviour, HttpPlace, answering, cutting_off, hanging, raving
from tests.factories.told_office import TAKEN, ToldOffice, sms_gateway


async def test_the_citizen_is_told_the_number_in_hindi(told: ToldOffice, place: HttpPlace, tmp_path: Path) -> None:
    place.behave = answering(200, TAKEN)
    life = await told.complaint()
    assert await told.round(told.channel("sms", sms_gateway(tmp_path, place.url))) == {"sent": 1}
    [asked] = place.asked
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    assert form == {
        "mobile": "919999900001",
        "message": f"आपकी शिकायत दर्ज हुई। संख्या {life.number}। पूछताछ के लिए इसे सुरक्षित रखें। अभ्यास कार्यालय",
        "ref": str(await told.message()),
        "tid": "1107161234567890123",
        "uni": "1",
    }
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert await told.office.one("select gateway_id from outbox_outcome") == "g-17"


async def test_without_a_gateway_nothing_is_written(told: ToldOffice) -> None:
    told.office.identity = told.office.identity.telling_by(frozenset({"email"}))
    await told.complaint()
    assert await told.states() == []


async def test_an_anonymous_complaint_tells_nobody(told: ToldOffice) -> None:
    await new_complaint(told.office, identity="anonymous")
    assert await told.states() == []


REJECTED = b'{"status": "rejected"}'
MANY = b'{"status": "accepted", "padding": "' + b"x" * 10_000_000


@pytest.mark.parametrize(
    ("behave", "state", "reason"),
    [
        (answering(200, TAKEN, times=2), "sent", None),
        (answering(200, TAKEN, Content_Type="image/png"), "sent", None),
        (answering(200, REJECTED), "failed", "answered:200"),
        (answering(400), "failed", "answered:400"),
        (answering(302, Location="/elsewhere"), "failed", "answered:302"),
        (answering(500), "uncertain", "unclear:500"),
        (answering(200), "uncertain", "unclear:200"),
        (answering(200, b"<html>OK</html>", Content_Type="application/json"), "uncertain", "unclear:200"),
        (answering(200, b"[" * 60_000), "uncertain", "unclear:200"),
        (answering(200, MANY), "uncertain", "unclear:200"),
        (hanging, "uncertain", "no-answer"),
        (cutting_off, "uncertain", "broken-off"),
        (raving, "uncertain", "broken-off"),
    ],
    ids=["twice", "lies of its type", "rejects", "400", "redirect", "500", "says nothing", "lies", "deep", "10 MB",
         "hangs", "cuts off", "raves"],
)  # fmt: skip
async def test_what_an_answer_means(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, behave: Behaviour, state: str, reason: str | None
) -> None:
    place.behave = behave
    await told.complaint()
    channel = told.channel("sms", sms_gateway(tmp_path, place.url, limit_s=0.5))
    await told.round(channel)
    assert await told.states() == [(state, reason, 1)]
    told.later(days=3)
    place.behave = answering(200, TAKEN)
    assert (await told.round(channel), len(place.asked)) == ({}, 1)


async def test_not_now_is_tried_again_after_what_the_gateway_asked_for(
    told: ToldOffice, place: HttpPlace, tmp_path: Path
) -> None:
    place.behave = answering(429, Retry_After="3600")
    await told.complaint()
    channel = told.channel("sms", sms_gateway(tmp_path, place.url))
    assert await told.round(channel) == {"put_off": 1}
    told.later(minutes=59)
    assert await told.round(channel) == {}
    told.later(minutes=2)
    place.behave = answering(200, TAKEN)
    assert await told.round(channel) == {"sent": 1}
    keys = {parse_qs(asked.body.decode())["ref"][0] for asked in place.asked}
    assert (len(place.asked), len(keys)) == (2, 1)


async def test_a_gateway_that_is_not_there_is_tried_ever_later_and_given_up(
    told: ToldOffice, tmp_path: Path
) -> None:
    await told.complaint()
    gateway = sms_gateway(tmp_path, "http://127.0.0.1:9")
    waited: list[float] = []
    for _ in range(9):
        assert await told.round(told.channel("sms", gateway)) == {"put_off": 1}
        pause = await told.office.one("select extract(epoch from not_before - office_now()) from outbox")
        waited.append(float(pause))
        told.later(hours=8)
    assert await told.round(told.channel("sms", gateway)) == {"failed": 1}
    assert await told.states() == [("failed", "not-reached", 10)]
    assert all(22 <= waited[n] / 2**n <= 38 for n in range(9))
    assert await told.outcomes() == ["failed"]


async def test_a_dead_gateway_is_left_alone_and_uses_no_message_up(told: ToldOffice, tmp_path: Path) -> None:
    for _ in range(7):
        await told.complaint()
    channel = told.channel("sms", sms_gateway(tmp_path, "http://127.0.0.1:9"))
    assert [await told.round(channel) for _ in range(3)] == [{"put_off": 4}, {"put_off": 3}, {}]
    told.later(hours=1)
    assert await told.round(channel) == {}
    assert [attempts for _, _, attempts in await told.states()] == [1] * 7


async def test_an_erased_telephone_is_told_nothing(told: ToldOffice, place: HttpPlace, tmp_path: Path) -> None:
    await told.complaint()
    with psycopg.connect(told.office.owner_url) as connection:
        connection.execute("alter table protected_value disable trigger written_once")
        sql = """update protected_value set value = null, salt = null, erased_by = id
            where id = (select telephone from complainant)"""
        connection.execute(sql)
        connection.execute("alter table protected_value enable trigger written_once")
    await told.round(told.channel("sms", sms_gateway(tmp_path, place.url)))
    assert await told.states() == [("cancelled", "erased", 1)]
    assert place.asked == []


@pytest.mark.parametrize(
    ("more", "reason"), [({"most_parts": 1}, "too-long:2"), ({"templates": {}}, "no-template")]
)
async def test_what_the_gateway_s_file_does_not_allow_is_not_sent(
    told: ToldOffice, place: HttpPlace, tmp_path: Path, more: dict[str, object], reason: str
) -> None:
    await told.complaint()
    await told.round(told.channel("sms", sms_gateway(tmp_path, place.url, **more)))
    assert (await told.states(), place.asked) == ([("failed", reason, 1)], [])
