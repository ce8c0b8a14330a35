"""What every operator's command shares: its settings, how it answers, and how it says what went wrong."""

from __future__ import annotations

import json
import logging
import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

import typer

from storage.settings import PREFIX, Settings, load

Json = Annotated[bool, typer.Option("--json", help="answer with one JSON object")]

KEPT: Final = {
    "DATABASE_URL": "postgres/secrets/database_url",
    "DATABASE_OWNER_URL": "postgres/secrets/database_owner_url",
    "DATABASE_READER_URL": "postgres/secrets/database_reader_url",
    "DATABASE_SIGNER_URL": "postgres/secrets/database_signer_url",
    "DATABASE_DESTROYER_URL": "postgres/secrets/database_destroyer_url",
    "CHECKPOINT_KEY_FILE": "keys/checkpoint.pem",
    "SECOND_FACTOR_KEY": "api/second-factor.key",
}
"""What the embedded stack keeps in its data folder, by the setting for which each stands."""


class CommandFault(Exception):
    """The command cannot do what was asked; the message says why and what to do."""

    status: ClassVar[int | None] = None


class InputFault(CommandFault):
    """What was given is not what it should be, so the command has not looked at what it is to judge."""

    status: ClassVar[int | None] = 2


def operator_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment; what is not set there, from the embedded stack's data folder.

    Raises SettingsFault.
    """
    given = dict(os.environ if environ is None else environ)
    data = Path(given.get(f"{PREFIX}DATA") or Settings.model_fields["data"].default)
    for name, place in KEPT.items():
        plain = f"{PREFIX}{name}"
        set_already = plain in given or f"{plain}_FILE" in given
        if not set_already and (data / place).exists():
            given[plain if name.endswith("_FILE") else f"{plain}_FILE"] = str(data / place)
    return load(given)


def needed(settings: Settings, name: str) -> str:
    """The value of a secret setting. Raises CommandFault, naming it, where it is not set."""
    value = getattr(settings, name).get_secret_value()
    if not value:
        variable = f"{PREFIX}{name.upper()}"
        embedded = f", and {settings.data} holds no embedded database" if name.upper() in KEPT else ""
        raise CommandFault(f"{variable} is not set{embedded}")
    return value


def harmless(said: object) -> str:
    """A sentence that may hold a stranger's words (a sheet's, an export's): what would steer a terminal is shown,
    and not done."""
    return "".join(
        letter if unicodedata.category(letter)[0] != "C" or letter in "\u200c\u200d" else ascii(letter)[1:-1]
        for letter in str(said)
    )


def _harmless_lines(said: str) -> str:
    return "\n".join(map(harmless, said.split("\n")))


def answer(sentence: str, values: Mapping[str, Any], as_json: bool) -> None:
    """The command's answer: a sentence for a person, or one JSON object."""
    told = json.dumps({"ok": True, **values}, ensure_ascii=False, default=str) if as_json else None
    print(_harmless_lines(sentence) if told is None else told)


@contextmanager
def faults_told(*faults: type[Exception], as_json: bool = False, status: int = 1) -> Iterator[None]:
    """Turns the faults that are expected into a sentence on the error stream and an exit status.

    A command that judges something keeps status 1 for what does not hold, and gives another one here for what
    keeps it from judging; some faults have a status of their own.
    """
    # The driver warns of what follows from a fault, while the fault itself is told here.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    try:
        yield
    except (CommandFault, *faults) as fault:
        reason = str(fault).strip()
        if as_json:
            print(json.dumps({"ok": False, "reason": reason}, ensure_ascii=False))
        print(f"patravali: {_harmless_lines(reason)}", file=sys.stderr)
        own = fault.status if isinstance(fault, CommandFault) else None
        raise typer.Exit(own or status) from None
