"""Lives of complaints on the CM Helpline 181 in the district of Damoh (Madhya Pradesh)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.rules.errors import Refused
from tests.factories.stories import SAID, Story, Teller

SCHEME = "mp-cm-helpline-181"
DAY = timedelta(days=1)


async def handpump(here: Teller) -> Story:
    """A village's hand pump does not give water; the officer at the first level has it."""
    complaint = await here.hears("तीन दिन से हैंडपंप बंद है।", "handpump", place="hatta")
    return await complaint.goes_to("l1")


async def redressed(here: Teller) -> Story:
    """The officer mended it and sends his report with a photograph."""
    complaint = await handpump(here)
    await complaint.does("l1", "attend", remark=SAID)
    await complaint.does("l1", "add_document", document="site_photo")
    return await complaint.does("l1", "reply", remark="पाइप बदलकर हैंडपंप चालू कर दिया गया।")


async def test_a_complaint_is_redressed_and_the_citizen_is_satisfied(here: Teller) -> None:
    """The road that most take: heard, attended, redressed, read by the cell, closed with satisfaction."""
    complaint = await redressed(here)
    await complaint.does("reviewer", "accept_reply")
    await complaint.does("caller", "satisfied", remark="पानी आ रहा है, धन्यवाद।")
    await complaint.stands("closed", ended="satisfied")


async def test_it_is_attended_the_very_next_day(here: Teller) -> None:
    """Attended the very next day is expected of every complaint: by the close of Tuesday, six in the evening."""
    complaint = await handpump(here)
    assert await complaint.due("attend") == DAY + timedelta(hours=8)
    complaint.after(days=1)
    await complaint.does("l1", "attend", remark="सरपंच से फ़ोन पर बात की गई।")
    await complaint.stands("in_work", with_="l1")
    assert await complaint.life.office.one(
        "select ended is not null from clock where docket = %(d)s and sort = 'attend'", d=complaint.life.docket
    )


async def test_two_grievances_of_one_call_become_two_complaints(here: Teller) -> None:
    """Four days on, the officer of the hand pump finds that the water of the well is complained of too.

    It goes to an officer of its own, for whom the clock begins; the citizen waits since his call.
    """
    pump = await handpump(here)
    pump.after(days=4)
    split = {
        "subject": "कुएँ का पानी",
        "text": "और कुएँ के पानी से बदबू आती है।",
        "category": "dirty-water",
        "remark": SAID,
    }
    water = await pump.bears("l1", "split", to="neighbour", place="damoh", **split)
    here.begun.append(water)
    await water.stands("assigned", with_="neighbour", level=1)
    assert (await pump.due("level"), await water.due("level")) == (7 * DAY, 7 * DAY)
    assert (await pump.due("citizen"), await water.due("citizen")) == (45 * DAY, 30 * DAY)
    await water.refuses("split-off-itself", "desk", "split", to="l1", **split)
    await water.does("neighbour", "receive")
    await pump.stands("in_work", with_="l1")


async def test_each_category_has_its_own_limit_at_each_level(here: Teller) -> None:
    """A hand pump has 7, 7, 10 and 15 days at the four levels, dirty water 3, 5, 7 and 10."""
    pump, water = await handpump(here), await here.hears("पानी से बदबू आती है।", "dirty-water", place="damoh")
    await water.goes_to("l1")
    assert (await pump.due("level"), await water.due("level")) == (7 * DAY, 3 * DAY)
    water.after(days=3, hours=1)
    await water.the_clock("escalate")
    assert await water.due("level") == 3 * DAY + timedelta(hours=1) + 5 * DAY
    await water.stands("assigned", with_="l2", level=2)


async def test_l1_proposes_special_closing_and_only_l3_decides(here: Teller) -> None:
    """Special close: L1 or L2 proposes, L3 decides. The officer's own superior at L2 may not."""
    complaint = await handpump(here)
    await complaint.does("l1", "propose_special_close", ground="court", remark="प्रकरण न्यायालय में विचाराधीन है।")
    await complaint.refuses("below-deciding", "l2", "approve_special_close", remark="ठीक है।")
    await complaint.does("l3", "approve_special_close", remark="वाद की प्रति देखी।")
    await complaint.stands("closed", ended="special")


async def test_l2_proposes_special_closing_and_l3_refuses(here: Teller) -> None:
    """L2 may propose too; what L3 refuses is in work again with the officer, and its clock ran on."""
    complaint = await here.hears("नामांतरण नहीं हुआ।", "mutation", place="patera")
    await complaint.goes_to("l1")
    complaint.after(days=15, hours=1)
    await complaint.the_clock("escalate")
    await complaint.does("l2", "receive")
    due = await complaint.due("level")
    await complaint.does("l2", "propose_special_close", ground="policy", remark="नीति का विषय है।")
    await complaint.does("l3", "refuse_special_close", remark="यह नीति का विषय नहीं है।")
    await complaint.stands("in_work", with_="l2", level=2)
    assert await complaint.due("level") == due


async def test_l3_does_not_propose_special_closing(here: Teller) -> None:
    """What has climbed to the third level is no more closed specially."""
    complaint = await handpump(here)
    for above in ("l2", "l3"):
        await complaint.does("arbiter", "escalate", remark="लगातार विलंब।")
        await complaint.does(above, "receive")
    await complaint.refuses("beyond-level", "l3", "propose_special_close", ground="court", remark=SAID)


async def test_l1_recategorises_within_three_days_and_not_after(here: Teller) -> None:
    """L1 may recategorise within 3 days; the limit is then the new category's, from when his level began."""
    early, late = await handpump(here), await handpump(here)
    early.after(days=2)
    await early.does("l1", "recategorise", to="l1", category="tap-water", remark="नल जल योजना का विषय है।")
    assert (await early.due("level"), await early.due("citizen")) == (7 * DAY, 45 * DAY)
    late.after(days=1, hours=1)
    await late.refuses(
        "recategorise-late", "l1", "recategorise", to="l1", category="tap-water", remark="देर से देखा।"
    )


async def test_from_l3_it_goes_up_by_hand_only_and_for_a_listed_reason(here: Teller) -> None:
    """L3 → L4 only by hand and for listed reasons: the clock never does it, nor a reason of one's own."""
    complaint = await handpump(here)
    for days, above in ((8, "l2"), (8, "l3")):
        complaint.after(days=days)
        await complaint.the_clock("escalate")
        await complaint.does(above, "receive")
    complaint.after(days=60)
    await complaint.the_clock("escalate", refused="by-hand-only")
    await complaint.refuses("unknown-particular", "l4", "escalate", ground="anger", remark="नाराज़गी।")
    await complaint.does("l4", "escalate", ground="funds", remark="राशि राज्य स्तर से चाहिए।")
    await complaint.stands("assigned", with_="l4", level=4)
    assert (await complaint.told())["ground"] == "funds"


async def test_a_reply_of_poor_quality_comes_back_with_its_mark(here: Teller) -> None:
    """Closure of poor quality counts against the district: the mark is kept, and the citizen's clock runs on."""
    complaint = await redressed(here)
    citizen = await complaint.due("citizen")
    complaint.after(days=2)
    await complaint.refuses("missing", "reviewer", "send_reply_back", remark="अधूरा।")
    await complaint.does("reviewer", "send_reply_back", quality="not_done", remark="काम नहीं हुआ।")
    assert (await complaint.told())["quality"] == "not_done"
    await complaint.stands("in_work", with_="l1", level=1)
    assert await complaint.due("citizen") == citizen
    assert await complaint.due("level") == 9 * DAY


async def test_who_is_not_satisfied_is_heard_at_the_next_level(here: Teller) -> None:
    """The officer who replied never asks the citizen himself; a word of dissatisfaction takes it up."""
    complaint = await redressed(here)
    await complaint.does("reviewer", "accept_reply")
    await complaint.refuses("officer-concerned", "l1", "satisfied", remark="संतुष्ट।")
    await complaint.does("caller", "not_satisfied", remark="पानी अब भी नहीं आता।")
    await complaint.stands("assigned", with_="l2", level=2)


async def test_a_citizen_who_is_never_reached_is_counted_apart(here: Teller) -> None:
    """Closed unheard is not closed satisfied: three calls on two days at different hours come first."""
    complaint = await redressed(here)
    await complaint.does("reviewer", "accept_reply")
    for hours in (0, 3):
        await complaint.after(hours=hours).does("caller", "record_attempt")
    await complaint.the_clock("close_unheard", refused="attempts-missing")
    await complaint.after(days=1).does("caller", "record_attempt")
    await complaint.the_clock("close_unheard")
    await complaint.stands("closed", ended="unheard")


async def test_a_demand_is_answered_and_disposed_of(here: Teller) -> None:
    """The helpline takes demands, suggestions and questions too: they are answered, never counted as redress."""
    demand = await here.hears("हमारे गाँव में नई सड़क बनाई जाए।", "new-road", kind="demand", place="jabera")
    await demand.goes_to("l1")
    await demand.does("l1", "dispose", remark="प्रस्ताव वार्षिक कार्ययोजना में रखा गया।")
    await demand.stands("closed", ended="disposed")


async def test_a_complaint_is_never_simply_disposed_of(here: Teller) -> None:
    """Two people for every closing that the citizen did not agree to."""
    complaint = await handpump(here)
    await complaint.refuses("is-complaint", "l1", "dispose", remark="निपटा दिया।")
    await complaint.does("l1", "reject", ground="untrue", remark="हैंडपंप चालू पाया गया।")
    await complaint.stands("in_work", with_="l1")
    await complaint.does("l2", "confirm")
    await complaint.stands("closed", ended="rejected")


async def test_a_place_outside_the_district_is_not_taken(here: Teller) -> None:
    """The district's own blocks are the places of its complaints."""
    with pytest.raises(Refused) as refused:
        await here.hears("सड़क खराब है।", "main-road", place="sagar")
    assert (refused.value.refusal.code, refused.value.refusal.field) == ("unknown-particular", "place")
