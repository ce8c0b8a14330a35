"""Percentiles, and what the table says of a figure: met, missed and by how much, or not measured."""

from __future__ import annotations

import math

import pytest

from infra.bench.figures import FIGURES, table_of, verdict
from infra.bench.percentiles import percentile, summary

BY_PATH = {figure.path: figure for figure in FIGURES}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(list(range(1, 101)), share) == value


def test_of_nothing_there_is_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


def test_a_summary_counts_in_milliseconds_and_per_second() -> None:
    found = summary([0.010] * 19 + [0.100], 2.0)
    assert found == {"p50_ms": 10.0, "p95_ms": 10.0, "p99_ms": 100.0, "per_s": 10.0}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("at_1", "p50_ms"), 19.9, "met"),
        (("at_1", "p50_ms"), 25.0, "missed by 25%"),
        (("at_8", "per_s"), 80.0, "met"),
        (("at_8", "per_s"), 60.0, "missed by 25%"),
        (("sustained", "through_prefect"), 0.95, "met"),
        (("at_1", "p95_ms"), math.nan, "missed"),
        (("inbox_p95_ms",), None, "not measured"),
    ],
)
def test_a_figure_is_met_or_missed_by_a_share_of_its_bound(
    path: tuple[str, ...], value: float | None, said: str
) -> None:
    assert verdict(BY_PATH[path], value) == said


def test_the_table_shows_what_was_measured_and_only_that() -> None:
    table = table_of({"at_1": {"p50_ms": 15.0, "p95_ms": 28.0}, "sustained": {"prefect_lag_s": None}})
    assert table.row_count == 2
