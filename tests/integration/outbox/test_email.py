"""E-mail through a real SMTP server: Hindi and English, TLS and log-in, refusals, and connections that break."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from flows.gateways.email import EmailGateway, MailServer, check_address
from flows.gateways.http_call import tls
from flows.gateways.protocol import Letter, Unfit
from flows.rules.plan import Message
from tests.factories.lives import LETTER, file_with, new_file
from tests.factories.outside import MailPlace, mail_place
from tests.factories.told_office import ToldOffice

TOLD = {"number": "N-11016/1/2026", "office_en": "Practice office", "office_hi": "अभ्यास कार्यालय"}
SERVER = MailServer("127.0.0.1", 0, "none", "", "", "office@example.org", "desk@example.org", tls(None), 2.0)


@pytest.fixture
async def mail() -> AsyncIterator[MailPlace]:
    async with mail_place() as place:
        yield place


def gateway(place: MailPlace, **more: object) -> EmailGateway:
    return EmailGateway(replace(SERVER, port=place.port, **more))  # type: ignore[arg-type]


def letter(to: str = "sdo@example.org") -> Letter:
    return Letter(uuid4(), "office_file.forward", to, TOLD)


async def handed(one: EmailGateway, given: Letter) -> tuple[str, str | None]:
    answer = await one.send(given, one.content(given))
    return answer.verdict, answer.reason


async def test_a_mail_in_hindi_and_english_arrives_as_it_was_written(mail: MailPlace) -> None:
    given = letter()
    assert await handed(gateway(mail), given) == ("sent", None)
    [(to, raw)] = mail.post.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert (to, message["To"], message["From"]) == ("sdo@example.org", "sdo@example.org", "office@example.org")
    assert (message["Reply-To"], message["Subject"]) == (
        "desk@example.org", "पत्रावली N-11016/1/2026 / File N-11016/1/2026",
    )  # fmt: skip
    assert message["Message-ID"] == f"<{given.key}@example.org>"
    body = message.get_content()  # type: ignore[attr-defined]
    assert body.startswith("पत्रावली N-11016/1/2026 आपके पद को भेजी गई।")
    assert "File N-11016/1/2026 was sent to your post." in body
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("how", "verdict", "reason"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, "failed", "answered:550"),
        ({"rcpt": "450 4.7.1 greylisted"}, "not_taken", "answered:450"),
        ({"data": "451 4.3.0 try later"}, "not_taken", "answered:451"),
        ({"data": "554 5.7.1 spam"}, "failed", "answered:554"),
        ({"data": "299 who knows"}, "uncertain", "unclear:299"),
        ({"cut": "rcpt"}, "not_taken", "not-reached"),
        ({"cut": "data"}, "uncertain", "broken-off"),
        ({"hangs": True}, "uncertain", "no-answer"),
    ],
    ids=["unknown", "greylisted", "later", "spam", "odd", "cut before DATA", "cut after DATA", "hangs after DATA"],
)
async def test_what_the_server_does(mail: MailPlace, how: dict[str, object], verdict: str, reason: str) -> None:
    for name, value in how.items():
        setattr(mail.post, name, value)
    assert await handed(gateway(mail, limit_s=0.7), letter()) == (verdict, reason)


async def test_a_server_that_is_not_there_was_not_reached() -> None:
    assert await handed(EmailGateway(replace(SERVER, port=9)), letter()) == ("not_taken", "not-reached")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_tls_and_log_in(security: str, certified: tuple[ssl.SSLContext, Path]) -> None:
    server, ca = certified
    async with mail_place(server, tls=security == "tls") as place:
        more = {"security": security, "user": "office", "password": "open sesame", "context": tls(ca)}
        assert await handed(gateway(place, **more), letter()) == ("sent", None)
        assert place.post.logins == ["office"]
        wrong = await handed(gateway(place, **{**more, "password": "guess"}), letter())
        assert wrong == ("not_taken", "answered:535")
        unknown = await handed(gateway(place, **{**more, "context": tls(None)}), letter())
        assert unknown == ("not_taken", "not-reached")
        assert len(place.post.taken) == 1


async def test_a_server_without_tls_is_given_nothing(mail: MailPlace) -> None:
    verdict, _ = await handed(gateway(mail, security="starttls"), letter())
    assert (verdict, mail.post.taken) == ("not_taken", [])


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org\r\nBcc: c@d.org",
        "a@b.org, c@d.org",
        "<a@b.org>",
        "a b@c.org",
        "@b.org",
        "a@",
        "a@b@c",
        "a\x00@b.org",
        "=?utf-8?q?a=2C_c?=@d.org",
        "a@=?utf-8?q?b=0D=0ABcc=3A_c?=.org",
        "",
    ],
)
async def test_an_address_that_would_be_two_or_break_a_header_is_refused(address: str) -> None:
    with pytest.raises(Unfit):
        check_address(address)
    with pytest.raises(Unfit):
        EmailGateway(SERVER).content(letter(address))


async def test_an_address_in_devanagari_goes_where_the_server_takes_it(mail: MailPlace) -> None:
    assert await handed(gateway(mail), letter("अधिकारी@example.org")) == ("sent", None)
    assert mail.post.taken[0][0] == "अधिकारी@example.org"


async def _address(told: ToldOffice, post: str, email: str) -> None:
    value = uuid4()
    with psycopg.connect(told.office.owner_url) as connection:
        connection.execute("insert into protected_value values (%s, %s, %s, null)", (value, bytes(16), email))
        connection.execute("insert into post_address values (%s, %s)", (told.office.post(post), value))


async def test_a_post_is_told_at_the_address_that_it_has_when_it_is_sent(
    told: ToldOffice, mail: MailPlace
) -> None:
    life, channel = await new_file(told.office), told.channel("email", gateway(mail))
    for post in ("dc", "officer"):
        await told.add(life, Message("office_file.forward", "email", "post", told.office.post(post)))
    await _address(told, "dc", "dc@example.org")
    assert await told.round(channel) == {"sent": 1, "cancelled": 1}
    assert [to for to, _ in mail.post.taken] == ["dc@example.org"]
    assert sorted(await told.outcomes()) == ["cancelled", "sent"]


async def test_a_letter_whose_text_was_erased_meanwhile_is_not_sent(told: ToldOffice, mail: MailPlace) -> None:
    told.later(days=400)  # letters came with the second version of the scheme
    life = await file_with(told.office, "superintendent")
    await life.must("superintendent", "draft_letter", **{**LETTER, "addressees": LETTER["addressees"][:1]})
    named = await life.letter()
    await life.must("superintendent", "approve", outcome="approve", **named)
    await life.must("superintendent", "sign_letter", **named)
    await life.must("superintendent", "dispatch", mode="email", letter=named["letter"])
    text = await told.office.one("select text from letter_version")
    with psycopg.connect(told.office.owner_url) as owner:
        owner.execute("alter table protected_value disable trigger user")
        owner.execute("update protected_value set value = null, salt = null where id = %s", (text,))
    assert await told.round(told.channel("email", gateway(mail))) == {"cancelled": 1}
    assert (mail.post.taken, await told.states()) == ([], [("cancelled", "text-erased", 1)])
