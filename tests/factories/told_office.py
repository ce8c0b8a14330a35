"""An office that tells the outside: its messages, what became of them, and rounds of sending."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from flows.gateways.breaker import Breaker
from flows.gateways.http_call import tls
from flows.gateways.protocol import Gateway
from flows.gateways.sms import SmsGateway
from flows.gateways.sms_template import read_template
from flows.rules.plan import Message
from flows.schedules.send_outbox import Channel, bury_claims, send_channel
from flows.writing import message_row
from storage.database import write
from storage.identity import CHANNELS
from storage.rows import insert
from tests.factories.lives import Life, new_complaint
from tests.factories.practice_office import PracticeOffice
from tests.fixtures.office import OfficeClock

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
FILE: dict[str, Any] = {
    "form": {"mobile": "{to}", "message": "{text}", "ref": "{key}", "tid": "{template_id}", "uni": "{unicode}"},
    "headers": {"Authorization": "Bearer {secret:token}"},
    "secrets": {"token": "token"},
    "templates": {"complaint.register": "1107161234567890123"},
    "taken": [{"status": [200], "json": "status", "equals": "accepted"}],
    "refused": [{"json": "status", "equals": "rejected"}],
    "id": {"json": "ids.0"},
    "limit_s": 2,
}
TAKEN = b'{"status": "accepted", "ids": ["g-17"]}'


def sms_file(folder: Path, url: str, /, **more: Any) -> Path:
    """The file of an SMS gateway, with its secret beside it."""
    (folder / "token").write_text("s3cret\n")
    path = folder / "sms.yaml"
    path.write_text(yaml.safe_dump({**FILE, "url": f"{url}/send", **more}))
    return path


def sms_gateway(folder: Path, url: str, **more: Any) -> SmsGateway:
    return SmsGateway(read_template(sms_file(folder, url, **more)), tls(None))


@dataclass
class ToldOffice:
    """The office, its clock, and what it told."""

    office: PracticeOffice
    clock: OfficeClock

    async def complaint(self) -> Life:
        """A complaint whose citizen left a telephone, so that an SMS waits."""
        return await new_complaint(self.office)

    def channel(self, name: str, gateway: Gateway) -> Channel:
        return Channel(name, gateway, Breaker())

    async def round(self, channel: Channel) -> dict[str, int]:
        return dict(await send_channel(self.office.database, channel))

    async def bury(self) -> int:
        return await bury_claims(self.office.database)

    def later(self, **by: float) -> None:
        self.clock.forward(timedelta(**by))

    async def states(self) -> list[tuple[str, str | None, int]]:
        return await self.office.rows("select state, reason, attempts from outbox order by at, id")

    async def outcomes(self, message: UUID | None = None) -> list[str]:
        sql = """select outcome from outbox_outcome where %(m)s::uuid is null or message = %(m)s
            order by message, ordinal"""
        return [row[0] for row in await self.office.rows(sql, m=message)]

    async def message(self) -> UUID:
        return await self.office.one("select id from outbox order by at desc, id limit 1")

    async def add(self, life: Life, message: Message) -> UUID:
        """A message more of a docket's last movement, as a movement would have written it (but for the audit)."""
        movement = UUID((await life.row())["last_movement"])
        row = message_row(message, movement, life.docket, NOW)
        async with self.office.database.writing() as driver:
            await write(driver, [insert("outbox", row)], commit=True)
        return row["id"]


def tells(office: PracticeOffice, owner_url: str) -> ToldOffice:
    """The office as a real one, whose gateways are configured."""
    office.identity = replace(office.identity, practice=False, channels=CHANNELS)
    clock = OfficeClock(owner_url)
    clock.set(NOW)
    return ToldOffice(office, clock)
