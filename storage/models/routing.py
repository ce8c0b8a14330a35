"""What an office adds to its schemes (categories, places), the routes to its posts, and the sheets it imported."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, LargeBinary, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.models.columns import AUDITED, instant, key, metadata, uid, word

category = Table(
    "category",
    metadata,
    key(),
    word("scheme"),
    word("kind"),
    word("code"),
    uid("department", "department.id", null=True),
    word("parent", null=True),
    word("label_en"),
    word("label_hi"),
    Column("limits", JSONB, nullable=False, comment="levels, citizen and attend, as a scheme writes them"),
    Column("evidence", JSONB, nullable=True, comment="what a reply must carry, as a scheme writes it"),
    instant("from_at"),
    instant("to_at", null=True),
    info=AUDITED,
)

place = Table(
    "place",
    metadata,
    key(),
    word("scheme"),
    word("code"),
    word("parent", null=True),
    word("label_en"),
    word("label_hi"),
    instant("from_at"),
    instant("to_at", null=True),
    info=AUDITED,
)

route = Table(
    "route",
    metadata,
    key(),
    word("scheme"),
    word("kind"),
    uid("department", "department.id", null=True),
    word("category", null=True),
    word("place", null=True),
    Column("level", SmallInteger, CheckConstraint("level > 0", name="level"), nullable=False),
    uid("post", "post.id"),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=True),
    info=AUDITED,
)

imported_sheet = Table(
    "imported_sheet",
    metadata,
    key(),
    word("what"),
    word("name"),
    Column("sha256", LargeBinary, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
    uid("by_person", "person.id", null=True),
    uid("by_post", "post.id", null=True),
    instant("at"),
    info=AUDITED,
)

# One of a code holds at a time, and one route of a sort: what is the same for two would have no answer.
_OPEN = text("to_at is null")
Index(
    "category_open_key", *(category.c[n] for n in ("scheme", "kind", "code")), unique=True, postgresql_where=_OPEN
)
Index("place_open_key", place.c.scheme, place.c.code, unique=True, postgresql_where=_OPEN)
# A route for all categories, or all places, is found by the empty word: no code is empty.
Index(
    "route_category_place_idx",
    route.c.scheme,
    route.c.kind,
    text("coalesce(category, '')"),
    text("coalesce(place, '')"),
)
Index(
    "route_open_key",
    route.c.scheme,
    route.c.kind,
    route.c.level,
    text("coalesce(category, '')"),
    text("coalesce(place, '')"),
    text("coalesce(department, '00000000-0000-0000-0000-000000000000'::uuid)"),
    unique=True,
    postgresql_where=text("to_day is null"),
)
