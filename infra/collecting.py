"""How seldom a process that lasts looks for circles of objects that nobody needs any more.

Python looks through its young objects after each 700 new ones, and through all of them again and again: with
Prefect imported these are hundreds of thousands, in a pause of up to a third of a second. What was imported stays
for good, and our own rows and plans make no circles.
"""

from __future__ import annotations

import gc
from typing import Final

_SELDOM: Final = (50_000, 10, 10)
"""New objects before a look at the young ones, and looks at one age before the next is looked at too."""


def collect_seldom() -> None:
    """For a process that has imported all that it needs: that is never looked through again, the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
