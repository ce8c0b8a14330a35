"""``patravali chaos``: kills every part of the stack under load and judges what came of each instruction."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.operator import faults_told


def chaos(
    instructions: Annotated[int, typer.Option(min=1, help="how many instructions the clients give")] = 1000,
    clients: Annotated[int, typer.Option(min=1, help="how many clients")] = 8,
    kills: Annotated[int, typer.Option(min=1, help="how often each part is killed")] = 5,
    seed: Annotated[int | None, typer.Option(help="for the order and moments of the kills, and the load")] = None,
    to: Annotated[str, typer.Option("--json", help="write the report here; - is standard output")] = "",
    ledger: Annotated[Path | None, typer.Option(help="write the clients' ledgers here, one line an entry")] = None,
) -> None:
    """Kill parts of a stack of its own under load; exit status 0 only if nothing was lost, doubled or left out."""
    from infra.bench.desk import LogInFault  # noqa: PLC0415 - after --help
    from infra.bench.practice_stack import StackFault, practice_stack  # noqa: PLC0415 - after --help
    from infra.chaos.ledger import write_ledger  # noqa: PLC0415 - after --help
    from infra.chaos.parts import StaysDown  # noqa: PLC0415 - after --help
    from infra.chaos.run import Wish, run_chaos  # noqa: PLC0415 - after --help

    wish = Wish(instructions, clients, kills, secrets.randbelow(1_000_000) if seed is None else seed)
    print(f"chaos with seed {wish.seed}", file=sys.stderr)
    with faults_told(StackFault, StaysDown, LogInFault), practice_stack() as stack:
        report = asyncio.run(run_chaos(stack, wish))
    if ledger is not None:
        write_ledger(ledger, report.ledger)
    _tell(report.to_json(), to)
    raise typer.Exit(0 if report.held else 1)


def _tell(report: dict[str, object], to: str) -> None:
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    if to not in ("", "-"):
        Path(to).write_text(text, "utf-8")
    if to == "-":
        sys.stdout.write(text)
        return
    for name, value in report.items():
        lines = value if isinstance(value, list) else [value]
        print(f"{name.replace('_', ' '):28} {lines[0] if lines else '-'}")
        for line in lines[1:]:
            print(f"{'':28} {line}")
