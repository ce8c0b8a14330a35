"""What the README names is there: files, commands, make's targets."""

from __future__ import annotations

import re
from pathlib import Path

from infra.cli import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_file_that_it_names_exists() -> None:
    named = set(re.findall(r"`((?:flows|storage|docs_templates|eoffice_api|infra|tests)/[\w/.]*)`", README))
    named |= set(re.findall(r"\]\(([\w/.-]+)\)", README))
    assert len(named) > 10
    assert not [path for path in named if not (ROOT / path).exists()]


def test_every_command_and_target_that_it_names_exists() -> None:
    commands = set(re.findall(r"`patravali (\w+)", README))
    assert commands
    assert commands <= set(COMMANDS)
    targets = set(re.findall(r"`make (\w+)`", README))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert targets
    assert not [target for target in targets if f"\n{target}:" not in makefile]
