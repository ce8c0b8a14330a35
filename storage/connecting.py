"""How every connection to PostgreSQL is made: how long it is waited for, and when a silent host is given up."""

from __future__ import annotations

from typing import Any, Final

CONNECTS_WITHIN_S: Final = 5
"""How long a server has to answer; after that it counts as away."""

GIVEN_UP_AFTER_S: Final = 15
"""How long a host may leave what was sent, or a probe, without an acknowledgement; after that it is gone.

A host that lost its power or its network says no word of it, and TCP by itself waits for a quarter of an hour, or
for hours where nothing was sent. A server that works long at a query acknowledges all the same. Assumed: no pause
of a machine, and no failover of its network, lasts longer.
"""

PATIENCE: Final[dict[str, Any]] = {
    "connect_timeout": CONNECTS_WITHIN_S,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": GIVEN_UP_AFTER_S * 1000,
}
"""The settings of libpq for it: in seconds, the last in milliseconds. They concern TCP, all but the first."""


def driver_url(url: str) -> str:
    """The same address with the driver that we use (psycopg 3) named for SQLAlchemy."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
