"""The timetable of standing work: what is done by itself, how often, and within which time.

A job adds itself with a line here and its function where the jobs of its process are put together
(``flows.schedules.engine_jobs``, ``infra.standing_jobs``). Hours are those of India, where
every scheme is in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from flows.rules.labels import Label

ZONE: Final = "Asia/Kolkata"
OVERDUE_AFTER: Final = timedelta(minutes=5)
"""What should have begun that long ago, and was not done, is shown as overdue."""

LONGEST_PAUSE: Final = timedelta(minutes=10)
"""The longest pause after runs that did not end well."""

_ZONE: Final = ZoneInfo(ZONE)
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Every:
    """So many minutes apart, counted from midnight; they must divide a day. Raises ValueError."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1 or (60 % self.minutes and (self.minutes % 60 or 24 % (self.minutes // 60))):
            raise ValueError(f"{self.minutes} minutes divide neither an hour nor, as whole hours, a day")

    def after(self, instant: datetime) -> datetime:
        """The first beginning after an instant."""
        local = instant.astimezone(_ZONE)
        midnight = datetime.combine(local.date(), time(0), tzinfo=_ZONE)
        step = self.minutes * _MINUTE
        return midnight + ((local - midnight) // step + 1) * step

    @property
    def cron(self) -> str:
        """The same for Prefect."""
        return f"*/{self.minutes} * * * *" if self.minutes < 60 else f"0 */{self.minutes // 60} * * *"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at an hour and minute."""

    hour: int
    minute: int = 0

    def after(self, instant: datetime) -> datetime:
        """The first beginning after an instant."""
        local = instant.astimezone(_ZONE)
        at = datetime.combine(local.date(), time(self.hour, self.minute), tzinfo=_ZONE)
        return at if at > local else at + _DAY

    @property
    def cron(self) -> str:
        """The same for Prefect."""
        return f"{self.minute} {self.hour} * * *"


@dataclass(frozen=True, slots=True)
class Standing:
    """One job: its name, what people call it, when it begins, and how long a run may take.

    ``process`` runs it: the engine what is due every minute and more often, the schedules the rest.
    """

    name: str
    label: Label
    when: Every | Daily
    limit: timedelta
    process: Literal["engine", "schedules"] = "schedules"


def _named(*jobs: Standing) -> Mapping[str, Standing]:
    return {job.name: job for job in jobs}


TIMETABLE: Final = _named(
    Standing(
        "complete_prefect_record",
        ("Make Prefect's record whole", "Prefect का अभिलेख पूरा करना"),
        Every(1),
        timedelta(minutes=5),
        "engine",
    ),
    Standing(
        "send_outbox",
        ("Send SMS, e-mails and webhooks", "एसएमएस, ई-मेल और वेबहुक भेजना"),
        Every(1),
        timedelta(minutes=5),
        "engine",
    ),
    Standing(
        "bring_up_parked",
        ("Bring parked files up on their day", "पार्क की गई पत्रावलियाँ नियत दिन पुनः प्रस्तुत करना"),
        Every(1),
        timedelta(minutes=10),
        "engine",
    ),
    # Ticked each minute and looked for every five seconds, so that a limit of five minutes is seen to be over
    # within 65 seconds of its end, and never before it.
    Standing(
        "escalate_overdue",
        (
            "Escalate overdue complaints, remind and warn",
            "विलंबित शिकायतें अगले लेवल पर भेजना, अनुस्मारक और पूर्व सूचना देना",
        ),
        Every(1),
        timedelta(minutes=10),
        "engine",
    ),
    Standing(
        "extend_clocks",
        ("Extend limits for days declared since", "बाद में घोषित दिवसों के लिए समय सीमा बढ़ाना"),
        Every(5),
        timedelta(minutes=30),
    ),
    Standing(
        "close_complaints",
        (
            "Close complaints unheard, let special closings lapse",
            "बिना फीडबैक की शिकायतें बंद करना, स्पेशल क्लोज के प्रस्ताव समाप्त करना",
        ),
        Every(15),
        timedelta(minutes=10),
    ),
    Standing(
        "lapse_proposals",
        ("Let proposals lapse that nobody confirmed", "जिन प्रस्तावों की समय पर पुष्टि नहीं हुई उन्हें व्यपगत करना"),
        Every(15),
        timedelta(minutes=10),
    ),
    Standing(
        "lock_documents",
        ("Lock documents for as long as they are kept", "दस्तावेज़ों को उनकी संरक्षण अवधि तक लॉक करना"),
        Every(15),
        timedelta(minutes=50),
    ),
    Standing(
        "sign_checkpoint",
        ("Sign how far the audit goes", "कार्यवाही के इतिहास पर हस्ताक्षर (चेकपॉइंट)"),
        Every(60),
        timedelta(minutes=20),
    ),
    Standing(
        "sweep_prefect",
        ("Compare Prefect's pages with the office", "Prefect के पृष्ठों का कार्यालय से मिलान"),
        Every(60),
        timedelta(minutes=50),
    ),
    Standing(
        "grade_month",
        ("Draft the grading of months that are over", "समाप्त महीनों की ग्रेडिंग का प्रारूप बनाना"),
        Daily(1, 0),
        timedelta(hours=1),
    ),
    Standing(
        "verify_records",
        ("Verify the audit and what is kept beside it", "कार्यवाही के इतिहास और अभिलेखों की जाँच"),
        Daily(2, 30),
        timedelta(hours=4),
    ),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands. ``covered``: when its last good run began, or since when it is known if there was none.

    ``not_before``: when it may be begun again after a run that did not end well; ``holds``: whether what the last
    good run looked at was in order; ``tries``: how often it was begun since one ended well.
    """

    covered: datetime
    not_before: datetime | None = None
    holds: bool = True
    tries: int = 0
    running: bool = False


def due_at(job: Standing, progress: Progress) -> datetime:
    """When it should begin next, or should have begun. A good run covers the whole interval that it began in."""
    return job.when.after(progress.covered)


def is_due(job: Standing, progress: Progress, now: datetime, grace: timedelta = timedelta(0)) -> bool:
    """May it begin now? ``grace`` is left to another that calls it in time."""
    waits = progress.not_before is not None and progress.not_before > now
    return not waits and due_at(job, progress) + grace <= now


def is_overdue(job: Standing, progress: Progress, now: datetime) -> bool:
    """Should it have been done long since?"""
    return now - due_at(job, progress) > OVERDUE_AFTER


def is_broken(job: Standing, progress: Progress, now: datetime) -> bool:
    """What is to be looked at: overdue, or its last run ended badly, or found something amiss."""
    failed = progress.tries > 0 and not progress.running
    return failed or not progress.holds or is_overdue(job, progress, now)
