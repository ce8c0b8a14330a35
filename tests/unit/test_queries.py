"""A route takes the query parameters that its description names, and refuses every other."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from eoffice_api import openapi
from eoffice_api.app import _ROUTERS, create_app
from eoffice_api.queries import declared
from storage.settings import Settings

ROUTES = [route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute)]
NAMES = [f"{min(route.methods)} {route.path_format}" for route in ROUTES]


@pytest.fixture(scope="module")
def described() -> dict[str, set[str]]:
    """The query parameters of each operation, as the description of the API has them."""
    app = create_app(Settings.model_validate({"database_url": "postgresql://nobody@127.0.0.1:9/none"}))
    return {
        f"{method.upper()} {path}": {
            one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"
        }
        for path, operations in openapi.describe(app)["paths"].items()
        for method, operation in operations.items()
    }


def test_many_routes_are_compared_and_some_take_parameters() -> None:
    taking = [route for route in ROUTES if set(declared(route.dependant))]
    assert len(ROUTES) > 60
    assert len(taking) > 10


@pytest.mark.parametrize(("route", "name"), list(zip(ROUTES, NAMES, strict=True)), ids=NAMES)
def test_what_it_takes_is_what_is_described(described: dict[str, set[str]], route: APIRoute, name: str) -> None:
    assert set(declared(route.dependant)) == described.get(name, set())
