"""``patravali bench``: measures the whole stack over HTTP and prints the figures beside those asked for."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.operator import faults_told


def bench(
    to: Annotated[str, typer.Option("--json", help="write the results here; - is standard output")] = "",
    short: Annotated[bool, typer.Option(help="about a minute: shows that all still runs, no figures")] = False,
    only: Annotated[list[str] | None, typer.Option(help="take only this measurement; may be repeated")] = None,
) -> None:
    """Measure the whole stack with the practice office in a folder of its own, which goes afterwards."""
    from infra.bench.figures import table_of  # noqa: PLC0415 - after --help
    from infra.bench.generator_process import GeneratorFault  # noqa: PLC0415 - after --help
    from infra.bench.measure import MEASUREMENTS, measure  # noqa: PLC0415 - after --help
    from infra.bench.practice_stack import StackFault, practice_stack  # noqa: PLC0415 - after --help
    from infra.bench.scale import FULL, SHORT  # noqa: PLC0415 - after --help

    wanted = only or []
    unknown = [name for name in wanted if name not in MEASUREMENTS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]}: one of {', '.join(MEASUREMENTS)}", param_hint="--only")
    with faults_told(StackFault, GeneratorFault):
        with practice_stack() as stack:
            results = asyncio.run(measure(stack, SHORT if short else FULL, wanted))
        _write(to, results)
        from rich.console import Console  # noqa: PLC0415 - after --help

        Console(stderr=to == "-").print(table_of(results))


def _write(to: str, results: dict[str, object]) -> None:
    text = json.dumps(results, indent=2) + "\n"
    if to == "-":
        sys.stdout.write(text)
    elif to:
        Path(to).write_text(text)
