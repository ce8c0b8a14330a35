"""Where a restore goes: the database that the settings name, or the embedded one, started for it and stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from infra.backup.contents import BackupFault
from infra.commands.operator import operator_settings
from infra.local_stack.postgres import EmbeddedPostgres
from infra.local_stack.stack import ADDRESSES
from infra.local_stack.state import FolderTaken, folder_lock
from storage.settings import PREFIX, Settings


@contextmanager
def target() -> Iterator[Settings]:
    """The settings of the place to restore to. Raises BackupFault where an embedded stack runs there."""
    settings, name = operator_settings(), f"{PREFIX}DATABASE_OWNER_URL"
    if name in os.environ or f"{name}_FILE" in os.environ:
        yield settings
        return
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with folder_lock(settings.data):
            yield from _embedded(settings)
    except FolderTaken as taken:
        raise BackupFault(f"the office is running: {taken}; stop it first") from None


def _embedded(settings: Settings) -> Iterator[Settings]:
    server = EmbeddedPostgres(settings.data / "postgres")
    try:
        server.start()
        addresses = {name: SecretStr(server.url(role)) for name, role in ADDRESSES.items()}
        key = settings.data.resolve() / "keys" / "checkpoint.pem"
        yield settings.model_copy(update={**addresses, "checkpoint_key_file": key})
    finally:
        server.stop()
