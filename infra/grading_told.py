"""Compares exported months with what an audit export of the office tells of them, without any database.

That formula, marks and cases agree shows a month to be of one piece; that it is the one which the office
published is told by the entry in its chain, which the office signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_chain import ParsedEntry, parse_entry
from infra.audit.export_files import ExportFolder, need_export
from infra.audit.export_format import CHAINS, MANIFEST, WHOLE, Manifest, parse_manifest
from infra.audit.report import Report
from infra.audit.verify_export import verify_export
from infra.grading_export import DoesNotHold, check_folder, folders_in, told_in

Named = tuple[str, str, str]
"""Scheme, kind and month."""

_SHOWN: Final = 20
_OF_MONTH: Final = {
    "cases_sha256": "the SHA-256 of the cases",
    "cases": "the number of cases",
    "scheme_version": "the version of the scheme",
    "formula": "the formula",
}


@dataclass(slots=True)
class ToldMonth:
    """What the office's chain says of a published month, and in which entry."""

    sequence: int
    month: Mapping[str, Any]
    units: dict[tuple[str, str], Mapping[str, Any]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, Any]]
    )


def check_against(
    folder: Path, export: Path, keys: Sequence[Ed25519PublicKey]
) -> tuple[list[dict[str, Any]], Report]:
    """Computes every month in a folder again and compares it with a verified audit export.

    ``keys``: the office's public key, then older ones that signed checkpoints; none: the export's own is used, and
    the report says so. Raises DoesNotHold with every mismatch, InputFault.
    """
    need_export(export)
    report = verify_export(export, keys[0] if keys else None, keys[1:])
    if not report.ok:
        named = [f"{export}: {fault}" for fault in report.faults[:_SHOWN]]
        raise DoesNotHold("\n".join([f"{export}: the audit export does not hold", *named]))
    if report.scope != WHOLE:
        raise DoesNotHold(f"{export}: this is the export of one docket; the office's own chain is in a whole one")
    done = [check_folder(place) for place in folders_in(folder)]
    told = _told_months(export)
    wrong = [line for place in folders_in(folder) for line in _differences(place, export, told)]
    if wrong:
        raise DoesNotHold("\n".join(wrong))
    return [one | {"entry": told[_named(one)].sequence} for one in done], report


def _named(said: Mapping[str, Any]) -> Named:
    return str(said.get("scheme")), str(said.get("kind")), str(said.get("month"))


def _told_months(export: Path) -> dict[Named, ToldMonth]:
    """Every published month of which the office's chain tells; the export was verified."""
    folder = ExportFolder(export, Report())
    folder.look()
    manifest = parse_manifest(folder.read(MANIFEST) or b"")
    months = dict[Named, ToldMonth]()
    for entry in _office_entries(folder, manifest):
        for change in entry.changes:
            if change.table == "grading_month":
                months[_named(change.key)] = ToldMonth(entry.sequence, change.row)
            elif change.table == "grading_unit" and _named(change.key) in months:
                unit = str(change.key["sort"]), str(change.key["unit"])
                months[_named(change.key)].units[unit] = change.row
    return months


def _office_entries(folder: ExportFolder, manifest: Manifest) -> Iterator[ParsedEntry]:
    """The entries of the office's own chain that tell of gradings."""
    for line in folder.lines(manifest, CHAINS, report=False):
        if b'"grading_' in line.data:
            entry = parse_entry(line.data)
            if entry.chain == f"office:{manifest.office}":
                yield entry


def _differences(place: Path, export: Path, months: Mapping[Named, ToldMonth]) -> Iterator[str]:
    """Each thing that the chain says otherwise, as a sentence."""
    said = told_in(place)
    found = months.get(_named(said))
    if found is None:
        named = " ".join(_named(said))
        yield f"{place}: the office's chain in {export} tells of no published grading of {named}"
        return
    at = f"{place}: entry {found.sequence} of the office's chain"
    for name, meaning in _OF_MONTH.items():
        if said.get(name) != found.month.get(name):
            yield f"{at} states {meaning} otherwise{_both(found.month.get(name), said.get(name))}"
    units = {(str(unit["sort"]), str(unit["unit"])): unit for unit in said["units"]}
    for sort, unit in sorted(units.keys() | found.units.keys()):
        stated, given = found.units.get((sort, unit)), units.get((sort, unit))
        if stated is None or given is None:
            yield f"{at} {'does not tell of' if stated is None else 'tells also of'} the {sort} {unit}"
        else:
            yield from _of_unit(f"{at} states", f"of the {sort} {unit}", stated, given)


def _of_unit(at: str, unit: str, stated: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    for name in stated:
        if stated[name] != given.get(name):
            yield f"{at} {name} {unit} otherwise{_both(stated[name], given.get(name))}"


def _both(stated: object, given: object) -> str:
    """What either says, where it is short."""
    return "" if isinstance(stated, dict) else f": {stated}, and not {given}"
