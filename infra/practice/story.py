"""The demonstration: one file and one complaint live their whole lives, each person logged in himself."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from docs_templates.letter import LetterContext, render_letter
from flows.rules.known_schemes import shipped_schemes
from infra.practice.desk import Desk, Done, Paper
from infra.practice.drawing import Drawing
from infra.practice.seed import PracticeOffice

LETTER_NAME: Final = "पत्र-नाला-मरम्मत.pdf"
_SETTLED: Final = {"confirm": ("confirmed", "पुष्टि"), "decline": ("declined", "अस्वीकार")}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the story: the two papers, and the letter that was added to the file."""

    file: Paper
    complaint: Paper
    letter: bytes


class Story:
    """Tells the story in an office whose API answers at an address. Raises StoryFault."""

    def __init__(self, api_url: str, office: PracticeOffice, drawing: Drawing) -> None:
        self._api_url, self._office, self._drawing = api_url, office, drawing
        self._desks: dict[str, Desk] = {}
        self._open = ExitStack()

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def desk(self, post: str) -> Desk:
        """The desk of a post, whose holder logs in when first asked for."""
        if post not in self._desks:
            login = next(charge.person.login for charge in self._office.plan.charges if charge.post == post)
            made = Desk(self._api_url, post, login, self._office.passwords[login])
            self._open.callback(made.close)
            self._desks[post] = made
        return self._desks[post]

    def tell(self) -> Told:
        letter = render_letter(_letter())
        return Told(self._file(letter), self._complaint(), letter)

    def _file(self, letter: bytes) -> Paper:
        """A drain is to be repaired: from the clerk up to the ADC, and back for closing."""
        clerk = self.desk("CLK-GEN")
        file = clerk.register(_FILE)
        self._begun("File फाइल", "CLK-GEN", file, _FILE["subject"])
        self._drawn("CLK-GEN", clerk.add_document(file, LETTER_NAME, letter, "application/pdf"))
        proposal = self._note("CLK-GEN", file, "कृपया विचाराधीन पत्र का अवलोकन करें।", _PROPOSAL)
        self._send("CLK-GEN", file, "AST-GEN", **proposal)
        self._receive("AST-GEN", file)
        self._send("AST-GEN", file, "SUP-GEN", agree=True)
        self._receive("SUP-GEN", file)
        self._ask_accounts(file)
        self._ask_the_planner(file)
        self._decide(file, basis=proposal["draft"])
        return file

    def _ask_accounts(self, file: Paper) -> None:
        """Sent beside, to another branch of the same office, which notes and returns it."""
        self._send("SUP-GEN", file, "SUP-ACC", remark="निधि की उपलब्धता बताएँ")
        self._receive("SUP-ACC", file)
        advice = self._note("SUP-ACC", file, "लेखा शाखा की टिप्पणी:", _FUNDS)
        self._do("SUP-ACC", file, "return", to="SUP-GEN", remark="निधि उपलब्ध है", **advice)
        self._receive("SUP-GEN", file)

    def _ask_the_planner(self, file: Paper) -> None:
        """Forwarded to another office."""
        self._send("SUP-GEN", file, "DTP", remark="क्या नाला योजना के अनुरूप है?", priority="urgent")
        self._receive("DTP", file)
        self._do("DTP", file, "return", to="SUP-GEN", remark="योजना के अनुरूप है, कोई आपत्ति नहीं")
        self._receive("SUP-GEN", file)

    def _decide(self, file: Paper, basis: str) -> None:
        """Put up to the officer who may decide this amount, approved on a condition, met and closed."""
        self._send("SUP-GEN", file, "CTM", agree=True)
        self._receive("CTM", file)
        self._send("CTM", file, "ADC", agree=True)
        self._receive("ADC", file)
        conditions = ["कार्य पूर्ण होने का फ़ोटो फाइल पर रखा जाए"]
        self._do("ADC", file, "approve", outcome="approve_with_conditions", conditions=conditions, basis=basis)
        self._send("ADC", file, "SUP-GEN")
        self._receive("SUP-GEN", file)
        condition = self.desk("SUP-GEN").get(f"/dockets/{file.id}")["conditions"][0]["id"]
        self._do("SUP-GEN", file, "settle_condition", condition=condition, outcome="met", remark="फ़ोटो देखा")
        self._do("SUP-GEN", file, "close", remark="कार्य पूर्ण")

    def _complaint(self) -> Paper:
        """No drinking water: taken down on the telephone, redressed, and closed on the citizen's word."""
        complaint = self.desk("CALL-1").register(_COMPLAINT)
        self._begun("Complaint शिकायत", "CALL-1", complaint, _COMPLAINT["subject"])
        self._do("HUB", complaint, "assign", to="XEN-PHE", remark="सात दिन में निस्तारण करें")
        self._receive("XEN-PHE", complaint)
        self._do("XEN-PHE", complaint, "attend", remark="कनिष्ठ अभियंता को मौके पर भेजा")
        self._do("XEN-PHE", complaint, "reply", remark=_REPORT)
        self._do("CALL-2", complaint, "satisfied", remark="“पानी आ गया है, धन्यवाद”")
        return complaint

    def _begun(self, title: str, post: str, paper: Paper, subject: str) -> None:
        self._drawing.chapter(title, paper.number, subject)
        self._drawn(post, paper.movements[0])

    def _note(self, post: str, paper: Paper, first: str, text: str) -> dict[str, str]:
        done, draft = self.desk(post).write_note(paper, first, text)
        self._drawn(post, done)
        return draft

    def _send(self, post: str, paper: Paper, to: str, **what: Any) -> None:
        self._do(post, paper, "forward", to=to, **what)

    def _receive(self, post: str, paper: Paper) -> None:
        self._do(post, paper, "receive")

    def _do(self, post: str, paper: Paper, action: str, **what: Any) -> None:
        self._drawn(post, self.desk(post).move(paper, action, **what), what.get("to", ""))

    def _drawn(self, post: str, done: Done, to: str = "") -> None:
        self._drawing.movement(self._mark(post), done, label_of(done.name), self._mark(to) if to else "")

    def _mark(self, post: str) -> str:
        return self._office.plan.posts[post].mark


def label_of(name: str) -> tuple[str, str]:
    """What a register calls a movement of this name, in both languages."""
    if name in _SETTLED:
        return _SETTLED[name]
    tables = (table for scheme in shipped_schemes().values() for table in scheme.tables.values())
    found = (table.done_label(name) for table in tables)
    return next((label for label in found if label != (name, name)), (name, name))


_FILE: Final[dict[str, Any]] = {
    "kind": "file",
    "subject": "लघु सचिवालय के सामने नाले की मरम्मत",
    "particulars": {
        "head": "R-41013",
        "subject_class": "expenditure",
        "retention_class": "C",
        "medium": "electronic",
        "amount_paise": 240_000_00,
    },
}

_COMPLAINT: Final[dict[str, Any]] = {
    "kind": "complaint",
    "subject": "तीन दिन से पेयजल नहीं",
    "text": "हमारी गली में तीन दिन से नल में पानी नहीं आ रहा है।",
    "particulars": {
        "category": "drinking-water",
        "place": "hansi",
        "channel": "telephone",
        "identity": "named",
    },
    "complainant": {"name": "काल्पनिक नागरिक", "telephone": "9900000001", "address": "गली 1, हांसी"},
}

_PROPOSAL: Final = (
    "लघु सचिवालय के सामने का नाला दो स्थानों पर टूटा है और वर्षा में सड़क पर पानी भरता है। "
    "मरम्मत का अनुमानित व्यय ₹2,40,000 है। स्वीकृति हेतु प्रस्तुत है।"
)
_FUNDS: Final = "मद में ₹3,10,000 शेष हैं; प्रस्तावित व्यय इसके भीतर है।"
_REPORT: Final = "मुख्य पाइप का रिसाव ठीक कराया गया; आज प्रातः से आपूर्ति सामान्य है।"


def _letter() -> LetterContext:
    return LetterContext(
        office="नगर निवासी संघ (काल्पनिक), हिसार",
        number="ननिसं/2026/17",
        date=date.today() - timedelta(days=1),
        to=("उपायुक्त महोदय,", "लघु सचिवालय, हिसार"),
        subject="लघु सचिवालय के सामने टूटे नाले की मरम्मत",
        paragraphs=(
            "निवेदन है कि लघु सचिवालय के सामने का नाला दो स्थानों पर टूट गया है। वर्षा होने पर पानी सड़क "
            "पर भर जाता है और पैदल चलने वालों को कठिनाई होती है।",
            "कृपया नाले की शीघ्र मरम्मत कराने का कष्ट करें।",
        ),
        sign_off=("भवदीय,", "उदाहरण नमूना", "सचिव"),
    )
