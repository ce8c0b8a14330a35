"""The passwords of the practice office's people, in one file that only its owner reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from infra.local_stack.kept import private_folder, write_private


class PasswordFile:
    """``practice/passwords.json`` of a data folder: log-in and password of everyone.

    It is written after the database: a person whose password does not stand in it is given a new one.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / "practice" / "passwords.json"

    def read(self) -> dict[str, str]:
        """What is known; nothing where the file is missing or was damaged."""
        try:
            found = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(login): str(password) for login, password in found.items()} if isinstance(found, dict) else {}

    def add(self, passwords: Mapping[str, str]) -> dict[str, str]:
        """Keeps more passwords; answers all of them."""
        known = {**self.read(), **passwords}
        private_folder(self.path.parent)
        content = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
        write_private(self.path, (content + "\n").encode())
        return known
