"""Steps of which engines have told: how many ran as live tasks of Prefect's, and how many plainly.

Only those on dockets older than 5 s are counted, for before that a docket may have no flow run to be in.
"""

from __future__ import annotations

from typing import Final

import psycopg

BEAT_S: Final = 1.5
"""An engine tells of its steps once a second."""
Steps = tuple[int, int]

_STEPS: Final = "select settled_live, settled_plain from engine_time"


async def settled_steps(owner: str) -> Steps:
    """The live and the plain ones, of all engines so far."""
    async with await psycopg.AsyncConnection.connect(owner) as connection:
        row = await (await connection.execute(_STEPS)).fetchone()
    assert row is not None
    return row[0], row[1]


def share_live(before: Steps, after: Steps) -> float | None:
    """Which share of the steps between two readings was live; None where there was none."""
    live, plain = (after[place] - before[place] for place in (0, 1))
    return round(live / (live + plain), 4) if live + plain else None
