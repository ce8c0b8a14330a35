"""What stands in the files of production: services of the compose file, units of systemd, what each is told."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import infra

INFRA = Path(infra.__file__).parent
COMPOSE = INFRA / "compose"
SYSTEMD = INFRA / "systemd"
# Where a file of a secret is found by a container, and by a unit.
IN_CONTAINER, IN_UNIT = "/run/secrets/", "%d/"
PROGRAM = "/opt/patravali/.venv/bin/patravali"
BY_HAND = {"tls_certificate", "tls_key"}
"""The certificate and its key come from whoever gives the office its name."""


@dataclass(frozen=True)
class Told:
    """A process of ``patravali``: its words, its variables, and the secrets that it is given."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    secrets: frozenset[str]

    @property
    def secret_files(self) -> dict[str, str]:
        """The variables that name a secret's file, and the secret's name."""
        marks = (IN_CONTAINER, IN_UNIT)
        return {
            name: value.removeprefix(mark)
            for name, value in self.environment.items()
            for mark in marks
            if value.startswith(mark)
        }


def compose() -> dict[str, Any]:
    """The compose file, with its defaults in place of variables."""
    text = (COMPOSE / "compose.yaml").read_text("utf-8")
    return yaml.safe_load(re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: found[2] or "", text))


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def processes_of_compose() -> dict[str, Told]:
    """The services that are a process of ours."""
    return {
        name: Told(name, _words(one["command"]), one["environment"], frozenset(one["secrets"]))
        for name, one in services().items()
        if one["image"].startswith("patravali:")
    }


def _words(command: list[str]) -> list[str]:
    """A command as it is, or the one that a shell is given to run."""
    if len(command) > 1 or " " not in command[0]:
        return command
    found = re.search(r"patravali (.*)", command[0])
    assert found, command
    return found[1].replace("$$", "$").replace('"', "").split(" ", 1)


def units() -> dict[str, Path]:
    return {
        path.name: path for path in sorted(SYSTEMD.iterdir()) if path.suffix in (".service", ".timer", ".target")
    }


def processes_of_systemd() -> dict[str, Told]:
    """The units that are a process of ours."""
    found: dict[str, Told] = {}
    for name, path in units().items():
        lines = [line.partition("=")[::2] for line in path.read_text("utf-8").splitlines()]
        started = [value for key, value in lines if key == "ExecStart" and PROGRAM in value]
        if started:
            environment = dict(value.partition("=")[::2] for key, value in lines if key == "Environment")
            secrets = frozenset(value.partition(":")[0] for key, value in lines if key == "LoadCredential")
            words = started[0].partition(PROGRAM)[2].strip(" '\"").split(" ")
            found[name] = Told(name, words, environment, secrets)
    return found


def make_secrets(folder: Path) -> Path:
    """Runs ``make-secrets`` in a folder of the test's own; answers where the secrets are."""
    subprocess.run([COMPOSE / "make-secrets", folder], check=True, capture_output=True)
    return folder / "secrets"
