"""What the guards of complaints mean to people, in both languages; ``words`` has them with all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.rules.explained import Need, with_power
from flows.rules.labels import POWERS, Label
from flows.rules.schemes import Kind

WHO_OF_COMPLAINTS: Final[Mapping[str, Label]] = {
    "calling_desk": (
        f"{with_power('call')[0]}, never the officer who replied",
        f"{with_power('call')[1]}, आख्या देने वाला अधिकारी कभी नहीं",
    ),
    "citizen_desk": (
        f"for the citizen: {with_power('call')[0]}, never the officer who has or had it",
        f"नागरिक की ओर से: {with_power('call')[1]}, जिस अधिकारी के पास यह है या थी वह कभी नहीं",
    ),
    "named_superior": (
        f"a post above the one that has or had it, or with the power “{POWERS['oversee'][0]}”",
        f"जिस पद के पास यह है या थी उससे ऊपर का पद, या “{POWERS['oversee'][1]}” अधिकार वाला पद",
    ),
    "arbiter": ("the post that the scheme names to assign finally", "योजना में अंतिम आवंटन के लिए नामित पद"),
    "reviewer": (
        "a post above the one that replied, or the reviewing cell, as the scheme says; never who replied",
        "योजना के अनुसार आख्या देने वाले से ऊपर का पद या समीक्षा प्रकोष्ठ; आख्या देने वाला कभी नहीं",
    ),
    "special_close_decider": (
        "another person, at a post above the one that proposed, from the level on that the scheme names",
        "दूसरा व्यक्ति, प्रस्तावक से ऊपर और योजना में बताए लेवल से नीचे नहीं",
    ),
    "second_to_reject": (
        f"another person, above the one that proposed or with the power “{POWERS['confirm_closing'][0]}”",
        f"दूसरा व्यक्ति, प्रस्तावक से ऊपर के पद पर या “{POWERS['confirm_closing'][1]}” अधिकार सहित",
    ),
}


def _marks(kind: Kind) -> Mapping[str, Label]:
    return kind.handling.review.marks if kind.handling.review else {}


def _special(kind: Kind) -> Mapping[str, Label]:
    return kind.handling.special_closing.grounds if kind.handling.special_closing else {}


def _categories(kind: Kind) -> Mapping[str, Label]:
    return {name: category.label for name, category in kind.categories.items()}


NEEDS_OF_COMPLAINTS: Final[Mapping[str, Need]] = {
    "may_be_split": Need(
        (
            "a kind that may be split, into no more than it says, and not split off itself",
            "ऐसा प्रकार जिसे बाँटा जा सके, उसकी सीमा तक; और जो स्वयं किसी से अलग न की गई हो",
        )
    ),
    "grievance": Need(("what of the citizen's words it is", "नागरिक की बात का कौन-सा अंश"), "text"),
    "category": Need(("its category", "इसकी श्रेणी"), "category", of_kind=_categories),
    "known_place": Need(
        ("where it is, if elsewhere than the first", "यह कहाँ की है, यदि पहली से भिन्न हो"),
        of_kind=lambda kind: kind.places,
    ),
    "not_clubbed": Need(("not clubbed under another itself", "स्वयं किसी अन्य के साथ न जुड़ी हो")),
    "in_no_club": Need(
        ("neither clubbed under another nor leading others", "न किसी के साथ जुड़ी हो, न कोई इसके साथ जुड़ी हो")
    ),
    "lead_closed": Need(
        ("the complaint under which it is clubbed is closed", "जिस मुख्य शिकायत के साथ जुड़ी है वह बंद हो चुकी हो")
    ),
    "not_the_accused": Need(
        (
            "never the post complained against, nor one under it",
            "जिस पद के विरुद्ध शिकायत है वह, या उसके अधीन पद, कभी नहीं",
        )
    ),
    "not_barred": Need(
        (
            "never the post complained against, one under it, nor one that recused itself",
            "जिस पद के विरुद्ध शिकायत है, उसके अधीन पद, या स्वयं को अलग कर चुका पद कभी नहीं",
        )
    ),
    "unbiased": Need(
        (
            "not done by whom the complaint is against, nor by a post or person that recused itself",
            "जिसके विरुद्ध शिकायत है या जो पद या व्यक्ति स्वयं को अलग कर चुका है, वह यह न करे",
        )
    ),
    "not_under_actor": Need(
        ("not a post under the one that recuses itself", "स्वयं को अलग करने वाले पद के अधीन पद न हो")
    ),
    "post_below": Need(("a post under your own, where somebody is", "अपने अधीन पद, जिस पर कोई हो"), "to"),
    "post_even_same": Need(
        (
            "a post to send it to, which may be the one that has it; where none is named, that of its route",
            "पद जिसे यह जाए, वही पद भी हो सकता है; न बताने पर इसके मार्ग का पद",
        )
    ),
    "post_or_route": Need(
        (
            "another post to send it to; where none is named, that of its route",
            "दूसरा पद जिसे यह जाए; न बताने पर इसके मार्ग का पद",
        )
    ),
    "post_above": Need(
        (
            "a post above the one that had it, or of its route; if none is named, that one, or the nearest above",
            "पिछले पद से ऊपर का पद, या इसके मार्ग का; न बताने पर मार्ग का पद, या निकटतम ऊपर का पद",
        )
    ),
    "post_after_feedback": Need(
        (
            "where the scheme lets it rise: a post above; otherwise none, it goes back to who replied, or by its"
            " route where nobody is there",
            "जहाँ योजना में ऊपर जाना है: ऊपर का पद; अन्यथा कोई नहीं, यह आख्या देने वाले को लौटती है, या वहाँ कोई न हो तो"
            " इसके मार्ग से जाती है",
        )
    ),
    "post_or_last": Need(
        (
            "a post; where none is named, that of its route, or the one that had it last, or the nearest above",
            "पद; न बताने पर इसके मार्ग का पद, या जिसके पास यह अंत में थी, या निकटतम ऊपर का पद",
        )
    ),
    "hub_free": Need(("a hub that may have it back", "प्रकोष्ठ जिसे यह लौट सके")),
    "hops_left": Need(("passed on less often than the scheme's limit", "योजना की सीमा से कम बार आगे भेजी गई हो")),
    "hop_limit_reached": Need(
        ("passed on as often as the scheme allows", "योजना की सीमा जितनी बार आगे भेजी जा चुकी हो")
    ),
    "another_category": Need(("another category", "दूसरी श्रेणी"), "category", of_kind=_categories),
    "within_recategorising": Need(
        (
            "by an officer only at the first level and within the scheme's days",
            "अधिकारी द्वारा केवल पहले लेवल पर और योजना के दिनों के भीतर",
        )
    ),
    "evidence": Need(("the documents that the category asks for", "श्रेणी के लिए आवश्यक दस्तावेज़")),
    "not_reviewed": Need(("a reply that was not accepted yet", "आख्या जो अभी स्वीकृत न हुई हो")),
    "reply_reviewed": Need(
        ("the reply accepted, where it must be reviewed", "जहाँ समीक्षा आवश्यक है वहाँ आख्या स्वीकृत हो")
    ),
    "quality": Need(("what the reply lacks", "आख्या में क्या कमी है"), "quality", of_kind=_marks),
    "special_ground": Need(("a ground of special closing", "स्पेशल क्लोज का आधार"), "ground", of_kind=_special),
    "rejection_ground": Need(
        ("a ground of rejection", "अस्वीकृति का आधार"),
        "ground",
        of_kind=lambda kind: kind.handling.rejection_grounds,
    ),
    "escalation_ground": Need(
        (
            "a listed reason, where the level is left by hand only",
            "सूचीबद्ध कारण, जहाँ लेवल केवल अधिकारी द्वारा बढ़ता है",
        ),
        of_kind=lambda kind: kind.handling.grounds_by_hand(),
    ),
    "reason_by_hand": Need(("the reason, from a person", "व्यक्ति द्वारा किए जाने पर कारण")),
    "below_top": Need(("a level below the top", "सबसे ऊपर से नीचे का लेवल")),
    "over_by_clock": Need(("by itself only after its limit", "अपने आप केवल समय सीमा के बाद")),
    "reminder_due": Need(("a limit that is over, with no higher level", "बीती समय सीमा, ऊपर कोई लेवल नहीं")),
    "reply_waits": Need(
        ("a reply that waits and of which nobody was reminded", "प्रतीक्षित आख्या, जिसका अनुस्मारक नहीं हुआ")
    ),
    "warning_due": Need(("a limit that will soon be over", "समय सीमा जो शीघ्र समाप्त होगी")),
    "limit_extended": Need(("a day that was declared since", "बाद में घोषित दिवस")),
    "may_propose_special": Need(
        (
            "a level that may propose special closing, within its limit, and not too often",
            "लेवल जो स्पेशल क्लोज का प्रस्ताव दे सके, अपनी समय सीमा में, और बार-बार नहीं",
        )
    ),
    "special_close_lapsed": Need(("a proposal whose time is over", "प्रस्ताव जिसका समय बीत चुका हो")),
    "not_a_complaint": Need(("a suggestion, a demand or an information", "सुझाव, मांग या जानकारी")),
    "question_open": Need(("an open question to the citizen", "नागरिक से पूछा गया खुला प्रश्न")),
    "known_channel": Need(
        ("a channel of the scheme, where one is told", "माध्यम बताया हो तो योजना का कोई"),
        of_kind=lambda kind: kind.channels,
    ),
    "calling_hours": Need(("the hours in which citizens are called", "नागरिकों को फ़ोन करने का समय")),
    "attempts_made": Need(
        (
            "as many attempts on as many days and in as many hours as the scheme says",
            "योजना में कहे जितने प्रयास, उतने दिनों और घंटों में",
        )
    ),
    "within_reopening": Need(
        (
            "within the days, and not more often, than the scheme says",
            "योजना में कहे दिनों के भीतर, और उससे अधिक बार नहीं",
        )
    ),
}
