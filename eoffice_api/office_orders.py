"""An order that changes the office, from a request to its answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.deps import KeyDep, PartsDep, twice, with_power
from eoffice_api.parts import Parts
from eoffice_api.routes.movements import request_sum
from flows.access_log import Access
from flows.office import By, OfficeOrder, carry_out_order
from flows.rules.errors import Refused

AdministratorDep = Annotated[Acting, Depends(with_power("administer"))]
"""Who acts at a post with the power to administer; whether he still has it is judged again under the lock."""


class _Orders:
    """A request's parts and key: what carries its order out."""

    def __init__(self, request: Request, parts: PartsDep, key: KeyDep) -> None:
        self._request, self._parts, self._key = request, parts, key

    async def of(self, acting: Acting, order: OfficeOrder, status: int = 200) -> Response:
        """Carries an order out for a person at a post."""
        return await self.of_person(acting.person, acting.post.id, order, status)

    async def of_person(self, person: UUID, post: UUID | None, order: OfficeOrder, status: int = 200) -> Response:
        """The same for a person who may hold no post. A refusal is entered in the register of access."""
        by = By(person, post, self._key, await request_sum(self._request))
        parts: Parts = self._parts
        try:
            done = await twice(lambda: carry_out_order(parts.database, parts.identity, by, order))
        except Refused as refused:
            parts.access.note(Access("access:refused", person, post, code=refused.refusal.code))
            raise
        return ok(done.outcome, status)


OrdersDep = Annotated[_Orders, Depends()]
