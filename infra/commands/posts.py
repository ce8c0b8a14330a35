"""``patravali post``: posts added, renamed, closed and shown; who is above them, powers, what they decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from infra.commands.office_orders import (
    FromDay,
    NameEn,
    NameHi,
    NewNameEn,
    NewNameHi,
    at_the_office,
    carry_out,
    day,
    told,
)
from infra.commands.operator import CommandFault, Json

post = typer.Typer(help="Posts: superiors, powers, what they decide.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="the post's code")]
Power = Annotated[str, typer.Argument(help="the power")]
SubjectClass = Annotated[str, typer.Argument(help="the subject class, as the scheme names it")]
_DAY = ["%Y-%m-%d"]


@post.command("add")
def add_post(
    code: Code,
    name_en: NameEn,
    name_hi: NameHi,
    office: Annotated[str, typer.Option(help="the code of its office")],
    section: Annotated[str, typer.Option(help="the code of its section in that office")],
    abbreviation: Annotated[str, typer.Option(help="how it is marked on a file")],
    superior: Annotated[str | None, typer.Option(help="the code of the post above it")] = None,
    opened_on: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="its first day; without it, today")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a post to a section."""
    from flows.office.posts import AddPost  # noqa: PLC0415 - after --help

    order = AddPost(office, section, code, abbreviation, name_en, name_hi, day(opened_on), superior)
    carry_out(order, f"The post {code} is added.", as_json)


@post.command("rename")
def rename_post(
    code: Code,
    name_en: NewNameEn = None,
    name_hi: NewNameHi = None,
    abbreviation: Annotated[str | None, typer.Option(help="how it is marked on a file from now on")] = None,
    as_json: Json = False,
) -> None:
    """Rename a post."""
    from flows.office.posts import RenamePost  # noqa: PLC0415 - after --help

    carry_out(RenamePost(code, abbreviation, name_en, name_hi), f"The post {code} is renamed.", as_json)


@post.command("close")
def close_post(code: Code, from_day: FromDay = None, as_json: Json = False) -> None:
    """Close a post from a day on; one that holds open papers is not closed."""
    from flows.office.posts import ClosePost  # noqa: PLC0415 - after --help

    carry_out(ClosePost(code, day(from_day)), f"The post {code} is closed.", as_json)


@post.command("superior")
def set_superior(
    code: Code,
    superior: Annotated[str, typer.Argument(help="the code of the post above it; a hyphen: none")],
    from_day: FromDay = None,
    as_json: Json = False,
) -> None:
    """Say which post is above a post from a day on."""
    from flows.office.posts import SetSuperior  # noqa: PLC0415 - after --help

    above = None if superior == "-" else superior
    sentence = f"{superior} is above {code}." if above else f"Nobody is above {code}."
    carry_out(SetSuperior(code, above, day(from_day)), sentence, as_json)


@post.command("give-power")
def give_power(code: Code, power: Power, from_day: FromDay = None, as_json: Json = False) -> None:
    """Give a post a power from a day on."""
    from flows.office.posts import GivePower  # noqa: PLC0415 - after --help

    carry_out(GivePower(code, power, day(from_day)), f"The post {code} has the power {power}.", as_json)


@post.command("take-power")
def take_power(code: Code, power: Power, from_day: FromDay = None, as_json: Json = False) -> None:
    """Take a power from a post from a day on."""
    from flows.office.posts import TakePower  # noqa: PLC0415 - after --help

    carry_out(TakePower(code, power, day(from_day)), f"The power {power} is taken from {code}.", as_json)


@post.command("decides")
def set_competence(
    code: Code,
    subject_class: SubjectClass,
    paise: Annotated[int, typer.Argument(min=0, max=10**15, help="the largest amount, in paise")],
    from_day: FromDay = None,
    to_day: Annotated[datetime | None, typer.Option(formats=_DAY, help="the first day on which it ends")] = None,
    as_json: Json = False,
) -> None:
    """Say up to what amount a post decides a subject class, in place of what held before."""
    from flows.office.competence import SetCompetence  # noqa: PLC0415 - after --help

    order = SetCompetence(code, subject_class, paise, day(from_day), day(to_day))
    carry_out(order, f"{code} decides {subject_class} up to {paise} paise.", as_json)


@post.command("decides-no-more")
def take_competence(
    code: Code, subject_class: SubjectClass, from_day: FromDay = None, as_json: Json = False
) -> None:
    """Take back what a post may decide of a subject class."""
    from flows.office.competence import TakeCompetence  # noqa: PLC0415 - after --help

    order = TakeCompetence(code, subject_class, day(from_day))
    carry_out(order, f"{code} decides {subject_class} no more.", as_json)


@post.command("show")
def show_post(code: Code, as_json: Json = False) -> None:
    """Show a post with its holders past and present, superiors, powers, what it decides, and leave."""
    from infra.office_at import read_post  # noqa: PLC0415 - after --help

    with told(as_json):
        found = at_the_office(lambda url: read_post(url, code))
        if found is None:
            raise CommandFault(f"there is no post “{code}”")
        print(json.dumps({"ok": True, **found}, ensure_ascii=False, default=str) if as_json else _shown(found))


def _shown(found: Mapping[str, Any]) -> str:
    """One line for each thing that is said of the post."""
    lines = [f"{found['code']} ({found['abbreviation']}): {found['name_en']} · {found['name_hi']}"]
    lines.append(f"  {found['office']['code']}/{found['section']['code']}, since {found['opened_on']}")
    if found["closed_on"]:
        lines.append(f"  closed from {found['closed_on']}")
    lines += [f"  held by {one['person']['name_en']}, {one['charge']}, {_term(one)}" for one in found["holders"]]
    lines += [f"  on leave: {one['person']['name_en']}, {_term(one)}" for one in found["absences"]]
    lines += [f"  under {one['post']['code']}, {_days(one)}" for one in found["superiors"]]
    lines += [f"  power {one['power']}, {_days(one)}" for one in found["powers"]]
    lines += [
        f"  decides {one['subject_class']} to {one['paise']} paise, {_days(one)}" for one in found["decides"]
    ]
    return "\n".join(lines)


def _term(one: Mapping[str, Any]) -> str:
    return f"from {one['from']} until {one['until'] or '…'}"


def _days(one: Mapping[str, Any]) -> str:
    return f"from {one['from_day'] or '…'} until {one['to_day'] or '…'}"
