"""A practice office sends nothing: its engine writes down what would have gone out, and the audit holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.gateways.email import EmailGateway
from flows.gateways.opening import open_gateways
from flows.gateways.recorder import Recorder
from flows.gateways.sms import SmsGateway
from flows.gateways.webhook import WebhookGateway
from storage.settings import Settings, SettingsFault, load
from tests.factories.engines import running
from tests.factories.lives import new_complaint
from tests.factories.outside import HttpPlace
from tests.factories.practice_office import PracticeOffice
from tests.factories.replayed import assert_rows_equal_their_replay
from tests.factories.told_office import sms_file
from tests.factories.waiting import until


def configured(folder: Path, url: str, **more: str) -> dict[str, str]:
    return {
        "PATRAVALI_SMS_GATEWAY_FILE": str(sms_file(folder, url)),
        "PATRAVALI_SMTP_HOST": "mail.example.org",
        "PATRAVALI_MAIL_FROM": "office@example.org",
        "PATRAVALI_WEBHOOK_KEY": "k" * 32,
        **more,
    }


async def test_the_engine_of_a_practice_office_records_and_sends_nothing(
    alone: PracticeOffice, engine_settings: Settings, place: HttpPlace, tmp_path: Path
) -> None:
    settings = engine_settings.model_copy(update={"sms_gateway_file": sms_file(tmp_path, place.url)})
    alone.identity = alone.identity.telling_by(settings.channels)
    life = await new_complaint(alone)

    async def recorded() -> bool:
        return await alone.one("select state = 'recorded' from outbox")

    async with running(settings):
        await until(recorded, "the message is recorded")
    assert place.asked == []
    kept = "select v.value from outbox_outcome o join protected_value v on v.id = o.{}"
    assert life.number in await alone.one(kept.format("content"))
    assert await alone.one(kept.format("addressee")) == "9999900001"
    await assert_rows_equal_their_replay(alone, life.docket)


def test_a_practice_office_has_recorders_whatever_is_set(tmp_path: Path) -> None:
    settings = load(configured(tmp_path, "https://sms.example.org"))
    assert {type(one) for one in open_gateways(settings, practice=True).values()} == {Recorder}
    assert len(open_gateways(load({}), practice=True)) == 3


def test_an_office_has_the_gateways_that_are_configured(tmp_path: Path) -> None:
    assert open_gateways(load({}), practice=False) == {}
    found = open_gateways(load(configured(tmp_path, "https://sms.example.org")), practice=False)
    assert {name: type(one) for name, one in found.items()} == {
        "email": EmailGateway,
        "sms": SmsGateway,
        "webhook": WebhookGateway,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "अधिकारी@example.org"),
        ("MAIL_FROM", "office..hisar@example.org"),
        ("MAIL_REPLY_TO", "a@b.org, c@d.org"),
        ("SMTP_SECURITY", "none"),
        ("SMTP_SECURITY", "perhaps"),
        ("SMS_GATEWAY_FILE", "/nowhere"),
        ("WEBHOOK_KEY", "short"),
        ("WEBHOOK_NETWORKS", "everywhere"),
        ("GATEWAY_CA_FILE", "/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_its_name(
    tmp_path: Path, name: str, value: str
) -> None:
    given = configured(tmp_path, "https://sms.example.org", **{f"PATRAVALI_{name}": value})
    with pytest.raises(SettingsFault, match=f"PATRAVALI_{name}: "):
        open_gateways(load(given), practice=False)
