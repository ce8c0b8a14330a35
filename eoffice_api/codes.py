"""Codes of second factors as requests carry them: read from their header, wrong ones limited as log-ins are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Header, Request

from eoffice_api.parts import Parts
from eoffice_api.problems import Problem
from flows.access_log import Access
from flows.one_time_codes import Proof
from flows.rules.errors import Refused

_CODE: Final = re.compile(r"[0-9]{6}")
_COUNTED: Final = frozenset({"second-factor-wrong", "second-factor-used"})


async def _proof(
    request: Request,
    x_second_factor: Annotated[
        str | None, Header(description="the present code of your second factor, where the office asks for it")
    ] = None,
) -> Proof:
    parts: Parts = request.app.state.parts
    if x_second_factor is not None and not _CODE.fullmatch(x_second_factor):
        raise Problem("bad-code", 400, field="X-Second-Factor")
    return Proof(x_second_factor, parts.seal)


ProofDep = Annotated[Proof, Depends(_proof)]


@contextmanager
def codes_limited(parts: Parts, person: UUID, proof: Proof) -> Iterator[None]:
    """Counts a code that is refused, and refuses all after ten in 15 minutes, from wherever they come.

    Raises Problem. A request without a code is not held up: nothing is guessed with it.
    """
    # Both counts of the limit are the person's own: a guesser with many addresses gets no more tries.
    name = str(person)
    wait = parts.code_limit.seconds_to_wait(name, name) if proof.code is not None else 0
    if wait:
        raise Problem("too-many-codes", 429, facts={"seconds": str(wait)}, headers={"Retry-After": str(wait)})
    try:
        yield
    except Refused as refused:
        if refused.refusal.code in _COUNTED:
            parts.code_limit.failed(name, name)
            parts.access.note(Access("access:second-factor.failed", person=person, code=refused.refusal.code))
        raise
