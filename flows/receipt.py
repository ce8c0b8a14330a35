"""The flow of a receipt (dak). One receipt is one flow run; the body is a turn, as with a file."""

from __future__ import annotations

from uuid import UUID

from prefect import flow

from flows.turn import Taken, take_turn


@flow(name="receipt", validate_parameters=False, persist_result=False)
async def receipt(docket_id: str) -> Taken:
    """A receipt's turn: the movements that wait, each as a task of this run."""
    return await take_turn(UUID(docket_id))
