"""Verifies an audit export from its files alone: no database, no network, in bounded memory.

Memory grows only with the number of files and checkpoints (under 1 KB each) and with the largest single chain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.rules.audit_checkpoint import key_id
from flows.rules.audit_epochs import Epochs
from flows.rules.audit_values import encode_time
from infra.audit.epoch_report import tell_epochs
from infra.audit.export_files import ExportFolder, Line
from infra.audit.export_format import (
    CHAINS,
    CHECKPOINTS,
    DOCUMENTS,
    LEAVES,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    VALUES,
    WHOLE,
    BrokenFile,
    Manifest,
    document_path,
    is_manifest_signed,
    parse_manifest,
    public_key_file,
    read_public_key,
)
from infra.audit.export_lines import ExportedValue, parse_value
from infra.audit.report import Report
from infra.audit.verify_chains import ChainVerifier
from infra.audit.verify_checkpoints import CheckpointVerifier

_NOT_INDEPENDENT = (
    "The key was taken from the export itself. It shows that the export is of one piece, not who made it: "
    "get the office's public key another way and give it to be sure."
)

_RESTORED_ELSEWHERE = (
    "Entries are of epoch {}, which a restore of the office from a backup begins: the office's own chain tells "
    "of it, and an export of one docket does not have that chain."
)


def verify_export(
    folder: Path,
    key: Ed25519PublicKey | None = None,
    older_keys: Sequence[Ed25519PublicKey] = (),
    held: Mapping[int, bytes] | None = None,
) -> Report:
    """Verify the export in a folder. `key` signs the export; checkpoints may also be signed by an older one.

    Without a key the export's own is used, and the report says so. `held` are hashes of checkpoints, by number,
    that were kept outside the office. Nothing that stands in the folder raises.
    """
    report = Report()
    verification = _Verification(ExportFolder(folder, report), report)
    verification.run(key, older_keys, held or {})
    return report


def verify_files(folder: Path, key: Ed25519PublicKey | None = None) -> Report:
    """The quick half: the manifest's signature and every file's bytes, but not whether what they say holds."""
    report = Report()
    _Verification(ExportFolder(folder, report), report).check_files(key)
    return report


class _Verification:
    """One verification, step by step; a step that finds nothing to work on leaves the report to say so."""

    def __init__(self, folder: ExportFolder, report: Report) -> None:
        self._folder = folder
        self._report = report
        self._keys: dict[bytes, Ed25519PublicKey] = {}
        self._cited: set[str] = set()

    def run(
        self, key: Ed25519PublicKey | None, older: Sequence[Ed25519PublicKey], held: Mapping[int, bytes]
    ) -> None:
        """Check the files, then all that they say."""
        manifest = self.check_files(key)
        if manifest:
            keys = self._keys | {key_id(known): known for known in older}
            self._check_content(manifest, CheckpointVerifier(self._report, manifest, keys, held))

    def check_files(self, key: Ed25519PublicKey | None) -> Manifest | None:
        """Check the manifest, its signature and every file; the manifest where it can be read."""
        self._folder.look()
        data = self._folder.read(MANIFEST)
        signature = self._folder.read(SIGNATURE, longest=128)
        if data is None:
            return None
        try:
            manifest = parse_manifest(data)
        except BrokenFile as fault:
            self._report.fault(str(fault), file=MANIFEST)
            return None
        self._introduce(manifest)
        self._choose_key(manifest, key)
        if signature is not None:
            self._check_signature(data, signature, self._keys.get(manifest.key))
        self._folder.check(manifest)
        return manifest

    def _introduce(self, manifest: Manifest) -> None:
        self._report.scope, self._report.office = manifest.scope, str(manifest.office)
        self._report.name, self._report.made_at = manifest.name, encode_time(manifest.made_at)
        self._report.key = manifest.key.hex()

    def _choose_key(self, manifest: Manifest, key: Ed25519PublicKey | None) -> None:
        enclosed = self._enclosed_key(manifest)
        if key is not None:
            self._report.independent_key = True
            if key_id(key) != manifest.key:
                self._report.fault("the export was signed with another key than the one given", file=MANIFEST)
        else:
            self._report.remarks.append(_NOT_INDEPENDENT)
        chosen = key or enclosed
        self._keys = {key_id(chosen): chosen} if chosen else {}

    def _enclosed_key(self, manifest: Manifest) -> Ed25519PublicKey | None:
        data = self._folder.read(PUBLIC_KEY, longest=64)
        if data is None:
            return None
        try:
            key = read_public_key(data)
        except BrokenFile as fault:
            self._report.fault(str(fault), file=PUBLIC_KEY)
            return None
        if public_key_file(key) != data or key_id(key) != manifest.key:
            self._report.fault("this is not the key that the manifest names", file=PUBLIC_KEY)
            return None
        return key

    def _check_signature(self, data: bytes, signature: bytes, key: Ed25519PublicKey | None) -> None:
        if key is None or not is_manifest_signed(data, signature, key):
            self._report.fault(
                "the manifest's signature does not hold: it or the manifest was changed", file=SIGNATURE
            )

    def _check_content(self, manifest: Manifest, checkpoints: CheckpointVerifier) -> None:
        checkpoints.read_checkpoints(self._folder.lines(manifest, CHECKPOINTS))
        checkpoints.read_leaves(self._folder.lines(manifest, LEAVES))
        leaves = checkpoints.trusted_leaves(self._folder.lines(manifest, LEAVES, report=False))
        values = self._values(self._folder.lines(manifest, VALUES))

        def found_document(value: ExportedValue, sequence: int) -> None:
            self._cite(manifest, value, sequence)

        chains = ChainVerifier(self._report, manifest.scope, leaves, values, found_document)
        chains.read(self._folder.lines(manifest, CHAINS))
        self._judge_epochs(manifest, chains.epochs)
        if not chains.found_scope:
            self._report.fault("the docket's chain is not in the export", chain=manifest.scope, sequence=1)
        self._check_documents(manifest)

    def _judge_epochs(self, manifest: Manifest, epochs: Epochs) -> None:
        if manifest.scope == WHOLE:
            tell_epochs(epochs, self._report)
        elif epochs.risen:
            self._report.remarks.append(_RESTORED_ELSEWHERE.format(", ".join(map(str, epochs.risen))))

    def _values(self, lines: Iterable[Line]) -> Iterator[ExportedValue]:
        last = ("", "")
        for line in lines:
            try:
                value = parse_value(line.data)
                if (value.chain, str(value.value_id)) <= last:
                    raise BrokenFile("the values are not in the order of chains and ids, each once")
            except BrokenFile as fault:
                self._report.fault(str(fault), file=line.file, line=line.number)
                continue
            last = (value.chain, str(value.value_id))
            yield value

    def _cite(self, manifest: Manifest, value: ExportedValue, sequence: int) -> None:
        path = document_path(value.document or b"")
        self._report.counts.documents += 1
        self._cited.add(path)
        if manifest.documents and not self._folder.has(path):
            reason = f"the document {value.value_id} that the entry cites is not in the export"
            self._report.fault(reason, chain=value.chain, sequence=sequence, file=path)

    def _check_documents(self, manifest: Manifest) -> None:
        for path in manifest.shards(DOCUMENTS):
            if path not in self._cited:
                self._report.fault("no entry cites this document", file=path)
