"""Where a command finds a scheme: a file that is named, or one that ships with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from infra.commands.operator import InputFault

LARGEST_FILE: Final = 4_000_000

File = Annotated[
    str,
    typer.Argument(
        help="a scheme's YAML file, or the name of one that ships with the program (NAME or NAME.VERSION)"
    ),
]


def given(file: str) -> tuple[str, str]:
    """The text of a file, or of a shipped scheme of that name, and what it is called. Raises InputFault."""
    from flows.rules.known_schemes import shipped_names, shipped_source  # noqa: PLC0415 - after --help

    path = Path(file)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return _read(path), path.name
    shipped = shipped_source(file)
    if shipped is None:
        raise InputFault(
            f"there is no file {file}, and no such scheme ships; there are {', '.join(shipped_names())}"
        )
    return shipped


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputFault(f"{path} is larger than {LARGEST_FILE} bytes: no scheme is")
        return path.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        raise InputFault(f"{path} is no UTF-8: {wrong.reason} at byte {wrong.start}") from None
    except OSError as wrong:
        raise InputFault(f"{path} cannot be read: {wrong.strerror}") from None
