"""Lives of complaints on the Chief Minister's helpline 1076 of Uttar Pradesh."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.stories import SAID, Story, Teller

SCHEME = "up-cm-helpline-1076"
DAY = timedelta(days=1)


async def short_ration(here: Teller) -> Story:
    """A family got less than its ration; the supply inspector at L1 has the complaint."""
    complaint = await here.hears("कोटेदार ने राशन कम दिया।", "ration-short", place="lucknow")
    return await complaint.goes_to("l1")


async def reported(here: Teller) -> Story:
    """He went there, checked the shop and sends his report."""
    complaint = await short_ration(here)
    await complaint.does("l1", "attend", remark="शिकायतकर्ता से बात की।")
    await complaint.does("l1", "add_document", document="inspection_report")
    return await complaint.does("l1", "reply", remark="दुकान की जाँच की गई; शेष राशन दिलाया गया।")


async def test_a_complaint_is_reported_on_reviewed_and_the_citizen_is_satisfied(here: Teller) -> None:
    """The whole road of 1076: agent, L1, report, review before the call, calling agent, closed."""
    complaint = await reported(here)
    await complaint.does("reviewer", "accept_reply")
    await complaint.does("caller", "satisfied", remark="राशन मिल गया।")
    await complaint.stands("closed", ended="satisfied")


async def test_l1_has_seven_days_and_then_it_climbs(here: Teller) -> None:
    """L1 officers of every department have a limit of 7 days; after it the next level is responsible."""
    complaint = await short_ration(here)
    assert await complaint.due("level") == 7 * DAY
    complaint.after(days=7, minutes=1)
    await complaint.the_clock("escalate")
    await complaint.stands("assigned", with_="l2", level=2)


async def test_there_are_four_levels_and_at_the_fourth_it_stays(here: Teller) -> None:
    """Four levels in all: three times it climbs by itself, then it stays where it is."""
    complaint = await short_ration(here)
    for above in ("l2", "l3", "l4"):
        complaint.after(days=8)
        await complaint.the_clock("escalate")
        await complaint.does(above, "receive")
    complaint.after(days=30)
    await complaint.the_clock("escalate", refused="top-level")
    await complaint.stands("in_work", with_="l4", level=4)


async def test_what_nobody_was_given_climbs_too(here: Teller) -> None:
    """A place without an L1 is a gap; the complaint does not lie with the call centre for that."""
    complaint = await here.hears("गाँव में सफ़ाई नहीं होती।", "village-cleaning", place="basti")
    await complaint.does("arbiter", "escalate", to="l2", remark="इस क्षेत्र में एल-1 नहीं है।")
    await complaint.stands("assigned", with_="l2", level=2)


async def test_a_report_without_the_evidence_of_the_procedure_is_not_accepted(here: Teller) -> None:
    """The procedure of a category says with what evidence: encroachment needs a photograph and a report."""
    complaint = await here.hears("चकमार्ग पर कब्ज़ा है।", "encroachment", place="meerut")
    await complaint.goes_to("l1")
    await complaint.does("l1", "add_document", document="site_photo")
    await complaint.refuses("lacks-evidence", "l1", "reply", remark=SAID)
    await complaint.does("l1", "add_document", document="inspection_report")
    await complaint.does("l1", "reply", remark="पैमाइश कर कब्ज़ा हटाया गया।")
    await complaint.stands("replied")


async def test_not_for_redress_is_l1_s_word_and_l2_must_agree(here: Teller) -> None:
    """L1 may say “not for redress”, with a ground and a report; L2 agrees, and only then it is closed."""
    complaint = await here.hears("सूचना का अधिकार में उत्तर नहीं मिला।", "certificate", place="agra")
    await complaint.goes_to("l1")
    await complaint.refuses("missing", "l1", "propose_special_close", remark="निस्तारण योग्य नहीं।")
    await complaint.does("l1", "propose_special_close", ground="rti", remark="सूचना के अधिकार का प्रकरण है।")
    await complaint.stands("special_close_proposed")
    await complaint.does("l2", "approve_special_close", remark="सहमत।")
    await complaint.stands("closed", ended="special")


async def test_l2_does_not_agree_and_l1_must_redress(here: Teller) -> None:
    """A demand that is none: what L2 does not agree to is L1's again, in the time that he has left."""
    complaint = await short_ration(here)
    await complaint.does("l1", "propose_special_close", ground="demand", remark="मांग का विषय है।")
    await complaint.does("l2", "refuse_special_close", remark="यह राशन की शिकायत है।")
    await complaint.stands("in_work", with_="l1", level=1)
    assert await complaint.due("level") == 7 * DAY


async def test_l2_himself_never_calls_it_not_for_redress(here: Teller) -> None:
    """Only the first level may say it; what has climbed is redressed."""
    complaint = await short_ration(here)
    complaint.after(days=8)
    await complaint.the_clock("escalate")
    await complaint.does("l2", "receive")
    await complaint.refuses("beyond-level", "l2", "propose_special_close", ground="court", remark=SAID)


async def test_nobody_calls_the_citizen_before_the_report_was_read(here: Teller) -> None:
    """L2 or the reviewing cell reads every report before the citizen is called; who wrote it never does."""
    complaint = await reported(here)
    await complaint.refuses("needs-review", "caller", "satisfied", remark="संतुष्ट।")
    await complaint.refuses("needs-review", "caller", "record_attempt")
    await complaint.refuses("own-reply", "l1", "accept_reply")
    await complaint.does("l2", "accept_reply")
    await complaint.does("caller", "satisfied", remark="संतुष्ट हूँ।")
    await complaint.stands("closed", ended="satisfied")


async def test_a_poor_report_goes_back_with_its_mark(here: Teller) -> None:
    """Poor reports are sent back: the officer has the time that was left, and the citizen's clock never stops."""
    complaint = await reported(here)
    assert await complaint.halted("level")
    complaint.after(days=1)
    await complaint.does("reviewer", "send_reply_back", quality="not_met", remark="शिकायतकर्ता से मिले नहीं।")
    assert (await complaint.told())["quality"] == "not_met"
    assert (await complaint.due("level"), await complaint.due("citizen")) == (8 * DAY, 30 * DAY)
    assert not await complaint.halted("level")


async def test_who_is_not_satisfied_goes_back_up(here: Teller) -> None:
    """Not satisfied goes back up: L2 has it now, and L1's clock is over."""
    complaint = await reported(here)
    await complaint.does("reviewer", "accept_reply")
    await complaint.does("caller", "not_satisfied", remark="पूरा राशन नहीं मिला।")
    await complaint.stands("assigned", with_="l2", level=2)
    assert await complaint.due("level") == 7 * DAY


async def test_an_agent_adds_to_the_earlier_complaint_and_reminds(here: Teller) -> None:
    """A citizen who calls again is heard on the complaint that he has; the officer need not wait for it."""
    complaint = await short_ration(here)
    await complaint.does("caller", "remind", channel="telephone", remark="कृपया शीघ्र करें।")
    await complaint.does("caller", "add", channel="telephone", remark="इस माह भी कम मिला।")
    await complaint.refuses("unknown-particular", "caller", "add", channel="pigeon", remark="और।")
    await complaint.stands("in_work", with_="l1")


async def test_the_officer_complained_against_never_gets_it(here: Teller) -> None:
    """The officer complained against never gets the complaint, nor does anybody under him."""
    accused = str(here.office.post("l2"))
    complaint = await here.hears("अधिकारी ने रिश्वत माँगी।", "no-fir", place="jhansi", accused=accused)
    for post in ("l2", "l1"):
        await complaint.refuses("accused-post", "desk", "assign", to=post)
    await complaint.goes_to("l3")
    await complaint.stands("in_work", with_="l3")


async def test_what_came_from_the_state_s_backbone_is_known_by_its_channel(here: Teller) -> None:
    """IGRS stays the state's backbone: what comes from there is a complaint like any other, by its channel."""
    complaint = await here.hears("सड़क में गड्ढे हैं।", "road", place="kanpur", channel="igrs")
    row = "select channel from complaint where docket = %(d)s"
    assert await here.office.one(row, d=complaint.life.docket) == "igrs"
    await complaint.goes_to("l1")
    await complaint.does("caller", "withdraw", channel="igrs", remark="सड़क बन गई।")
    await complaint.stands("closed", ended="withdrawn")
