"""The audit: chains, the entries' exact bytes, and the checkpoints that sign them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.types import UserDefinedType

from storage.models.columns import instant, metadata, word

# Chains are gone through in byte order of their names, side by side with what signed them: so says format 1.
CHAIN_NAME = Text(collation="C")


class Xid8(UserDefinedType[Any]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


chain = Table(
    "chain",
    metadata,
    Column("id", CHAIN_NAME, primary_key=True),
    word("sort"),
    Column("length", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("chain", CHAIN_NAME, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    PrimaryKeyConstraint("chain", "sequence"),
    Index("audit_entry_xid_idx", "xid"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("number", Integer, primary_key=True),
    instant("at"),
    Column("snapshot", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

checkpoint_leaf = Table(
    "checkpoint_leaf",
    metadata,
    Column("checkpoint", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("chain", CHAIN_NAME, nullable=False),
    Column("length", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    PrimaryKeyConstraint("checkpoint", "position"),
    Index("checkpoint_leaf_chain_idx", "chain", "checkpoint"),
)
