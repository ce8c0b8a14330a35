"""Webhooks over real TLS: signed, without personal data, to public addresses only, and never twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from flows.gateways.http_call import tls
from flows.gateways.networks import PublicNetwork, networks_of
from flows.gateways.webhook import BadTarget, WebhookGateway, check_url, secret_of
from flows.office import OfficeChange, change_office
from flows.rules.messages import REGISTERED
from tests.factories.outside import Behaviour, HttpPlace, answering, cutting_off, hanging, http_place, never_ending
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.told_office import ToldOffice

KEY = "k" * 32


@pytest.fixture
async def hook(certified: tuple[ssl.SSLContext, Path]) -> AsyncIterator[tuple[HttpPlace, ssl.SSLContext]]:
    """A target in TLS, and what makes it believed."""
    async with http_place(certified[0]) as place:
        yield place, tls(certified[1])


def gateway(context: ssl.SSLContext, allowed: str = "127.0.0.0/8", limit_s: float = 2.0) -> WebhookGateway:
    return WebhookGateway(
        KEY, context, PublicNetwork(networks_of(allowed)), limit_s, clock=lambda: 1_772_430_000.5
    )


async def target(told: ToldOffice, url: str, *, disabled: bool = False) -> UUID:
    change, one = OfficeChange("webhook.added"), uuid4()
    change.insert(
        "webhook_target", {"id": one, "url": url, "events": [REGISTERED], "generation": 3, "disabled": disabled}
    )
    await change_office(told.office.database, told.office.identity, change)
    return one


async def webhooks(told: ToldOffice) -> list[tuple[str, str | None]]:
    sql = "select state, reason from outbox where channel = 'webhook' order by id"
    return [tuple(row) for row in await told.office.rows(sql)]


async def test_a_target_is_told_of_a_registration_and_can_prove_who_tells(
    told: ToldOffice, hook: tuple[HttpPlace, ssl.SSLContext]
) -> None:
    place, context = hook
    one = await target(told, f"{place.url}/hook?of=office")
    await target(told, "https://nobody.invalid/", disabled=True)
    life = await told.complaint()
    assert await told.round(told.channel("webhook", gateway(context))) == {"sent": 1}
    [asked] = place.asked
    body = json.loads(asked.body)
    assert body.keys() == {"event", "delivery", "number", "family", "kind", "movement", "at"}
    assert (body["event"], body["number"], body["movement"]) == (REGISTERED, life.number, "register")
    assert asked.headers["patravali-delivery"] == body["delivery"]
    signed = hmac.new(secret_of(KEY, one, 3).encode(), b"1772430000." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["patravali-signature"] == f"t=1772430000,v1={signed}"
    assert (asked.method, asked.path) == ("POST", "/hook?of=office")
    await assert_rows_equal_their_replay(told.office, life.docket)


def test_each_target_and_each_renewal_has_a_secret_of_its_own() -> None:
    one, other = uuid4(), uuid4()
    assert len({secret_of(KEY, one, 1), secret_of(KEY, one, 2), secret_of(KEY, other, 1)}) == 3
    assert len(secret_of(KEY, one, 1)) == 43


@pytest.mark.parametrize(
    ("behave", "state", "reason"),
    [
        (answering(204), "sent", None),
        (answering(301, Location="https://127.0.0.1/elsewhere"), "failed", "answered:301"),
        (answering(410), "failed", "answered:410"),
        (answering(503, Retry_After="120"), "waiting", "answered:503"),
        (answering(500), "uncertain", "unclear:500"),
        (never_ending, "sent", None),
        (hanging, "uncertain", "no-answer"),
        (cutting_off, "uncertain", "broken-off"),
    ],
    ids=["204", "redirect", "gone", "503", "500", "never ends", "hangs", "cuts off"],
)
async def test_what_an_answer_means(
    told: ToldOffice,
    hook: tuple[HttpPlace, ssl.SSLContext],
    behave: Behaviour,
    state: str,
    reason: str | None,
) -> None:
    place, context = hook
    place.behave = behave
    await target(told, place.url)
    await told.complaint()
    await told.round(told.channel("webhook", gateway(context, limit_s=0.7)))
    assert await webhooks(told) == [(state, reason)]
    assert len(place.asked) == 1


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://[::1]:{port}/"]
)
async def test_an_address_of_this_machine_is_not_called_unless_it_is_listed(
    told: ToldOffice, hook: tuple[HttpPlace, ssl.SSLContext], url: str
) -> None:
    place, context = hook
    await target(told, url.format(port=place.url.rpartition(":")[2]))
    await told.complaint()
    await told.round(told.channel("webhook", gateway(context, allowed="10.0.0.0/8")))
    assert (await webhooks(told), place.asked) == ([("failed", "forbidden-address")], [])


async def test_a_certificate_that_nobody_vouches_for_is_given_nothing(
    told: ToldOffice, hook: tuple[HttpPlace, ssl.SSLContext]
) -> None:
    await target(told, hook[0].url)
    await told.complaint()
    await told.round(told.channel("webhook", gateway(tls(None))))
    assert (await webhooks(told), hook[0].asked) == ([("waiting", "not-reached")], [])


async def test_a_dead_target_holds_up_no_other(told: ToldOffice, hook: tuple[HttpPlace, ssl.SSLContext]) -> None:
    place, context = hook
    dead, alive = await target(told, "https://127.0.0.1:9/"), await target(told, place.url)
    channel = told.channel("webhook", gateway(context))
    for _ in range(6):
        await told.complaint()
    while await told.round(channel):
        pass
    assert channel.breaker.resting() == {dead}
    await told.complaint()
    assert await told.round(channel) == {"sent": 1}
    by = "select count(*) from outbox where recipient_id = %(t)s and state = 'sent'"
    assert await told.office.one(by, t=alive) == 7


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https://a:b@example.org/", "https://example.org/#x",
     "https://example.org/ x", "https://example.org/\r\nHost: x", "https://example.org:99999/", "nonsense"],
)  # fmt: skip
def test_an_address_that_is_none_for_a_target_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        check_url(url, practice=False)


def test_a_practice_office_may_name_http() -> None:
    check_url("http://127.0.0.1:8080/hook", practice=True)
    check_url("https://example.org/hook?of=1", practice=False)
