"""Every status that an operation can answer, for OpenAPI: what all have in common, and what each adds."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from eoffice_api.problems import MEDIA_TYPE
from eoffice_api.schemas.answers import ProblemAnswer

_SCHEMA = {"$ref": "#/components/schemas/ProblemAnswer"}
Responses = dict[int | str, dict[str, Any]]

# Log-in missing, no such post, unusable input, and what is away or fails: anything may answer these.
EVERYWHERE = (400, 401, 403, 413, 422, 500, 503)


def problem(status: int) -> dict[str, Any]:
    """The description of a problem with this status."""
    return {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}


def answers(model: type[BaseModel] | None, *more: int, status: int = 200, open_to_all: bool = False) -> Responses:
    """A success with its model, the problems that every operation can answer, and ``more``."""
    usual = (400, 413, 422, 500, 503) if open_to_all else EVERYWHERE
    found: Responses = {code: problem(code) for code in sorted({*usual, *more})}
    found[status] = {"description": HTTPStatus(status).phrase} | ({"model": model} if model else {})
    return found


def also(status: int, model: type[BaseModel], description: str) -> Responses:
    """Another success."""
    return {status: {"description": description, "model": model}}


PROBLEM_MODEL = ProblemAnswer
