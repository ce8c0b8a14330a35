"""``patravali erase``: takes away what two people signed."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.office_orders import told
from infra.commands.operator import InputFault, Json, answer, operator_settings

if TYPE_CHECKING:
    from flows.erasing import Erased

_SHOWN = 500


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
        from infra.erasing import backups_in, that_hold_it  # noqa: PLC0415 - after --help

        if sum([number is not None, order is not None, again]) != 1:
            raise InputFault("name one list (--list N), one order (--order N), or --again")
        looked_at = backups_in(backups or [])
        done = _run(number, order, quiet=as_json)
        kept = that_hold_it(looked_at, done)
    sentences = [_sentence(one) for one in done] or ["Nothing was ever signed to be erased."]
    sentences.append(_of_backups(kept, looked=bool(backups)))
    ok = all(one.done for one in done)
    values: dict[str, Any] = {"erased": list(map(_plain, done)), "backups": kept, "ok": ok}
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


def _plain(one: Erased) -> dict[str, Any]:
    """What came of one as JSON; of the texts that stay it is told how many."""
    return {**{name: value for name, value in asdict(one).items() if name != "staying"}, "shared": one.shared}


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


def _of_backups(kept: list[str], *, looked: bool) -> str:
    if kept:
        return "These backups still hold it; destroy them when they may go: " + "; ".join(kept)
    if looked:
        return "No backup in the folders that were given holds it."
    return "Every backup made before still holds it: destroy those (--backups FOLDER names them)."
