"""The clocks of a complaint in the model: what runs, when it is over, and when somebody is told of it.

It imports nothing of the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.models import calendar_model
from tests.models.calendar_model import Week
from tests.models.complaint_rules import (
    COUNTS_AFTER,
    HEARD_WITHIN,
    HISAR,
    LEVELS,
    LIMITS,
    REMINDS,
    SEVEN_DAYS,
    WARNS,
    Limit,
    Warn,
)
from tests.models.office_model import DocketModel


@dataclass
class ClockModel:
    """A clock that was started; ``left``: the working minutes with which it last went on after a halt."""

    sort: str
    level: int
    limit: Limit
    began: datetime
    due: datetime
    halted: datetime | None = None
    ended: datetime | None = None
    resumed: datetime | None = None
    left: int | None = None

    @property
    def working(self) -> bool:
        return self.limit[1].startswith("working")

    def extended(self, week: Week) -> datetime:
        """When it is over by what was declared since: never earlier than it said."""
        if not self.working:
            return self.due
        if self.resumed is None:
            return max(self.due, calendar_model.due(week, self.began, *self.limit))
        if self.left is None:
            return self.due
        return max(self.due, calendar_model.after_working_minutes(week, self.resumed, self.left))

    def resume(self, week: Week, at: datetime) -> None:
        """It goes on with the time that was left."""
        assert self.halted is not None
        was, halted = self.extended(week), self.halted
        left = calendar_model.working_minutes(week, halted, was) if self.working else 0
        self.due = calendar_model.resumed(week, self.limit[1], was, halted, at)
        self.resumed, self.left, self.halted = at, left or None, None

    def recount(self, week: Week, limit: Limit) -> None:
        """Another category: counted anew from the same beginning; for how long it was halted stays granted."""
        old, was = calendar_model.due(week, self.began, *self.limit), self.extended(week)
        self.limit, self.due = limit, calendar_model.due(week, self.began, *limit)
        if self.resumed is not None:
            self.due = calendar_model.later(week, limit[1], self.due, old, was)
            left = calendar_model.working_minutes(week, self.resumed, self.due) if self.working else 0
            self.left = left or None

    def warnings(self, week: Week, warns: list[Warn]) -> Iterator[datetime]:
        """The moments at which somebody is told that it will soon be over; none is before it began or went on."""
        since = self.resumed or self.began
        for warn in warns:
            at = self._so_far(week, since, warn) if isinstance(warn, int) else self._before(week, warn)
            if since <= at < self.due:
                yield at

    def _before(self, week: Week, warn: Limit) -> datetime:
        return calendar_model.ahead(week, self.due, *warn)

    def _so_far(self, week: Week, since: datetime, percent: int) -> datetime:
        """When so much of a hundred has run: as much is left then as of one that was never halted."""
        fresh = calendar_model.due(week, self.began, *self.limit)
        if not self.working:
            return self.due - (fresh - self.began) * (100 - percent) / 100
        left = calendar_model.working_minutes(week, self.began, fresh) * (100 - percent) // 100
        passes = calendar_model.working_minutes(week, since, self.due) - left
        return calendar_model.after_working_minutes(week, since, passes) if passes >= 0 else datetime.min


@dataclass
class Shared:
    """What all complaints of a life have in common: days that were declared, numbers of outside systems."""

    days: list[tuple[datetime, date, str]] = field(default_factory=list[tuple[datetime, date, str]])
    references: set[str] = field(default_factory=set[str])


@dataclass
class ComplaintClocks(DocketModel):
    """A complaint as the clock sees it: its category and level, what runs, and of what somebody was told."""

    category: str = "drinking-water"
    level: int = 1
    now: datetime | None = None
    shared: Shared = field(default_factory=Shared)
    clocks: list[ClockModel] = field(default_factory=list[ClockModel])
    told: datetime | None = None
    warned: dict[str, datetime] = field(default_factory=dict[str, datetime])

    @property
    def present(self) -> datetime:
        assert self.now is not None
        return self.now

    def begin(self, at: datetime) -> None:
        super().begin(at)
        self.now = at
        self._start("citizen", at)

    def week(self, at: datetime) -> Week:
        """The calendar as it was declared by an instant; a declaration counts from a minute after it."""
        week = HISAR
        for declared, day, sort in self.shared.days:
            week = week.with_day(day, sort) if declared + COUNTS_AFTER <= at else week
        return week

    @property
    def top(self) -> int:
        return len(LEVELS[self.category])

    def _place(self, sort: str, level: int) -> int:
        return min(level, self.top) if sort == "level" else 0

    def _limit(self, sort: str, level: int) -> Limit:
        if sort == "level":
            return LEVELS[self.category][self._place(sort, level) - 1]
        return LIMITS[self.category][sort]

    def _start(self, sort: str, at: datetime, began: datetime | None = None) -> None:
        level = 0 if sort == "citizen" else self.level
        limit, since = self._limit(sort, level), began or at
        due = calendar_model.due(self.week(at), since, *limit)
        self.clocks.append(ClockModel(sort, level, limit, since, due))
        self.warned.pop(sort, None)
        if sort != "attend":
            self.told = None

    def running(self, *sorts: str) -> list[ClockModel]:
        return [clock for clock in self.clocks if clock.ended is None and clock.sort in sorts]

    def _end(self, at: datetime, *sorts: str) -> None:
        for clock in self.running(*sorts):
            clock.ended = at

    def _assigned(self, at: datetime) -> None:
        """An officer's clocks begin, unless they run already."""
        if not self.running("level"):
            self._start("level", at)
            if not self.running("attend"):
                self._start("attend", at)

    def _resume(self, at: datetime) -> None:
        for clock in self.running("level"):
            if clock.halted is not None:
                clock.resume(self.week(at), at)

    def late(self, at: datetime) -> list[ClockModel]:
        """Running clocks to which a day that was declared since gives more time."""
        running = [clock for clock in self.running("citizen", "level", "attend") if clock.halted is None]
        return [clock for clock in running if clock.extended(self.week(at)) > clock.due]

    # --- what is over

    def _responsible(self) -> ClockModel:
        """The clock of its level; of what was given to nobody yet it counts from registration."""
        running = self.running("level")
        if running:
            return running[0]
        (citizen,), limit = self.running("citizen"), self._limit("level", self.level)
        due = calendar_model.due(self.week(citizen.began), citizen.began, *limit)
        clock = ClockModel("level", self.level, limit, citizen.began, due)
        clock.due = clock.extended(self.week(self.present))
        return clock

    def _is_over(self, clock: ClockModel) -> bool:
        return self.present > clock.extended(self.week(self.present))

    def overdue(self) -> bool:
        """Is the limit of its level over?"""
        return self._is_over(self._responsible())

    def unheard_too_long(self) -> bool:
        """Is the citizen's limit over?"""
        return any(self._is_over(clock) for clock in self.running("citizen"))

    # --- of what somebody is told

    def reminder_due(self) -> bool:
        """One at its due and one after each further period; those that passed together are one."""
        every = REMINDS.get((self.category, self._place("level", self.level)), SEVEN_DAYS)
        latest = due = self._responsible().due
        count = 1
        while (at := calendar_model.due(self.week(self.present), due, count * every[0], every[1])) <= self.present:
            latest, count = at, count + 1
        return self.told is None or self.told < latest

    def reply_waits_too_long(self) -> bool:
        """Nobody reviewed the reply or heard the citizen for so long, since it was given or was reminded of."""
        (level,) = self.running("level")
        assert level.halted is not None
        return self.present >= max(level.halted, self.told or level.halted) + HEARD_WITHIN

    def to_be_warned_of(self) -> list[str]:
        """The sorts of clocks of which it is to be told now that they will soon be over."""
        clocks = [*self.running("citizen", "attend"), self._responsible()]
        return [clock.sort for clock in clocks if not self._is_over(clock) and self._warns(clock)]

    def _warns(self, clock: ClockModel) -> bool:
        warns = WARNS.get((self.category, clock.sort, self._place(clock.sort, clock.level)), [])
        told = self.told if clock.sort == "level" else self.warned.get(clock.sort)
        moments = clock.warnings(self.week(self.present), warns)
        return any(at <= self.present and (told is None or at > told) for at in moments)
