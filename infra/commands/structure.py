"""``patravali structure``: departments, offices and sections, added and renamed."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.commands.office_orders import NameEn, NameHi, NewNameEn, NewNameHi, carry_out
from infra.commands.operator import Json

structure = typer.Typer(help="Departments, offices and sections.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="its code: letters, digits, dots, hyphens, underscores")]
Of = Annotated[str, typer.Argument(help="the code of the office")]


@structure.command("add-department")
def add_department(code: Code, name_en: NameEn, name_hi: NameHi, as_json: Json = False) -> None:
    """Add a department."""
    from flows.office.structure import AddDepartment  # noqa: PLC0415 - after --help

    carry_out(AddDepartment(code, name_en, name_hi), f"The department {code} is added.", as_json)


@structure.command("rename-department")
def rename_department(
    code: Code, name_en: NewNameEn = None, name_hi: NewNameHi = None, as_json: Json = False
) -> None:
    """Rename a department."""
    from flows.office.structure import RenameDepartment  # noqa: PLC0415 - after --help

    carry_out(RenameDepartment(code, name_en, name_hi), f"The department {code} is renamed.", as_json)


@structure.command("add-office")
def add_office(
    code: Code,
    name_en: NameEn,
    name_hi: NameHi,
    department: Annotated[str, typer.Option(help="the code of its department")],
    place: Annotated[str, typer.Option(help="the code of the place where it is")],
    as_json: Json = False,
) -> None:
    """Add an office to a department."""
    from flows.office.structure import AddOffice  # noqa: PLC0415 - after --help

    order = AddOffice(department, code, name_en, name_hi, place)
    carry_out(order, f"The office {code} is added.", as_json)


@structure.command("rename-office")
def rename_office(code: Code, name_en: NewNameEn = None, name_hi: NewNameHi = None, as_json: Json = False) -> None:
    """Rename an office."""
    from flows.office.structure import RenameOffice  # noqa: PLC0415 - after --help

    carry_out(RenameOffice(code, name_en, name_hi), f"The office {code} is renamed.", as_json)


@structure.command("add-section")
def add_section(
    office: Of,
    code: Code,
    name_en: NameEn,
    name_hi: NameHi,
    record_room: Annotated[bool, typer.Option("--record-room", help="closed files go there")] = False,
    as_json: Json = False,
) -> None:
    """Add a section to an office."""
    from flows.office.structure import AddSection  # noqa: PLC0415 - after --help

    order = AddSection(office, code, name_en, name_hi, record_room)
    carry_out(order, f"The section {code} of {office} is added.", as_json)


@structure.command("rename-section")
def rename_section(
    office: Of, code: Code, name_en: NewNameEn = None, name_hi: NewNameHi = None, as_json: Json = False
) -> None:
    """Rename a section."""
    from flows.office.structure import RenameSection  # noqa: PLC0415 - after --help

    order = RenameSection(office, code, name_en, name_hi)
    carry_out(order, f"The section {code} of {office} is renamed.", as_json)
