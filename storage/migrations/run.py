"""Brings a database's schema to this release, or says how far it is from it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from storage.connecting import PATIENCE, driver_url

# One migration at a time in a database, whoever starts it: an advisory lock under this number.
_MIGRATING = 0x50415452

RELEASED = "0001"
"""The last schema that was released: migrations up to it are never edited; those after it may still be."""


def configuration(owner_url: str) -> Config:
    """Alembic's configuration for this package; no file is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = driver_url(owner_url)
    return config


def upgrade(owner_url: str, to: str = "head") -> None:
    """Carries out every migration that the database lacks; a second caller waits for the first."""
    config = configuration(owner_url)
    engine = _engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:n)"), {"n": _MIGRATING})
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            connection.commit()
            connection.execute(text("select pg_advisory_unlock(:n)"), {"n": _MIGRATING})
            connection.commit()
    finally:
        engine.dispose()


def newest() -> str:
    """The revision that this release's code expects."""
    head = ScriptDirectory.from_config(configuration("postgresql://")).get_current_head()
    assert head is not None
    return head


def current(url: str) -> str | None:
    """The revision that a database stands at; None for an empty one."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    return create_engine(driver_url(url), connect_args=dict(PATIENCE))
