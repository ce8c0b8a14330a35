"""Standing work: what is done by itself, and how its last run went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import instant, metadata

standing_job = Table(
    "standing_job",
    metadata,
    Column("name", Text, primary_key=True),
    instant("covered", comment="when the last good run began; before the first, since when the job is known"),
    instant("last_started", null=True),
    instant("last_finished", null=True),
    Column("last_by", Text, nullable=True, comment="who began the last run: prefect, ticker or engine"),
    Column("seconds", Float, nullable=True, comment="how long the last run that ended took"),
    Column("outcome", JSONB, nullable=True, comment="what the last good run did: counts, no texts"),
    Column("holds", Boolean, nullable=False, server_default=text("true"), comment="it found nothing amiss"),
    Column("last_error", Text, nullable=True),
    instant("last_error_at", null=True),
    Column("runs", BigInteger, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0", comment="begun since a run ended well"),
    instant("not_before", null=True, comment="a run that does not end well is not begun again before"),
)
