"""The files of production say nothing that the program does not know, and give nobody more than he needs.

Neither Docker nor a running systemd is needed: the files are read here, and their commands are run in
``acceptance/test_production_commands.py``.
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.cli import COMMANDS
from infra.minio.build import VERSION
from storage.settings import PREFIX, Settings, load
from tests.factories.production_files import (
    BY_HAND,
    COMPOSE,
    PROGRAM,
    SYSTEMD,
    Told,
    compose,
    make_secrets,
    processes_of_compose,
    processes_of_systemd,
    services,
    units,
)

ALL = {**processes_of_compose(), **processes_of_systemd()}
STAYING = {name: one for name, one in services().items() if one["restart"] == "unless-stopped"}
# The entrypoint of the official image makes the cluster as root and then becomes its own user.
BECOMES_ANOTHER_USER = {"postgres"}

each_process = pytest.mark.parametrize("told", ALL.values(), ids=ALL)
each_service = pytest.mark.parametrize("name", services())


def setting_of(variable: str) -> str:
    """The setting that a variable gives, itself or as a file."""
    field = variable.removeprefix(PREFIX).lower()
    return field if field in Settings.model_fields else field.removesuffix("_file")


@each_process
def test_a_process_is_a_command_that_there_is(told: Told) -> None:
    assert told.words[0] in COMMANDS


@each_process
def test_a_process_is_told_settings_that_there_are(told: Told) -> None:
    ours = [name for name in told.environment if name.startswith(PREFIX)]
    assert ours
    assert [name for name in ours if setting_of(name) not in Settings.model_fields] == []


@each_process
def test_a_secret_is_a_file_that_the_process_is_given(told: Told) -> None:
    assert set(told.secret_files.values()) == told.secrets
    assert all(name.endswith("_FILE") for name in told.secret_files)


@each_process
def test_what_is_a_secret_stands_in_no_file_of_ours(told: Told) -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    in_clear = [name for name in told.environment if name.startswith(PREFIX) and not name.endswith("_FILE")]
    assert [name for name in in_clear if setting_of(name) in secret] == []


@pytest.mark.parametrize("name", ["api", "engine", "patravali-api@.service", "patravali-engine@.service"])
def test_what_serves_is_given_neither_the_owner_nor_what_signs(name: str) -> None:
    assert not ALL[name].secrets & {
        "database_owner_url",
        "database_admin_url",
        "database_signer_url",
        "checkpoint_key",
        "s3_admin_secret_key",
        "backup_passphrase",
    }


def test_who_erases_is_told_so_alone_and_by_nothing_that_stays() -> None:
    keys = {"database_destroyer_url", "s3_destroyer_access_key", "s3_destroyer_secret_key"}
    told = {name for name, one in ALL.items() if one.secrets & keys}
    assert told == {"database", "store", "eraser", "patravali-erase.service"}
    for name in ("eraser", "patravali-erase.service"):
        assert ALL[name].secrets == keys | {"database_url"}
        assert ALL[name].words[0] == "erase"
    assert "eraser" not in STAYING
    assert "[Install]" not in units()["patravali-erase.service"].read_text()


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, one in services().items() if one.get("ports")] == ["proxy"]
    assert {name for name, one in services().items() if "outside" in one["networks"]} == {"proxy", "engine"}
    networks = compose()["networks"]
    assert (networks["front"]["internal"], networks["back"]["internal"]) == (True, True)
    assert [name for name, one in services().items() if one.get("network_mode") or one.get("privileged")] == []


def test_the_api_believes_the_proxy_s_address_and_no_other() -> None:
    given = services()["proxy"]["networks"]["front"]["ipv4_address"]
    assert services()["api"]["environment"]["PATRAVALI_TRUSTED_PROXIES"] == given


def test_the_proxy_is_asked_where_it_answers_without_the_office_s_name() -> None:
    """Its certificate is for that name only: asked for localhost it refuses, and nobody would call it healthy."""
    asked = str(services()["proxy"]["healthcheck"]["test"][-1])
    written = (COMPOSE / "Caddyfile").read_text()
    sites = re.findall(r"^http://:(\d+) \{\n\tbind 127\.0\.0\.1$", written, re.MULTILINE)
    assert asked in [f"http://127.0.0.1:{port}/healthz" for port in sites]


@each_service
def test_a_service_has_no_power_over_the_machine(name: str) -> None:
    one = services()[name]
    assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert name in BECOMES_ANOTHER_USER or re.fullmatch(r"[1-9]\d*:[1-9]\d*", one["user"])
    assert name in BECOMES_ANOTHER_USER or "cap_add" not in one


@each_service
def test_an_image_is_of_one_release(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+:\d[\w.-]*\d[\w.-]*", services()[name]["image"])


def test_what_the_images_are_built_on_is_of_one_release_too() -> None:
    bases = re.findall(r"^FROM (\S+)", (COMPOSE / "Dockerfile").read_text(), re.MULTILINE)
    assert bases
    assert [base for base in bases if not re.fullmatch(r"[a-z]+:\d+\.\d+[\w.-]*", base)] == []


@pytest.mark.parametrize("name", STAYING)
def test_what_stays_is_looked_at_and_has_its_limits(name: str) -> None:
    one = STAYING[name]
    assert set(one["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert {"test", "interval", "timeout", "retries"} <= set(one["healthcheck"])


@each_service
def test_what_a_service_waits_for_is_there_and_can_come_about(name: str) -> None:
    for other, how in services()[name].get("depends_on", {}).items():
        assert other in services()
        ends = services()[other]["restart"] == "no"
        assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")


def test_every_secret_that_is_named_is_made(tmp_path: Path) -> None:
    made = {path.name for path in make_secrets(tmp_path).iterdir()}
    assert set(compose()["secrets"]) - BY_HAND <= made
    named: set[str] = set().union(*(one.secrets for one in processes_of_systemd().values()))
    assert named <= made
    assert {one["file"] for one in compose()["secrets"].values()} == {f"secrets/{n}" for n in compose()["secrets"]}


def test_secrets_are_for_their_reader_only_and_are_kept(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in make_secrets(tmp_path).iterdir()}
    again = {path.name: path.read_bytes() for path in make_secrets(tmp_path).iterdir()}
    assert first == again
    assert all(first.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()} == {0o400}


@each_process
def test_what_is_made_can_be_used(told: Told, tmp_path: Path) -> None:
    secrets = make_secrets(tmp_path)
    given = {name: str(secrets / secret) for name, secret in told.secret_files.items()}
    load({**{name: value for name, value in told.environment.items() if "%i" not in value}, **given})


def test_minio_is_built_from_the_source_that_the_tests_run() -> None:
    assert f"github.com/minio/minio@{VERSION}" in (COMPOSE / "Dockerfile").read_text()


def test_the_example_of_settings_is_one() -> None:
    lines = (SYSTEMD / "settings.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert load(given).prefect_url


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    for name, path in units().items():
        there = path.read_text().replace(PROGRAM, sys.executable).replace("/usr/local/bin/minio", sys.executable)
        (tmp_path / name.replace("@.", "@01.")).write_text(there)
    files = sorted(str(path) for path in tmp_path.iterdir())
    said: Any = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in said.stderr.splitlines() if "patravali" in line]
    assert (said.returncode, about_ours) == (0, [])


@pytest.mark.parametrize("name", [name for name in units() if name.endswith(".service")])
def test_a_unit_has_no_power_over_the_machine(name: str) -> None:
    lines = units()[name].read_text().splitlines()
    assert "User=root" not in lines
    for line in ("User=patravali", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert line in lines
    assert any(line.startswith("MemoryMax=") for line in lines)
