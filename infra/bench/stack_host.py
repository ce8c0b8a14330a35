"""Runs the whole stack in its own process until standard input ends: ``python -m infra.bench.stack_host DATA``.

So the supervisor's memory and CPU are not mixed with those of whoever measures or kills.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from infra.local_stack.kept import kept_port
from infra.local_stack.stack import LocalStack
from infra.practice.seed import seed
from storage.database import Database


def main(data: Path) -> None:
    """Starts, tells the addresses on one line, and stops when the other end of standard input is gone."""
    # Ports of our own choice: the usual ones may be wanted by another stack while this one's part is down.
    kept_port(data / "prefect/secrets/port")
    with LocalStack(data, practice=True, before_serving=_make_office, api_port=0) as stack:
        addresses = {
            "api": stack.api_url,
            "prefect": stack.prefect.url,
            "prefect_auth": stack.prefect.auth_string,
            "owner": stack.postgres.url("owner"),
            "app": stack.postgres.url("app"),
            "admin": stack.postgres.admin_url.rsplit("/", 1)[0] + "/patravali",
        }
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()


def _make_office(stack: LocalStack) -> None:
    asyncio.run(_seeded(stack))


async def _seeded(stack: LocalStack) -> None:
    database = Database(stack.postgres.url("app"))
    try:
        await seed(stack.postgres.url("owner"), database, stack.data)
    finally:
        await database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
