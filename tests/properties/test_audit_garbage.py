"""Whatever stands in an export's folder, its verification ends with a report of faults and never with a crash."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.audit.verify_export import verify_export
from tests.factories.sealed_export import seal
from tests.factories.synthetic_audit import KEY, small_office

_STREAMS = ("chains", "values", "leaves", "checkpoints")
_leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_anything = st.recursive(
    _leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
_some = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
async def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await small_office().export(tmp_path_factory.mktemp("sound") / "export")


def _verify_changed(sound: Path, change: Callable[[Path], None], *, sealed: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(sound, Path(place) / "export"))
        change(folder)
        if sealed:
            seal(folder)
        report = verify_export(folder, KEY.public_key())
        assert not report.ok
        json.dumps(report.to_json())


@_some
@given(st.data(), st.booleans())
def test_random_bytes_in_place_of_others_are_a_fault(sound: Path, data: st.DataObject, sealed: bool) -> None:
    path = data.draw(st.sampled_from([f"{stream}/000001.jsonl" for stream in _STREAMS]))
    kept = (sound / path).read_bytes()
    begin = data.draw(st.integers(0, len(kept)))
    end = data.draw(st.integers(begin, len(kept)))
    put = data.draw(st.binary(max_size=40).filter(lambda put: put != kept[begin:end]))
    changed = kept[:begin] + put + kept[end:]
    _verify_changed(sound, lambda folder: _write(folder / path, changed), sealed=sealed)


@_some
@given(st.sampled_from(["manifest.json", "manifest.sig", "public-key.hex"]), st.binary(max_size=200))
def test_random_outer_files_are_a_fault(sound: Path, name: str, data: bytes) -> None:
    _verify_changed(sound, lambda folder: _write(folder / name, data), sealed=False)


@_some
@given(st.data(), _anything)
def test_any_json_in_place_of_a_member_is_a_fault(sound: Path, data: st.DataObject, value: Any) -> None:
    stream = data.draw(st.sampled_from(_STREAMS))
    lines = (sound / stream / "000001.jsonl").read_bytes().splitlines()
    chosen = data.draw(st.integers(0, len(lines) - 1))
    body = json.loads(lines[chosen])
    _put_somewhere(data, body, value)
    changed = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")
    if changed == lines[chosen]:
        return
    lines[chosen] = changed
    text = b"\n".join(lines) + b"\n"
    _verify_changed(sound, lambda folder: _write(folder / stream / "000001.jsonl", text), sealed=True)


def _put_somewhere(data: st.DataObject, body: Any, value: Any) -> None:
    places = list(body) if isinstance(body, dict) else list(range(len(body)))
    place = data.draw(st.sampled_from(places))
    if isinstance(body[place], dict | list) and body[place] and data.draw(st.booleans()):
        _put_somewhere(data, body[place], value)
    else:
        body[place] = value


@pytest.mark.parametrize("stream", _STREAMS)
@pytest.mark.parametrize("line", [b"[" * 200_000, b'{"a":' * 100_000, b"9" * 10_000, b"\x00", b"", b"null"])
def test_hostile_lines_are_a_fault(sound: Path, stream: str, line: bytes) -> None:
    def put(folder: Path) -> None:
        path = folder / stream / "000001.jsonl"
        path.write_bytes(line + b"\n" + path.read_bytes())

    _verify_changed(sound, put, sealed=True)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
