"""What is read in place of a text that was erased: the words of the order, in both languages."""

from __future__ import annotations


def shown(alias: str) -> str:
    """SQL of a protected value as pages and answers show it; ``alias`` is the value's row."""
    return (
        f"coalesce({alias}.value, (select o.words_en || ' / ' || o.words_hi from erasure_order o "
        f"where o.id = {alias}.erased_by))"
    )


def shown_by_id(column: str) -> str:
    """The same where only the value's id is at hand."""
    return f"(select {shown('w')} from protected_value w where w.id = {column})"
