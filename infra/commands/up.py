"""``patravali up`` and ``demo``: start everything, show one file and one complaint, check what came of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.operator import Json, answer, faults_told, operator_settings

Data = Annotated[Path | None, typer.Option(help="folder of the data (default: PATRAVALI_DATA, or .patravali)")]


def up(data: Data = None) -> None:
    """Start everything, make the practice office, show a file and a complaint, then serve until Ctrl-C."""
    _run(data, serve=True, as_json=False)


def demo(data: Data = None, as_json: Json = False) -> None:
    """The same, and end: exit status 0 only if all of it held."""
    _run(data, serve=False, as_json=as_json)


def _run(data: Path | None, *, serve: bool, as_json: bool) -> None:
    from infra.practice.demonstration import EXPECTED_FAULTS, Demonstration  # noqa: PLC0415 - after --help

    try:
        with faults_told(*EXPECTED_FAULTS, as_json=as_json):
            settings, stream = operator_settings(), sys.stderr if as_json else sys.stdout
            with Demonstration(data or settings.data, stream, settings.asked_api_port) as shown:
                found = shown.run()
                if as_json:
                    answer("", found.to_json(), as_json)
                if serve:
                    shown.serve()
    except KeyboardInterrupt:
        print("\npatravali: stopped", file=sys.stderr)
        raise typer.Exit(130) from None
