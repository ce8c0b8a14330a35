"""What SQL says of who sees what is what the rules say, for every post and docket of a made-up office."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from eoffice_api.reading import Extent, extent_of
from flows import facts
from flows.rules.visibility import Visibility, visibility_of
from flows.seen_cases import sight_of
from storage import cases, docket_list, docket_page
from storage.pages import Page
from storage.posts import read_posts
from tests.factories.practice_office import POSTS, PracticeOffice
from tests.fixtures.api import COMPLAINT, Api


async def made_up(api: Api) -> dict[str, UUID]:
    """Dockets in every standing: in hand, on the way, held before, closed, proposed, confidential, complaints."""
    administrator = await api.desk("administrator")
    clerk, accountant, hub = [await api.desk(name) for name in ("clerk", "accountant", "hub")]
    made = {"in hand": await clerk.new_file(), "of another office": await (await api.desk("engineer")).new_file()}
    for name, secret in (("sent", "ordinary"), ("sent in confidence", "office-confidential")):
        made[name] = await accountant.new_file(classification=secret)
        await accountant.moved(made[name], "forward", to="junior")
    for name, secret in (("closed", "ordinary"), ("closed in confidence", "office-confidential")):
        made[name] = await clerk.new_file(classification=secret)
        await clerk.moved(made[name], "forward", to="officer", agree=True)
        officer = await api.desk("officer")
        await officer.moved(made[name], "receive")
        await officer.moved(made[name], "close")
    made["to be reassigned"] = await clerk.new_file(classification="office-confidential")
    await administrator.moved(made["to be reassigned"], "reassign", to="accountant", remark="आदेश")
    made["proposed"] = await clerk.new_file()
    superintendent = await api.desk("superintendent")
    await superintendent.moved(made["proposed"], "pull_up", remark="कारण")
    await superintendent.moved(made["proposed"], "close")
    await superintendent.moved(made["proposed"], "reopen", remark="कारण")
    body = {"kind": "complaint", "subject": "पानी", "particulars": COMPLAINT, "text": "नहीं"}
    for name, secret in (("complaint", "ordinary"), ("complaint in confidence", "office-confidential")):
        made[name] = (await hub.register(**body, classification=secret)).json()["id"]
        await hub.moved(made[name], "assign", to="engineer")
    for accused in ("superintending", "officer", "arbiter"):
        against = {**COMPLAINT, "accused": str(api.office.post(accused))}
        made[f"against {accused}"] = (await hub.register(**{**body, "particulars": against})).json()["id"]
        await hub.moved(made[f"against {accused}"], "assign", to="stranger")
    return {name: UUID(docket) for name, docket in made.items()}


async def seen_by(office: PracticeOffice, name: str) -> Visibility:
    seat = office.seats[name]
    async with office.database.querying() as driver:
        found = await read_posts(driver, office.database.posts, [seat.post])
    post = facts.posts_of(found)[seat.post]
    return visibility_of(seat.person, post)


@pytest.mark.timeout(120)
async def test_sql_and_rules_agree_on_who_sees_what(api: Api) -> None:
    dockets = await made_up(api)
    found: dict[tuple[str, str], str] = {}
    for who in POSTS:
        seen = await seen_by(api.office, who)
        async with api.office.database.querying() as driver:
            listed = await docket_list.dockets(driver, seen, Page(1000))
            in_list = {row["id"]: row["sight"] for row in listed}
            for name, docket in dockets.items():
                question = cases.Question(docket, seen.post, frozenset())
                facts_found = await cases.read_facts(driver, api.office.database.posts, question)
                assert facts_found is not None
                by_rule, until = sight_of(facts_found.docket, facts.posts_of(facts_found.posts), seen)
                row = await docket_page.standing(driver, seen, docket)
                by_sql = row["sight"] if row else "nothing"
                assert (by_sql, in_list.get(docket, "nothing")) == (by_rule, by_rule), (who, name)
                if row is not None and by_rule == "until":
                    assert row["last_act"] == until
                found[who, name] = by_rule
    assert set(found.values()) == {"all", "until", "movements", "nothing"}
    assert found["administrator", "to be reassigned"] == "movements", "whoever proposes it reads nothing by that"
    apart = {found[who, "against superintending"] for who in ("superintending", "engineer", "junior")}
    assert apart == {"nothing"}, "who is complained of and those under him see nothing of it"
    assert len(found) == len(list(product(POSTS, dockets)))


def test_who_was_named_and_never_acted_reads_no_note() -> None:
    extent = extent_of({"sight": "until", "last_act": None})
    assert extent.until is not None
    assert extent.until.year == 1
    assert extent_of({"sight": "all", "last_act": None}) == Extent(True, None)
    assert not extent_of({"sight": "movements", "last_act": None}).texts
