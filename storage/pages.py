"""Pages of lists: only the conditions that were asked for, where the page begins, and its length as a number.

PostgreSQL plans a statement once for all values after a while; a condition that may be absent, or a limit that
it does not know, would then make it sort whole tables instead of reading an index in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page: behind the row of this time and id (None: the first page), narrowed by filters with a value."""

    limit: int
    at: datetime | None = None
    id: UUID | None = None
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def given(self) -> dict[str, Any]:
        """The filters that narrow."""
        return {name: value for name, value in self.filters.items() if value is not None and value is not False}

    def bound(self) -> dict[str, Any]:
        """The parameters that ``conditions`` refers to."""
        begins = {} if self.at is None else {"page_at": self.at, "page_id": self.id}
        return {**self.given(), **begins}

    def conditions(self, clauses: Mapping[str, str], keys: str) -> str:
        """SQL that narrows to the page: ``clauses`` by filter, ``keys`` the columns of time and id in order."""
        found = [f"and {clauses[name]}" for name in self.given()]
        if self.at is not None:
            found.append(f"and ({keys}) < (%(page_at)s, %(page_id)s)")
        return "\n".join(found)

    def length(self) -> str:
        """The limit, as SQL."""
        return f"limit {min(int(self.limit), LONGEST)}"
