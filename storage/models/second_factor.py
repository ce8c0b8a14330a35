"""Second factors (RFC 6238): each person's, and where the office asks for one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, LargeBinary, Table, Text, text

from storage.models.columns import AUDITED, UNAUDITED, instant, key, metadata, uid

second_factor = Table(
    "second_factor",
    metadata,
    key(),
    uid("person", "person.id", index=True),
    instant("begun_at"),
    instant("active_at", null=True, comment="when its first code was right; before that it proves nothing"),
    instant("ended_at", null=True),
    uid("ended_by", "person.id", null=True, comment="none: by a command, or the person began anew"),
    Column("sealed", LargeBinary, nullable=True, info=UNAUDITED, comment="its secret, encrypted; gone at its end"),
    Column("last_step", BigInteger, nullable=True, info=UNAUDITED, comment="time step of the last code used"),
    Index("second_factor_present_key", "person", unique=True, postgresql_where=text("ended_at is null")),
    info=AUDITED,
)

second_factor_asked = Table(
    "second_factor_asked",
    metadata,
    Column("occasion", Text, primary_key=True),
    Column("asked", Boolean, nullable=False),
    uid("set_by", "person.id", null=True, comment="none: by a command"),
    CheckConstraint("occasion in ('deciding', 'log_in')", name="occasion"),
    info=AUDITED,
)
