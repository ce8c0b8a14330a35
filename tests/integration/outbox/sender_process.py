"""A sender in a process of its own, for a test to kill: rounds of SMS until it is."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from flows.gateways.breaker import Breaker
from flows.gateways.http_call import tls
from flows.gateways.sms import SmsGateway
from flows.gateways.sms_template import read_template
from flows.schedules.send_outbox import Channel, send_channel
from storage.database import Database


async def _send(url: str, file: str) -> None:
    gateway = SmsGateway(read_template(Path(file)), tls(None))
    database, channel = Database(url, pool=5), Channel("sms", gateway, Breaker())
    while True:
        await send_channel(database, channel)


if __name__ == "__main__":
    asyncio.run(_send(sys.argv[1], sys.argv[2]))
