"""Grading: the draft of a month, the cases behind it, and the month once it is published.

A draft comes and goes; the cases of a published one are frozen by triggers, and the entry that tells of the month
holds their number and the SHA-256 of their list, for an entry could not carry six lakh of them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import AUDITED, instant, key, metadata, uid, word


def _computed() -> list[Column[Any]]:
    """What a month comes to: the version and formula by which it is graded, and the list of its cases."""
    return [
        Column("scheme_version", Integer, nullable=False),
        Column("formula", JSONB, nullable=False),
        Column("cases", Integer, nullable=False),
        Column("cases_sha256", LargeBinary, nullable=False),
    ]


grading_draft = Table(
    "grading_draft",
    metadata,
    key(),
    word("scheme"),
    word("kind"),
    word("month"),
    *_computed(),
    Column("units", JSONB, nullable=False, comment="the marks of every unit, as they would be published"),
    instant("made_at"),
    UniqueConstraint("scheme", "kind", "month"),
)

grading_case = Table(
    "grading_case",
    metadata,
    uid("draft"),
    word("number"),
    word("department", null=True),
    word("district"),
    Column("registered", Date, nullable=False),
    word("ending", null=True),
    Column("open_days", Integer, nullable=True),
    Column("replied", Boolean, nullable=False),
    Column("sent_back", Boolean, nullable=False),
    Column("attended", Boolean, nullable=True),
    PrimaryKeyConstraint("draft", "number"),
    Index("grading_case_department_idx", "draft", "department", "number"),
    Index("grading_case_district_idx", "draft", "district", "number"),
)

grading_month = Table(
    "grading_month",
    metadata,
    word("scheme"),
    word("kind"),
    word("month"),
    uid("draft", unique=True),
    *_computed(),
    instant("published_at"),
    uid("by_person", "person.id", null=True),
    uid("by_post", "post.id", null=True),
    PrimaryKeyConstraint("scheme", "kind", "month"),
    info=AUDITED,
)

grading_unit = Table(
    "grading_unit",
    metadata,
    word("scheme"),
    word("kind"),
    word("month"),
    word("sort"),
    word("unit"),
    Column("cases", Integer, nullable=False),
    Column("parts", JSONB, nullable=False, comment="by part: cases measured, of them well, marks in hundredths"),
    word("group", null=True),
    Column("marks", Integer, nullable=True, comment="of 100, in hundredths; none: not graded"),
    word("grade", null=True),
    Column("rank", Integer, nullable=True),
    PrimaryKeyConstraint("scheme", "kind", "month", "sort", "unit"),
    CheckConstraint("sort in ('department', 'district')", name="sort"),
    info=AUDITED,
)
