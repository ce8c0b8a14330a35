"""The embedded Prefect server: tuned as measured, closed to whoever lacks the auth string, its pages open."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from infra.local_stack.prefect_server import PrefectServer


def get(url: str, auth: str | None = None) -> bytes:
    request = urllib.request.Request(url)
    if auth is not None:
        request.add_header("Authorization", f"Basic {base64.b64encode(auth.encode()).decode()}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


@pytest.fixture(scope="module")
def settings(prefect_server: PrefectServer) -> dict[str, Any]:
    """What the server itself says it runs with; a variable that it does not know would not show here."""
    return json.loads(get(f"{prefect_server.url}/admin/settings", prefect_server.auth_string))["server"]


def test_task_runs_are_recorded_in_batches(settings: dict[str, Any]) -> None:
    recorder = settings["services"]["task_run_recorder"]
    assert (recorder["batch_size"], recorder["read_batch_size"], recorder["flush_interval"]) == (50, 50, 1)
    assert recorder["enabled"] is True


def test_events_are_neither_kept_nor_streamed_nor_acted_upon(settings: dict[str, Any]) -> None:
    assert settings["events"]["stream_out_enabled"] is False
    assert settings["services"]["event_persister"]["enabled"] is False
    assert settings["services"]["triggers"]["enabled"] is False


def test_nothing_is_told_to_anyone_outside(settings: dict[str, Any]) -> None:
    assert settings["analytics_enabled"] is False
    assert settings["ui"]["show_promotional_content"] is False
    assert settings["api"]["host"] == "127.0.0.1"


def test_runs_closed_for_ninety_days_leave_prefect(settings: dict[str, Any]) -> None:
    vacuum = settings["services"]["db_vacuum"]
    assert vacuum["enabled"] == ["flow_runs"]
    assert vacuum["retention_period"] == "P90D"


@pytest.mark.parametrize("auth", [None, "patravali:wrong"])
def test_without_the_auth_string_nothing_is_answered(prefect_server: PrefectServer, auth: str | None) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        get(f"{prefect_server.url}/admin/settings", auth)


def test_its_pages_open_and_know_the_api(prefect_server: PrefectServer) -> None:
    assert b"<html" in get(f"{prefect_server.pages_url}/")
    told = json.loads(get(f"{prefect_server.pages_url}/ui-settings"))
    assert told["api_url"] == prefect_server.url


def test_a_client_runs_with_every_setting_that_it_was_given(prefect_server: PrefectServer, tmp_path: Path) -> None:
    from prefect.settings.models.root import Settings, _get_settings_accessors  # noqa: PLC0415

    known = _get_settings_accessors(Settings)
    given = {**prefect_server.client_environment(tmp_path), **prefect_server.server_environment()}
    assert [name for name in given if name.startswith("PREFECT_") and name not in known] == []
