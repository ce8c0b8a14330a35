"""A short chaos: 100 instructions while every part of the real stack is killed once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SEED = 20_260_105


@pytest.mark.timeout(420)
def test_nothing_is_lost_or_doubled_when_every_part_is_killed_once(tmp_path: Path) -> None:
    """The command's own exit status and report are what `make chaos` would go by."""
    report, ledger = tmp_path / "report.json", tmp_path / "ledger.jsonl"
    words = ["--instructions", "100", "--kills", "1", "--seed", str(SEED)]
    ended = subprocess.run(
        [sys.executable, "-m", "infra.cli", "chaos", *words, "--json", str(report), "--ledger", str(ledger)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert report.exists(), ended.stderr
    found = json.loads(report.read_text())
    assert (ended.returncode, found["faults"], found["shortcomings"]) == (0, [], [])
    assert found["instructions"] >= 100
    assert found["between_commit_and_answer"] >= 1
    assert found["least_in_flight_at_a_kill"] >= 1
    keys = [json.loads(line)["key"] for line in ledger.read_text().splitlines()]
    assert len(set(keys)) == found["instructions"]
