"""Sheets through the API, the paged lists of categories and places, and where routes lead to no post."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from flows.rules.known_schemes import from_text, shipped_source
from infra.commands.importing import bring, route
from tests.factories.practice_office import make_office
from tests.factories.routed_office import RoutedOffice, make_routed
from tests.factories.sheets import CATEGORY, as_csv, as_xlsx, csv_text, many_categories
from tests.fixtures.api import Api, Desk, serve

OF_SCHEME = from_text(*(shipped_source("haryana-eoffice") or ("", ""))).kinds["complaint"].categories


@pytest.fixture(scope="module")
async def api(new_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """An API of this module's own, for schemes that are put in force here would be in force for all."""
    fresh = new_database()
    office = await make_office(fresh.app_url, fresh.owner_url)
    async with serve(office, fresh.app_url, tmp_path_factory.mktemp("routing")) as served:
        yield served
    await office.database.close()


@pytest.fixture
async def routed(api: Api) -> RoutedOffice:
    return await make_routed(api.office)


async def send(
    desk: Desk, what: str, content: str | bytes, name: str = "श्रेणियाँ.csv", key: str | None = None, **fields: str
) -> Any:
    data = content.encode() if isinstance(content, str) else content
    sheet, keyed = {"file": (name, data)}, {"Idempotency-Key": key or str(uuid4())}
    return await desk.send("POST", f"/imports/{what}", files=sheet, data=fields, headers=keyed)


async def test_only_an_administrator_brings_a_sheet_in(api: Api, routed: RoutedOffice) -> None:
    sheet = csv_text(many_categories(3, scheme=routed.scheme))
    for login in ("hub", "clerk", "auditor"):
        assert (await send(await api.desk(login), "categories", sheet)).status_code == 403
    desk = await api.desk("administrator")
    tried = await send(desk, "categories", sheet, dry_run="yes")
    assert tried.json() == {"rows": 3, "added": 3, "changed": 0, "ended": 0, "unchanged": 0, "dry_run": True}
    done = await send(desk, "categories", sheet)
    assert (done.status_code, done.json()["added"], done.json()["dry_run"]) == (200, 3, False)
    assert (await send(desk, "categories", sheet)).json()["unchanged"] == 3
    assert (await send(desk, "people", sheet)).status_code == 422
    assert (await send(desk, "categories", sheet, dry_run="maybe")).status_code == 422


async def test_the_same_request_again_gives_the_first_answer(api: Api, routed: RoutedOffice) -> None:
    desk = await api.desk("administrator")
    sheet, another = (csv_text(many_categories(n, scheme=routed.scheme)) for n in (2, 4))
    first = await send(desk, "categories", sheet, key="sheet-1")
    assert (first.status_code, first.json()["added"]) == (200, 2)
    assert (await send(desk, "categories", sheet, key="sheet-1")).json() == first.json()
    answer = await send(desk, "categories", another, key="sheet-1")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:patravali:problem:key-reused")


async def test_no_sheet_gives_a_power_to_the_post_of_whoever_brings_it_in(api: Api) -> None:
    columns = "code,abbreviation,name_en,name_hi,office,section,powers"
    row = "administrator,ADM,Administrator,प्रशासक,dc,DC-CELL,"
    answer = await send(await api.desk("administrator"), "posts", f"{columns}\n{row}administer oversee\n")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:for-oneself")


async def test_faults_are_answered_with_cell_and_reason_in_both_languages(api: Api, routed: RoutedOffice) -> None:
    rows = [{**row, "citizen": "soon"} for row in many_categories(501, scheme=routed.scheme)]
    answer = await send(await api.desk("administrator"), "categories", csv_text(rows), "sheet.csv")
    body = answer.json()
    assert (answer.status_code, body["type"], body["count"], len(body["faults"])) == (
        422,
        "urn:patravali:problem:bad-sheet",
        501,
        500,
    )
    first = body["faults"][0]
    assert (first["sheet"], first["cell"], first["value"]) == ("sheet.csv", "H2", "soon")
    assert first["reason"]["en"].startswith("A limit is a number")
    assert first["reason"]["hi"].startswith("समय सीमा")


async def test_a_body_that_is_no_sheet_is_refused(api: Api) -> None:
    desk = await api.desk("administrator")
    for content in (b"\xff\xfe\x00", b"PK\x03\x04 broken", b"", b'"open'):
        answer = await send(desk, "categories", content)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:patravali:problem:bad-sheet"), content
    assert (await send(desk, "categories", b"x" * 20_200_000)).status_code == 413


async def test_lists_are_paged_and_searched(api: Api, routed: RoutedOffice) -> None:
    desk = await api.desk("administrator")
    await send(desk, "categories", csv_text(many_categories(45, scheme=routed.scheme)))
    codes, cursor = list[str](), ""
    while True:
        path = f"/categories?scheme={routed.scheme}&kind=complaint&limit=20{cursor}"
        body = (await desk.get(path)).json()
        codes += [one["code"] for one in body["items"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert codes == [*(f"{number:05d}" for number in range(45)), *sorted(OF_SCHEME)]
    found = (await desk.get(f"/categories?scheme={routed.scheme}&kind=complaint&q=पेंशन")).json()["items"]
    assert [(one["code"], one["of_scheme"], one["levels"]) for one in found] == [
        ("pension", True, 2),
        ("pension-new", True, 3),
    ]
    found = (await desk.get(f"/categories?scheme={routed.scheme}&kind=complaint&q=category 44")).json()["items"]
    assert [(one["code"], one["parent"], one["label"]["hi"]) for one in found] == [("00044", "00002", "श्रेणी 44")]
    assert (await desk.get(f"/categories?scheme={routed.scheme}&kind=file")).status_code == 404
    place = {"scheme": routed.scheme, "code": "ward-1", "name_en": "Ward 1", "name_hi": "वार्ड 1"}
    await send(desk, "places", csv_text([place]))
    found = (await desk.get(f"/places?scheme={routed.scheme}")).json()["items"]
    assert [one["code"] for one in found] == ["barwala", "hansi", "hisar-1", "secretariat", "ward-1"]


async def test_gaps_are_listed_with_the_complaints_that_wait(api: Api, routed: RoutedOffice) -> None:
    await routed.route("junior", category="drinking-water")
    await routed.route("engineer", 2, category="drinking-water", place="hansi")
    await routed.route("engineer", 3)
    await routed.route("abolished", 1, category="pension")
    for given in ({"category": "pension"}, {"category": "street-light", "place": "barwala"}, {}):
        await routed.register(**given)
    desk = await api.desk("hub")
    assert (
        await (await api.desk("clerk")).get(f"/routes/gaps?scheme={routed.scheme}&kind=complaint")
    ).status_code == 403
    items, cursor, body = list[Any](), "", dict[str, Any]()
    while True:
        body = (await desk.get(f"/routes/gaps?scheme={routed.scheme}&kind=complaint&limit=20{cursor}")).json()
        items += [(one["category"], one["level"], one["place"], one["waiting"]) for one in body["items"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    few = {"drinking-water", "pension", "street-light"}
    assert [one for one in items if one[0] in few] == [
        ("drinking-water", 2, "barwala", 0),
        ("drinking-water", 2, "hisar-1", 0),
        ("pension", 1, None, 1),
        ("pension", 2, None, 0),
        ("street-light", 1, None, 1),
        ("street-light", 2, None, 0),
    ]
    # Of all others the first two of three levels are missing, in each of three places.
    others = len(OF_SCHEME.keys() - few) * 2 * 3
    assert (body["missing"], body["waiting"]) == (2 + 4 * 3 + others, 2)
    bad = await desk.get(f"/routes/gaps?scheme={routed.scheme}&kind=complaint&cursor=nonsense")
    assert bad.status_code == 400


async def test_the_commands_do_the_same(api: Api, routed: RoutedOffice, tmp_path: Path) -> None:
    environment = {"PATRAVALI_DATABASE_URL": api.app.state.parts.settings.database_url.get_secret_value()}
    rows = many_categories(25, scheme=routed.scheme)
    command = ["categories", str(as_xlsx(tmp_path, rows)), "--json"]

    async def run(app: Any, *words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, words, env=environment)

    ended = await run(bring, *command)
    assert ended.exit_code == 0, ended.output
    assert '"added": 25' in ended.stdout
    ended = await run(bring, *command[:2])
    assert "nothing was changed" in ended.stdout
    bad = as_csv(tmp_path, [{**CATEGORY, "scheme": routed.scheme, "attend": "at once"}])
    ended = await run(bring, "categories", str(bad))
    assert (ended.exit_code, ended.stderr.splitlines()[0].startswith("sheet.csv I2 “at once”: A limit")) == (
        1,
        True,
    )
    assert "समय सीमा" in ended.stderr
    steering = as_csv(tmp_path, [{**CATEGORY, "scheme": routed.scheme, "name_en": "\x1b[2JAll is well"}])
    ended = await run(bring, "categories", str(steering))
    assert ("\\x1b[2JAll is well" in ended.stderr, "\x1b" in ended.stderr) == (True, False)
    ended = await run(route, "gaps", routed.scheme, "complaint", "--limit", "3", "--json")
    assert (ended.exit_code, '"missing": ' in ended.stdout) == (0, True)
    assert (await run(route, "gaps", routed.scheme, "file")).exit_code == 2
