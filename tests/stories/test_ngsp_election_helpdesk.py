"""Lives of what citizens say to the election help desk of Jharkhand (1950 and the grievance portal)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.rules.known_schemes import shipped_schemes
from tests.factories.stories import SAID, Story, Teller

SCHEME = "ngsp-election-helpdesk"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def missing_name(here: Teller) -> Story:
    """A voter's name is not in the roll; a help-desk manager has accepted his complaint."""
    complaint = await here.hears("मतदाता सूची में मेरा नाम नहीं है।", "name-missing", place="ranchi")
    return await complaint.goes_to("manager")


async def rumour(here: Teller) -> Story:
    """A citizen passes a message on that the polls were put off; the rumour desk checks it."""
    report = await here.hears("संदेश है कि मतदान टल गया।", "message", kind="rumour", place="dumka")
    return await report.goes_to("checker")


async def bribe(here: Teller) -> Story:
    """Somebody who does not say who he is sends a picture of liquor that is handed out."""
    return await here.hears(
        "गाँव में शराब बाँटी जा रही है।",
        "inducement",
        kind="c_vigil",
        place="giridih",
        channel="app",
        identity="anonymous",
    )


def label_of(kind: str, state: str) -> str:
    """What the scheme calls a state."""
    return shipped_schemes()[SCHEME].table_of(kind).by_state[state].label[0]


async def test_a_complaint_is_accepted_replied_to_and_disposed_of(here: Teller) -> None:
    """The states of the portal by their own names: new, assigned, accepted, replied, disposed of."""
    complaint = await here.hears("पहचान पत्र नहीं मिला।", "card-not-sent", place="bokaro")
    seen = [(await complaint.life.row())["state"]]
    for who, action, given in (
        ("desk", "assign", {"to": "manager"}),
        ("manager", "receive", {}),
        ("manager", "reply", {"remark": "पहचान पत्र डाक से भेज दिया गया।"}),
        ("caller", "satisfied", {"remark": "पहचान पत्र मिल गया।"}),
    ):
        await complaint.does(who, action, **given)
        seen.append((await complaint.life.row())["state"])
    assert [label_of("complaint", state) for state in seen] == [
        "new",
        "assigned",
        "accepted",
        "replied",
        "disposed of",
    ]


async def test_the_desk_has_forty_eight_hours(here: Teller) -> None:
    """48 hours by the clock on the wall, Sundays and nights too; then it is escalated, in a state of that name."""
    complaint = await missing_name(here)
    assert await complaint.due("level") == 48 * HOUR
    complaint.after(hours=48, minutes=1)
    await complaint.the_clock("escalate")
    await complaint.stands("escalated", with_="officer", level=2)
    assert label_of("complaint", "escalated") == "escalated"
    await complaint.does("officer", "receive")
    await complaint.stands("in_work", with_="officer")


async def test_a_complaint_is_rejected_by_two_people_in_a_state_of_its_own(here: Teller) -> None:
    """Rejected is not disposed of: it has a ground, a second person, and its own name."""
    complaint = await missing_name(here)
    await complaint.does("manager", "reject", ground="elsewhere", remark="राशन कार्ड का विषय है।")
    await complaint.refuses("same-person", "manager", "confirm")
    await complaint.does("officer", "confirm")
    await complaint.stands("rejected", ended="rejected")


async def test_what_a_citizen_withdraws_is_dropped(here: Teller) -> None:
    """Dropped: the citizen found his name himself. The manager who has it may not say so for him."""
    complaint = await missing_name(here)
    await complaint.does("caller", "withdraw", remark="नाम मिल गया।")
    await complaint.stands("dropped", ended="withdrawn")


async def test_from_each_of_its_ends_a_citizen_may_have_it_reopened(here: Teller) -> None:
    """Within seven days, once; what is open again has new clocks."""
    complaint = await missing_name(here)
    await complaint.does("caller", "withdraw", remark="नाम मिल गया।")
    complaint.after(days=2)
    await complaint.does("caller", "reopen", remark="वह दूसरे व्यक्ति का नाम था।")
    await complaint.stands("assigned", with_="manager")
    assert await complaint.due("citizen") == 96 * HOUR
    await complaint.does("caller", "withdraw", remark="अब मिल गया।")
    await complaint.refuses("reopened-too-often", "caller", "reopen", remark="फिर से।")


async def test_who_is_not_satisfied_is_heard_by_the_district_election_officer(here: Teller) -> None:
    """After a word of dissatisfaction it is the next level's."""
    complaint = await missing_name(here)
    await complaint.does("manager", "reply", remark="नाम जोड़ दिया गया।")
    await complaint.does("caller", "not_satisfied", remark="सूची में अब भी नहीं है।")
    await complaint.stands("assigned", with_="officer", level=2)


async def test_a_suggestion_is_digitised_and_answered(here: Teller) -> None:
    """The head office sees what citizens say, suggestions too: who oversees reads each, and each is answered."""
    suggestion = await here.hears("केंद्र पर छाया हो।", "service", kind="suggestion", place="gumla")
    await suggestion.goes_to("manager")
    await suggestion.does("arbiter", "escalate", to="officer", remark="अच्छा सुझाव है।")
    await suggestion.does("officer", "receive")
    await suggestion.does("officer", "dispose", remark="सभी केंद्रों पर छाया की व्यवस्था होगी।")
    await suggestion.stands("closed", ended="disposed")


async def test_feedback_that_says_nothing_is_dropped_with_the_reason(here: Teller) -> None:
    """Dropped is an end of its own, for what is no complaint and needs no answer."""
    feedback = await here.hears("अच्छा।", "praise", kind="feedback", place="pakur", identity="anonymous")
    await feedback.goes_to("manager")
    await feedback.refuses("needs-reason", "manager", "drop")
    await feedback.does("manager", "drop", remark="उत्तर अपेक्षित नहीं।")
    await feedback.stands("dropped", ended="dropped")


async def test_a_rumour_is_answered_only_with_a_published_correction(here: Teller) -> None:
    """The rumour desk: reported, checked, and answered with the correction that was published."""
    report = await rumour(here)
    await report.refuses("wrong-state", "checker", "dispose", remark="यह अफ़वाह है।")
    await report.does("checker", "check", remark="आयोग से पूछा; मतदान नहीं टला।")
    await report.stands("checked", with_="checker")
    await report.refuses("lacks-evidence", "checker", "dispose", remark="यह अफ़वाह है।")
    await report.does("checker", "add_document", document="correction")
    await report.does("checker", "dispose", remark="खंडन प्रकाशित किया गया।")
    await report.stands("closed", ended="disposed")


async def test_what_is_true_is_no_rumour(here: Teller) -> None:
    """What is found to be true is closed as such, and nothing is corrected."""
    report = await rumour(here)
    await report.does("checker", "drop", remark="केंद्र वास्तव में बदला गया है।")
    await report.stands("found_true", ended="dropped")


async def test_a_finding_is_looked_at_again_before_it_is_published(here: Teller) -> None:
    """The hub may have a finding checked once more; what was found stays on record."""
    report = await rumour(here)
    await report.does("checker", "check", remark="अफ़वाह है।")
    await report.does("desk", "recheck", remark="ज़िला पदाधिकारी से भी पूछें।")
    await report.stands("in_work", with_="checker")
    await report.does("checker", "check", remark="पदाधिकारी ने भी खंडन किया।")
    await report.stands("checked")


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("ask_c_vigil", "how-to-report"),
        ("ask_kyc", "affidavit"),
        ("ask_suvidha", "permission"),
        ("ask_saksham", "aid"),
        ("information", "where-to-vote"),
    ],
)
async def test_a_question_under_each_knowledge_page_is_a_kind_of_its_own(
    here: Teller, kind: str, category: str
) -> None:
    """Requests under c-VIGIL, KYC, Suvidha and Saksham have numbers of their own, and are answered in 48 hours."""
    question = await here.hears("कृपया जानकारी दें।", category, kind=kind, place="khunti")
    await question.goes_to("manager")
    assert await question.due("level") == 48 * HOUR
    await question.does("manager", "dispose", remark="विवरण भेजा गया।")
    await question.stands("closed", ended="disposed")
    prefix = shipped_schemes()[SCHEME].kinds[kind].number.split("{")[0]
    assert question.life.number.startswith(prefix)


async def test_no_two_kinds_share_a_series(here: Teller) -> None:
    """A complaint, a suggestion and a question are counted apart."""
    found = {kind.number for kind in shipped_schemes()[here.scheme].kinds.values()}
    assert len(found) == len(shipped_schemes()[here.scheme].kinds)


async def test_a_complaint_is_never_dropped_by_the_manager(here: Teller) -> None:
    """What is a complaint is replied to, rejected by two, or withdrawn by the citizen: it is not dropped."""
    complaint = await missing_name(here)
    await complaint.refuses("unknown-action", "manager", "drop", remark=SAID)
    await complaint.stands("in_work", with_="manager")


async def test_a_picture_is_assigned_looked_at_and_decided_within_a_hundred_minutes(here: Teller) -> None:
    """As c-VIGIL asks: five minutes to assign, fifteen to reach the place, thirty to look, fifty to decide."""
    report = await bribe(here)
    assert await report.due("citizen") == 100 * MINUTE
    report.after(minutes=4)
    await report.goes_to("unit")
    await report.stands("in_work", with_="unit", level=2)
    assert (await report.due("attend"), await report.due("level")) == (19 * MINUTE, 49 * MINUTE)
    report.after(minutes=12)
    await report.does("unit", "attend", remark="दस्ता पहुँच गया।")
    await report.does("unit", "add_document", document="picture")
    report.after(minutes=20)
    await report.does("unit", "put_up", remark="दो पेटी शराब मिली।")
    await report.stands("put_up", with_="officer", level=3)
    assert await report.due("level") == 86 * MINUTE
    await report.does("officer", "take_up")
    await report.does("officer", "dispose", remark="प्राथमिकी दर्ज की गई।")
    await report.stands("closed", ended="disposed")


async def test_what_the_control_room_lets_lie_for_five_minutes_climbs(here: Teller) -> None:
    """At the fifth minute it is not late; a minute later it is before the post above the control room."""
    report = await bribe(here)
    report.after(minutes=5)
    await report.the_clock("escalate", refused="not-overdue")
    report.after(minutes=1)
    await report.the_clock("escalate")
    await report.stands("put_up", with_="nodal", level=2)
    assert await report.due("level") == (6 + 45) * MINUTE
    await report.does("nodal", "take_up")
    await report.does("nodal", "transfer", to="unit", remark="तत्काल जाएँ।")
    assert await report.due("level") == (6 + 45) * MINUTE


async def test_a_field_unit_that_is_late_is_heard_no_more(here: Teller) -> None:
    """It is warned a quarter of an hour before; after it the returning officer decides with what there is."""
    report = await bribe(here)
    await report.goes_to("unit")
    report.after(minutes=29)
    await report.the_clock("warn", refused="no-warning-due")
    report.after(minutes=2)
    await report.the_clock("warn")
    report.after(minutes=15)
    await report.the_clock("escalate")
    await report.stands("put_up", with_="officer", level=3)
    await report.does("officer", "take_up")
    await report.does("officer", "drop", remark="स्थल पर कुछ नहीं मिला।")
    await report.stands("dropped", ended="dropped")


async def test_a_field_unit_reports_with_a_picture_and_decides_nothing(here: Teller) -> None:
    """Without a picture from the place there is no report, and who looked is not who decides."""
    report = await bribe(here)
    await report.goes_to("unit")
    await report.refuses("lacks-evidence", "unit", "put_up", remark="कुछ नहीं मिला।")
    await report.refuses("wrong-state", "unit", "dispose", remark="कुछ नहीं मिला।")
    await report.refuses("wrong-state", "unit", "drop", remark="कुछ नहीं मिला।")
