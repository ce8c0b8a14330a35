"""``patravali outbox``: what goes out, what is uncertain, and where webhooks and e-mails go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer

from infra.commands.operator import Json, answer, faults_told, operator_settings
from storage.settings import SettingsFault

outbox = typer.Typer(help="Messages to the outside.", no_args_is_help=True)
target = typer.Typer(help="Where webhooks go.", no_args_is_help=True)
outbox.add_typer(target, name="target")

Message = Annotated[UUID, typer.Argument(help="id of the message, as the list gives it")]
TargetId = Annotated[UUID, typer.Argument(help="id of the target, as its list gives it")]
_T = TypeVar("_T")


@outbox.command("list")
def listing(
    state: Annotated[str | None, typer.Option(help="only in this state, such as uncertain")] = None,
    channel: Annotated[str | None, typer.Option(help="only sms, email or webhook")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many, newest first")] = 50,
    as_json: Json = False,
) -> None:
    """List messages; no telephone and no address is shown."""
    from infra.outbox import listed  # noqa: PLC0415 - after --help

    with _told(as_json):
        rows = _in_office(lambda url: listed(url, state=state, channel=channel, limit=limit))
        lines = [_line(row) for row in rows] or ["There is no such message."]
        answer("\n".join(lines), {"messages": rows}, as_json)


def _line(row: dict[str, Any]) -> str:
    from flows.rules.messages import reason_label  # noqa: PLC0415 - after --help

    why = f": {reason_label(row['reason'])[0]}" if row["reason"] else ""
    return f"{row['id']}  {row['at']:%Y-%m-%d %H:%M}  {row['number']}  {row['channel']} to {row['recipient']}" + (
        f"  {row['state']}{why}"
    )


@outbox.command("resolve")
def resolve(
    message: Message,
    resolution: Annotated[str, typer.Argument(help="sent: it did go out; send_again: it surely did not")],
    as_json: Json = False,
) -> None:
    """Say of a message that is uncertain (or failed: send_again) what is so; it stands in the docket's chain."""
    from flows.outbox import RESOLUTIONS  # noqa: PLC0415 - after --help
    from infra.outbox import OutboxFault, settle_by_word  # noqa: PLC0415 - after --help

    with _told(as_json):
        if resolution not in RESOLUTIONS:
            raise OutboxFault(f"“{resolution}” is none of {', '.join(RESOLUTIONS)}")
        state = _in_office(lambda url: settle_by_word(url, message, resolution))
        answer(f"The message is {state} now.", {"message": message, "state": state}, as_json)


@outbox.command("address")
def address(
    post: Annotated[str, typer.Argument(help="code of the post")],
    email: Annotated[str | None, typer.Argument(help="its e-mail address; left out: none any more")] = None,
    as_json: Json = False,
) -> None:
    """Say at which e-mail address a post is told of what comes to it."""
    from infra.outbox import set_address  # noqa: PLC0415 - after --help

    with _told(as_json):
        _in_office(lambda url: set_address(url, post, email))
        sentence = f"{post} is told at {email}." if email else f"{post} is told at no e-mail address."
        answer(sentence, {"post": post, "email": email}, as_json)


@target.command("add")
def add(
    url: Annotated[str, typer.Argument(help="https address that is called")],
    event: Annotated[list[str], typer.Option(help="what it is told of, such as docket.registered")],
    as_json: Json = False,
) -> None:
    """Register where webhooks go; the secret that signs them is shown once."""
    from infra.outbox import add_target  # noqa: PLC0415 - after --help

    with _told(as_json):
        key = operator_settings().webhook_key.get_secret_value()
        made = _in_office(lambda database: add_target(database, key, url, event))
        answer(f"Target {made.id} is registered.{_shown(made.secret)}", _json(made), as_json)


@target.command("renew")
def renew(of: TargetId, as_json: Json = False) -> None:
    """Give a target a new secret, shown once; the old one signs nothing more."""
    from infra.outbox import renew_target  # noqa: PLC0415 - after --help

    with _told(as_json):
        key = operator_settings().webhook_key.get_secret_value()
        made = _in_office(lambda url: renew_target(url, key, of))
        answer(f"Target {of} has a new secret.{_shown(made.secret)}", _json(made), as_json)


@target.command("disable")
def disable(of: TargetId, as_json: Json = False) -> None:
    """Send a target nothing more."""
    from infra.outbox import shut_target  # noqa: PLC0415 - after --help

    with _told(as_json):
        _in_office(lambda url: shut_target(url, of))
        answer(f"Target {of} is told nothing more.", {"target": of}, as_json)


@target.command("list")
def list_targets(as_json: Json = False) -> None:
    """List the targets of webhooks."""
    from infra.outbox import targets  # noqa: PLC0415 - after --help

    with _told(as_json):
        rows = _in_office(targets)
        lines = [f"{row['id']}  {row['url']}  {', '.join(row['events'])}{'  disabled' * row['disabled']}"
                 for row in rows]  # fmt: skip
        answer("\n".join(lines) or "There is no target.", {"targets": rows}, as_json)


def _json(made: Any) -> dict[str, Any]:
    return {"target": made.id, "secret": made.secret}


def _shown(secret: str | None) -> str:
    return f" Secret (shown only now): {secret}" if secret else ""


def _in_office(work: Callable[[str], Coroutine[Any, Any, _T]]) -> _T:
    """Does what is to be done at the application's address. Raises CommandFault where nobody answers there."""
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help

    with database_told(operator_settings(), "database_url") as url:
        return asyncio.run(work(url))


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    """The faults that these commands expect, as sentences."""
    from infra.outbox import OutboxFault  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, OutboxFault, NotAnOffice, as_json=as_json):
        yield
