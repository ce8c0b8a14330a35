"""``patravali assistant give | end | list``: who works at a post for its officer, and with which powers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from infra.commands.database import Login, as_application
from infra.commands.operator import CommandFault, Json, answer, faults_told
from storage.settings import SettingsFault

assistant = typer.Typer(help="Assistants of posts (PA, reader, steno, operator).", no_args_is_help=True)

Post = Annotated[str, typer.Option(help="code of the post")]


@contextmanager
def told(as_json: bool) -> Iterator[None]:
    """What the rules refuse, and what keeps a command from the office, as sentences."""
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from infra.people import PersonFault  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, Refused, PersonFault, NotAnOffice, as_json=as_json):
        yield


@assistant.command("give")
def give_assistant(
    login: Login,
    post: Post,
    power: Annotated[list[str], typer.Option(help="open, sort, diarise, draft, prepare, register; once for each")],
    as_json: Json = False,
) -> None:
    """Make a person an assistant of a post, from now on, with the powers that are named."""
    with told(as_json):
        made = as_application(lambda url: _give(url, login, post, power))
        sentence = f"{login} assists at {post}: {', '.join(sorted(set(power)))}."
        answer(sentence, {"assistant": made, "login": login, "post": post}, as_json)


async def _give(url: str, login: str, post: str, powers: list[str]) -> str:
    from flows.office.assistants import GiveAssistant  # noqa: PLC0415 - after --help
    from infra.office_at import carried_out  # noqa: PLC0415 - after --help

    return (await carried_out(url, GiveAssistant(login, post, frozenset(powers))))["id"]


@assistant.command("end")
def end_assistant(login: Login, post: Post, as_json: Json = False) -> None:
    """End it at once; what the assistant prepared stays in the tray."""
    with told(as_json):
        as_application(lambda url: _end(url, login, post))
        answer(f"{login} no longer assists at {post}.", {"login": login, "post": post}, as_json)


async def _end(url: str, login: str, post: str) -> None:
    from flows.office.assistants import EndAssistant  # noqa: PLC0415 - after --help
    from infra.office_at import carried_out, office_at  # noqa: PLC0415 - after --help
    from storage.assistants import present  # noqa: PLC0415 - after --help

    async with office_at(url) as (database, _), database.querying() as driver:
        found = await present(driver, login, post)
    if found is None:
        raise CommandFault(f"“{login}” is no assistant of the post “{post}”; “patravali assistant list” shows all")
    await carried_out(url, EndAssistant(found))


@assistant.command("list")
def list_assistants(
    post: Annotated[str, typer.Option(help="code of a post; all posts where none is named")] = "",
    as_json: Json = False,
) -> None:
    """List who assists at which post today."""
    with told(as_json):
        rows = as_application(lambda url: _list(url, post or None))
        lines = [f"{row['post']['code']}  {row['login']}  {', '.join(row['powers'])}" for row in rows]
        found = [{"post": row["post"]["code"], "login": row["login"], "powers": row["powers"]} for row in rows]
        answer("\n".join(lines) or "No post has an assistant.", {"assistants": found}, as_json)


async def _list(url: str, post: str | None) -> list[dict[str, Any]]:
    from infra.office_at import office_at  # noqa: PLC0415 - after --help
    from storage.assistants import listed  # noqa: PLC0415 - after --help

    async with office_at(url) as (database, _), database.querying() as driver:
        return await listed(driver, post=post, past=False, after=None, limit=10_000)
