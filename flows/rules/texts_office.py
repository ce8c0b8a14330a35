"""The sentences of the rules of posts, charge, leave and competence, English and Hindi, by code."""

from __future__ import annotations

from typing import Final

OFFICE: Final[dict[str, tuple[str, str]]] = {
    "bad-code": (
        "A code has at most 50 letters, digits, dots, hyphens or underscores, and begins with a letter or digit.",
        "कोड में अधिकतम 50 अंग्रेज़ी अक्षर, अंक, बिंदु, हाइफ़न या अंडरस्कोर हों और आरंभ अक्षर या अंक से हो।",
    ),
    "code-taken": ("The code “{code}” is taken; choose another.", "कोड “{code}” पहले से प्रयुक्त है; दूसरा चुनें।"),
    "no-such-department": ("There is no department “{code}”.", "“{code}” नाम का कोई विभाग नहीं है।"),
    "no-such-office": ("There is no office “{code}”.", "“{code}” नाम का कोई कार्यालय नहीं है।"),
    "no-such-section": (
        "There is no section “{code}” in that office.",
        "उस कार्यालय में “{code}” नाम का कोई अनुभाग नहीं है।",
    ),
    "no-such-post": ("There is no post “{code}”.", "“{code}” नाम का कोई पद नहीं है।"),
    "no-such-person": ("There is nobody with the log-in “{login}”.", "“{login}” लॉग-इन वाला कोई व्यक्ति नहीं है।"),
    "nothing-changed": ("Nothing of it would change.", "इससे कुछ नहीं बदलेगा।"),
    "day-gone": (
        "That day has passed; a change of the office counts from today or a later day.",
        "वह दिन बीत चुका है; कार्यालय का परिवर्तन आज से या आगे के दिन से लागू होता है।",
    ),
    "day-before-first": (
        "It ends on a day before the one on which it begins.",
        "यह आरंभ होने के दिन से पहले ही समाप्त होता है।",
    ),
    "time-gone": (
        "That instant has passed; a charge begins or ends now or later.",
        "वह समय बीत चुका है; कार्यभार अभी से या आगे से आरंभ या समाप्त होता है।",
    ),
    "ends-before-it-begins": ("It must end after it begins.", "समाप्ति आरंभ के बाद होनी चाहिए।"),
    "post-closed": (
        "The post “{post}” is closed from {day}; nothing of it can be changed for a time after that.",
        "पद “{post}” {day} से समाप्त है; उसके बाद के लिए उसमें कुछ नहीं बदला जा सकता।",
    ),
    "post-holds-papers": (
        "The post “{post}” holds {count} papers that are not closed; move them to another post first.",
        "पद “{post}” के पास {count} प्रकरण हैं जो बंद नहीं हुए; पहले उन्हें दूसरे पद पर भेजें।",
    ),
    "superiors-in-a-circle": (
        "The superiors would go in a circle: {posts}; choose another superior.",
        "वरिष्ठ पद चक्र में आ जाएँगे: {posts}; दूसरा वरिष्ठ पद चुनें।",
    ),
    "unknown-power": (
        "There is no power “{power}”; there are: {allowed}.",
        "“{power}” नाम का कोई अधिकार नहीं है; ये हैं: {allowed}।",
    ),
    "has-power": (
        "The power “{power}” is given already, or from a later day on; take that back first.",
        "“{power}” अधिकार पहले से या आगे के दिन से दिया हुआ है; पहले उसे वापस लें।",
    ),
    "has-not-power": ("The power “{power}” is not given on that day.", "उस दिन “{power}” अधिकार दिया हुआ नहीं है।"),
    "for-oneself": (
        "Nobody does this for himself; another who may do it must.",
        "यह कोई अपने लिए नहीं कर सकता; दूसरे अधिकृत व्यक्ति को करना होगा।",
    ),
    "unknown-charge": ("A charge is one of these: {allowed}.", "कार्यभार इनमें से एक होता है: {allowed}।"),
    "link-needs-end": (
        "A link officer stands in for an absence; say until when.",
        "लिंक अधिकारी किसी अनुपस्थिति भर के लिए होता है; कब तक, बताएँ।",
    ),
    "person-disabled": (
        "“{login}” is shut out; let the person in again first.",
        "“{login}” का लॉग-इन बंद है; पहले उसे फिर चालू करें।",
    ),
    "post-held": (
        "The post “{post}” is held by “{login}” at that time; a post has one holder at a time.",
        "उस समय पद “{post}” “{login}” के पास है; एक पद का एक समय में एक ही धारक होता है।",
    ),
    "link-there": (
        "“{login}” is link officer of the post “{post}” at that time; there is one at a time.",
        "उस समय पद “{post}” के लिंक अधिकारी “{login}” हैं; एक समय में एक ही होता है।",
    ),
    "sits-there": (
        "“{login}” has a charge of the post “{post}” at that time already.",
        "उस समय “{login}” के पास पद “{post}” का कार्यभार पहले से है।",
    ),
    "no-such-charge": (
        "“{login}” has no charge of the post “{post}” that could end then.",
        "“{login}” के पास पद “{post}” का ऐसा कार्यभार नहीं है जो तब समाप्त हो सके।",
    ),
    "not-holder-then": (
        "“{login}” does not hold the post “{post}” for the whole of that time.",
        "उस पूरी अवधि में पद “{post}” “{login}” के पास नहीं है।",
    ),
    "own-link-officer": (
        "Nobody is his own link officer; name another person.",
        "कोई अपना ही लिंक अधिकारी नहीं होता; दूसरे व्यक्ति का नाम दें।",
    ),
    "on-leave-already": (
        "“{login}” is on leave from the post “{post}” within that time already.",
        "“{login}” पद “{post}” से उस अवधि में पहले से अवकाश पर हैं।",
    ),
    "no-such-absence": ("There is no such leave, or it is over.", "ऐसा कोई अवकाश नहीं है, या वह समाप्त हो चुका है।"),
    "unknown-subject-class": (
        "There is no subject class “{subject_class}”; there are: {allowed}.",
        "“{subject_class}” नाम का कोई विषय-वर्ग नहीं है; ये हैं: {allowed}।",
    ),
    "has-no-competence": (
        "The post “{post}” may decide nothing of “{subject_class}” on that day.",
        "उस दिन पद “{post}” “{subject_class}” पर कोई निर्णय नहीं कर सकता।",
    ),
    "needs-order": (
        "Name the posting order under which the charge changes.",
        "जिस तैनाती आदेश से कार्यभार बदलता है उसका उल्लेख करें।",
    ),
    "not-concerned": (
        "You are neither relieved nor relieving at the post “{post}”, nor is your post above it.",
        "पद “{post}” पर न आप कार्यमुक्त हो रहे हैं, न कार्यभार ले रहे हैं, न आपका पद उससे ऊपर है।",
    ),
    "holds-it-already": (
        "“{login}” holds the post “{post}” already.",
        "पद “{post}” पहले से “{login}” के पास है।",
    ),
    "no-such-taking": (
        "There is no such change of charge, or it is not for you to see.",
        "कार्यभार का ऐसा कोई परिवर्तन नहीं है, या वह आपके देखने के लिए नहीं है।",
    ),
    "taking-settled": (
        "This change of charge waits for nobody any more ({state}).",
        "कार्यभार का यह परिवर्तन अब किसी की प्रतीक्षा में नहीं है ({state})।",
    ),
    "holder-changed": (
        "The post has another holder than when the list was drawn up; draw up a new one.",
        "सूची बनने के बाद पद का धारक बदल गया है; नई सूची बनाएँ।",
    ),
    "list-not-read": (
        "That is not the sum of the list that is to be signed; read it again.",
        "हस्ताक्षर हेतु सूची का यह योग (SHA-256) नहीं है; सूची फिर पढ़ें।",
    ),
    "list-changed": (
        "What the post holds has changed since the list was drawn up ({count} lines differ); draw up a new one.",
        "सूची बनने के बाद पद के प्रकरण बदल गए हैं ({count} पंक्तियाँ भिन्न); नई सूची बनाएँ।",
    ),
    "reason-why-unsigned": (
        "Where the controlling officer signs, give the reason why the predecessor does not.",
        "जहाँ नियंत्रक अधिकारी हस्ताक्षर करें, वहाँ कारण लिखें कि पूर्व अधिकारी क्यों नहीं कर रहे।",
    ),
    "no-such-grading": (
        "There is no draft of the grading of {month}: it is made when the month is over.",
        "{month} की ग्रेडिंग का कोई प्रारूप नहीं है: यह माह समाप्त होने पर बनता है।",
    ),
    "grading-published": (
        "The grading of {month} is published and is never changed.",
        "{month} की ग्रेडिंग प्रकाशित हो चुकी है और कभी नहीं बदलती।",
    ),
    "month-not-graded": (
        "No scheme that was in force on the first of {month} grades this kind.",
        "{month} की पहली तारीख को लागू किसी योजना में इस प्रकार की ग्रेडिंग नहीं है।",
    ),
    "month-not-over": (
        "{month} is not over; a month is graded when it is.",
        "{month} अभी समाप्त नहीं हुआ; ग्रेडिंग माह समाप्त होने पर होती है।",
    ),
    "too-many-cases": (
        "{month} has more than {limit} cases; have it drafted by “patravali grade draft {month}”.",
        "{month} में {limit} से अधिक प्रकरण हैं; “patravali grade draft {month}” से प्रारूप बनवाएँ।",
    ),
    "draft-changed": (
        "The draft of the grading was made anew since you saw it; read it again.",
        "आपके देखने के बाद ग्रेडिंग का प्रारूप फिर बना है; उसे फिर पढ़ें।",
    ),
}
