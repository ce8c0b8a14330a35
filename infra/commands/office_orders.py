"""What the commands that change the office share: an order carried out and told, days and instants as typed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from infra.commands.operator import answer, faults_told, operator_settings
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from flows.office import OfficeOrder

_T = TypeVar("_T")

FromDay = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day from which it counts; without it, today")
]
NameEn = Annotated[str, typer.Option(help="its name in English")]
NameHi = Annotated[str, typer.Option(help="its name in Hindi")]
NewNameEn = Annotated[str | None, typer.Option(help="its new name in English")]
NewNameHi = Annotated[str | None, typer.Option(help="its new name in Hindi")]
At = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="when (in India); without it, now"),
]


def day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def instant(given: datetime | None) -> datetime | None:
    """An instant as it was typed: the clock on the wall in India."""
    from flows.office.changes import INDIA  # noqa: PLC0415 - after --help

    return None if given is None else given.replace(tzinfo=INDIA)


def carry_out(order: OfficeOrder, sentence: str, as_json: bool) -> None:
    """Carries an order out and tells what came of it; exit status 1 with the rule that refused."""
    from infra.office_at import carried_out  # noqa: PLC0415 - after --help

    with told(as_json):
        outcome = at_the_office(lambda url: carried_out(url, order))
        answer(sentence, outcome, as_json)


def at_the_office(work: Any) -> Any:
    """Does something at the application's address. Raises CommandFault where nobody answers there."""
    from infra.commands.reaching import database_told  # noqa: PLC0415 - after --help

    with database_told(operator_settings(), "database_url") as url:
        return asyncio.run(_done(work(url)))


async def _done(work: Coroutine[Any, Any, _T]) -> _T:
    return await work


@contextmanager
def told(as_json: bool) -> Iterator[None]:
    """The faults that such a command expects, as sentences."""
    from flows.rules.errors import Refused  # noqa: PLC0415 - after --help
    from storage.identity import NotAnOffice  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, NotAnOffice, Refused, as_json=as_json):
        yield
