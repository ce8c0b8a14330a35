"""The sentences of a file's side acts, English and Hindi, by code; ``texts`` joins them to the rest."""

from __future__ import annotations

from typing import Final

SENTENCES_OF_SIDE_ACTS: Final[dict[str, tuple[str, str]]] = {
    "needs-posts": ("Say which posts.", "बताएँ कि कौन-से पद।"),
    "no-route": ("It has no route before it.", "इसके आगे भेजने का कोई क्रम शेष नहीं है।"),
    "unknown-document": (
        "There is no such document on this file.",
        "इस पत्रावली पर ऐसा कोई दस्तावेज़ नहीं है।",
    ),
    "reverses-communicated": (
        "“{outcome}” was decided and communicated; only a post above the one that decided reverses it.",
        "“{outcome}” निर्णय सूचित किया जा चुका है; इसे निर्णय लेने वाले पद से ऊपर का पद ही पलट सकता है।",
    ),
    "letter-dropped": (
        "The letter was dropped; draft a new one.",
        "यह पत्र छोड़ा जा चुका है; नया आलेख बनाएँ।",
    ),
    "withheld-already": ("That document is withheld already.", "वह दस्तावेज़ पहले से रोका हुआ है।"),
    "not-withheld": ("That document is not withheld.", "वह दस्तावेज़ रोका हुआ नहीं है।"),
    "needs-letter-text": ("The letter has no text.", "पत्र में कुछ लिखा नहीं है।"),
    "needs-addressee": (
        "Say to whom the letter is written; copies alone are not enough.",
        "बताएँ कि पत्र किसे लिखा गया है; केवल प्रतियाँ पर्याप्त नहीं।",
    ),
    "unknown-letter": ("There is no such letter on this file.", "इस पत्रावली पर ऐसा कोई पत्र नहीं है।"),
    "letter-signed": (
        "The letter is signed and stays as it is; draft another.",
        "पत्र पर हस्ताक्षर हो चुके हैं, वह नहीं बदलेगा; दूसरा आलेख बनाएँ।",
    ),
    "letter-changed": (
        "The letter was revised after you read it; read it again.",
        "आपके पढ़ने के बाद पत्र संशोधित हुआ; उसे फिर पढ़ें।",
    ),
    "letter-not-approved": (
        "The letter's latest version was not approved; have it approved first.",
        "पत्र का नवीनतम रूप अनुमोदित नहीं है; पहले अनुमोदन लें।",
    ),
    "letter-not-signed": ("The letter is not signed yet.", "पत्र पर अभी हस्ताक्षर नहीं हुए हैं।"),
    "letter-dispatched": ("The letter was dispatched already.", "पत्र पहले ही प्रेषित हो चुका है।"),
    "letter-waits": (
        "Letter {number} of this file is signed and was not dispatched.",
        "इस पत्रावली का पत्र {number} हस्ताक्षरित है और प्रेषित नहीं हुआ।",
    ),
    "needs-mode": ("Say how it goes out: one of {allowed}.", "बताएँ कि कैसे भेजा जाए: {allowed} में से एक।"),
    "no-email": (
        "Not every addressee has an e-mail address; choose another mode, or revise the letter.",
        "हर प्राप्तकर्ता का ई-मेल पता नहीं है; दूसरा माध्यम चुनें, या पत्र संशोधित करें।",
    ),
    "email-not-set-up": (
        "This office has no mail server, so nothing goes out by e-mail; choose another mode of dispatch, or ask "
        "the administrator to set one up (PATRAVALI_SMTP_HOST).",
        "इस कार्यालय का कोई मेल सर्वर नहीं है, इसलिए ई-मेल से कुछ नहीं जाता; प्रेषण का दूसरा माध्यम चुनें, या प्रशासक से उसे "
        "स्थापित करने को कहें (PATRAVALI_SMTP_HOST)।",
    ),
    "needs-due": ("Say by when the answer is wanted.", "बताएँ कि उत्तर कब तक चाहिए।"),
    "parked-too-long": (
        "A file is parked until {day} at the longest; bring it up by then and park it again if it must wait.",
        "पत्रावली अधिकतम {day} तक पार्क की जा सकती है; तब पुनः प्रस्तुत करें और आवश्यक हो तो फिर पार्क करें।",
    ),
    "due-past": ("The due time is not in the future.", "नियत समय भविष्य में नहीं है।"),
    "consultation-out": (
        "{number} is still out for consultation; wait for it, or write in the remark why you decide without it.",
        "{number} अभी परामर्श के लिए बाहर है; उसकी प्रतीक्षा करें, या टिप्पणी में लिखें कि उसके बिना निर्णय क्यों।",
    ),
    "not-consulted": (
        "No file asks by this one, or it was answered already.",
        "इससे कोई पत्रावली परामर्श नहीं माँग रही, या उत्तर दिया जा चुका है।",
    ),
    "needs-opinion": (
        "Write a note or a remark: an answer says what the section thinks.",
        "टिप्पणी या अभ्युक्ति लिखें: परामर्श में अनुभाग का मत होना चाहिए।",
    ),
}
