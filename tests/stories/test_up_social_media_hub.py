"""Lives of posts to, and of what is published by, the handles of Uttar Pradesh's social media hub."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.rules.errors import Refused
from flows.rules.known_schemes import shipped_schemes
from tests.factories.stories import SAID, Story, Teller

SCHEME = "up-social-media-hub"
NOTICE = {"head": "DEPT", "subject_class": "notice", "retention_class": "D", "medium": "electronic"}


async def post(here: Teller, **given: str) -> Story:
    """Somebody writes to the energy department's handle; its officer has the post."""
    said = await here.hears(
        "@विभाग दो दिन से बिजली नहीं है।",
        "energy-post",
        **{"kind": "department_handle", "channel": "x", "place": "lucknow", "identity": "anonymous"} | given,
    )
    return await said.goes_to("l1")


async def solved(here: Teller) -> Story:
    """The officer had the fault mended and reports it to the hub."""
    said = await post(here)
    return await said.does("l1", "reply", remark="ट्रांसफार्मर बदल दिया गया।")


async def draft(here: Teller) -> Story:
    """One of the team writes what the department's handle is to say; the editor reads it."""
    notice = await here.opens("बिजली कटौती की सूचना", by="writer", kind="outgoing", **NOTICE)
    return await notice.puts_up("writer", "editor", "रविवार को दो घंटे आपूर्ति बंद रहेगी।")


async def test_a_post_is_solved_answered_on_its_thread_and_found_good(here: Teller) -> None:
    """A post that mentions a handle: registered, given, solved, answered on the same thread, feedback."""
    said = await solved(here)
    await said.does("desk", "answer_on_thread", remark="आपकी समस्या का समाधान कर दिया गया है।")
    await said.stands("answered")
    await said.does("caller", "satisfied", remark="धन्यवाद!")
    await said.stands("closed", ended="satisfied")


async def test_nobody_is_asked_before_he_was_answered_in_public(here: Teller) -> None:
    """The citizen is answered on the thread first; only then is his feedback taken."""
    said = await solved(here)
    await said.refuses("wrong-state", "caller", "satisfied", remark="ठीक।")
    await said.refuses("wrong-state", "caller", "record_attempt")


async def test_only_the_hub_answers_on_the_thread(here: Teller) -> None:
    """The department solves and reports; the handle is the hub's, and so is what is said there."""
    said = await solved(here)
    await said.refuses("lacks-power", "l1", "answer_on_thread", remark="हो गया।")
    await said.refuses("needs-remark", "desk", "answer_on_thread")


async def test_the_department_s_officer_is_told(here: Teller) -> None:
    """With the assignment an e-mail to the officer's post stands in the outbox, in the same transaction."""
    said = await post(here)
    sql = "select purpose, channel, state from outbox where docket = %(d)s and channel = 'email'"
    assert await here.office.rows(sql, d=said.life.docket) == [("complaint.assign", "email", "waiting")]


async def test_a_post_to_each_department_s_handle_has_its_department(here: Teller) -> None:
    """Thirty departments, each with a handle: every category belongs to one of them."""
    kind = shipped_schemes()[SCHEME].kinds["department_handle"]
    assert len(kind.departments) == 30
    assert {category.department for category in kind.categories.values()} == kind.departments.keys()


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [("department_handle", "SMH-2"), ("district_handle", "SMH-D-"), ("minister_handle", "SMH-M-")],
)
async def test_ministers_and_districts_have_handles_too(here: Teller, kind: str, prefix: str) -> None:
    """What is written to a minister or a district is a kind of its own with its own numbers."""
    said = await post(here, kind=kind)
    assert said.life.number.startswith(prefix)
    await said.stands("in_work", with_="l1")


async def test_what_a_minister_was_written_is_passed_on_once(here: Teller) -> None:
    """A post to a minister goes from one department to another once; after that the arbiter decides."""
    said = await post(here, kind="minister_handle")
    await said.does("l1", "transfer", to="neighbour", remark="दूसरे कार्यालय का क्षेत्र।")
    await said.refuses("hop-limit", "neighbour", "transfer", to="l1", remark="हमारा नहीं।")
    await said.does("arbiter", "assign_finally", to="l2", remark="अधीक्षण अभियंता देखें।")
    await said.stands("assigned", with_="l2")


async def test_a_conversation_s_later_posts_join_it(here: Teller) -> None:
    """What the citizen writes further on the thread is added; a question is answered there."""
    said = await post(here)
    await said.does("l1", "ask", remark="कृपया उपभोक्ता संख्या बताएँ।")
    await said.does("caller", "answer", channel="x", remark="संख्या १२३४५ है।")
    await said.does("caller", "add", channel="x", remark="अब पूरे मोहल्ले में अँधेरा है।")
    assert (await said.told())["channel"] == "x"
    await said.stands("in_work", with_="l1")


async def test_who_is_not_content_is_heard_higher(here: Teller) -> None:
    """Feedback comes back: dissatisfied, the head of the department has it next."""
    said = await solved(here)
    await said.does("desk", "answer_on_thread", remark="समाधान हो गया।")
    await said.does("caller", "not_satisfied", remark="अब भी बिजली नहीं है।")
    await said.stands("assigned", with_="l2", level=2)


async def test_who_does_not_answer_is_counted_apart(here: Teller) -> None:
    """Silence is no consent: it is closed unheard after two attempts on two days."""
    said = await solved(here)
    await said.does("desk", "answer_on_thread", remark="क्या समस्या दूर हुई?")
    await said.does("caller", "record_attempt")
    await said.the_clock("close_unheard", refused="attempts-missing")
    await said.after(days=1).does("caller", "record_attempt")
    await said.the_clock("close_unheard")
    await said.stands("closed", ended="unheard")


async def test_abuse_is_rejected_by_two(here: Teller) -> None:
    """No one at the hub or in a department closes a post alone."""
    said = await post(here)
    await said.does("l1", "reject", ground="abuse", remark="केवल अभद्र टिप्पणी।")
    await said.does("arbiter", "confirm")
    await said.stands("closed", ended="rejected")


async def test_a_telephone_stands_beside_the_handles(here: Teller) -> None:
    """A toll-free number stands beside them; another way in is not known."""
    said = await post(here, channel="toll_free", identity="named")
    await said.stands("in_work")
    with pytest.raises(Refused) as refused:
        await post(here, channel="telegraph")
    assert refused.value.refusal.field == "channel"


async def test_what_a_handle_says_is_drafted_approved_and_published(here: Teller) -> None:
    """Outgoing information: one of the team drafts, the editor approves and publishes; each is named."""
    notice = await draft(here)
    await notice.decides("editor")
    await notice.does("editor", "publish", remark="सुबह नौ बजे।")
    await notice.stands("closed", ended="closed")
    sql = """select by_post from movement
        where docket = %(d)s and act in ('note', 'approve', 'close') order by sequence"""
    writers = [here.office.name_of(row[0]) for row in await here.office.rows(sql, d=notice.life.docket)]
    assert writers == ["writer", "editor", "editor"]


async def test_nothing_is_published_without_an_approval(here: Teller) -> None:
    """Neither what nobody decided on, nor what was only discussed, nor what was rejected."""
    notice = await draft(here)
    await notice.refuses("needs-approval", "editor", "publish")
    for outcome in ("discuss", "reject"):
        await notice.decides("editor", outcome, remark=SAID)
        await notice.refuses("needs-approval", "editor", "publish")
    await notice.does("editor", "drop", remark="तथ्य ठीक नहीं।")
    await notice.stands("not_published", ended="closed")


async def test_a_statement_is_approved_by_the_director(here: Teller) -> None:
    """Who may decide is a table: a notice is the editor's, a statement the director's."""
    statement = await here.opens(
        "वक्तव्य", by="colleague", kind="outgoing", **NOTICE | {"subject_class": "statement"}
    )
    await statement.puts_up("colleague", "editor", "प्रस्तावित वक्तव्य।")
    sql = "select n.id from note n where n.docket = %(d)s"
    basis = await here.office.one(sql, d=statement.life.docket)
    await statement.refuses("beyond-competence", "editor", "approve", outcome="approve", basis=basis)
    await statement.puts_up("editor", "director", "कृपया अनुमोदन दें।")
    await statement.decides("director", "approve_as_amended")
    await statement.does("director", "publish")
    await statement.stands("closed", ended="closed")


async def test_a_department_has_three_days(here: Teller) -> None:
    """Assumed: three days at the department, four at its head; what is late climbs by itself."""
    said = await post(here)
    assert await said.due("level") == timedelta(days=3)
    said.after(days=3, minutes=1)
    await said.the_clock("escalate")
    await said.stands("assigned", with_="l2", level=2)
