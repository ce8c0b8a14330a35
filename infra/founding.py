"""Makes the office of an empty database: its identity, its names, and whether it is one for practice.

Only the owner's role may write it, so no process that serves the office can turn practice into the real thing.
"""

from __future__ import annotations

from uuid import uuid4

import psycopg

from storage.connecting import PATIENCE


class OtherOffice(Exception):
    """The database holds an office already, and it is not of the sort that was asked for."""


_MAKE = """
insert into office_identity (single, id, name_en, name_hi, practice, epoch, made_at)
values (1, %(id)s, %(en)s, %(hi)s, %(practice)s, 0, office_now())
on conflict (single) do nothing
"""


def found_office(owner_url: str, name_en: str, name_hi: str, *, practice: bool) -> bool:
    """Makes the office where there is none; answers whether it was made now.

    Raises OtherOffice where the one that is there is practice and this is not, or the other way round.
    """
    values = {"id": uuid4(), "en": name_en, "hi": name_hi, "practice": practice}
    with psycopg.connect(owner_url, **PATIENCE) as connection:
        made = connection.execute(_MAKE, values).rowcount == 1
        standing = connection.execute("select practice, name_en from office_identity").fetchone()
    assert standing is not None
    if standing[0] != practice:
        sort = "a practice office" if standing[0] else "a real office"
        raise OtherOffice(f"this database belongs to {sort}, “{standing[1]}”; it cannot become the other sort")
    return made
