"""In which district a place lies, for the grading of districts.

A place is written down at the smallest, a ward or a village; districts are graded. The office's own rows say in
which place each lies, the scheme which places make a district up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pydantic import Field

from flows.rules.form import Labelled, Strict

_HIGHEST: Final = 20
"""So many places stand above one another nowhere; rows that an intruder closed to a circle end here."""


class District(Strict):
    """A district that a scheme names. ``places``: those of the scheme that lie in it.

    An office's own place of the district's code is the district too, with all that lies in it.
    """

    label: Labelled
    places: tuple[str, ...] = Field(default=())


@dataclass(frozen=True)
class Districts:
    """The districts of a kind, with the places above its places.

    ``named``: what the scheme says of districts. ``parents``: of the office's own places, each with the place in
    which it lies; the last above a place may be one of the scheme's text.
    """

    named: Mapping[str, District]
    parents: Mapping[str, str | None]

    @cached_property
    def _by_place(self) -> Mapping[str, str]:
        return {place: code for code, one in self.named.items() for place in one.places}

    def of(self, place: str) -> str:
        """The district of a place.

        The first that the scheme names on the way up; without any the topmost place, which is the place itself
        where nothing stands above it.
        """
        above = place
        for above in self._way_up(place):
            if above in self._by_place:
                return self._by_place[above]
            if above in self.named:
                return above
        return above

    def _way_up(self, place: str) -> Iterator[str]:
        at: str | None = place
        for _ in range(_HIGHEST):
            if at is None:
                return
            yield at
            at = self.parents.get(at)
