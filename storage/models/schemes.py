"""Schemes: each version's whole text, and from which day which version is in force."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Table, Text

from storage.models.columns import AUDITED, instant, metadata, uid, word

scheme_version = Table(
    "scheme_version",
    metadata,
    word("scheme"),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False, comment="YAML, with all that it extends written out"),
    PrimaryKeyConstraint("scheme", "version"),
    info=AUDITED,
)

scheme_in_force = Table(
    "scheme_in_force",
    metadata,
    word("scheme"),
    Column("from_day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    uid("by_person", "person.id", null=True),
    instant("at"),
    PrimaryKeyConstraint("scheme", "from_day"),
    ForeignKeyConstraint(["scheme", "version"], ["scheme_version.scheme", "scheme_version.version"]),
    info=AUDITED,
)
