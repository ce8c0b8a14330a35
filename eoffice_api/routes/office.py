"""The office: read as a tree; departments, offices, sections and posts changed by an administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from eoffice_api.answers import ok
from eoffice_api.deps import ActingDep, PartsDep
from eoffice_api.office_orders import AdministratorDep, OrdersDep
from eoffice_api.problems import Problem
from eoffice_api.responses import answers
from eoffice_api.schemas.office_answers import Changed, OfficeTree, PostPage
from eoffice_api.schemas.office_requests import (
    FromADay,
    NewDepartment,
    NewNames,
    NewOffice,
    NewPost,
    NewPostNames,
    NewSection,
    Power,
    Superior,
    Withheld,
)
from eoffice_api.schemas.texts import Code
from flows.office import posts, structure
from storage import post_page

router = APIRouter(prefix="/api/v1", tags=["office"])

DepartmentPath = Annotated[Code, Path(description="a department's code")]
OfficePath = Annotated[Code, Path(description="an office's code")]
SectionPath = Annotated[Code, Path(description="a section's code in its office")]
PostPath = Annotated[Code, Path(description="a post's code")]

CHANGED = answers(Changed, 404, 409)
ADDED = answers(Changed, 404, 409, status=201)


@router.get("/offices", responses=answers(OfficeTree))
async def offices(_: ActingDep, parts: PartsDep) -> Response:
    """Departments, their offices and sections, and the posts of today."""
    async with parts.database.querying() as driver:
        return ok({"items": await post_page.tree(driver)})


@router.get("/posts/{post}", responses=answers(PostPage, 404))
async def post(post: PostPath, _: ActingDep, parts: PartsDep) -> Response:
    """A post with its holders past and present, those above it, its powers, what it decides, and leave."""
    async with parts.database.querying() as driver:
        row = await post_page.post_page(driver, post)
    if row is None:
        raise Problem("no-such-post", 404, field="post", facts={"code": post})
    return ok(row)


@router.post("/departments", status_code=201, responses=ADDED)
async def add_department(body: NewDepartment, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Adds a department."""
    return await orders.of(acting, structure.AddDepartment(**body.model_dump()), 201)


@router.patch("/departments/{department}", responses=CHANGED)
async def rename_department(
    department: DepartmentPath, body: NewNames, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Renames a department."""
    return await orders.of(acting, structure.RenameDepartment(department, **body.model_dump()))


@router.post("/offices", status_code=201, responses=ADDED)
async def add_office(body: NewOffice, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Adds an office to a department."""
    return await orders.of(acting, structure.AddOffice(**body.model_dump()), 201)


@router.patch("/offices/{office}", responses=CHANGED)
async def rename_office(
    office: OfficePath, body: NewNames, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Renames an office."""
    return await orders.of(acting, structure.RenameOffice(office, **body.model_dump()))


@router.put("/offices/{office}/withheld-from-link-officers", responses=CHANGED)
async def withhold(office: OfficePath, body: Withheld, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Says which powers of its posts the link officers of an office do not have; at first there are none."""
    return await orders.of(acting, posts.WithholdFromLinkOfficers(office, body.powers, body.from_day))


@router.post("/offices/{office}/sections", status_code=201, responses=ADDED)
async def add_section(
    office: OfficePath, body: NewSection, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Adds a section to an office."""
    return await orders.of(acting, structure.AddSection(office, **body.model_dump()), 201)


@router.patch("/offices/{office}/sections/{section}", responses=CHANGED)
async def rename_section(
    office: OfficePath, section: SectionPath, body: NewNames, acting: AdministratorDep, orders: OrdersDep
) -> Response:
    """Renames a section."""
    return await orders.of(acting, structure.RenameSection(office, section, **body.model_dump()))


@router.post("/posts", status_code=201, responses=ADDED)
async def add_post(body: NewPost, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Adds a post to a section."""
    return await orders.of(acting, posts.AddPost(**body.model_dump()), 201)


@router.patch("/posts/{post}", responses=CHANGED)
async def rename_post(post: PostPath, body: NewPostNames, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Renames a post."""
    return await orders.of(acting, posts.RenamePost(post, **body.model_dump()))


@router.post("/posts/{post}/close", responses=CHANGED)
async def close_post(post: PostPath, body: FromADay, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Closes a post from a day on; its charges end with it. One that holds open papers is not closed."""
    return await orders.of(acting, posts.ClosePost(post, body.from_day))


@router.put("/posts/{post}/superior", responses=CHANGED)
async def set_superior(post: PostPath, body: Superior, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Says which post is above this one from a day on."""
    return await orders.of(acting, posts.SetSuperior(post, body.superior, body.from_day))


@router.post("/posts/{post}/powers", responses=CHANGED)
async def give_power(post: PostPath, body: Power, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Gives a post a power from a day on; never one that you hold yourself."""
    return await orders.of(acting, posts.GivePower(post, body.power, body.from_day))


@router.post("/posts/{post}/powers/end", responses=CHANGED)
async def take_power(post: PostPath, body: Power, acting: AdministratorDep, orders: OrdersDep) -> Response:
    """Takes a power from a post from a day on."""
    return await orders.of(acting, posts.TakePower(post, body.power, body.from_day))
