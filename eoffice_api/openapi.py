"""The description of the API (OpenAPI 3.1), made of its routes and models."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from eoffice_api.responses import PROBLEM_MODEL

TITLE: Final = "Patravali"
DESCRIPTION: Final = """Office files and citizens' complaints: registered, moved from desk to desk,
decided and closed.

Begin with `POST /api/v1/token` (form fields `username` and `password`) and send what it answers as
`Authorization: Bearer …`. `GET /api/v1/me` names your posts; where you hold several, `X-Acting-Post` says at which
one you act. `GET /api/v1/schemes` lists what a registration takes and links the rules of each kind; `GET
/api/v1/posts` finds whom to send it to. The examples are of the practice office of Hisar.

What writes takes an `Idempotency-Key`: the same request again gives the same answer and is never done twice. A
movement takes the version that you saw in `If-Match`, as the `ETag` of the docket and of its options gives it.
Instants are in UTC and end in `Z`.

Errors are problems (RFC 9457) with a stable `type`; their sentence is in English or Hindi, as `Accept-Language`
asks. `field` says what of the request it is about. Where a value is not one that the scheme knows, `listed_at` is
the read that lists them (`/api/v1/schemes`); where a filter has an unknown value, `allowed` gives those that it
takes. Every answer says in `Patravali-Practice` whether this is a practice office."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemAnswer"] = PROBLEM_MODEL.model_json_schema(ref_template="#/components/schemas/{model}")
        _describe_headers(schema)
        app.openapi_schema = schema
    return app.openapi_schema


_PRACTICE: Final = {
    "description": "whether this is a practice office",
    "schema": {"type": "string", "enum": ["true", "false"]},
    "required": True,
}


# What the routes ask for themselves, for its absence has a status of its own (400, 428).
_ASKED_FOR: Final = {
    "idempotency-key": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "if-match": {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,8})"$'},
}
# What may be left out, and has a status of its own (400) where it cannot be read.
_MAY_BE_GIVEN: Final = {"x-second-factor": {"type": "string", "pattern": "^[0-9]{6}$"}}


def _describe_headers(schema: dict[str, Any]) -> None:
    for operations in schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in _ASKED_FOR:
                    parameter |= {"required": True, "schema": _ASKED_FOR[parameter["name"]]}
                elif parameter["name"] in _MAY_BE_GIVEN:
                    parameter["schema"] = _MAY_BE_GIVEN[parameter["name"]]
            for response in operation["responses"].values():
                response.setdefault("headers", {})["Patravali-Practice"] = _PRACTICE
