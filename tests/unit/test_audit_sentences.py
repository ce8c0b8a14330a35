"""What the verifier says of a stranger's export steers no terminal."""

from __future__ import annotations

import pytest

from infra.commands.operator import harmless


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\x1b[2J\x1b[HThe audit holds", "a\\x1b[2J\\x1b[HThe audit holds"),
        ("a name\nof two lines\r", "a name\\nof two lines\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("फ़ाइल क्‍ष R-41013/1/2026", "फ़ाइल क्‍ष R-41013/1/2026"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_and_not_done(said: str, shown: str) -> None:
    assert harmless(said) == shown
