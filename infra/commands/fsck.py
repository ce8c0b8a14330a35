"""``patravali fsck``: documents against the store, time and posts against the movements, and what lies about."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.operator import Json, faults_told, operator_settings
from storage.settings import SettingsFault

if TYPE_CHECKING:
    from infra.fsck.check_all import Findings

_SHOWN = 30

RemoveOrphans = Annotated[
    bool, typer.Option("--remove-orphans", help="remove bytes that no row cites, once they are 24 hours old")
]
Repair = Annotated[bool, typer.Option("--repair", help="write what differs anew from the movements")]
Quick = Annotated[bool, typer.Option("--quick", help="do not read the documents' bytes, only their sizes")]


def fsck(
    repair: Repair = False, remove_orphans: RemoveOrphans = False, quick: Quick = False, as_json: Json = False
) -> None:
    """Check what the database keeps against what it comes from.

    Exit status 0 only if nothing is amiss, 1 if something is, 2 if what was given cannot be used, 3 if PostgreSQL
    or the store of documents cannot be reached.
    """
    from infra.fsck.check_all import Wish, check_all  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, as_json=as_json, status=2):
        wish = Wish(repair=repair, remove_orphans=remove_orphans, read_bytes=not quick, quiet=as_json)
        found = asyncio.run(check_all(operator_settings(), wish))
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False, default=str))
    else:
        _tell(found)
    if not found.ok:
        raise typer.Exit(1)


def _as_json(found: Findings) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "documents": found.documents.checked,
        "document_faults": [
            {"sha256": fault.sha256, "trouble": str(fault.trouble)} for fault in found.documents.faults
        ],
        "orphans": [blob.sha256 for blob in found.documents.orphans],
        "removed": found.documents.removed,
        "dockets": found.time.checked,
        "differences": [
            {"docket": d.number, "table": d.table, "meaning": d.meaning} for d in found.time.differences
        ],
        "leftovers": [{"meaning": one.meaning, "id": one.id} for one in found.leftovers],
        "erasures": found.erasures,
        "unlocked": list(found.unlocked),
        "left_behind": [{"docket": one.number, "version": one.version} for one in found.left_behind],
        "repaired": found.repaired,
    }


def _tell(found: Findings) -> None:
    documents = found.documents
    print(f"Looked at {found.time.checked:,} dockets and {documents.checked:,} documents.")
    _list(f"{len(documents.faults):,} documents are not as their rows say",
          [f"{fault.sha256}: {fault.trouble.replace('_', ' ')}" for fault in documents.faults])  # fmt: skip
    _list(f"{len(found.time.differences):,} differences from what the movements say", found.time.differences)
    _list(f"{len(found.leftovers):,} things lie about", found.leftovers)
    _list(f"{len(found.unlocked):,} documents without the lock that was set",
          [f"{sha256}: until {until:%Y-%m-%d}" for sha256, until in found.unlocked.items()])  # fmt: skip
    _list("Erasing was begun and not ended; run “patravali erase” with their numbers again", found.erasures)
    _list(f"{len(found.left_behind):,} papers of the first release's scheme neither climb nor come up",
          [f"{one.number}: {_goes_to(one.version)}" for one in found.left_behind])  # fmt: skip
    if documents.orphans:
        print(f"{len(documents.orphans):,} blobs that no row cites; {len(documents.removed):,} of them removed.")
    if found.repaired:
        print("Repaired; what could not be repaired stands in the list of the next run.")
    print("All is well." if found.ok else "Not all is well.")


def _goes_to(version: int | None) -> str:
    if version is None:
        return "no later version of its scheme that fits it is in force; put one in force first"
    return f"--repair moves it to version {version}"


def _list(heading: str, items: list[Any]) -> None:
    if not items:
        return
    print(f"{heading}:")
    for item in items[:_SHOWN]:
        print(f"  {item}")
    if len(items) > _SHOWN:
        print(f"  … and {len(items) - _SHOWN:,} more (--json gives all)")
