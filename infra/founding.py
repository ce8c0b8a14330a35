"""Makes the office of an empty database: its identity, its names, and whether it is one for practice.

Only the owner's role may write it, so no process that serves the office can turn practice into the real thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import psycopg

from storage.connecting import PATIENCE


class OtherOffice(Exception):
    """The database holds an office already, and it is not of the sort that was asked for."""


@dataclass(frozen=True, slots=True)
class Founded:
    """The office as it stands: ``made``, whether just now.

    ``has_scheme``: it put one in force, or has papers, which went by one.
    """

    made: bool
    name_en: str
    name_hi: str
    has_scheme: bool


_STANDING = """
select practice, name_en, name_hi, exists (select from scheme_in_force) or exists (select from docket)
from office_identity
"""
_MAKE = """
insert into office_identity (single, id, name_en, name_hi, practice, epoch, made_at)
values (1, %(id)s, %(en)s, %(hi)s, %(practice)s, 0, office_now())
on conflict (single) do nothing
"""


def found_office(owner_url: str, name_en: str, name_hi: str, *, practice: bool) -> Founded:
    """Makes the office where there is none; one that is there already keeps its names.

    Raises OtherOffice where the one that is there is practice and this is not, or the other way round.
    """
    values = {"id": uuid4(), "en": name_en, "hi": name_hi, "practice": practice}
    with psycopg.connect(owner_url, **PATIENCE) as connection:
        made = connection.execute(_MAKE, values).rowcount == 1
        standing = connection.execute(_STANDING).fetchone()
    assert standing is not None
    if standing[0] != practice:
        sort = "a practice office" if standing[0] else "a real office"
        raise OtherOffice(f"this database belongs to {sort}, “{standing[1]}”; it cannot become the other sort")
    return Founded(made, *standing[1:])
