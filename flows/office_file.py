"""The flow of an office file. One file is one flow run; its body is a turn, taken inside that run."""

from __future__ import annotations

from uuid import UUID

from prefect import flow

from flows.turn import Taken, take_turn


@flow(name="office-file", validate_parameters=False, persist_result=False)
async def office_file(docket_id: str) -> Taken:
    """A file's turn: the movements that wait, each as a task of this run."""
    return await take_turn(UUID(docket_id))
