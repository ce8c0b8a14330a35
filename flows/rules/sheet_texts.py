"""The sentences of what is wrong with an imported sheet, English and Hindi, by code."""

from __future__ import annotations

from typing import Final

SHEET_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "sheet-unreadable": (
        "The file is neither CSV nor XLSX that can be read: {reason}.",
        "फ़ाइल न पढ़ने योग्य CSV है न XLSX: {reason}।",
    ),
    "sheet-not-utf8": (
        "The file is not in UTF-8 (byte {byte}); save it as “CSV UTF-8”.",
        "फ़ाइल UTF-8 में नहीं है (बाइट {byte}); इसे “CSV UTF-8” के रूप में सहेजें।",
    ),
    "sheet-too-large": (
        "A sheet may have at most {limit}; divide it.",
        "शीट की सीमा {limit} है; इसे बाँट दें।",
    ),
    "sheet-empty": (
        "The sheet has no rows; the first names the columns.",
        "शीट में कोई पंक्ति नहीं है; पहली पंक्ति में स्तंभों के नाम होते हैं।",
    ),
    "column-unknown": (
        "There is no column “{column}”; there are {allowed}.",
        "“{column}” नाम का कोई स्तंभ नहीं है; ये हैं: {allowed}।",
    ),
    "column-twice": ("The column “{column}” stands twice.", "“{column}” स्तंभ दो बार है।"),
    "column-missing": ("The column “{column}” is missing.", "“{column}” स्तंभ नहीं है।"),
    "cell-without-column": (
        "This cell stands under no column.",
        "यह कोष्ठ किसी स्तंभ के नीचे नहीं है।",
    ),
    "cell-empty": ("“{column}” must be given.", "“{column}” देना आवश्यक है।"),
    "cell-is-day": (
        "The spreadsheet made a day of this; format the column as text and type it again.",
        "स्प्रेडशीट ने इसे दिनांक बना दिया; स्तंभ को टेक्स्ट बनाकर फिर लिखें।",
    ),
    "cell-is-formula": (
        "This is a formula; put its value there.",
        "यह सूत्र (फ़ॉर्मूला) है; इसका मान लिखें।",
    ),
    "cell-is-error": ("The spreadsheet shows an error here.", "स्प्रेडशीट यहाँ त्रुटि दिखाती है।"),
    "cell-too-long": (
        "It is longer than {limit} characters.",
        "यह {limit} अक्षरों से लंबा है।",
    ),
    "cell-bad-character": (
        "It holds a line break, another control character, or one that turns the order of the text around.",
        "इसमें पंक्ति विराम, अन्य नियंत्रण वर्ण, या पाठ का क्रम उलटने वाला वर्ण है।",
    ),
    "cell-no-code": (
        "A code has up to 60 Latin letters, digits, dots, hyphens, slashes and underscores, and begins with a "
        "letter or a digit.",
        "कोड में अधिकतम 60 रोमन अक्षर, अंक, बिंदु, हाइफ़न, स्लैश और अंडरस्कोर होते हैं, आरंभ अक्षर या अंक से।",
    ),
    "cell-unknown": (
        "There is no such {column} in this office or this sheet.",
        "इस कार्यालय या शीट में ऐसा कोई {column} नहीं है।",
    ),
    "cell-not-hindi": ("The Hindi name is not in Devanagari.", "हिंदी नाम देवनागरी में नहीं है।"),
    "cell-no-limit": (
        "A limit is a number with its unit: 7 days, 3 working days, 8 working hours, 48 hours, 30 minutes.",
        "समय सीमा संख्या और इकाई से लिखें: 7 days, 3 working days, 8 working hours, 48 hours, 30 minutes।",
    ),
    "cell-no-day": (
        "Write the day as 2027-04-01.",
        "दिन 2027-04-01 के रूप में लिखें।",
    ),
    "cell-no-level": (
        "A level is a number from 1 to {highest}.",
        "स्तर 1 से {highest} तक की संख्या है।",
    ),
    "cell-level-skipped": (
        "The level before it has no limit.",
        "इससे पहले के स्तर की समय सीमा नहीं दी गई।",
    ),
    "cell-no-power": (
        "There is no power “{power}”; there are {allowed}.",
        "“{power}” नाम का कोई अधिकार नहीं है; ये हैं: {allowed}।",
    ),
    "cell-not-yes": ("Write yes, or leave it empty.", "yes (हाँ) लिखें या रिक्त छोड़ें।"),
    "cell-twice": (
        "Row {row} says this already.",
        "पंक्ति {row} में यह पहले से है।",
    ),
    "cell-circle": (
        "Going up from here one comes round to it again.",
        "यहाँ से ऊपर जाते हुए फिर यहीं लौट आते हैं।",
    ),
    "cell-of-scheme": (
        "The scheme's own text has this code already; take another.",
        "योजना के अपने पाठ में यह कोड पहले से है; दूसरा लें।",
    ),
    "cell-kind-unfit": (
        "Nothing of this kind is complained of, so it has no categories and no routes.",
        "यह शिकायत का प्रकार नहीं है, इसलिए इसकी श्रेणियाँ और मार्ग नहीं होते।",
    ),
    "cell-day-past": (
        "That day is past; a route begins or ends today or later.",
        "वह दिन बीत चुका है; मार्ग आज या आगे से आरंभ या समाप्त होता है।",
    ),
    "cell-days-crossed": (
        "It ends before it begins.",
        "यह आरंभ होने से पहले समाप्त होता है।",
    ),
    "cell-route-in-the-way": (
        "Another route for the same begins on {day} and holds on some of these days.",
        "इसी के लिए दूसरा मार्ग {day} से आरंभ होता है और इनमें से कुछ दिनों पर लागू है।",
    ),
    "cell-own-superior": (
        "A post is not its own superior.",
        "कोई पद अपना ही उच्चाधिकारी नहीं होता।",
    ),
    "cell-post-closed": ("That post is closed.", "वह पद समाप्त हो चुका है।"),
}
