"""The receipt (dak): what its family adds to a docket."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table

from storage.models.columns import AUDITED, metadata, protected, uid, word

receipt = Table(
    "receipt",
    metadata,
    uid("docket", "docket.id", primary_key=True),
    Column("year", Integer, nullable=False),
    word("channel", comment="the way by which it came"),
    word("medium"),
    word("language"),
    protected("letter_number", null=True),
    Column("letter_day", Date, nullable=True, comment="the day that the letter bears"),
    Column("received_on", Date, nullable=False),
    protected("sender_name", null=True),
    protected("sender_telephone", null=True),
    protected("sender_address", null=True),
    info=AUDITED,
)
