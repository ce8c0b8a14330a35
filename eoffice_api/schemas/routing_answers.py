"""What the API answers about categories, places, routes without a post, and imported sheets."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eoffice_api.schemas.answers import Label


class PlaceListed(BaseModel):
    code: str
    label: Label
    parent: str | None = Field(description="the code of what is above it")
    of_scheme: bool = Field(description="it is of the scheme's own text; false: the office's own")


class CategoryListed(PlaceListed):
    department: str | None = Field(description="the code of the department whose category it is")
    levels: int = Field(description="how many levels it has")


class CategoriesPage(BaseModel):
    items: list[CategoryListed]
    next: str | None


class PlacesPage(BaseModel):
    items: list[PlaceListed]
    next: str | None


class GapListed(BaseModel):
    category: str
    level: int
    place: str | None = Field(description="null: in every place")
    places: int = Field(description="how many places that is")
    waiting: int = Field(description="complaints that stand unassigned because of it")


class GapsPage(BaseModel):
    items: list[GapListed]
    next: str | None
    missing: int = Field(description="how many of category × place × level have no post")
    waiting: int = Field(description="complaints that stand unassigned because of any of them")


class SheetImported(BaseModel):
    rows: int
    added: int
    changed: int
    ended: int
    unchanged: int
    dry_run: bool = Field(description="true: it was only checked")
