"""Passwords that operators hand out: long enough to be safe, and easy to read aloud."""

from __future__ import annotations

import secrets
from typing import Final

# No letter or digit that is taken for another; twelve of them are 58 bits.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 3
_GROUP: Final = 4


def new_password() -> str:
    """A password such as ``k7mw-2qdx-v9rt``."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
