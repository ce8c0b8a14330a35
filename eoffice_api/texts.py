"""The sentences of the API's own problems, English and Hindi, by code; those of the rules stand with the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.labels import Fact, Label, worded
from flows.rules.texts import SENTENCES as RULES
from storage.documents.sniff import Reason

_OWN: Final[dict[str, tuple[str, str]]] = {
    "not-logged-in": (
        "Log in first; the log-in is missing, wrong or over.",
        "पहले लॉग-इन करें; लॉग-इन नहीं है, ग़लत है या समाप्त हो गया।",
    ),
    "wrong-log-in": ("The log-in name or the password is wrong.", "लॉग-इन नाम या पासवर्ड ग़लत है।"),
    "too-many-log-ins": (
        "Too many failed log-ins; try again in {seconds} seconds.",
        "बहुत अधिक असफल लॉग-इन; {seconds} सेकंड बाद फिर प्रयास करें।",
    ),
    "too-many-codes": (
        "Too many wrong codes; try again in {seconds} seconds.",
        "बहुत अधिक ग़लत कोड; {seconds} सेकंड बाद फिर प्रयास करें।",
    ),
    "bad-code": (
        "A code of a second factor has six digits.",
        "दूसरे प्रमाण का कोड छह अंकों का होता है।",
    ),
    "second-factor-to-enrol": (
        "The office asks for a second factor at log-in, and you have none: enrol one first.",
        "कार्यालय लॉग-इन पर दूसरा प्रमाण माँगता है और आपका कोई नहीं है: पहले उसे जोड़ें।",
    ),
    "csrf": (
        "The page's token (X-CSRF-Token) is missing or wrong; load the page again.",
        "पृष्ठ का टोकन (X-CSRF-Token) नहीं है या ग़लत है; पृष्ठ फिर खोलें।",
    ),
    "no-post": ("You hold no post today.", "आज आपके पास कोई पद नहीं है।"),
    "acting-post-needed": (
        "You hold several posts; say at which one you act (X-Acting-Post).",
        "आपके पास एक से अधिक पद हैं; किस पद पर कार्य कर रहे हैं, बताएँ (X-Acting-Post)।",
    ),
    "not-allowed": (
        "This is only for posts with the power “{power}”.",
        "यह केवल “{power}” अधिकार वाले पदों के लिए है।",
    ),
    "no-such-docket": (
        "There is no such paper, or it is not for you to see.",
        "ऐसा कोई प्रकरण नहीं है, या वह आपके देखने के लिए नहीं है।",
    ),
    "not-found": ("There is nothing at this address.", "इस पते पर कुछ नहीं है।"),
    "no-grading": (
        "There is no published grading of {month} here.",
        "यहाँ {month} की कोई प्रकाशित ग्रेडिंग नहीं है।",
    ),
    "no-such-mark": (
        "The grading of {month} has no such unit, or no such part.",
        "{month} की ग्रेडिंग में ऐसी कोई इकाई या ऐसा कोई भाग नहीं है।",
    ),
    "method-not-allowed": (
        "This address does not take that method.",
        "यह पता उस विधि को स्वीकार नहीं करता।",
    ),
    "broken-json": ("The body is not JSON that can be read.", "भेजा गया JSON पढ़ा नहीं जा सका।"),
    "bad-request": ("The request cannot be read.", "अनुरोध पढ़ा नहीं जा सका।"),
    "unknown-member": ("“{field}” is not known here; leave it out.", "“{field}” यहाँ मान्य नहीं है; इसे हटा दें।"),
    "unknown-parameter": (
        "“{parameter}” is no query parameter of this address, and nothing was done; it takes: {allowed}.",
        "“{parameter}” इस पते का क्वेरी पैरामीटर नहीं है, और कुछ नहीं किया गया; यहाँ मान्य: {allowed}।",
    ),
    "too-long": (
        "“{field}” is too long; at most {limit} characters.",
        "“{field}” बहुत लंबा है; अधिकतम {limit} अक्षर।",
    ),
    "too-short": ("“{field}” is empty or too short.", "“{field}” रिक्त है या बहुत छोटा है।"),
    "bad-character": (
        "“{field}” holds a character that no text may hold (a control character or half of a letter).",
        "“{field}” में ऐसा वर्ण है जो किसी पाठ में नहीं हो सकता (नियंत्रण वर्ण या अधूरा अक्षर)।",
    ),
    "turning-character": (
        "“{field}” holds a character that turns the order of the text around (U+202A–U+202E, U+2066–U+2069); "
        "write it without.",
        "“{field}” में ऐसा वर्ण है जो पाठ का क्रम उलट देता है (U+202A–U+202E, U+2066–U+2069); उसके बिना लिखें।",
    ),
    "bad-value": ("“{field}” cannot be used as it is given.", "“{field}” जैसा दिया गया है वैसा उपयोग नहीं हो सकता।"),
    "unknown-value": (
        "“{field}” takes one of these: {allowed}.",
        "“{field}” में इनमें से एक ही हो सकता है: {allowed}।",
    ),
    "bad-cursor": ("The cursor is not one that was given out here.", "यह कर्सर यहाँ का दिया हुआ नहीं है।"),
    "bad-key": (
        "An Idempotency-Key is 1 to 200 visible ASCII characters.",
        "Idempotency-Key 1 से 200 दृश्य ASCII अक्षरों की होती है।",
    ),
    "bad-version": (
        'If-Match takes one version in quotation marks, such as "3".',
        'If-Match में उद्धरण चिह्नों में एक संस्करण दें, जैसे "3"।',
    ),
    "body-too-large": (
        "The body is larger than {limit} bytes.",
        "भेजी गई सामग्री {limit} बाइट से बड़ी है।",
    ),
    "document-too-large": (
        "A document may have at most {limit} bytes.",
        "दस्तावेज़ अधिकतम {limit} बाइट का हो सकता है।",
    ),
    "document-refused": ("The file is not kept: {reason}", "यह फ़ाइल नहीं रखी जाती: {reason}"),
    "bad-sheet": (
        "The sheet has faults ({count}); nothing was changed. Put them right and send it again.",
        "शीट में त्रुटियाँ हैं ({count}); कुछ नहीं बदला गया। उन्हें ठीक करके फिर भेजें।",
    ),
    "document-incomplete": (
        "The upload broke off; send it again.",
        "फ़ाइल पूरी नहीं आई; फिर भेजें।",
    ),
    "document-erased": (
        "The document was erased under a list or an order that two people signed.",
        "दस्तावेज़ दो व्यक्तियों के हस्ताक्षर वाली सूची या आदेश के अधीन मिटाया जा चुका है।",
    ),
    "draft-fixed": (
        "The note is fixed; it can no longer be changed.",
        "टिप्पणी अंतिम हो चुकी है; अब बदली नहीं जा सकती।",
    ),
    "document-withheld": (
        "The document is withheld; two people can release it.",
        "दस्तावेज़ रोका हुआ है; दो व्यक्ति मिलकर इसे पुनः उपलब्ध करा सकते हैं।",
    ),
    "no-such-message": ("There is no such message.", "ऐसा कोई संदेश नहीं है।"),
    "no-such-note": (
        "There is no draft of yours under this note.",
        "इस टिप्पणी में आपका कोई प्रारूप नहीं है।",
    ),
    "database-away": (
        "The office's database cannot be reached; try again shortly. Nothing was lost.",
        "कार्यालय का डेटाबेस अभी उपलब्ध नहीं है; थोड़ी देर में फिर प्रयास करें। कुछ नहीं खोया।",
    ),
    "busy": (
        "Others are at work on the same thing; try again shortly.",
        "इसी पर अन्य लोग कार्य कर रहे हैं; थोड़ी देर में फिर प्रयास करें।",
    ),
    "documents-away": (
        "The store of documents cannot be reached; try again shortly.",
        "दस्तावेज़ भंडार अभी उपलब्ध नहीं है; थोड़ी देर में फिर प्रयास करें।",
    ),
    "no-office": (
        "This database holds no office yet.",
        "इस डेटाबेस में अभी कोई कार्यालय नहीं है।",
    ),
    "not-ready": ("The service is not ready.", "सेवा अभी तैयार नहीं है।"),
    "incident": (
        "A fault of the system (incident {incident}); it was recorded.",
        "प्रणाली की त्रुटि (घटना {incident}); इसे दर्ज किया गया।",
    ),
}


REASONS: Final[Mapping[Reason, str]] = {
    Reason.EMPTY: "फ़ाइल रिक्त है।",
    Reason.NOT_KEPT: "कार्यालय इस प्रकार की फ़ाइलें नहीं रखता; इसे PDF के रूप में, बिना पासवर्ड सहेजें।",
    Reason.BROKEN: "फ़ाइल क्षतिग्रस्त है।",
    Reason.MACROS: "फ़ाइल में मैक्रो (प्रोग्राम) हैं; उनके बिना या PDF के रूप में सहेजें।",
    Reason.NOT_AT_START: "PDF फ़ाइल के आरंभ से शुरू नहीं होता; PDF फिर से सहेजें।",
    Reason.NAME_LIES: "नाम का अंतिम भाग (जैसे .pdf) फ़ाइल के वास्तविक प्रकार से मेल नहीं खाता; सही नाम दें।",
    Reason.TYPE_LIES: "फ़ाइल जिस प्रकार की बताई गई है उस प्रकार की नहीं है।",
}
"""Why an upload is refused, in Hindi; the English sentence, which also names what it is, stands in the refusal."""

_TITLES: Final[Mapping[int, Label]] = {
    400: ("The request cannot be read", "अनुरोध पढ़ा नहीं जा सका"),
    401: ("Not logged in", "लॉग-इन नहीं"),
    403: ("Not allowed", "अनुमति नहीं"),
    404: ("Not found", "नहीं मिला"),
    409: ("Something else came in between", "बीच में कुछ और आ गया"),
    410: ("No longer there", "अब नहीं है"),
    412: ("It has changed meanwhile", "इस बीच बदल गया"),
    413: ("Too large", "बहुत बड़ा"),
    422: ("Not possible in this way", "इस प्रकार नहीं किया जा सकता"),
    428: ("The version seen is missing", "देखा गया संस्करण नहीं दिया"),
    429: ("Too many attempts", "बहुत अधिक प्रयास"),
    500: ("A fault of the system", "प्रणाली की त्रुटि"),
    503: ("Not available at the moment", "अभी उपलब्ध नहीं"),
}


def title(status: int, language: str) -> str:
    """The title of the problems with a status: each type of problem has one status."""
    return worded(_TITLES.get(status, _TITLES[400]), language, {})


def sentence(code: str, language: str, facts: Mapping[str, Fact]) -> str:
    """The sentence for a code, in ``en`` or ``hi``."""
    return worded(_OWN.get(code) or RULES[code], language, facts)


def sentences() -> list[tuple[str, tuple[str, str]]]:
    """Every code with its sentence in English and Hindi, in order."""
    return sorted((_OWN | RULES).items())
