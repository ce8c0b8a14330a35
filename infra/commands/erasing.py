"""``patravali retention due`` and ``erase``: what is past its years, and erasing what two people signed."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.office_orders import at_the_office, day, told
from infra.commands.operator import InputFault, Json, answer, operator_settings

if TYPE_CHECKING:
    from flows.erasing import Erased

_SHOWN = 500

retention = typer.Typer(help="Papers past their retention, lists and orders.", no_args_is_help=True)

On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="on which day; without it, today")]


@retention.callback()
def _group() -> None:
    """Papers past their retention, lists and orders."""


@retention.command()
def due(on: On = None, as_json: Json = False) -> None:
    """Show the papers that are past their retention, on no list, and kept back by nobody (500 at most)."""
    from infra.erasing import due as due_on  # noqa: PLC0415 - after --help

    with told(as_json):
        rows = at_the_office(lambda url: due_on(url, day(on)))
    answer("\n".join(map(_line, rows)) or "No paper is past its retention.", {"papers": rows}, as_json)


def _line(one: Any) -> str:
    kept_as = one["retention_class"] or one["kind"]
    return f"{one['number']:30}  {kept_as:10}  {one['closed_at']:%Y-%m-%d}  {one['then']}"


def erase(
    number: Annotated[int | None, typer.Option("--list", help="number of a list of papers")] = None,
    order: Annotated[int | None, typer.Option(help="number of an order about single texts")] = None,
    again: Annotated[bool, typer.Option("--again", help="all that was ever signed, as after a restore")] = False,
    backups: Annotated[
        list[Path] | None, typer.Option(help="folder with backups, to name those that hold it")
    ] = None,
    as_json: Json = False,
) -> None:
    """Erase what a list or an order names that two people signed: texts, salts and every version of the bytes.

    A run that was killed is begun again with the same words. Exit status 1 also where something was put a moment
    ago and waits: run it again after an hour.
    """
    with told(as_json):
        from infra.erasing import backups_that_hold_it  # noqa: PLC0415 - after --help

        if sum([number is not None, order is not None, again]) != 1:
            raise InputFault("name one list (--list N), one order (--order N), or --again")
        done = _run(number, order, quiet=as_json)
        kept = backups_that_hold_it(backups or [])
    sentences = [_sentence(one) for one in done] or ["Nothing was ever signed to be erased."]
    sentences.append(_of_backups(kept))
    ok = all(one.done for one in done)
    values: dict[str, Any] = {"erased": [asdict(one) for one in done], "backups": kept, "ok": ok}
    answer("\n".join(sentences), values, as_json)
    if not ok:
        raise typer.Exit(1)


def _run(number: int | None, order: int | None, *, quiet: bool) -> list[Erased]:
    from infra import erasing  # noqa: PLC0415 - after --help

    settings = operator_settings()
    if number is not None:
        return [asyncio.run(erasing.erase(settings, "list", number, quiet=quiet))]
    if order is not None:
        return [asyncio.run(erasing.erase(settings, "order", order, quiet=quiet))]
    return asyncio.run(erasing.erase_again(settings, quiet=quiet))


def _sentence(one: Erased) -> str:
    said = (
        f"{one.sort.capitalize()} {one.number}: {one.papers:,} papers recorded, {one.texts:,} texts and documents "
    )
    said += f"erased, the bytes of {one.blobs:,} documents destroyed."
    if one.left:
        said += f"\n  Left, for they were reopened or are kept back: {', '.join(one.left[:_SHOWN])}"
    if one.shared or one.cited:
        said += (
            f"\n  Other papers say it too, so {one.shared:,} texts and the bytes of {one.cited:,} documents stay."
        )
    if one.waiting:
        said += f"\n  The bytes of {one.waiting:,} documents were put within the last hour: run it again later."
    return said


def _of_backups(kept: list[str]) -> str:
    if kept:
        return "These backups still hold it; destroy them when they may go: " + "; ".join(kept)
    return "Every backup made before still holds it: destroy those (--backups FOLDER names them)."
