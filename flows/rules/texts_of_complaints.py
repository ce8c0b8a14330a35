"""The sentences of the rules of complaints, English and Hindi, by code. Facts stand in braces."""

from __future__ import annotations

from typing import Final

SENTENCES_OF_COMPLAINTS: Final[dict[str, tuple[str, str]]] = {
    "reference-known": (
        "{system} number {number} is on {first} already; go on with that one.",
        "{system} की संख्या {number} पहले से {first} पर है; उसी पर कार्यवाही करें।",
    ),
    "reference-incomplete": (
        "An outside system and the number there are given together, or neither.",
        "बाहरी प्रणाली और वहाँ की संख्या दोनों साथ दें, या कोई नहीं।",
    ),
    "never-split": (
        "Complaints of this kind are not split; register the other grievance by itself.",
        "इस प्रकार की शिकायत बाँटी नहीं जाती; दूसरा विषय अलग से दर्ज करें।",
    ),
    "split-off-itself": (
        "It was split off from {number} itself; split that one, if a grievance is left in it.",
        "यह स्वयं {number} से अलग की गई है; कोई विषय शेष हो तो उसी को बाँटें।",
    ),
    "split-too-often": (
        "It was split into {count} already, which is as many as the scheme allows.",
        "इसे {count} में बाँटा जा चुका है; योजना इससे अधिक की अनुमति नहीं देती।",
    ),
    "is-clubbed": (
        "It is clubbed under {number}; club with that one, or take it out first.",
        "यह {number} के साथ जुड़ी है; उसी के साथ जोड़ें, या पहले इसे अलग करें।",
    ),
    "leads-a-club": (
        "{number} is clubbed under it; what leads others is put under none.",
        "{number} इसके साथ जुड़ी है; जिसके साथ अन्य जुड़ी हों वह किसी और के साथ नहीं जोड़ी जाती।",
    ),
    "not-clubbed": ("It is clubbed under no other complaint.", "यह किसी अन्य शिकायत के साथ जुड़ी नहीं है।"),
    "lead-open": (
        "{number}, under which it is clubbed, is not closed yet.",
        "जिस {number} के साथ यह जुड़ी है वह अभी बंद नहीं हुई है।",
    ),
    "not-overseer": (
        "Only a post above the one that has it, or one that oversees complaints, may do this.",
        "जिस पद के पास यह है उससे ऊपर का पद, या शिकायतों का पर्यवेक्षण करने वाला पद ही यह कर सकता है।",
    ),
    "own-reply": ("Whoever replied never reviews the reply.", "आख्या देने वाला स्वयं उसकी समीक्षा नहीं करता।"),
    "not-reviewer": ("Your post does not review this reply.", "आपका पद इस आख्या की समीक्षा नहीं करता।"),
    "reviewed-already": (
        "The reply was reviewed and accepted already.",
        "आख्या की समीक्षा हो चुकी है और वह स्वीकृत है।",
    ),
    "needs-review": (
        "The reply must be reviewed before the citizen is called.",
        "नागरिक से बात करने से पहले आख्या की समीक्षा होनी चाहिए।",
    ),
    "lacks-evidence": (
        "The reply lacks documents that this category asks for: {missing}; add them first.",
        "इस श्रेणी के लिए आवश्यक दस्तावेज़ नहीं हैं: {missing}; पहले उन्हें जोड़ें।",
    ),
    "accused-acts": (
        "The post complained against, who sits there, one under it, or one that recused itself has no say here.",
        "जिस पद के विरुद्ध शिकायत है, उस पर बैठे व्यक्ति, उसके अधीन पद, या स्वयं को अलग कर चुका पद यह नहीं कर सकता।",
    ),
    "recused-post": (
        "That post, or whoever sits there, has recused itself; it never gets this complaint again.",
        "वह पद या उस पर बैठे अधिकारी स्वयं को अलग कर चुके हैं; यह शिकायत उन्हें फिर नहीं दी जाती।",
    ),
    "accused-registers": (
        "The complaint is against you, your post or one above it, and no post with the power “{power}” stands "
        "apart from that. Ask the administrator to give that power to one that is not under it.",
        "शिकायत आपके, आपके पद के या उससे ऊपर के पद के विरुद्ध है, और “{power}” अधिकार वाला कोई पद उससे अलग नहीं है। "
        "प्रशासक से कहें कि यह अधिकार ऐसे पद को दें जो उसके अधीन न हो।",
    ),
    "under-the-conflict": (
        "A post that recuses itself does not give it to one under it.",
        "स्वयं को अलग करने वाला पद इसे अपने अधीन पद को नहीं देता।",
    ),
    "not-below": ("Name a post under your own.", "अपने अधीन कोई पद बताएँ।"),
    "not-above": (
        "It goes up: name a post that is above the one that had it, or none.",
        "यह ऊपर जाती है: ऐसा पद बताएँ जो पिछले पद से ऊपर हो, या कोई पद न बताएँ।",
    ),
    "proposed-too-often": (
        "Special closing was proposed {times} times already; redress the complaint and reply.",
        "स्पेशल क्लोज का प्रस्ताव {times} बार दिया जा चुका है; शिकायत का निस्तारण कर आख्या दें।",
    ),
    "limit-over": (
        "The limit of this level is over; special closing is proposed only within it.",
        "इस लेवल की समय सीमा समाप्त हो चुकी है; स्पेशल क्लोज का प्रस्ताव उसी के भीतर दिया जाता है।",
    ),
    "hop-limit": (
        "It was passed on {count} times; now only a post with the power “{power}” assigns it, finally.",
        "इसे {count} बार आगे भेजा जा चुका है; अब केवल “{power}” अधिकार वाला पद ही इसे अंतिम रूप से आवंटित करता है।",
    ),
    "hops-left": (
        "It is assigned finally only after it was passed on {count} times.",
        "{count} बार आगे भेजे जाने के बाद ही अंतिम आवंटन होता है।",
    ),
    "same-category": ("It has that category already.", "इसकी श्रेणी पहले से वही है।"),
    "recategorise-late": (
        "Only the first level may change the category, within {days} days; return it to the hub.",
        "श्रेणी केवल पहला लेवल {days} दिन के भीतर बदल सकता है; इसे प्रकोष्ठ को लौटाएँ।",
    ),
    "by-hand-only": (
        "From this level it goes up only by hand, and for a listed reason.",
        "इस लेवल से यह केवल अधिकारी द्वारा, सूचीबद्ध कारण से ऊपर भेजी जाती है।",
    ),
    "not-overdue": ("Its limit is not over yet.", "इसकी समय सीमा अभी समाप्त नहीं हुई।"),
    "no-reminder-due": ("No reminder is due now.", "अभी कोई अनुस्मारक देय नहीं है।"),
    "no-warning-due": ("No warning before the limit is due now.", "अभी समय सीमा की कोई पूर्व सूचना देय नहीं है।"),
    "not-extended": (
        "No day that was declared gives it more time.",
        "किसी घोषित दिवस से इसे और समय नहीं मिलता।",
    ),
    "top-level": ("It is at the top level already.", "यह पहले से सबसे ऊपर के लेवल पर है।"),
    "beyond-level": (
        "Special closing is proposed up to “{level}” only.",
        "स्पेशल क्लोज का प्रस्ताव केवल “{level}” तक दिया जा सकता है।",
    ),
    "not-decider": (
        "Only a post above the one that proposed may decide on special closing.",
        "स्पेशल क्लोज पर निर्णय प्रस्तावक से ऊपर का पद ही ले सकता है।",
    ),
    "below-deciding": (
        "Special closing is decided from “{level}” on.",
        "स्पेशल क्लोज पर निर्णय “{level}” या उससे ऊपर होता है।",
    ),
    "proposal-lapsed": (
        "The proposal was not decided in time and has lapsed.",
        "प्रस्ताव पर समय के भीतर निर्णय नहीं हुआ; वह समाप्त हो गया।",
    ),
    "not-lapsed": ("The proposal has not lapsed yet.", "प्रस्ताव की समय सीमा अभी समाप्त नहीं हुई।"),
    "is-complaint": (
        "A complaint is not simply disposed of; it is replied to, or closed by two people.",
        "शिकायत को यूँ ही निपटाया नहीं जाता; आख्या दी जाती है, या दो व्यक्ति उसे बंद करते हैं।",
    ),
    "not-asked": ("No question to the citizen is open.", "नागरिक से पूछा गया कोई प्रश्न खुला नहीं है।"),
    "outside-calling-hours": (
        "Citizens are called between {from} and {until} o'clock only.",
        "नागरिकों को केवल {from} से {until} बजे के बीच फ़ोन किया जाता है।",
    ),
    "attempts-missing": (
        "It is closed unheard after {attempts} attempts on {days} days and in {hours} different hours.",
        "बिना फीडबैक यह {attempts} प्रयासों के बाद बंद होती है, जो {days} दिनों और {hours} भिन्न घंटों में हों।",
    ),
    "reopening-late": (
        "It can be reopened within {days} days of its close only.",
        "इसे बंद होने के {days} दिन के भीतर ही पुनः खोला जा सकता है।",
    ),
    "reopened-too-often": (
        "It was reopened {times} times already, which is as often as it may be.",
        "इसे {times} बार पुनः खोला जा चुका है; इससे अधिक नहीं खोला जा सकता।",
    ),
}
