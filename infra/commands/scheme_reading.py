"""``patravali scheme show | diff``: a scheme as people read it, and what a new version would change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flows.rules.faults import Faults
from infra.commands.operator import InputFault, Json, answer, faults_told, operator_settings
from infra.commands.scheme_source import File, given
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from rich.table import Table as Sheet

    from flows.rules.scheme_diff import Difference
    from flows.rules.schemes import Scheme
    from flows.rules.state_diagram import Language
    from flows.rules.tables import Row, Table

Kind = Annotated[str, typer.Option(help="one kind only; all of them if left out")]
Hindi = Annotated[bool, typer.Option("--hindi", help="in Hindi instead of English")]
Pictures = Annotated[Path | None, typer.Option("--svg", help="write each kind's state diagram to this folder too")]

_WIDE: Final = 160
"""Letters in a line of the table where the screen does not say how wide it is."""
_PERIODS: Final = (
    "A proposal lapses after {proposal_lapses_days} days; a file is parked for {parking_days} days at most.",
    "प्रस्ताव {proposal_lapses_days} दिन में व्यपगत होता है; पत्रावली अधिकतम {parking_days} दिन पार्क की जाती है।",
)
"""What a scheme says for all its kinds."""
_LONGEST: Final = 200
"""Letters of a value that a difference shows; the whole stands in the texts, and in ``--json``."""


def show(file: File, kind: Kind = "", hindi: Hindi = False, svg: Pictures = None, as_json: Json = False) -> None:
    """Show a scheme: each kind's table as people read it, and its state diagram as a picture."""
    from flows.rules.known_schemes import from_text  # noqa: PLC0415 - after --help

    with faults_told(Faults, InputFault, as_json=as_json):
        found = from_text(*given(file), standing=True)
        kinds = _kinds(found, kind)
        pictures = [] if svg is None else _drawn(found, kinds, svg, "hi" if hindi else "en")
        periods = {"proposal_lapses_days": found.proposal_lapses_days, "parking_days": found.parking_days}
        values = {"scheme": found.name, "version": found.version, "pictures": [str(one) for one in pictures]}
        if as_json:
            answer(
                "", values | periods | {"kinds": {name: _rows(found.table_of(name), 0) for name in kinds}}, as_json
            )
            return
        print(_PERIODS[1 if hindi else 0].format(**periods))
        _print(_sheet(found, name, 1 if hindi else 0) for name in kinds)
        for picture in pictures:
            print(f"{picture}: the state diagram")


def _kinds(found: Scheme, kind: str) -> list[str]:
    if kind and kind not in found.kinds:
        raise InputFault(f"{found.name} has no kind “{kind}”; it has {', '.join(found.kinds)}")
    return [kind] if kind else list(found.kinds)


def _drawn(found: Scheme, kinds: Iterable[str], folder: Path, language: Language) -> list[Path]:
    """The pictures written. Raises InputFault where the folder takes none."""
    from flows.rules.state_diagram import state_diagram  # noqa: PLC0415 - after --help

    tongue, written = 0 if language == "en" else 1, list[Path]()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in kinds:
            title = f"{found.form.label[tongue]} ({found.version}): {found.kinds[name].label[tongue]}"
            path = folder / f"{found.name}.{found.version}.{name}.{language}.svg"
            path.write_text(state_diagram(found.table_of(name), title, language), "utf-8")
            written.append(path)
    except OSError as wrong:
        raise InputFault(f"{folder} cannot be written to: {wrong.strerror}") from None
    return written


def _rows(table: Table, tongue: int) -> list[dict[str, Any]]:
    return [_row(table, row, tongue) for row in table.rows]


def _row(table: Table, row: Row, tongue: int) -> dict[str, Any]:
    """A row in the words that people read; effects have none, they stand by their names."""
    from flows.rules.words import NEEDS, WHO  # noqa: PLC0415 - after --help

    second = [] if row.second is None else [f"+ {WHO[row.second][tongue]}"]
    return {
        "movement": row.name,
        "label": row.label[tongue],
        "from": [state.label[tongue] for state in table.states if state.name in row.from_states],
        "to": None if row.to_state is None else table.by_state[row.to_state].label[tongue],
        "who": [*(WHO[name][tongue] for name in row.who), *second],
        "needs": [NEEDS[name].label[tongue] for name in row.needs],
        "follows": list(row.follows),
    }


def _sheet(found: Scheme, kind: str, tongue: int) -> Sheet:
    from rich.table import Table as Sheet  # noqa: PLC0415 - after --help

    title = f"{found.form.label[tongue]}, {found.version}: {found.kinds[kind].label[tongue]}"
    sheet = Sheet(title=title, title_justify="left", show_lines=True)
    for heading in (
        ("movement", "from → to", "who", "needs, follows"),
        ("कार्यवाही", "स्थिति", "कौन", "शर्तें, परिणाम"),
    )[tongue]:
        sheet.add_column(heading, overflow="fold")
    for row in _rows(found.table_of(kind), tongue):
        moves = f"{', '.join(row['from']) or '–'} → {row['to'] or '='}"
        needs = [*row["needs"], *([f"⇒ {', '.join(row['follows'])}"] if row["follows"] else [])]
        sheet.add_row(f"{row['label']}\n({row['movement']})", moves, "; ".join(row["who"]), "\n".join(needs))
    return sheet


def _print(sheets: Iterable[Sheet]) -> None:
    from rich.console import Console  # noqa: PLC0415 - after --help

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=_WIDE)
    for sheet in sheets:
        console.print(sheet)


def diff(
    new: File,
    old: Annotated[str, typer.Argument(help="another one; the version in force in this office if left out")] = "",
    as_json: Json = False,
) -> None:
    """Show what a scheme says otherwise than another one, member by member, with all that they extend."""
    from flows.rules.known_schemes import from_text, resolved_node  # noqa: PLC0415 - after --help
    from flows.rules.scheme_diff import differences  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(Faults, InputFault, NotAnOffice, SettingsFault, as_json=as_json):
        text = given(new)
        name = from_text(*text, standing=True).name
        other = given(old) if old else _in_force(name)
        from_text(*other, standing=True)
        found = differences(resolved_node(*other), resolved_node(*text))
        values = {"old": other[1], "new": text[1], "differences": [_as_json(one) for one in found]}
        answer("\n".join(_told(found, other[1], text[1])), values, as_json)


def _in_force(name: str) -> tuple[str, str]:
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help

    with database_told(operator_settings(), "database_url") as url:
        found = asyncio.run(_text_in_force(url, name))
    if found is None:
        raise InputFault(f"no version of {name} is in force in this office; name the scheme to compare with")
    return found


async def _text_in_force(url: str, name: str) -> tuple[str, str] | None:
    """The text that holds today, kept or shipped, and what it is called."""
    from flows.rules.known_schemes import shipped_source  # noqa: PLC0415 - after --help
    from flows.schemes_in_force import in_force  # noqa: PLC0415 - after --help
    from storage.database import Database  # noqa: PLC0415 - after --help
    from storage.schemes import text_of  # noqa: PLC0415 - after --help

    database = Database(url, pool=2)
    try:
        async with database.querying() as driver:
            scheme = (await in_force(driver)).get(name)
            if scheme is None:
                return None
            kept = await text_of(driver, name, scheme.version)
    finally:
        await database.close()
    release = f"{name}.{scheme.version}"
    return shipped_source(release) if kept is None else (kept, f"{release}, in force")


def _as_json(one: Difference) -> dict[str, Any]:
    sides = {"before": one.before} if one.removed else {"after": one.after}
    if not one.added and not one.removed:
        sides = {"before": one.before, "after": one.after}
    return {"path": one.path, "source": one.source, "line": one.line, **sides}


def _told(found: Iterable[Difference], old: str, new: str) -> list[str]:
    lines = [f"{'+' if one.added else '-' if one.removed else '~'} {one.path}: {_change(one)}" for one in found]
    return [f"{old} → {new}: {len(lines)} difference{'' if len(lines) == 1 else 's'}", *lines]


def _change(one: Difference) -> str:
    if one.added:
        return _short(one.after)
    return _short(one.before) if one.removed else f"{_short(one.before)} → {_short(one.after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
