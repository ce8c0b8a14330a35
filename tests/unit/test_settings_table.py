"""The table of settings in the README is what the program reads."""

from __future__ import annotations

from pathlib import Path

from infra.settings_table import settings_table, table_in, with_table
from storage.settings import PREFIX, Settings

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_the_settings_as_they_are() -> None:
    """If this fails: ``python -m infra.settings_table --write README.md``."""
    assert table_in(README.read_text("utf-8")) == settings_table()


def test_every_setting_has_its_line_and_its_meaning() -> None:
    table = settings_table()
    for name, field in Settings.model_fields.items():
        assert f"| `{PREFIX}{name.upper()}` |" in table
        assert field.description


def test_writing_the_table_keeps_the_text_around_it() -> None:
    text = README.read_text("utf-8")
    emptied = text.replace(settings_table(), "stale")
    assert table_in(emptied) == "stale"
    assert with_table(emptied) == text
