"""Posts from a sheet: one row each, in a section of an office that is there, with superior and powers.

A column that the sheet leaves out (superior, powers) stays as it is with the posts that stand already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from flows.imports.changes import Changes, Row
from flows.imports.read_sheet import Columns
from flows.rules.errors import Refusal
from flows.rules.sheets import BadSheet, Reader, Sheet, SheetRow
from flows.schemes_in_force import day_of
from storage import importing
from storage.database import Driver

COLUMNS: Final = Columns(
    ("code", "abbreviation", "name_en", "name_hi", "office", "section"), ("superior", "powers")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sheet of posts is compared with: posts by code, and sections by office and code."""

    posts: Mapping[str, Row]
    sections: Mapping[tuple[str, str], UUID]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says of a post; None: the sheet does not say it."""

    row: SheetRow
    code: str
    columns: dict[str, Any]
    superior: str | None
    powers: frozenset[str] | None


async def standing(driver: Driver, at: datetime) -> Standing:
    """What holds at an instant."""
    found = {row["code"]: row for row in await importing.posts(driver, day_of(at))}
    return Standing(found, await importing.sections(driver))


def check(sheet: Sheet, known: Standing, at: datetime) -> Changes:
    """What the sheet would change. Raises BadSheet with every fault."""
    reader = Reader.of(sheet)
    read = [said for row in sheet.rows if (said := _read(reader, row, known)) is not None]
    reader.once([(said.row, said.code) for said in read], "code", lambda code: code)
    ids = {code: row["id"] for code, row in known.posts.items()}
    ids |= {said.code: uuid4() for said in read if said.code not in ids}
    _check_superiors(reader, read, known, ids)
    if reader.faults:
        raise BadSheet(reader.faults)
    made = Changes(rows=len(sheet.rows), begun=[("post", [])])  # what belongs to posts is written behind them
    for said in read:
        _change(made, said, known.posts.get(said.code), ids, day_of(at))
    return made


def _read(reader: Reader, row: SheetRow, known: Standing) -> _Said | None:
    code, mark = reader.code(row, "code"), reader.text(row, "abbreviation")
    english, hindi = reader.label(row)
    place = reader.code(row, "office"), reader.code(row, "section")
    superior = reader.code(row, "superior", needed=False)
    powers = reader.powers(row, "powers") if "powers" in row.cells else None
    if None not in place and place not in known.sections:
        reader.fault(row.cell("section"), Refusal("cell-unknown", facts={"column": "section"}))
    if code is None:
        return None
    if code in known.posts and known.posts[code]["closed"]:
        reader.fault(row.cell("code"), Refusal("cell-post-closed"))
    columns = {"abbreviation": mark, "name_en": english, "name_hi": hindi}
    section = known.sections.get((place[0] or "", place[1] or ""))
    return _Said(row, code, {**columns, "section": section}, superior, powers)


def _check_superiors(reader: Reader, read: Iterable[_Said], known: Standing, ids: Mapping[str, UUID]) -> None:
    """A superior is a post of the office or of the sheet, and nobody comes out above himself."""
    codes = {post: code for code, post in ids.items()}
    above: dict[tuple[str, ...], tuple[str, ...] | None] = {}
    for code, row in known.posts.items():
        over = [UUID(post) for post, _, until in row["superiors"] if until is None]
        above[(code,)] = (codes[over[0]],) if over else None
    for said in read:
        if said.superior is not None and said.superior not in ids:
            reader.names_none(said.row, "superior")
        elif said.superior == said.code:
            reader.fault(said.row.cell("superior"), Refusal("cell-own-superior"))
        elif "superior" in said.row.cells:
            above[(said.code,)] = None if said.superior is None else (said.superior,)
    reader.no_circle({(said.code,): said.row for said in read}, above, "superior")


def _change(made: Changes, said: _Said, old: Row | None, ids: Mapping[str, UUID], today: date) -> None:
    post = ids[said.code]
    if old is None:
        made.added += 1
        made.begun.append(("post", [{"id": post, "code": said.code, **said.columns, **_opened(today)}]))
        changes = list(_belonging(said, {"superiors": [], "powers": []}, ids, today))
    else:
        changes = list(_belonging(said, old, ids, today))
        if old["section"] != said.columns["section"]:
            made.empowered.append(post)  # a record room, or another office, has other papers
        if any(old[name] != value for name, value in said.columns.items()):
            made.set.append(("post", {"id": post}, said.columns))
            made.changed += 1
        elif changes:
            made.changed += 1
    for table, key, row in changes:
        _note(made, table, {"post": post, **key}, row)
        if old is not None and table == "post_power" and _begins(row):
            made.empowered.append(post)
        superior = (row or key).get("superior")
        if superior is not None:
            made.placed[post] = superior


def _begins(row: dict[str, Any] | None) -> bool:
    return row is None or row["to_day"] is None


def _opened(today: date) -> dict[str, Any]:
    return {"opened_on": today, "closed_on": None}


def _note(made: Changes, table: str, key: dict[str, Any], row: dict[str, Any] | None) -> None:
    """A row that begins (None of it stands yet), or columns of one that stands."""
    if row is None:
        made.begun.append((table, [{**key, "to_day": None}]))
    else:
        made.set.append((table, key, row))


Change = tuple[str, dict[str, Any], dict[str, Any] | None]


def _belonging(said: _Said, old: Row, ids: Mapping[str, UUID], today: date) -> Iterator[Change]:
    if "superior" in said.row.cells:
        yield from _superior(None if said.superior is None else ids[said.superior], old["superiors"], today)
    if said.powers is not None:
        yield from _powers(said.powers, old["powers"], today)


def _superior(wanted: UUID | None, old: Iterable[list[Any]], today: date) -> Iterator[Change]:
    """The superior from today on; a row of today is put right, for a post has one superior from a day on.

    What was ordered for later days counts no more.
    """
    rows = [(UUID(post), *_days(since, until)) for post, since, until in old]
    lasting = [(post, since, until) for post, since, until in rows if _lasts(since, until, today)]
    standing = [post for post, since, until in lasting if since <= today and until is None]
    if standing == ([] if wanted is None else [wanted]) and len(lasting) == len(standing):
        return
    for _, since, _ in lasting:
        if since != today:
            yield "post_superior", {"from_day": since}, {"to_day": max(today, since)}
    if any(since == today for _, since, _ in rows):
        of_today = {"to_day": today} if wanted is None else {"superior": wanted, "to_day": None}
        yield "post_superior", {"from_day": today}, of_today
    elif wanted is not None:
        yield "post_superior", {"superior": wanted, "from_day": today}, None


def _powers(wanted: frozenset[str], old: Iterable[list[Any]], today: date) -> Iterator[Change]:
    """The powers from today on, and no others; what was ordered for later days counts no more."""
    rows = [(power, *_days(since, until)) for power, since, until in old]
    has = {power for power, since, until in rows if since <= today and until is None}
    for power, since, until in rows:
        if _lasts(since, until, today) and not (power in wanted & has and until is None and since <= today):
            yield "post_power", {"power": power, "from_day": since}, {"to_day": max(today, since)}
    for power in sorted(wanted - has):
        if any((name, since) == (power, today) for name, since, _ in rows):
            yield "post_power", {"power": power, "from_day": today}, {"to_day": None}
        else:
            yield "post_power", {"power": power, "from_day": today}, None


def _days(since: str, until: str | None) -> tuple[date, date | None]:
    return date.fromisoformat(since), date.fromisoformat(until) if until else None


def _lasts(since: date, until: date | None, today: date) -> bool:
    """Does it hold today or on a later day?"""
    return until is None or until > max(today, since)
