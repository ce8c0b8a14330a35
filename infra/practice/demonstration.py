"""The whole demonstration: the stack started, the practice office made, the story told, and everything checked."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TextIO

import httpx

from flows.checkpoints import CheckpointInTheWay, NoSigningKey
from infra.audit.write_export import ExportRefused
from infra.commands.operator import operator_settings
from infra.founding import OtherOffice
from infra.local_stack.kept import NoFreePort, PortTaken
from infra.local_stack.postgres_home import PostgresFault
from infra.local_stack.progress import Terminal as StartTerminal
from infra.local_stack.stack import LocalStack
from infra.local_stack.state import FolderTaken
from infra.local_stack.supervisor import PartFault
from infra.local_stack.system_user import NoSystemUser
from infra.practice.audit_checks import check_audit, check_derived
from infra.practice.checks import PrefectRecord, check_office
from infra.practice.desk import StoryFault
from infra.practice.drawing import Terminal
from infra.practice.passwords import PasswordFile
from infra.practice.plan import PlanFault
from infra.practice.seed import PracticeOffice, seed
from infra.practice.story import Story, Told
from storage.checkpoint_copies import CopyDiffers
from storage.database import Database, DatabaseAway, TryAgain
from storage.documents.errors import StoreAway
from storage.settings import SettingsFault

EXPECTED_FAULTS: Final = (
    StoryFault,
    PlanFault,
    OtherOffice,
    PartFault,
    FolderTaken,
    PostgresFault,
    NoSystemUser,
    NoFreePort,
    PortTaken,
    SettingsFault,
    NoSigningKey,
    CheckpointInTheWay,
    ExportRefused,
    CopyDiffers,
    DatabaseAway,
    TryAgain,
    StoreAway,
    httpx.TransportError,
)

# Whose log-in is shown at the end; everyone else's stands in the file.
_SHOWN: Final = ("CLK-GEN", "SUP-GEN", "ADC", "DC", "HUB", "CALL-1", "XEN-PHE", "RK", "DIO", "AUD")


@dataclass(frozen=True, slots=True)
class Found:
    """What the demonstration came to; times in seconds and milliseconds."""

    file: str
    complaint: str
    movements: int
    first_movement_after_s: float
    movement_p50_ms: float
    prefect_whole_after_s: float
    audit_entries: int
    api: str
    prefect: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Demonstration:
    """A context manager: inside it the whole stack runs. Raises one of EXPECTED_FAULTS."""

    def __init__(self, data: Path, stream: TextIO, api_port: int | None = None) -> None:
        self._began = time.monotonic()
        self._drawing = Terminal(stream)
        self._office: PracticeOffice | None = None
        self._starting = StartTerminal(stream)
        self._stack = LocalStack(
            data,
            practice=True,
            progress=self._starting,
            before_serving=self._make_office,
            api_port=api_port,
        )

    def __enter__(self) -> Demonstration:
        self._drawing.say(f"Patravali, the practice office of Hisar, in {self._stack.data}", "")
        self._stack.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._drawing.say("", "  stopping …")
        self._stack.stop()
        self._drawing.say("  stopped")

    def run(self) -> Found:
        """Tells the story and checks it."""
        assert self._office is not None, "the stack makes the office when it starts"
        with Story(self._stack.api_url, self._office, self._drawing) as story:
            began = time.monotonic()
            told = story.tell()
            first = began - self._began + told.file.movements[0].took_ms / 1000
            self._drawing.say("")
            check_office(story, told, self._drawing.held)
            whole = self._check_prefect(told)
            entries = asyncio.run(self._check_audit(told))
        found = self._found(told, first, whole, entries)
        self._conclude(found)
        return found

    def serve(self) -> None:
        """Tells where to look and how to log in, and serves until Ctrl-C."""
        self._addresses()
        self._stack.wait()

    def _make_office(self, stack: LocalStack) -> None:
        began = time.monotonic()
        self._office = asyncio.run(_seeded(stack))
        people = f"{len(self._office.plan.posts)} posts, {len(self._office.plan.people)} people"
        self._starting.ready("office", time.monotonic() - began, people)

    def _check_prefect(self, told: Told) -> float:
        """Seconds until Prefect's record of both was whole."""
        began = time.monotonic()
        record = PrefectRecord(self._stack.prefect.url, self._stack.prefect.auth_string)
        for paper in (told.file, told.complaint):
            record.check(paper)
            count = len(paper.movements)
            self._drawing.held(f"{paper.number}: Prefect shows one completed run with {count} task runs, in order")
        record.close()
        return time.monotonic() - began

    async def _check_audit(self, told: Told) -> int:
        settings = operator_settings(self._stack.operator_environment())
        entries = await check_audit(settings, told.file, self._drawing.held)
        await check_derived(settings, self._drawing.held)
        return entries

    def _found(self, told: Told, first: float, whole: float, entries: int) -> Found:
        movements = told.file.movements + told.complaint.movements
        return Found(
            file=told.file.number,
            complaint=told.complaint.number,
            movements=len(movements),
            first_movement_after_s=round(first, 1),
            movement_p50_ms=round(statistics.median(done.took_ms for done in movements), 1),
            prefect_whole_after_s=round(whole, 1),
            audit_entries=entries,
            api=self._stack.api_url,
            prefect=self._stack.prefect.pages_url,
        )

    def _conclude(self, found: Found) -> None:
        self._drawing.say(
            "",
            f"  All of it held: {found.movements} movements, half of them within {found.movement_p50_ms:.0f} ms; "
            f"the first {found.first_movement_after_s:.0f} s after the start.",
        )

    def _addresses(self) -> None:
        assert self._office is not None
        prefect = self._stack.prefect
        self._drawing.table(
            "Where to look",
            {
                "the API, with its documentation": f"{self._stack.api_url}/docs",
                "Prefect's pages": f"{prefect.pages_url}  (asks for {prefect.auth_string})",
                "logs": str(self._stack.data / "logs"),
            },
        )
        plan, passwords = self._office.plan, self._office.passwords
        logins = {charge.post: charge.person.login for charge in plan.charges if charge.post in _SHOWN}
        rows = {f"{login} / {passwords[login]}": plan.posts[post].name[0] for post, login in logins.items()}
        self._drawing.table("How to log in (log-in / password)", rows)
        path = PasswordFile(self._stack.data).path
        self._drawing.say(f"  … and {len(passwords) - len(rows)} more in {path}", "", "  Ctrl-C stops everything.")


async def _seeded(stack: LocalStack) -> PracticeOffice:
    database = Database(stack.postgres.url("app"), pool=2)
    try:
        return await seed(stack.postgres.url("owner"), database, stack.data)
    finally:
        await database.close()
