"""Refuses a query parameter that the route does not declare: whoever misspells one would think it was heeded."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant

from eoffice_api.problems import Problem

_NONE = ("none", "कोई नहीं")
_LONGEST = 100


async def only_known(request: Request) -> None:
    """Every route depends on it, before anything else is asked or done. Raises Problem."""
    if not request.query_params:
        return
    known = sorted(set(declared(request.scope["route"].dependant)))
    for name in request.query_params:
        if name not in known:
            facts = {"parameter": name[:_LONGEST], "allowed": ", ".join(known) or _NONE}
            raise Problem("unknown-parameter", 422, field=name[:_LONGEST], facts=facts, allowed=known)


def declared(dependant: Dependant) -> Iterator[str]:
    """The query parameters that a route and all on which it depends declare, by the names that requests use."""
    yield from (one.alias for one in dependant.query_params)
    for below in dependant.dependencies:
        yield from declared(below)
