"""Writes that are no movement (departments, posts, people, charge): each one transaction with its audit entry."""

from flows.office.changes import By, Carried, OfficeChange, OfficeOrder, OfficeTurn, carry_out_order, change_office
from flows.office.people import add_person

__all__ = [
    "By",
    "Carried",
    "OfficeChange",
    "OfficeOrder",
    "OfficeTurn",
    "add_person",
    "carry_out_order",
    "change_office",
]
