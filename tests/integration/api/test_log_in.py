"""Logging in: tokens for programs, cookies for pages, and the post at which one acts."""

from __future__ import annotations

from uuid import uuid4

from tests.fixtures.api import PASSWORD, Api, give_passwords


async def test_a_token_opens_the_api_until_the_session_ends(api: Api) -> None:
    token = (await api.log_in("clerk")).json()
    assert token["token_type"] == "bearer"
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    me = await api.client.get("/api/v1/me", headers=bearer)
    assert me.json()["login"] == "clerk"
    assert [post["code"] for post in me.json()["posts"]] == ["clerk"]
    assert (await api.client.delete("/api/v1/session", headers=bearer)).status_code == 204
    assert (await api.client.get("/api/v1/me", headers=bearer)).status_code == 401


async def test_no_token_and_a_made_up_one_are_refused_alike(api: Api) -> None:
    bare = await api.client.get("/api/v1/inbox")
    wrong = await api.client.get("/api/v1/inbox", headers={"Authorization": "Bearer made-up"})
    assert bare.status_code == wrong.status_code == 401
    assert bare.json() == wrong.json()
    assert bare.headers["content-type"] == "application/problem+json"


async def test_only_the_hash_of_a_token_is_stored(api: Api) -> None:
    token = (await api.log_in("clerk")).json()["access_token"]
    sums = await api.office.rows("select encode(token_sha256, 'escape') from login_session")
    assert sums
    assert all(token not in found for (found,) in sums)


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(api: Api) -> None:
    unknown = await api.log_in(f"nobody-{uuid4()}")
    wrong = await api.log_in("auditor", "wrong")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()


async def test_a_name_that_no_database_can_hold_is_only_a_wrong_log_in(api: Api) -> None:
    assert (await api.log_in("cl\0erk")).status_code == 401
    assert (await api.log_in("c" * 5_000)).status_code == 401


async def test_a_person_who_was_shut_out_is_out_at_once(api: Api) -> None:
    bearer = {"Authorization": f"Bearer {(await api.log_in('vacant')).json()['access_token']}"}
    async with api.office.database.writing() as driver:
        await driver.execute("update person set disabled = true where login = 'vacant'")
        await driver.commit()
    assert (await api.client.get("/api/v1/me", headers=bearer)).status_code == 401
    assert (await api.log_in("vacant")).status_code == 401


async def test_failed_log_ins_are_limited_for_the_name_and_not_for_others(api: Api) -> None:
    login = f"guessed-{uuid4()}"
    answers = [(await api.log_in(login)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    late = await api.log_in(login)
    assert int(late.headers["retry-after"]) > 0
    assert (await api.log_in("clerk")).status_code == 200


async def test_a_page_needs_its_csrf_token_for_whatever_changes_something(api: Api) -> None:
    async with api.new_client() as page:
        begun = await page.post("/api/v1/session", json={"login": "clerk", "password": PASSWORD})
        cookie = begun.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "secure" not in cookie  # loopback over plain HTTP
        assert (await page.get("/api/v1/me")).status_code == 200
        without = await page.delete("/api/v1/session")
        assert (without.status_code, without.json()["type"]) == (403, "urn:patravali:problem:csrf")
        wrong = await page.delete("/api/v1/session", headers={"X-CSRF-Token": "wrong"})
        assert wrong.status_code == 403
        right = await page.delete("/api/v1/session", headers={"X-CSRF-Token": begun.json()["csrf"]})
        assert right.status_code == 204


async def test_the_cookie_is_for_https_only_beyond_this_machine(api: Api) -> None:
    async with api.new_client() as page:
        begun = await page.post(
            "https://office.example/api/v1/session", json={"login": "clerk", "password": PASSWORD}
        )
    assert "secure" in begun.headers["set-cookie"].lower()


async def test_a_cookies_token_does_not_pass_as_a_bearer_token(api: Api) -> None:
    """Else a page's session could be used without its CSRF token."""
    async with api.new_client() as page:
        await page.post("/api/v1/session", json={"login": "clerk", "password": PASSWORD})
        token = page.cookies["patravali_session"]
    answer = await api.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_who_sits_at_two_posts_says_at_which_he_acts(api: Api) -> None:
    desk = await api.desk("sanctioner")
    alone = await desk.get("/inbox")
    assert alone.status_code == 200
    added = await api.office.same_person_at("sanctioner", "record_room")
    unclear = await desk.get("/inbox")
    assert (unclear.status_code, unclear.json()["posts"]) == (400, ["record_room", "sanctioner"])
    for named in (added.code, str(added.post)):
        assert (await desk.get("/inbox", headers={"X-Acting-Post": named})).status_code == 200


async def test_another_persons_post_cannot_be_acted_at(api: Api) -> None:
    desk = await api.desk("clerk")
    answer = await desk.get("/inbox", headers={"X-Acting-Post": "dc"})
    assert (answer.status_code, answer.json()["field"]) == (403, "X-Acting-Post")


async def test_who_holds_no_post_can_only_see_himself(api: Api) -> None:
    person = await api.office.new_person()
    login = await api.office.one("select login from person where id = %(p)s", p=person)
    give_passwords(api.office.owner_url)
    desk = await api.desk(login)
    assert (await desk.get("/me")).json()["posts"] == []
    assert (await desk.get("/inbox")).status_code == 403


async def test_every_answer_says_that_this_is_a_practice_office(api: Api) -> None:
    desk = await api.desk("clerk")
    for path in ("/healthz", "/nowhere", "/api/v1/me", "/metrics", "/docs"):
        assert (await api.client.get(path)).headers["patravali-practice"] == "true"
    assert (await desk.get("/me")).json()["practice"] is True


async def test_log_ins_and_failures_stand_in_the_access_chain(api: Api) -> None:
    await api.log_in("clerk")
    await api.log_in("clerk", "wrong")
    parts = api.app.state.parts
    await parts.access.flush(parts.identity.epoch)
    entries = await api.office.rows(
        "select convert_from(data, 'UTF8') from audit_entry where chain like 'access:%%' order by sequence"
    )
    whats = " ".join(data for (data,) in entries)
    assert '"what":"access:login"' in whats
    assert '"what":"access:login.failed"' in whats
    assert PASSWORD not in whats
