"""Loads a long past by COPY straight into the tables, with chains that hold; it owes Prefect nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from infra.bench.closed_loop import posts_of
from infra.bench.past_life import MOVEMENTS, Past, PastRoad, PastSeat, past_of
from infra.bench.practice_stack import PracticeStack
from infra.bench.roads import Road, roads_of
from infra.practice.plan import load_plan
from storage.models import TABLES

AT_A_TIME: Final = 2_000
SAY_EVERY: Final = 100_000
# Rows come in an order that satisfies every reference, but checking each of a million costs more than loading.
_UNCHECKED: Final = "set session_replication_role = replica"
_ORDER: Final = ("protected_value", "docket", "office_file", "movement", "holding", "docket_post", "audit_entry")
_SEATS: Final = """
select p.code, p.id as post, t.person, p.section, s.code as section_code, s.office
from post p join section s on s.id = p.section join tenure t on t.post = p.id
"""


@dataclass(slots=True)
class Loaded:
    """What was loaded: movements, and how many open files each post has."""

    movements: int = 0
    held: Counter[str] = field(default_factory=Counter[str])

    def fullest(self, count: int) -> list[str]:
        """The posts with most open files."""
        return [post for post, _ in self.held.most_common(count)]

    def items_of(self, posts: Sequence[str]) -> list[int]:
        return [self.held[post] for post in posts]


def load_history(stack: PracticeStack, files: int, say: Callable[[str], None]) -> Loaded:
    """Loads so many files with their movements."""
    loaded = Loaded()
    with psycopg.connect(stack.addresses["admin"]) as connection:
        connection.execute(_UNCHECKED)
        roads = _roads(connection)
        for first in range(1, files + 1, AT_A_TIME):
            serials = range(first, min(first + AT_A_TIME, files + 1))
            pasts = [past_of(n, *roads[n // 7 % len(roads)]) for n in serials]
            for table in _ORDER:
                _copy(connection, table, (row for past in pasts for row in past.rows[table]))
            connection.commit()
            _count(loaded, pasts)
            if loaded.movements % SAY_EVERY == 0:
                say(f"  {loaded.movements:,} movements loaded")
        connection.autocommit = True
        connection.execute("vacuum analyze")
    return loaded


def _count(loaded: Loaded, pasts: Iterable[Past]) -> None:
    for past in pasts:
        loaded.movements += MOVEMENTS
        if past.holder is not None:
            loaded.held[past.holder.code] += 1


def _roads(connection: psycopg.Connection[Any]) -> list[tuple[PastRoad, str]]:
    """The office's roads with the ids of their posts and people, and what is decided on each."""
    with connection.cursor(row_factory=dict_row) as cursor:
        seats = {row["code"]: PastSeat(**row) for row in cursor.execute(_SEATS)}
    return [(_past_road(road, seats), road.subject_class) for road in roads_of(load_plan())]


def _past_road(road: Road, seats: Mapping[str, PastSeat]) -> PastRoad:
    return {role: seats[post] for role, post in posts_of(road).items()}


def _copy(connection: psycopg.Connection[Any], table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    columns = columns_of(table)
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin".encode()) as copy:
        for row in rows:
            copy.write_row([row.get(name) for name in columns])


def columns_of(table: str) -> list[str]:
    """Every column that has no value of its own."""
    return [column.name for column in TABLES[table].columns if column.server_default is None]
