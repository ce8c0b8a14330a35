"""The sentences of the rules, English and Hindi, by code. Facts stand in braces."""

from __future__ import annotations

from typing import Final

from flows.rules.sheet_texts import SHEET_SENTENCES
from flows.rules.texts_of_complaints import SENTENCES_OF_COMPLAINTS
from flows.rules.texts_of_files import SENTENCES_OF_SIDE_ACTS
from flows.rules.texts_of_retention import SENTENCES_OF_RETENTION
from flows.rules.texts_office import OFFICE

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    **OFFICE,
    "unknown-action": (
        "There is no action “{action}” for this kind of paper.",
        "इस प्रकार के प्रकरण के लिए “{action}” नाम की कोई कार्यवाही नहीं है।",
    ),
    "unknown-scheme": (
        "The scheme “{scheme}” is not in force in this office.",
        "इस कार्यालय में “{scheme}” नाम की योजना लागू नहीं है।",
    ),
    "no-scheme-in-force": (
        "No scheme is in force in this office, so nothing can be done by its rules; its operator puts one in "
        "force: patravali scheme put-in-force FILE.",
        "इस कार्यालय में कोई योजना लागू नहीं है, इसलिए नियमों के अधीन कुछ नहीं किया जा सकता; संचालक योजना लागू करें: "
        "patravali scheme put-in-force FILE।",
    ),
    "needs-scheme": (
        "Several schemes have the kind “{kind}”; name one: {schemes}.",
        "“{kind}” नाम का प्रकार कई योजनाओं में है; एक बताएँ: {schemes}।",
    ),
    "unknown-kind": ("There is no kind “{kind}” in this office.", "इस कार्यालय में “{kind}” नाम का कोई प्रकार नहीं है।"),
    "wrong-state": (
        "“{action}” is not possible while the state is “{state}”.",
        "स्थिति “{state}” रहते “{action}” नहीं किया जा सकता।",
    ),
    "not-taken": (
        "“{parameter}” has no meaning for “{action}”; leave it out.",
        "“{action}” में “{parameter}” का कोई अर्थ नहीं है; इसे हटा दें।",
    ),
    "not-holder": (
        "It is not in your hand; only the post that holds it may do this.",
        "यह आपके पास नहीं है; जिस पद के पास है वही यह कर सकता है।",
    ),
    "not-addressed": (
        "It was not sent to your post, so you cannot receive it.",
        "यह आपके पद को नहीं भेजा गया, इसलिए आप इसे प्राप्त नहीं कर सकते।",
    ),
    "not-sender": (
        "Only the post that sent it may pull it back.",
        "जिस पद ने भेजा है वही इसे वापस ले सकता है।",
    ),
    "not-superior": (
        "Only a post above the one that holds it may pull it up.",
        "जिस पद के पास यह है उससे ऊपर का पद ही इसे तलब कर सकता है।",
    ),
    "lacks-power": (
        "Your post has not been given the power “{power}”.",
        "आपके पद को “{power}” का अधिकार नहीं दिया गया है।",
    ),
    "officer-concerned": (
        "The officer who dealt with the complaint cannot record the citizen's feedback.",
        "जिस अधिकारी ने शिकायत देखी वह नागरिक का फीडबैक दर्ज नहीं कर सकता।",
    ),
    "follows-from-another": (
        "This follows from what is done to another paper; it cannot be done by itself.",
        "यह दूसरे प्रकरण पर की गई कार्यवाही के साथ होता है; इसे अलग से नहीं किया जा सकता।",
    ),
    "needs-other": ("Say which other paper.", "बताएँ कि दूसरा प्रकरण कौन-सा है।"),
    "unknown-docket": (
        "There is no paper “{number}” that your post may know of.",
        "“{number}” नाम का कोई प्रकरण नहीं है जिसे आपका पद देख सके।",
    ),
    "other-is-itself": ("Name another paper than this one.", "इसके अलावा कोई दूसरा प्रकरण बताएँ।"),
    "unfit-other": (
        "“{action}” cannot be done with a paper of that kind.",
        "उस प्रकार के प्रकरण के साथ “{action}” नहीं किया जा सकता।",
    ),
    "other-wrong-state": (
        "“{action}” is not possible while the state of {number} is “{state}”.",
        "{number} की स्थिति “{state}” रहते “{action}” नहीं किया जा सकता।",
    ),
    "not-tied": ("The two are not joined in this way.", "दोनों इस प्रकार जुड़े नहीं हैं।"),
    "other-not-in-hand": (
        "The other paper is not in your hand; use “send after” where it is elsewhere.",
        "दूसरा प्रकरण आपके पास नहीं है; वह कहीं और हो तो “पत्रावली के पीछे भेजें” चुनें।",
    ),
    "cited-in-file": (
        "A fixed note of the file cites it; it stays in the file.",
        "पत्रावली की अंतिम टिप्पणी में इसका उल्लेख है; यह पत्रावली में ही रहेगा।",
    ),
    "left-already": (
        "Others have had it already; it can no longer be struck out.",
        "यह दूसरों के पास जा चुका है; अब इसे निरस्त नहीं किया जा सकता।",
    ),
    "post-twice": ("The post {post} is named twice.", "पद {post} दो बार बताया गया है।"),
    "has-attached": (
        "{number} is attached to it; detach that first.",
        "इससे {number} संलग्न है; पहले उसे अलग करें।",
    ),
    "merged-into-it": (
        "{number} was merged into it; it can be closed, and is not struck out.",
        "इसमें {number} मिलाई जा चुकी है; इसे बंद किया जा सकता है, निरस्त नहीं।",
    ),
    "decided-on": (
        "“{field}” stays as it is: it was decided on.",
        "“{field}” पर निर्णय हो चुका है; यह नहीं बदला जा सकता।",
    ),
    "part-out": (
        "{number}, which belongs to it, is still out with another post.",
        "इसका {number} अभी किसी अन्य पद के पास है।",
    ),
    "receipt-undisposed": (
        "The receipt {number} in it has not been disposed of.",
        "इसमें रखा पत्र {number} अभी निस्तारित नहीं हुआ है।",
    ),
    "tied-already": ("It is joined to {number} already.", "यह पहले से {number} से जुड़ा है।"),
    "accused-post": (
        "A complaint is never given to the post complained against, nor to one under it.",
        "शिकायत उस पद को, जिसके विरुद्ध है, या उसके अधीन पद को नहीं दी जाती।",
    ),
    "needs-post": ("Say which post it goes to.", "बताएँ कि यह किस पद को जाए।"),
    "unknown-post": ("There is no such post, or it is closed.", "ऐसा कोई पद नहीं है, या वह समाप्त हो चुका है।"),
    "own-post": ("It is with that post already.", "यह पहले से उसी पद के पास है।"),
    "nobody-there": (
        "Nobody holds that post today; choose another or give charge of it first.",
        "आज उस पद पर कोई नहीं है; दूसरा पद चुनें या पहले उसका कार्यभार दें।",
    ),
    "never-held": (
        "It can be returned only to a post that has held it.",
        "इसे केवल उसी पद को लौटाया जा सकता है जिसके पास यह रहा हो।",
    ),
    "needs-remark": ("A remark is needed.", "टिप्पणी लिखना आवश्यक है।"),
    "needs-reason": ("Give the reason.", "कारण लिखें।"),
    "needs-text": ("The note has no text.", "टिप्पणी में कुछ लिखा नहीं है।"),
    "needs-note": (
        "Write a note before putting it up, agree with the last one, or give the reason why none is needed.",
        "प्रस्तुत करने से पहले टिप्पणी लिखें, पिछली से सहमति दें, या कारण लिखें कि टिप्पणी क्यों नहीं चाहिए।",
    ),
    "draft-left": (
        "Your draft note in paragraph {paragraph} must be named, so that it is fixed with this.",
        "अनुच्छेद {paragraph} की आपकी प्रारूप टिप्पणी का उल्लेख करें, ताकि वह इसके साथ अंतिम हो जाए।",
    ),
    "draft-not-yours": (
        "That draft note is not yours, or is fixed already.",
        "वह प्रारूप टिप्पणी आपकी नहीं है, या पहले ही अंतिम हो चुकी है।",
    ),
    "draft-changed": (
        "The draft note was changed after you read it; read it again.",
        "आपके पढ़ने के बाद प्रारूप टिप्पणी बदली गई; उसे फिर पढ़ें।",
    ),
    "open-draft-exists": (
        "You have an open draft in paragraph {paragraph}; go on with that one.",
        "अनुच्छेद {paragraph} में आपका प्रारूप खुला है; उसी को आगे लिखें।",
    ),
    "needs-day": ("Say until which day.", "किस दिन तक, यह बताएँ।"),
    "day-not-come": ("“{field}” is a day that has not come yet.", "“{field}” का दिन अभी आया नहीं है।"),
    "day-past": ("That day is not in the future.", "वह दिन भविष्य में नहीं है।"),
    "needs-outcome": (
        "Say what is decided: one of {allowed}.",
        "क्या निर्णय है, बताएँ: {allowed} में से एक।",
    ),
    "needs-conditions": ("Approval with conditions needs the conditions.", "सशर्त अनुमोदन के लिए शर्तें लिखें।"),
    "needs-basis": (
        "Name the note that is decided on.",
        "जिस टिप्पणी पर निर्णय है उसका उल्लेख करें।",
    ),
    "unknown-note": (
        "There is no such note on this file, or it is not fixed yet.",
        "इस पत्रावली पर ऐसी कोई टिप्पणी नहीं है, या वह अभी अंतिम नहीं हुई।",
    ),
    "beyond-competence": (
        "Your post is not competent to decide “{subject_class}” of this amount; put it up.",
        "इस राशि के “{subject_class}” पर निर्णय आपके पद के अधिकार में नहीं है; इसे ऊपर प्रस्तुत करें।",
    ),
    "needs-amount": (
        "The amount decides who may decide this, and the file says none; amend its particulars first.",
        "निर्णय का अधिकार राशि पर निर्भर है और पत्रावली में राशि नहीं है; पहले इसका विवरण संशोधित करें।",
    ),
    "beyond-amending": (
        "Your post may not decide “{subject_class}” of the old and the new amount, nor amend it; put it up.",
        "पुरानी और नई राशि के “{subject_class}” पर निर्णय आपके पद के अधिकार में नहीं; संशोधन हेतु ऊपर प्रस्तुत करें।",
    ),
    "not-to-waive": (
        "Only the post that set the condition, or one above it, waives it; say that it is met, or put it up.",
        "शर्त केवल वही पद छोड़ सकता है जिसने रखी, या उससे ऊपर का पद; शर्त पूरी बताएँ या ऊपर प्रस्तुत करें।",
    ),
    "needs-decision": (
        "A file of this class is closed only after it was approved or rejected.",
        "इस वर्ग की पत्रावली अनुमोदन या अस्वीकृति के बाद ही बंद की जाती है।",
    ),
    "needs-approval": (
        "Only what was approved is published.",
        "केवल अनुमोदित जानकारी ही प्रकाशित की जाती है।",
    ),
    "open-condition": (
        "Conditions of the approval are neither met nor waived ({count}).",
        "अनुमोदन की शर्तें न पूरी हुई हैं न छोड़ी गई हैं ({count})।",
    ),
    "unknown-condition": (
        "There is no such open condition on this file.",
        "इस पत्रावली पर ऐसी कोई खुली शर्त नहीं है।",
    ),
    "not-the-clock": (
        "This happens by itself when it is due; nobody can do it by hand.",
        "यह नियत समय पर अपने आप होता है; इसे कोई स्वयं नहीं कर सकता।",
    ),
    "not-closer": (
        "Only the post that closed it, or the record room, may ask to reopen it.",
        "जिस पद ने बंद किया वह, या अभिलेख कक्ष, ही इसे पुनः खोलने को कह सकता है।",
    ),
    "proposal-open": (
        "A proposal waits for a second person already; it must be settled first.",
        "एक प्रस्ताव पहले से दूसरे व्यक्ति की प्रतीक्षा में है; पहले उसका निपटारा हो।",
    ),
    "no-proposal": ("No proposal waits for a second person.", "कोई प्रस्ताव दूसरे व्यक्ति की प्रतीक्षा में नहीं है।"),
    "same-person": (
        "The second person must be another than the one who proposed.",
        "दूसरा व्यक्ति प्रस्ताव करने वाले से भिन्न होना चाहिए।",
    ),
    "not-second": (
        "Your post may not confirm or decline this.",
        "आपका पद इसकी पुष्टि या अस्वीकृति नहीं कर सकता।",
    ),
    "unknown-priority": ("There is no priority “{priority}”.", "“{priority}” नाम की कोई प्राथमिकता नहीं है।"),
    "unknown-classification": (
        "The classification is either ordinary or office-confidential; papers classified under the security "
        "instructions do not come here.",
        "वर्गीकरण साधारण या गोपनीय होता है; सुरक्षा अनुदेशों के अधीन वर्गीकृत काग़ज़ यहाँ नहीं आते।",
    ),
    "unknown-particular": ("“{value}” is not a known {field}.", "“{value}” मान्य {field} नहीं है।"),
    "missing": ("Missing: {field}.", "नहीं दिया गया: {field}।"),
    "not-your-post": (
        "You do not hold that post today.",
        "आज वह पद आपके पास नहीं है।",
    ),
    "powers-of-assistant": (
        "You are an assistant at this post; the officer himself does this. What you may put before him needs "
        "the power “{power}”.",
        "इस पद पर आप सहायक हैं; यह अधिकारी स्वयं करते हैं। उनके सामने रखने के लिए “{power}” का अधिकार चाहिए।",
    ),
    "assistant-lacks-power": (
        "You are an assistant at this post, and have not been given the power “{power}”.",
        "इस पद पर आप सहायक हैं, और आपको “{power}” का अधिकार नहीं दिया गया है।",
    ),
    "unknown-assistant-power": (
        "An assistant's powers are some of these: {allowed}.",
        "सहायक के अधिकार इनमें से होते हैं: {allowed}।",
    ),
    "unknown-person": ("There is no such person.", "ऐसा कोई व्यक्ति नहीं है।"),
    "no-such-assistant": ("There is no such assistant.", "ऐसा कोई सहायक नहीं है।"),
    "assistant-already": (
        "This person is an assistant of that post already; end that first to give other powers.",
        "यह व्यक्ति पहले से उस पद का सहायक है; दूसरे अधिकार देने के लिए पहले उसे समाप्त करें।",
    ),
    "tray-full": (
        "The tray of this post holds {limit} items already; have some confirmed or withdrawn first.",
        "इस पद की ट्रे में पहले से {limit} प्रविष्टियाँ हैं; पहले कुछ की पुष्टि कराएँ या वापस लें।",
    ),
    "not-in-tray": (
        "There is nothing like this in the tray of this post.",
        "इस पद की ट्रे में ऐसा कुछ नहीं है।",
    ),
    "tray-confirmed": (
        "The officer has confirmed this already; it can no longer be withdrawn.",
        "अधिकारी इसकी पुष्टि कर चुके हैं; अब यह वापस नहीं लिया जा सकता।",
    ),
    "tray-withdrawn": (
        "This was withdrawn from the tray; have it prepared again if it is still wanted.",
        "यह ट्रे से वापस ले लिया गया; अब भी चाहिए तो फिर तैयार कराएँ।",
    ),
    "anothers-tray-item": (
        "Another assistant prepared this; only he or the officer may withdraw it.",
        "यह दूसरे सहायक ने तैयार किया है; वही या अधिकारी इसे वापस ले सकते हैं।",
    ),
    "second-factor-needed": (
        "The office asks for your second factor here; send the present code of your device (X-Second-Factor).",
        "यहाँ कार्यालय आपका दूसरा प्रमाण माँगता है; अपने उपकरण का वर्तमान कोड भेजें (X-Second-Factor)।",
    ),
    "second-factor-wrong": (
        "The code is wrong or too old; send the one that your device shows now.",
        "कोड ग़लत या पुराना है; आपका उपकरण अभी जो दिखा रहा है वह भेजें।",
    ),
    "second-factor-used": (
        "This code was used already; wait for the next one.",
        "यह कोड प्रयुक्त हो चुका है; अगले की प्रतीक्षा करें।",
    ),
    "second-factor-not-enrolled": (
        "The office asks for a second factor here, and you have none; enrol one first.",
        "यहाँ कार्यालय दूसरा प्रमाण माँगता है और आपका कोई नहीं है; पहले उसे जोड़ें।",
    ),
    "second-factor-there": (
        "You have a second factor already; an administrator can reset it.",
        "आपका दूसरा प्रमाण पहले से है; सिस्टम एडमिन उसे हटा सकते हैं।",
    ),
    "second-factor-not-begun": (
        "There is no second factor to confirm; begin one first.",
        "पुष्टि के लिए कोई दूसरा प्रमाण नहीं है; पहले आरंभ करें।",
    ),
    "second-factor-off": (
        "Second factors are not set up on this server; its operator must give it a key "
        "(PATRAVALI_SECOND_FACTOR_KEY).",
        "इस सर्वर पर दूसरा प्रमाण तैयार नहीं है; संचालक इसे कुंजी दें (PATRAVALI_SECOND_FACTOR_KEY)।",
    ),
    "version-required": (
        "Say which version you saw (If-Match), so that nobody's work is overrun.",
        "कौन-सा संस्करण देखा, बताएँ (If-Match), ताकि किसी का काम न दबे।",
    ),
    "stale-version": (
        "It has moved on since you read it (version {seen}, now {now}); read it again.",
        "आपके पढ़ने के बाद यह बदल चुका है (संस्करण {seen}, अब {now}); फिर पढ़ें।",
    ),
    "changed-meanwhile": (
        "Another movement was carried out between; read it again.",
        "इस बीच दूसरी कार्यवाही हो गई; फिर पढ़ें।",
    ),
    "queue-full": (
        "{limit} acts on this paper wait to be carried out already; try again in a few seconds.",
        "इस प्रकरण पर {limit} कार्यवाहियाँ पहले से प्रतीक्षा में हैं; कुछ क्षण बाद पुनः प्रयास करें।",
    ),
    "movement-waiting": (
        "A movement of it is being carried out (instruction {instruction}); wait for its outcome.",
        "इसकी एक कार्यवाही चल रही है (निर्देश {instruction}); उसके परिणाम की प्रतीक्षा करें।",
    ),
    "message-not-open": (
        "The message is “{state}”; nothing is to be said of it, or not this.",
        "संदेश की स्थिति “{state}” है; उसके बारे में कुछ कहना नहीं है, या यह नहीं।",
    ),
    "key-required": ("Give an Idempotency-Key.", "Idempotency-Key दें।"),
    "key-reused": (
        "That key was used for another request; take a new one.",
        "वह कुंजी दूसरे अनुरोध में प्रयुक्त हुई; नई लें।",
    ),
    "office-restored": (
        "The office was restored from a backup while this waited, and it was withdrawn; look and give it again.",
        "इसके प्रतीक्षा में रहते कार्यालय का डेटा बैकअप से पुनः स्थापित किया गया और यह वापस लिया गया; देखकर फिर दें।",
    ),
    "waited-too-long": (
        "It waited longer than 15 minutes and was withdrawn; give it again.",
        "यह 15 मिनट से अधिक प्रतीक्षा में रहा और वापस लिया गया; फिर दें।",
    ),
    "step-failed": (
        "It could not be carried out for a fault of the system (incident {incident}); nothing was changed.",
        "प्रणाली की त्रुटि से यह नहीं हो सका (घटना {incident}); कुछ नहीं बदला।",
    ),
    "document-missing": ("The document's bytes are not in the store.", "दस्तावेज़ भंडार में नहीं है।"),
    "unknown-calendar": (
        "There is no calendar “{calendar}”; there is: {allowed}.",
        "“{calendar}” नाम का कोई कैलेंडर नहीं है; उपलब्ध: {allowed}।",
    ),
    "unknown-day-sort": (
        "A day is one of {allowed}, not “{sort}”.",
        "दिन इनमें से एक होता है: {allowed}; “{sort}” नहीं।",
    ),
    "days-count": (
        "Name at least one day, and at most {most} at a time.",
        "कम से कम एक दिन दें, और एक बार में अधिकतम {most}।",
    ),
    "day-twice": ("{day} is named twice; name each day once.", "{day} दो बार दिया गया है; हर दिन एक ही बार दें।"),
    "day-too-far": (
        "{day} is too far off: a day is declared at most a year afterwards and three years ahead.",
        "{day} बहुत दूर है: कोई दिन अधिकतम एक वर्ष बाद तक या तीन वर्ष पहले घोषित किया जा सकता है।",
    ),
    "day-unnamed": (
        "Say in English and in Hindi what {day} is.",
        "{day} को क्या है, यह अंग्रेज़ी और हिंदी दोनों में लिखें।",
    ),
    "waits-for-second": (
        "It becomes a proposal that another person must confirm.",
        "यह प्रस्ताव बनेगा जिसकी पुष्टि दूसरे व्यक्ति को करनी होगी।",
    ),
    **SENTENCES_OF_SIDE_ACTS,
    **SENTENCES_OF_COMPLAINTS,
    **SENTENCES_OF_RETENTION,
    **SHEET_SENTENCES,
}
