"""Every effect is known to the retelling of time: one that nobody sorted would be told wrongly in silence."""

from __future__ import annotations

from flows.rules.effects import EFFECTS
from flows.rules.retell import SILENT, TELLING, differences


def test_every_effect_either_tells_of_time_or_does_not() -> None:
    assert EFFECTS.keys() == TELLING | SILENT
    assert not TELLING & SILENT


def test_differences_name_the_row_and_what_it_should_be() -> None:
    should = [{"post": 1, "role": "held"}, {"post": 2, "role": "named"}]
    found = [{"post": 1, "role": "named", "docket": 9}, {"post": 3, "role": "held", "docket": 9}]
    assert differences(should, found, ("post",)) == [
        "role of the row 1 is named and should be held",
        "the row 3 should not be there",
        "the row 2 is missing",
    ]
