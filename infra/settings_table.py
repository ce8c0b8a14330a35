"""Prints the table of settings that stands in README.md; ``--write README.md`` puts it there.

A test compares the two, so the table never says something else than the program does.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from storage.settings import PREFIX, Settings

BEGIN: Final = "<!-- settings: made by python -m infra.settings_table -->"
END: Final = "<!-- end of settings -->"


def settings_table() -> str:
    """Every setting, its default and its meaning, as a Markdown table."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{PREFIX}{name.upper()}` | {_default(field)} | {field.description} |")
    return "\n".join(lines)


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in ("", None):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def table_in(text: str) -> str:
    """The table as it stands between the two marks. Raises ValueError where a mark is missing."""
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return text[begin:end].strip()


def with_table(text: str) -> str:
    """The text with the present table between its marks. Raises ValueError where a mark is missing."""
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return f"{text[:begin]}\n{settings_table()}\n{text[end:]}"


def main() -> None:
    """Prints the table, or writes it into a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--write", type=Path, help="the file to put it into")
    path: Path | None = words.parse_args().write
    if path is None:
        print(settings_table())
    else:
        path.write_text(with_table(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
