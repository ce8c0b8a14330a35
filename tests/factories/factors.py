"""An office that can ask for second factors, its clock, and the device of everyone who enrolled one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from pyotp import TOTP

from tests.fixtures.api import PASSWORD, Api, Desk
from tests.fixtures.office import OfficeClock

STEP = timedelta(seconds=30)
BEGINNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class Factors:
    """An office that can ask for second factors, its clock, and the device of everyone who enrolled."""

    def __init__(self, api: Api, clock: OfficeClock) -> None:
        self.api, self.clock = api, clock
        self.now = clock.set(BEGINNING)
        self.devices: dict[str, TOTP] = {}
        self.asks = False

    def later(self) -> None:
        """Time for another code."""
        self.now = self.clock.forward(STEP)

    def shown(self, login: str, *, steps: int = 0) -> str:
        """What a person's device shows now, or so many steps from now."""
        return self.devices[login].at(self.now + steps * STEP)

    async def begun(self, login: str) -> httpx.Response:
        desk = await self.api.desk(login)
        answer = await desk.send("POST", "/me/second-factor", json={"password": PASSWORD})
        if answer.status_code == 201:
            secret = parse_qs(urlsplit(answer.json()["otpauth"]).query)["secret"][0]
            self.devices[login] = TOTP(secret)
        return answer

    async def confirmed(self, login: str, shown: str | None = None) -> httpx.Response:
        desk = await self.api.desk(login)
        body = {"code": shown or self.shown(login)}
        return await desk.send("POST", "/me/second-factor/confirm", json=body)

    async def enrolled(self, login: str) -> Desk:
        if login not in self.devices:
            assert (await self.begun(login)).status_code == 201
            answer = await self.confirmed(login)
            assert answer.status_code == 200, answer.text
        self.later()
        return await self.api.desk(login)

    async def ask(self, *occasions: str) -> None:
        headers = {}
        if self.asks:
            desk = await self.enrolled("administrator")
            headers["X-Second-Factor"] = self.shown("administrator")
        else:
            desk = await self.api.desk("administrator")
        body = {"asked": list(occasions)}
        answer = await desk.send("PUT", "/office/second-factor", json=body, headers=headers)
        self.asks = bool(occasions)
        assert answer.status_code == 200, answer.text
        assert [one["code"] for one in answer.json()["items"] if one["asked"]] == sorted(occasions)

    async def log_in(self, login: str, shown: str | None = None) -> httpx.Response:
        headers = {} if shown is None else {"X-Second-Factor": shown}
        form = {"username": login, "password": PASSWORD}
        return await self.api.client.post("/api/v1/token", data=form, headers=headers)
