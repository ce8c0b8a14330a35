"""What a person may see of dockets, as SQL: the same answer as the rules' ``sight`` gives for one docket.

``SIGHT`` is an expression over a docket ``d`` and its ``docket_post`` row ``dp`` of the acting post;
``UNDER`` names the posts under the acting post. A test compares both ways on a made-up office.
"""

from __future__ import annotations

from typing import Any

from storage.families import HELD_THROUGH
from storage.shapes import VisibilityShape

UNDER = """
under(post, depth) as (
    select s.post, 1 from post_superior s
    where s.superior = %(post)s and s.from_day <= (office_now() at time zone 'Asia/Kolkata')::date
        and (s.to_day is null or s.to_day > (office_now() at time zone 'Asia/Kolkata')::date)
    union
    select s.post, depth + 1 from under u join post_superior s on s.superior = u.post
    where depth < 40 and s.from_day <= (office_now() at time zone 'Asia/Kolkata')::date
        and (s.to_day is null or s.to_day > (office_now() at time zone 'Asia/Kolkata')::date)
)
"""

# A closed or answered docket is in nobody's hand: the superiors are those of the post that had it last.
ABOVE = "(select post from holding where docket = d.id order by from_at desc limit 1) in (select post from under)"

# Whoever is to confirm a proposal must be able to read what it is about.
_SECOND = """exists (select 1 from proposal v where v.docket = d.id and v.state = 'open'
    and v.lapses_at > office_now()
    and (v.post in (select post from under) or (d.office = %(office)s and %(allows_reopening)s)))"""

_OVER = f"""((%(record_room)s and d.office = %(office)s) or ((%(hub)s or %(oversees)s) and d.family = 'complaint')
    or {ABOVE} or {_SECOND})"""

# The post complained against, one under it, or who sits there, at whichever of his posts: they see nothing of it,
# and are never told who complained.
ACCUSED = """exists (select 1 from complaint a where a.docket = d.id and a.accused is not null
    and (a.accused = %(post)s or a.accused = any(%(above)s)
        or exists (select 1 from tenure t where t.post = a.accused and t.person = %(person)s
            and t.from_at <= office_now() and (t.to_at is null or t.to_at > office_now()))))"""

SIGHT = f"""case
    when d.holder = %(post)s or {HELD_THROUGH} = %(post)s then 'all'
    when d.family = 'complaint' and {ACCUSED} then case when %(audits)s then 'movements' else 'nothing' end
    when d.classification = 'ordinary' and {_OVER} then 'all'
    when dp.role is not null and not (%(audits)s and dp.role = 'named') then 'until'
    when %(audits)s then 'movements'
    else 'nothing' end"""

# A copy for information shows the file as it stood then; whoever acted on it later has read further.
READ_UNTIL = """greatest(dp.last_act,
    (select max(i.at) from information_copy i where i.docket = d.id and i.post = %(post)s))"""

JOIN_STANDING = "left join docket_post dp on dp.docket = d.id and dp.post = %(post)s"


def bound(visibility: VisibilityShape) -> dict[str, Any]:
    """The parameters that these pieces of SQL take."""
    return {
        "person": visibility.person,
        "post": visibility.post,
        "office": visibility.office,
        "record_room": visibility.record_room,
        "hub": visibility.hub,
        "oversees": visibility.oversees,
        "audits": visibility.audits,
        "allows_reopening": visibility.allows_reopening,
        "above": list(visibility.above),
    }
