"""Second factors over HTTP: enrolled, asked for where the office says so, good once, limited, and reset."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from tests.factories.assistants import assert_verifies, assistant_at, login_of
from tests.factories.factors import Factors
from tests.fixtures.api import PASSWORD, Api, Desk, give_passwords
from tests.integration.api.test_tray import code, confirm, in_hand, prepared


async def decide(desk: Desk, file: str, shown: str | None = None, language: str = "en", key: str | None = None):
    version = await desk.version(file)
    headers = {"Idempotency-Key": key or str(uuid4()), "If-Match": f'"{version}"', "Accept-Language": language}
    if shown is not None:
        headers["X-Second-Factor"] = shown
    body = {"action": "approve", "outcome": "approve"}
    return await desk.send("POST", f"/dockets/{file}/movements", json=body, headers=headers)


async def test_a_person_enrols_and_is_shown_the_secret_once(factors: Factors) -> None:
    officer = await factors.api.desk("officer")
    assert (await officer.get("/me")).json()["second_factor"] == "none"
    begun = await factors.begun("officer")
    assert begun.json()["otpauth"].startswith("otpauth://totp/Practice%20office:officer?secret=")
    assert begun.headers["cache-control"] == "no-store"
    assert (await officer.get("/me")).json()["second_factor"] == "begun"
    wrong = await factors.confirmed("officer", "000000")
    assert (wrong.status_code, code(wrong)) == (403, "second-factor-wrong")
    assert (await factors.confirmed("officer")).json() == {"state": "active"}
    assert (await factors.confirmed("officer")).json() == {"state": "active"}
    assert (await officer.get("/me")).json()["second_factor"] == "active"
    there = await factors.begun("officer")
    assert (there.status_code, code(there)) == (409, "second-factor-there")
    secret = factors.devices["officer"].secret
    stored = await factors.api.office.rows("select encode(sealed, 'escape') from second_factor")
    assert all(secret not in sealed for (sealed,) in stored)
    await assert_verifies(factors.api.office)


async def test_begun_again_before_it_is_confirmed_it_is_another(factors: Factors) -> None:
    await factors.begun("officer")
    first = factors.devices["officer"]
    await factors.begun("officer")
    assert code(await factors.confirmed("officer", first.at(factors.now))) == "second-factor-wrong"
    assert (await factors.confirmed("officer")).status_code == 200
    sealed = await factors.api.office.rows("select sealed is null, ended_at is null from second_factor order by 1")
    assert sealed == [(False, True), (True, False)]


async def test_enrolling_needs_the_password_and_not_only_a_session(factors: Factors) -> None:
    officer = await factors.api.desk("officer")
    answer = await officer.send("POST", "/me/second-factor", json={"password": "stolen session"})
    assert (answer.status_code, code(answer)) == (401, "wrong-log-in")
    none = await factors.api.desk("dc")
    unbegun = await none.send("POST", "/me/second-factor/confirm", json={"code": "123456"})
    assert (unbegun.status_code, code(unbegun)) == (409, "second-factor-not-begun")


async def test_what_decides_asks_for_it_and_nothing_else_does(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    file = await in_hand(factors.api)
    said = set()
    for language in ("en", "hi"):
        answer = await decide(officer, file, language=language)
        assert (answer.status_code, code(answer)) == (403, "second-factor-needed")
        assert answer.json()["field"] == "X-Second-Factor"
        said.add(answer.json()["detail"])
    assert len(said) == 2
    await officer.moved(file, "park", until="2030-01-01", remark="कारण")
    await officer.moved(file, "bring_up")
    assert (await decide(officer, file, factors.shown("officer"))).status_code == 200
    closing = await officer.move(file, "close")
    assert code(closing) == "second-factor-needed"
    await factors.ask()
    assert (await officer.move(file, "close")).status_code == 200


async def test_who_has_none_is_told_to_enrol_in_both_languages(factors: Factors) -> None:
    await factors.ask("deciding")
    file, officer = await in_hand(factors.api), await factors.api.desk("officer")
    for language, word in (("en", "enrol"), ("hi", "जोड़ें")):
        answer = await decide(officer, file, "123456", language)
        assert (answer.status_code, code(answer)) == (403, "second-factor-not-enrolled")
        assert word in answer.json()["detail"]


async def test_a_code_is_used_once(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    first, second = await in_hand(factors.api), await in_hand(factors.api)
    shown = factors.shown("officer")
    assert (await decide(officer, first, shown)).status_code == 200
    for language, word in (("en", "used"), ("hi", "प्रयुक्त")):
        replayed = await decide(officer, second, shown, language)
        assert (replayed.status_code, code(replayed)) == (403, "second-factor-used")
        assert word in replayed.json()["detail"]
    older = await decide(officer, second, factors.shown("officer", steps=-1))
    assert code(older) == "second-factor-used"
    factors.later()
    assert (await decide(officer, second, factors.shown("officer"))).status_code == 200


async def test_one_code_at_once_on_two_files_decides_one(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    files, shown = [await in_hand(factors.api) for _ in range(2)], factors.shown("officer")
    answers = await asyncio.gather(*(decide(officer, file, shown) for file in files))
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert [code(answer) for answer in answers if answer.status_code == 403] == ["second-factor-used"]


async def test_the_code_of_enrolling_decides_nothing_more(factors: Factors) -> None:
    await factors.ask("deciding")
    await factors.begun("officer")
    shown = factors.shown("officer")
    await factors.confirmed("officer", shown)
    answer = await decide(await factors.api.desk("officer"), await in_hand(factors.api), shown)
    assert code(answer) == "second-factor-used"


async def test_a_code_two_steps_old_is_wrong(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    file = await in_hand(factors.api)
    shown = factors.shown("officer")
    factors.later()
    factors.later()
    assert code(await decide(officer, file, shown)) == "second-factor-wrong"
    assert code(await decide(officer, file, factors.shown("officer", steps=2))) == "second-factor-wrong"


async def test_a_refusal_by_the_rules_costs_no_code(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    dear = await in_hand(factors.api, particulars={"head": "N-11016", "subject_class": "expenditure",
        "retention_class": "C", "medium": "electronic", "amount_paise": 2_00_000_00})  # fmt: skip
    file, shown = await in_hand(factors.api), factors.shown("officer")
    assert code(await decide(officer, dear, shown)) == "beyond-competence"
    assert (await decide(officer, file, shown)).status_code == 200


async def test_the_same_key_again_needs_no_second_code(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    file, key = await in_hand(factors.api), str(uuid4())
    version, shown = await officer.version(file), factors.shown("officer")
    headers = {"Idempotency-Key": key, "If-Match": f'"{version}"', "X-Second-Factor": shown}
    body = {"action": "approve", "outcome": "approve"}
    answers = [
        await officer.send("POST", f"/dockets/{file}/movements", json=body, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_one_code_confirms_a_whole_tray(factors: Factors) -> None:
    officer = await factors.enrolled("officer")
    await factors.ask("deciding")
    seat = await assistant_at(factors.api.office, "officer", "prepare")
    give_passwords(factors.api.office.owner_url)
    reader = await factors.api.desk(await login_of(factors.api.office, seat.person))
    items = [await prepared(reader, await in_hand(factors.api), "close") for _ in range(3)]
    without = await confirm(officer, *items)
    assert (without.status_code, code(without)) == (403, "second-factor-needed")
    key, shown = str(uuid4()), {"X-Second-Factor": factors.shown("officer")}
    answers = [await confirm(officer, *items, key=key, **shown) for _ in range(2)]
    for answer in answers:
        assert [one["state"] for one in answer.json()["items"]] == ["carried_out"] * 3, answer.text
    another = await prepared(reader, await in_hand(factors.api), "close")
    assert code(await confirm(officer, another, **shown)) == "second-factor-used"
    harmless = await prepared(reader, await in_hand(factors.api), "park", until="2030-01-01", remark="कारण")
    assert (await confirm(officer, harmless)).json()["items"][0]["state"] == "carried_out"
    await assert_verifies(factors.api.office)


async def test_confirming_what_another_proposed_asks_for_it_and_proposing_does_not(factors: Factors) -> None:
    superintendent, officer = await factors.enrolled("superintendent"), await factors.enrolled("officer")
    file = await in_hand(factors.api, "superintendent")
    await superintendent.moved(file, "close")
    await factors.ask("deciding")
    await superintendent.moved(file, "reopen", remark="कारण")
    assert code(await officer.move(file, "confirm")) == "second-factor-needed"
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{await officer.version(file)}"'}
    headers["X-Second-Factor"] = factors.shown("officer")
    answer = await officer.send("POST", f"/dockets/{file}/movements", json={"action": "confirm"}, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_wrong_codes_are_limited_for_the_person_and_entered(factors: Factors) -> None:
    officer, dc = await factors.enrolled("officer"), await factors.enrolled("dc")
    await factors.ask("deciding")
    file = await in_hand(factors.api)
    wrong = f"{(int(factors.shown('officer')) + 1) % 10**6:06}"
    assert [code(await decide(officer, file, wrong)) for _ in range(10)] == ["second-factor-wrong"] * 10
    for language, word in (("en", "wrong codes"), ("hi", "ग़लत कोड")):
        late = await decide(officer, file, factors.shown("officer"), language)
        assert (late.status_code, code(late)) == (429, "too-many-codes")
        assert int(late.headers["retry-after"]) > 0
        assert word in late.json()["detail"]
    other = await in_hand(factors.api, "dc", particulars={"head": "N-11016", "subject_class": "expenditure",
        "retention_class": "C", "medium": "electronic", "amount_paise": 100})  # fmt: skip
    assert (await decide(dc, other, factors.shown("dc"))).status_code == 200
    parts = factors.api.app.state.parts
    assert await parts.access.flush(parts.identity.epoch)
    sql = (
        "select count(*) from audit_entry where convert_from(data, 'UTF8') like '%%access:second-factor.failed%%'"
    )
    assert await factors.api.office.one(sql) == 10


async def test_a_code_that_is_none_is_refused_by_its_header(factors: Factors) -> None:
    officer, file = await factors.enrolled("officer"), await in_hand(factors.api)
    answer = await decide(officer, file, "12 345")
    assert (answer.status_code, code(answer), answer.json()["field"]) == (400, "bad-code", "X-Second-Factor")


async def test_logging_in_asks_for_it_where_the_office_does(factors: Factors) -> None:
    await factors.enrolled("officer")
    await factors.ask("log_in")
    without = await factors.log_in("officer")
    assert (without.status_code, code(without)) == (403, "second-factor-needed")
    shown = factors.shown("officer")
    assert (await factors.log_in("officer", shown)).status_code == 200
    assert code(await factors.log_in("officer", shown)) == "second-factor-used"
    async with factors.api.new_client() as page:
        body = {"login": "officer", "password": PASSWORD}
        assert (await page.post("/api/v1/session", json=body)).status_code == 403
    wrong = await factors.api.client.post(
        "/api/v1/token", data={"username": "officer", "password": "wrong"}, headers={"X-Second-Factor": shown}
    )
    assert (wrong.status_code, code(wrong)) == (401, "wrong-log-in")


async def test_who_has_none_is_let_in_to_enrol_and_to_nothing_else(factors: Factors) -> None:
    await factors.api.desk("administrator")
    await factors.ask("log_in")
    desk = await factors.api.desk("clerk")
    for language, word in (("en", "enrol"), ("hi", "जोड़ें")):
        answer = await desk.get("/inbox", headers={"Accept-Language": language})
        assert (answer.status_code, code(answer)) == (403, "second-factor-to-enrol")
        assert word in answer.json()["detail"]
    assert (await desk.register()).status_code == 403
    me = (await desk.get("/me")).json()
    assert (me["second_factor"], me["second_factor_asked"]) == ("none", ["log_in"])
    await factors.enrolled("clerk")
    assert (await desk.get("/inbox")).status_code == 200


async def test_an_administrator_resets_it_and_the_person_is_out(factors: Factors) -> None:
    officer, administrator = await factors.enrolled("officer"), await factors.api.desk("administrator")
    office, person = factors.api.office, factors.api.office.seats["officer"].person
    barred = await officer.send("DELETE", f"/people/{person}/second-factor")
    assert (barred.status_code, code(barred)) == (403, "not-allowed")
    for _ in range(2):
        assert (await administrator.send("DELETE", f"/people/{person}/second-factor")).status_code == 204
    assert (await administrator.send("DELETE", f"/people/{uuid4()}/second-factor")).status_code == 404
    assert (await officer.get("/me")).status_code == 401
    row = await office.rows("select sealed, ended_by from second_factor where person = %(p)s", p=person)
    assert row == [(None, office.seats["administrator"].person)]
    del factors.api.desks["officer"], factors.devices["officer"]
    await factors.enrolled("officer")
    sql = "select convert_from(data, 'UTF8') from audit_entry where chain like 'office:%%' order by sequence"
    whats = [data for (data,) in await office.rows(sql) if "office:second-factor." in data]
    said = [data.split("office:second-factor.")[1].split('"')[0] for data in whats]
    assert said == ["begun", "confirmed", "reset", "begun", "confirmed"]
    await assert_verifies(office)


async def test_where_the_office_asks_stands_in_its_chain(factors: Factors) -> None:
    await factors.enrolled("administrator")
    await factors.ask("deciding", "log_in")
    await factors.ask("deciding", "log_in")
    office = factors.api.office
    sql = "select count(*) from audit_entry where convert_from(data, 'UTF8') like '%%office:second-factor.asked%%'"
    assert await office.one(sql) == 1
    set_by = await office.rows("select occasion, asked, set_by from second_factor_asked order by 1")
    by = office.seats["administrator"].person
    assert set_by == [("deciding", True, by), ("log_in", True, by)]
    clerk = await factors.enrolled("clerk")
    barred = await clerk.send("PUT", "/office/second-factor", json={"asked": []})
    assert barred.status_code == 403
    await assert_verifies(office)


async def test_a_server_without_a_key_neither_enrols_nor_asks(api: Api) -> None:
    clerk, administrator = await api.desk("clerk"), await api.desk("administrator")
    enrolling = await clerk.send("POST", "/me/second-factor", json={"password": PASSWORD})
    assert (enrolling.status_code, code(enrolling)) == (409, "second-factor-off")
    asking = await administrator.send("PUT", "/office/second-factor", json={"asked": ["deciding"]})
    assert (asking.status_code, code(asking)) == (409, "second-factor-off")
    assert (await administrator.send("PUT", "/office/second-factor", json={"asked": []})).status_code == 200
