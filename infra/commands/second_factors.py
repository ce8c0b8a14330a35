"""``patravali factor ask | reset``: on which occasions the office asks for a second factor, and a lost device."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.commands.assistants import told
from infra.commands.database import Login, as_application
from infra.commands.operator import InputFault, Json, answer, needed, operator_settings

factor = typer.Typer(help="Second factors (one-time codes).", no_args_is_help=True)


@factor.command("ask")
def ask(
    on: Annotated[list[str] | None, typer.Option("--on", help="deciding or log_in; once for each")] = None,
    as_json: Json = False,
) -> None:
    """Set on which occasions the office asks for a second factor: those that are named, and no other."""
    with told(as_json):
        from flows.rules.second_factor import OCCASIONS  # noqa: PLC0415 - after --help

        asked = sorted(set(on or ()))
        unknown = [name for name in asked if name not in OCCASIONS]
        if unknown:
            raise InputFault(f"“{unknown[0]}” is no occasion: {', '.join(OCCASIONS)}")
        if asked:
            # Without a key nobody could enrol, and nobody decide.
            needed(operator_settings(), "second_factor_key")
        as_application(lambda url: _ask(url, asked))
        said = f"at: {', '.join(asked)}" if asked else "nowhere"
        answer(f"The office asks for a second factor {said}.", {"asked": asked}, as_json)


async def _ask(url: str, asked: list[str]) -> None:
    from flows.office.second_factors import AskFor  # noqa: PLC0415 - after --help
    from infra.office_at import carried_out  # noqa: PLC0415 - after --help

    await carried_out(url, AskFor(frozenset(asked)))


@factor.command("reset")
def reset_factor(login: Login, as_json: Json = False) -> None:
    """End a person's second factor, whose device is lost, and every session; the person enrols a new one."""
    with told(as_json):
        as_application(lambda url: _reset(url, login))
        answer(f"{login} has no second factor now, and is logged out.", {"login": login}, as_json)


async def _reset(url: str, login: str) -> None:
    from flows.office.second_factors import ResetFactor  # noqa: PLC0415 - after --help
    from infra.office_at import carried_out, office_at  # noqa: PLC0415 - after --help
    from infra.people import person_of  # noqa: PLC0415 - after --help

    async with office_at(url) as (database, _):
        person = await person_of(database, login)
    await carried_out(url, ResetFactor(person))
