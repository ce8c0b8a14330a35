"""The bench, short: every measurement still runs on the real stack and gives its keys. No figure is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

LATENCIES = {"p50_ms", "p95_ms", "per_s"}
OPEN_LOOP = {"per_s", "p95_ms", "prefect_lag_s", "drain_s", "through_prefect"}
KEYS: dict[str, set[str]] = {
    "at_1": LATENCIES,
    "at_8": LATENCIES,
    "at_32": LATENCIES,
    "limit_at_8": LATENCIES,
    "register_at_8": LATENCIES,
    "sustained": OPEN_LOOP,
    "burst": OPEN_LOOP,
    "cpu_ms": {"api", "engine", "postgres", "prefect", "client"},
    "clock_batch": {"dockets", "ms_a_docket", "s_for_50000"},
    "escalation": {"people_p95_ms", "people_p95_ms_meanwhile", "people_ratio", "s_for_50000"},
    "two_engines": {"paced", "full"},
    "verification": {"seconds", "entries", "s_for_million", "holds"},
    "backup": {"backup_s", "restore_s", "both_s", "entries"},
    "idle_tick": {"resting", "ms", "longest_ms"},
    "prefect_down": {"memory_growth_mb", "p95_ratio", "whole_after_min"},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    told = tmp_path_factory.mktemp("bench") / "results.json"
    ended = subprocess.run(
        [sys.executable, "-m", "infra.cli", "bench", "--short", "--json", str(told)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(told.read_text())


@pytest.mark.timeout(420)
@pytest.mark.parametrize("name", KEYS)
def test_a_measurement_gives_its_keys(results: dict[str, Any], name: str) -> None:
    assert results[name].keys() >= KEYS[name]


@pytest.mark.parametrize("name", ["ratio", "idle_memory_mb", "inbox_p95_ms"])
def test_a_single_figure_is_there(results: dict[str, Any], name: str) -> None:
    assert results[name] > 0


@pytest.mark.parametrize("name", ["at_1", "at_8", "at_32", "register_at_8", "sustained", "burst", "prefect_down"])
def test_nothing_of_the_load_went_wrong(results: dict[str, Any], name: str) -> None:
    assert results[name]["faults"] == {}


@pytest.mark.parametrize("name", ["sustained", "burst"])
def test_prefects_record_was_whole_in_the_end(results: dict[str, Any], name: str) -> None:
    assert results[name]["drain_s"] is not None
