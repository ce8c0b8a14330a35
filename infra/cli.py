"""The command ``patravali``. Each group of commands is a module of ``infra.commands``, imported only when used."""

from __future__ import annotations

import importlib
import sys
from typing import Final

import typer

# What a word of the command line stands for: module and function. Imports are late, for a command should start
# at once, and the API's process must never load Prefect.
COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "up": ("infra.commands.up", "up", "start everything (embedded stack), run the demonstration, serve"),
    "demo": ("infra.commands.up", "demo", "the same, and end"),
    "api": ("infra.commands.serve", "api", "serve the REST API"),
    "engine": ("infra.commands.serve", "engine", "carry instructions out"),
    "schedules": ("infra.commands.schedules", "schedules", "do the standing work; schedules status shows it"),
    "prefect": ("infra.commands.prefect", "prefect", "serve Prefect for the office, on PostgreSQL and Redis"),
    "database": ("infra.commands.database_roles", "database", "make the office's roles and database in a server"),
    "documents": ("infra.commands.documents", "documents", "make the bucket and its user in a MinIO"),
    "migrate": ("infra.commands.database", "migrate", "bring the database's schema to this release"),
    "office": ("infra.commands.database", "office", "create the office of an empty database"),
    "user": ("infra.commands.database", "user", "add a person, set a password"),
    "scheme": ("infra.commands.scheme", "scheme", "check a scheme of rules, put it in force"),
    "grade": ("infra.commands.grade", "grade", "grade months: draft, show, publish, export, check"),
    "delays": ("infra.commands.delays", "delays", "which post held what how long within and over its limits"),
    "structure": ("infra.commands.structure", "structure", "add and rename departments, offices and sections"),
    "post": (
        "infra.commands.posts",
        "post",
        "add, rename, close, show posts; superiors, powers",
    ),
    "charge": ("infra.commands.charge", "charge", "give and end charge of posts, leave and link officers"),
    "calendar": ("infra.commands.calendar", "calendar", "declare holidays, show a year, have one proposed"),
    "assistant": ("infra.commands.assistants", "assistant", "give a post an assistant, end it, list them"),
    "factor": ("infra.commands.second_factors", "factor", "where a second factor is asked for; reset one"),
    "import": ("infra.commands.importing", "bring", "bring in a sheet of categories, places, posts or routes"),
    "route": ("infra.commands.importing", "route", "list where routes lead to no post"),
    "audit": ("infra.commands.audit", "audit", "verify and export the audit, take a checkpoint"),
    "fsck": ("infra.commands.fsck", "fsck", "check documents, clocks and holdings against what they come from"),
    "retention": ("infra.commands.retention", "retention", "what is past its retention; lists and orders of it"),
    "erase": ("infra.commands.erasing", "erase", "erase what a list or an order names that two people signed"),
    "outbox": ("infra.commands.outbox", "outbox", "list messages, settle what is uncertain, register webhooks"),
    "backup": ("infra.commands.backup", "backup", "write database, documents and keys into a folder"),
    "restore": ("infra.commands.backup", "restore", "restore an office from a backup, or try one with --check"),
    "bench": ("infra.commands.bench", "bench", "measure, and print a table"),
    "chaos": ("infra.commands.chaos", "chaos", "kill parts at random and judge what came of it"),
}


def main() -> None:
    """Finds the command, runs it, and exits 0 only for success."""
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help"):
        for name, (_, _, meaning) in COMMANDS.items():
            print(f"patravali {name:10} {meaning}")
        sys.exit(0 if words else 2)
    if words[0] not in COMMANDS:
        print(f"patravali: no command “{words[0]}”; patravali --help lists them", file=sys.stderr)
        sys.exit(2)
    module, function, _ = COMMANDS[words[0]]
    command = getattr(importlib.import_module(module), function)
    sys.argv = [f"patravali {words[0]}", *words[1:]]
    typer.run(command) if not isinstance(command, typer.Typer) else command()


if __name__ == "__main__":
    main()
