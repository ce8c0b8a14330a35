"""How standing work stands, as operators and administrators are shown it: every job of the timetable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flows.rules.timetable import (
    LONGEST_PAUSE,
    OVERDUE_AFTER,
    TIMETABLE,
    Progress,
    Standing,
    due_at,
    is_broken,
    is_overdue,
)

_A_DAY: Final = timedelta(days=1)
"""No job begins less often."""


def progress_of(row: Mapping[str, Any]) -> Progress:
    """A job's progress from its row, as ``storage.standing_jobs`` reads it.

    No run covers what is to come, and none is paused for longer than the longest pause: where the row says so,
    the clock was set back since. By a little it catches up soon; by more, the job is due.
    """
    now, covered, pause = row["now"], row["covered"], row["not_before"]
    if covered > now:
        covered = now if covered <= now + OVERDUE_AFTER else now - _A_DAY
    believed = pause is not None and pause <= now + LONGEST_PAUSE
    return Progress(covered, pause if believed else None, row["holds"], row["tries"], row["running"])


@dataclass(frozen=True, slots=True)
class Shown:
    """One job. ``row`` is None, and the job counts as broken, where no process has ever served it."""

    job: Standing
    row: Mapping[str, Any] | None
    next_at: datetime | None
    overdue: bool
    broken: bool

    def to_json(self) -> dict[str, Any]:
        """As answers show it; the job's label stands in both languages."""
        row = self.row or {}
        kept = ("running", "last_started", "last_finished", "last_by", "seconds", "outcome", "runs", "tries")
        return {
            "name": self.job.name,
            "label": {"en": self.job.label[0], "hi": self.job.label[1]},
            "process": self.job.process,
            "next": self.next_at,
            "overdue": self.overdue,
            "broken": self.broken,
            "last_good": row.get("covered") if row.get("outcome") is not None else None,
            **{name: row.get(name) for name in kept},
            "error": row.get("last_error") if row.get("tries") else None,
        }


def shown(rows: Iterable[Mapping[str, Any]]) -> list[Shown]:
    """Every job of the timetable, in its order, with what the database has of it."""
    found = {row["name"]: row for row in rows}
    return [_shown(job, found.get(name)) for name, job in TIMETABLE.items()]


def _shown(job: Standing, row: Mapping[str, Any] | None) -> Shown:
    if row is None:
        return Shown(job, None, None, overdue=False, broken=True)
    progress, now = progress_of(row), row["now"]
    next_at = due_at(job, progress)
    if progress.not_before is not None:
        next_at = max(next_at, progress.not_before)
    overdue, broken = is_overdue(job, progress, now), is_broken(job, progress, now)
    return Shown(job, row, next_at, overdue, broken)
