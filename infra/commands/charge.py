"""``patravali charge``: charge of posts given and ended, leave with its link officer, powers withheld from them.

Taking charge with its list has no command: it is signed by two people, each from his own log-in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from infra.commands.office_orders import At, FromDay, carry_out, day, instant
from infra.commands.operator import Json

charge = typer.Typer(help="Charge of posts, leave, link officers.", no_args_is_help=True)

Post = Annotated[str, typer.Argument(help="the post's code")]
Login = Annotated[str, typer.Argument(help="the person's log-in name")]
_WHEN = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
Begins = Annotated[datetime | None, typer.Option("--from", formats=_WHEN, help="from when; without it, now")]


@charge.command("give")
def give(
    post: Post,
    login: Login,
    sort: Annotated[str, typer.Option("--charge", help="substantive, additional or link")] = "substantive",
    begins: Begins = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_WHEN, help="until when; a link officer needs it")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a person, who may hold other posts, charge of a post that nobody holds then."""
    from flows.office.charges import GiveCharge  # noqa: PLC0415 - after --help

    order = GiveCharge(post, login, sort, instant(begins), instant(until))
    carry_out(order, f"{login} has {sort} charge of {post}.", as_json)


@charge.command("end")
def end(post: Post, login: Login, at: At = None, as_json: Json = False) -> None:
    """End a person's charge of a post."""
    from flows.office.charges import EndCharge  # noqa: PLC0415 - after --help

    carry_out(EndCharge(post, login, instant(at)), f"The charge of {login} at {post} ends.", as_json)


@charge.command("leave")
def leave(
    post: Post,
    login: Login,
    link_officer: Annotated[str, typer.Option(help="log-in of the person who stands in")],
    until: Annotated[datetime, typer.Option(formats=_WHEN, help="until when")],
    begins: Begins = None,
    as_json: Json = False,
) -> None:
    """Record a holder's leave from a post, and the link officer for that time."""
    from flows.office.charges import GoOnLeave  # noqa: PLC0415 - after --help

    ends = instant(until)
    assert ends is not None
    order = GoOnLeave(post, login, link_officer, instant(begins), ends)
    carry_out(order, f"{login} is on leave from {post}; {link_officer} stands in.", as_json)


@charge.command("end-leave")
def end_leave(
    post: Post,
    absence: Annotated[UUID, typer.Argument(help="its id, as “post show --json” gives it")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """End leave before its time, with the link officer's charge."""
    from flows.office.charges import EndLeave  # noqa: PLC0415 - after --help

    carry_out(EndLeave(post, absence, instant(at)), f"The leave from {post} ends.", as_json)


@charge.command("withhold")
def withhold(
    office: Annotated[str, typer.Argument(help="the office's code")],
    powers: Annotated[
        list[str] | None, typer.Argument(help="all powers that its link officers do not have")
    ] = None,
    from_day: FromDay = None,
    as_json: Json = False,
) -> None:
    """Say which powers of their posts an office's link officers do not have; none given: they have all."""
    from flows.office.posts import WithholdFromLinkOfficers  # noqa: PLC0415 - after --help

    given = tuple(powers or ())
    sentence = f"Link officers of {office} are without: {', '.join(given) or 'nothing'}."
    carry_out(WithholdFromLinkOfficers(office, given, day(from_day)), sentence, as_json)
