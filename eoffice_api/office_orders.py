"""An order that changes the office, from a request to its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, Request
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.auth import Acting
from eoffice_api.codes import ProofDep, codes_limited
from eoffice_api.deps import KeyDep, PartsDep, twice, with_power
from eoffice_api.parts import Parts
from eoffice_api.routes.movements import request_sum
from flows.access_log import Access
from flows.office import By, OfficeOrder, carry_out_order
from flows.one_time_codes import Proof
from flows.rules.errors import Refused

AdministratorDep = Annotated[Acting, Depends(with_power("administer"))]
"""Who acts at a post with the power to administer; whether he still has it is judged again under the lock."""


class Orders:
    """A request's parts, its key and the code that it shows: what carries its order out."""

    def __init__(self, request: Request, parts: Parts, key: str, proof: Proof) -> None:
        self._request, self._parts, self._key, self._proof = request, parts, key, proof

    async def of(self, acting: Acting, order: OfficeOrder, status: int = 200) -> Response:
        """Carries an order out for a person at a post."""
        return await self.of_person(acting.person, acting.post.id, order, status)

    async def of_person(self, person: UUID, post: UUID | None, order: OfficeOrder, status: int = 200) -> Response:
        """The same for a person who may hold no post. A refusal is entered in the register of access."""
        return ok(await self.outcome(person, post, order), status)

    async def outcome(self, person: UUID, post: UUID | None, order: OfficeOrder) -> Mapping[str, Any]:
        by = By(person, post, self._key, await request_sum(self._request), self._proof)
        with codes_limited(self._parts, person, self._proof), refusals_entered(self._parts, person, post):
            done = await twice(lambda: carry_out_order(self._parts.database, self._parts.identity, by, order))
        return done.outcome


@contextmanager
def refusals_entered(parts: Parts, person: UUID, post: UUID | None) -> Iterator[None]:
    """Enters what is refused inside it in the register of access."""
    try:
        yield
    except Refused as refused:
        parts.access.note(Access("access:refused", person, post, code=refused.refusal.code))
        raise


async def _orders(request: Request, parts: PartsDep, key: KeyDep, proof: ProofDep) -> Orders:
    return Orders(request, parts, key, proof)


async def _repeatable(request: Request, parts: PartsDep, proof: ProofDep) -> Orders:
    return Orders(request, parts, str(uuid4()), proof)


OrdersDep = Annotated[Orders, Depends(_orders)]
RepeatableDep = Annotated[Orders, Depends(_repeatable)]
"""For what says how things are to stand (PUT, DELETE): done again it changes nothing, so that it needs no key."""
