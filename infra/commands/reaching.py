"""What an operator is told when PostgreSQL or the store cannot be reached: address, reason, remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import OperationalError, ProgrammingError

from infra.commands.operator import CommandFault, needed
from storage.connecting import CONNECTS_WITHIN_S
from storage.database import DatabaseAway, TryAgain
from storage.documents.errors import StoreAway, StoreUnfit
from storage.settings import PREFIX, Settings


class Away(CommandFault):
    """Something that the command needs cannot be reached, so nothing can be said of what it is to look at."""

    status: ClassVar[int | None] = 3


@contextmanager
def database_told(settings: Settings, name: str) -> Iterator[str]:
    """Gives the address of a setting; inside, what PostgreSQL refuses becomes a sentence with that address.

    Raises CommandFault, and of these Away where PostgreSQL cannot be reached.
    """
    url = needed(settings, name)
    try:
        yield url
    except psycopg.errors.UndefinedTable:
        raise CommandFault("the database has no schema yet; run “patravali migrate” first") from None
    except psycopg.errors.InsufficientPrivilege as refused:
        role = name.removeprefix("database_").removesuffix("url").rstrip("_") or "app"
        what = refused.diag.message_primary
        raise CommandFault(f"{what}: {PREFIX}{name.upper()} must name patravali_{role}") from None
    except ProgrammingError as refused:
        if not isinstance(refused.orig, psycopg.errors.UndefinedObject):
            raise
        # The one thing that a migration asks for and does not make.
        what = refused.orig.diag.message_primary
        raise CommandFault(f"{what}: make the database's roles first; README, “Production”, lists them") from None
    except TryAgain as fault:
        raise CommandFault(f"{_place(url)} is busy: {fault}; try again") from None
    except (DatabaseAway, psycopg.OperationalError, OperationalError) as fault:
        remedy = f"start it (“patravali up” starts the embedded one), or correct {PREFIX}{name.upper()}"
        raise Away(f"{_place(url)} cannot be reached: {_reason(fault)}; {remedy}") from None


def _place(url: str) -> str:
    """The address without its password."""
    parts = conninfo_to_dict(url)
    host, port = parts.get("host", "localhost"), parts.get("port", 5432)
    return f"PostgreSQL at {host}:{port} (database {parts.get('dbname')}, as {parts.get('user')})"


def _reason(fault: Exception) -> str:
    """The driver's words without what they repeat of the address; they stand in the first of its lines."""
    error = fault.orig if isinstance(fault, OperationalError) else fault.__cause__ or fault
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return f"no answer within {CONNECTS_WITHIN_S} seconds"
    first = str(error).partition("\n")[0]
    return first.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()


@contextmanager
def store_told(settings: Settings, folder: Path) -> Iterator[None]:
    """Inside, a store that cannot be used becomes a sentence with its address, or with its folder. Raises Away."""
    try:
        yield
    except StoreAway as fault:
        if not settings.s3_endpoint:
            raise Away(f"{fault} (in {folder}); see that its disk is there and may be read and written") from None
        wrong = isinstance(fault, StoreUnfit)
        remedy = f"correct the bucket, the keys or {PREFIX}S3_…" if wrong else "start it, or correct {}S3_ENDPOINT"
        raise Away(f"{fault} (at {settings.s3_endpoint}); {remedy.format(PREFIX)}") from None
