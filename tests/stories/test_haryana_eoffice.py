"""Lives of files, receipts and requests for help in the Mini Secretariat of Hisar (Haryana)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories.routed_office import RoutedOffice
from tests.factories.stories import Story, Teller

SCHEME = "haryana-eoffice"
HOUR = timedelta(hours=1)
FILE: dict[str, Any] = {
    "head": "N-11016",
    "subject_class": "general",
    "retention_class": "C",
    "medium": "electronic",
}
LETTER: dict[str, Any] = {
    "channel": "post",
    "medium": "electronic",
    "language": "hi",
    "received_on": date(2027, 3, 1),
}
HELP = {"kind": "help", "place": "secretariat", "channel": "email"}


async def put_up(here: Teller, to: str = "superintendent", **particulars: Any) -> Story:
    """The assistant opens a file and puts it up with a note."""
    file = await here.opens("पुस्तकालय के पंखों की मरम्मत", by="assistant", **FILE | particulars)
    return await file.puts_up("assistant", to, "पंखे खराब हैं; मरम्मत प्रस्तावित है।")


async def letter(here: Teller) -> Story:
    """A citizen's letter lies diarised with the clerk."""
    return await here.diarises("पेंशन का आवेदन", by="clerk", **LETTER)


async def no_water(here: Teller, place: str) -> Story:
    """A citizen of a place telephones: no water comes."""
    return await here.hears("नल में पानी नहीं आता।", "drinking-water", by="help_desk", place=place)


async def no_log_in(here: Teller) -> Story:
    """A steno cannot log in and writes an e-mail to the help desk."""
    return await here.hears("लॉग-इन नहीं हो रहा।", "log-in", by="help_desk", **HELP)


async def test_a_file_is_put_up_decided_and_closed(here: Teller) -> None:
    """The road that most files take, with a number made of head, serial, year and section."""
    file = await put_up(here)
    assert file.life.number.startswith("N-11016/")
    assert file.life.number.endswith("/2027-ESTT")
    await file.decides("superintendent")
    await file.does("superintendent", "close")
    await file.stands("closed", ended="closed")


async def test_every_department_of_the_district_has_a_head_of_its_own(here: Teller) -> None:
    """Transport, irrigation, public health: each head counts by itself."""
    heads = ("T-51014", "T-51014", "I-71016")
    opened = [await here.opens("विषय", by="assistant", **FILE | {"head": head}) for head in heads]
    numbers = [story.life.number.split("/")[:2] for story in opened]
    assert numbers == [["T-51014", "1"], ["T-51014", "2"], ["I-71016", "1"]]


async def test_spending_is_decided_by_who_may_and_only_then_closed(here: Teller) -> None:
    """Up to a lakh the Additional Deputy Commissioner decides, above it the Deputy Commissioner."""
    file = await put_up(here, "adc", subject_class="expenditure", amount_paise=1_00_000_01)
    await file.refuses("needs-decision", "adc", "close")
    basis = await here.office.one("select id from note where docket = %(d)s", d=file.life.docket)
    await file.refuses("beyond-competence", "adc", "approve", outcome="approve", basis=basis)
    await file.puts_up("adc", "dc", "आपके स्तर से अनुमोदन अपेक्षित है।")
    await file.decides("dc")
    await file.does("dc", "close")
    await file.stands("closed", ended="closed")


async def test_a_condition_is_met_before_the_file_is_closed(here: Teller) -> None:
    """Approved with conditions: each is met or waived first."""
    file = await put_up(here)
    await file.decides("superintendent", "approve_with_conditions", conditions=["तीन दरें ली जाएँ।"])
    await file.refuses("open-condition", "superintendent", "close")
    (condition,) = await file.life.conditions()
    await file.does("superintendent", "settle_condition", condition=condition, outcome="met", remark="दरें आ गईं।")
    await file.does("superintendent", "close")
    await file.stands("closed", ended="closed")


async def test_who_sent_it_by_mistake_pulls_it_back_until_it_is_received(here: Teller) -> None:
    """Pull back is the sender's until the other has it in hand; pull up is a superior's at any time."""
    file = await here.opens("विषय", by="assistant", **FILE)
    await file.does("assistant", "forward", to="superintendent", remark="अवलोकनार्थ")
    await file.does("assistant", "pull_back", remark="संलग्नक छूट गया।")
    await file.stands("in_hand", with_="assistant")
    await file.does("assistant", "forward", to="superintendent", remark="अवलोकनार्थ")
    await file.does("superintendent", "receive")
    await file.refuses("wrong-state", "assistant", "pull_back", remark="फिर से।")
    await file.does("dc", "pull_up", remark="बैठक के लिए।")
    await file.stands("in_hand", with_="dc")


async def test_a_parked_file_is_brought_up_again(here: Teller) -> None:
    """Parked until a day, with the reason; the holder may have it again before."""
    file = await put_up(here)
    await file.does("superintendent", "park", until=date(2027, 3, 10), remark="उत्तर की प्रतीक्षा।")
    await file.stands("parked", with_="superintendent")
    await file.does("superintendent", "bring_up")
    await file.stands("in_hand", with_="superintendent")


async def test_a_closed_file_is_reopened_by_two(here: Teller) -> None:
    """The record room asks, a post above allows: one alone never does."""
    file = await put_up(here)
    await file.decides("superintendent")
    await file.does("superintendent", "close")
    await file.does("superintendent", "reopen", remark="नया तथ्य।")
    await file.stands("closed", ended="closed")
    await file.does("adc", "confirm")
    await file.stands("in_hand")


async def test_a_number_given_by_mistake_stays_struck_in_the_register(here: Teller) -> None:
    """Cancelled before it first left the desk; the next file has the next number."""
    file = await here.opens("विषय", by="assistant", **FILE | {"head": "U-86022"})
    await file.does("assistant", "cancel", remark="दो बार दर्ज।")
    await file.stands("cancelled", ended="cancelled")
    following = await here.opens("विषय", by="assistant", **FILE | {"head": "U-86022"})
    assert following.life.number.startswith("U-86022/2/")


async def test_a_receipt_is_marked_put_in_a_file_and_disposed_of(here: Teller) -> None:
    """Receipts: diarise, mark, receive, put in file, dispose. Till then the file is not closed."""
    receipt = await letter(here)
    await receipt.does("clerk", "mark", to="assistant")
    await receipt.does("assistant", "receive")
    file = await here.opens("पेंशन", by="assistant", **FILE)
    await receipt.does("assistant", "put_in_file", other=str(file.life.docket))
    await receipt.stands("in_file")
    file.life.version += 1  # what is put in stands on the file too
    await file.puts_up("assistant", "superintendent", "पेंशन स्वीकृति प्रस्तावित है।")
    await file.decides("superintendent")
    await file.refuses("receipt-undisposed", "superintendent", "close")
    await receipt.does("superintendent", "replied", remark="उत्तर भेजा गया।")
    await receipt.stands("disposed", ended="replied")
    await file.does("superintendent", "close")


async def test_a_receipt_goes_to_one_post_for_action(here: Teller) -> None:
    """One post acts; it may send it back to who had it, with the reason."""
    receipt = await letter(here)
    await receipt.does("clerk", "mark", to="accountant")
    await receipt.does("accountant", "receive")
    await receipt.does("accountant", "return", remark="यह लेखा शाखा का विषय नहीं।")
    await receipt.does("clerk", "receive")
    await receipt.does("clerk", "no_action", remark="गुमनाम।")
    await receipt.stands("disposed", ended="no_action")


async def test_a_problem_is_answered_in_half_a_day(here: Teller) -> None:
    """The help queue has an answer time: four working hours where somebody cannot log in, and it takes e-mail."""
    problem = await no_log_in(here)
    await problem.goes_to("technician", by="help_desk")
    assert await problem.due("level") == 4 * HOUR
    await problem.does("technician", "dispose", remark="पासवर्ड बदल दिया गया।")
    await problem.stands("closed", ended="disposed")
    assert problem.life.number.startswith("HELP-2027-")


async def test_what_is_not_answered_in_time_is_the_informatics_officer_s(here: Teller) -> None:
    """Working hours only: what came on Friday evening is late on Monday, not on Saturday."""
    here.clock.forward(timedelta(days=4, hours=5))
    problem = await no_log_in(here)
    await problem.goes_to("technician", by="help_desk")
    assert await problem.due("level") == timedelta(days=7, hours=1)
    problem.after(days=1)
    assert (await problem.life.row())["due"] is not None
    problem.after(days=2)
    await problem.does("informatics_officer", "escalate", remark="सोमवार से पहले देखें।")
    await problem.stands("assigned", with_="informatics_officer", level=2)


async def test_the_help_desk_asks_back_and_the_answer_is_added(here: Teller) -> None:
    """Who asked for help is asked back, and the time runs on meanwhile."""
    problem = await no_log_in(here)
    await problem.goes_to("technician", by="help_desk")
    await problem.does("technician", "ask", remark="कौन-सा संदेश आता है?")
    await problem.does("help_desk", "answer", channel="email", remark="“अमान्य कोड” लिखा आता है।")
    assert (await problem.due("level"), await problem.halted("level")) == (4 * HOUR, False)


@pytest.mark.parametrize("by", ["help_desk", "assistant"])
async def test_who_registers_papers_asks_for_help_himself(here: Teller, by: str) -> None:
    """User IDs for all departments: whoever registers papers may put a problem into the queue."""
    problem = await here.hears("प्रिंटर काम नहीं करता।", "computer", by=by, **HELP | {"channel": "portal"})
    await problem.stands("registered", with_=by)


async def test_a_complaint_goes_to_the_officer_of_its_place_at_once(here: Teller) -> None:
    """The desk names no post: the office's route does, and at the next level that level's."""
    routes = RoutedOffice(here.office, SCHEME)
    first = await routes.route("assistant", category="drinking-water", place="hansi")
    await routes.route("adc", 2, category="drinking-water")
    complaint = await no_water(here, "hansi")
    await complaint.stands("assigned", with_="assistant", level=1)
    assert await complaint.told() == {"route": str(first)}
    await complaint.after(days=8).the_clock("escalate", seen_by="help_desk")
    await complaint.stands("assigned", with_="adc", level=2)


async def test_where_no_route_leads_a_complaint_waits_with_the_hub(here: Teller) -> None:
    """A place that nobody was named for: the hub sees it among the gaps, and assigns it by hand."""
    complaint = await no_water(here, "barwala")
    await complaint.stands("registered", with_="help_desk")
    await complaint.goes_to("assistant", by="help_desk")
    await complaint.stands("in_work", with_="assistant", level=1)
