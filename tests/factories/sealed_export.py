"""Seals a changed export again with the office's own key, as an honest exporter over tampered records would."""

from dataclasses import replace
from pathlib import Path

from infra.audit.export_format import MANIFEST, SIGNATURE, listed, parse_manifest, sign_manifest
from tests.factories.synthetic_audit import KEY


def seal(folder: Path) -> None:
    """Write manifest and signature anew over what stands in the folder."""
    manifest = parse_manifest((folder / MANIFEST).read_bytes())
    present = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    files = [listed(path, (folder / path).read_bytes()) for path in present if path not in (MANIFEST, SIGNATURE)]
    data = replace(manifest, files=tuple(files)).data()
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_bytes(sign_manifest(data, KEY))
