"""The file that describes an SMS gateway: what it makes of a message, what is refused in it; numbers and parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.gateways.http_call import Reply
from flows.gateways.protocol import Unfit
from flows.gateways.sms_template import GatewayFault, read_template
from flows.gateways.sms_text import is_unicode, parts, telephone
from tests.factories.told_office import sms_file

VALUES = {"to": "919900000002", "text": "हाँ & {key}", "key": "k-1", "template_id": "11", "unicode": "1"}


def read(folder: Path, url: str = "https://sms.example.org", **more: Any) -> Any:
    return read_template(sms_file(folder, url, **more))


def test_a_text_goes_into_json_as_it_is_and_is_no_placeholder_itself(tmp_path: Path) -> None:
    body = {"messages": [{"to": "+{to}", "body": "{text}", "ref": "{key}"}], "flash": False}
    request = read(tmp_path, form=None, json=body).request(VALUES)
    assert json.loads(request.body) == {
        "messages": [{"to": "+919900000002", "body": "हाँ & {key}", "ref": "k-1"}],
        "flash": False,
    }
    assert request.headers["Content-Type"] == "application/json"


def test_a_query_is_escaped(tmp_path: Path) -> None:
    query = {"to": "{to}", "text": "{text}", "key": "{key}"}
    request = read(tmp_path, form=None, method="GET", query=query).request(VALUES)
    assert request.url.endswith("/send?key=k-1&text=%E0%A4%B9%E0%A4%BE%E0%A4%81+%26+%7Bkey%7D&to=919900000002")
    assert request.body == b""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"url": "http://sms.example.org/send"}, "https only"),
        ({"url": "https://sms.example.org/send?x=1"}, "goes under query"),
        ({"form": {"to": "{to}", "text": "{txet}", "key": "{key}"}}, r"\{txet\} is no placeholder"),
        ({"headers": {"A": "{secret:none}"}}, r"\{secret:none\} is no placeholder"),
        ({"form": {"to": "{to}", "text": "{text}"}}, "by the key a gateway knows a second try"),
        ({"taken": []}, "taken: "),
        ({"taken": [{}]}, "a sign needs a status"),
        ({"taken": [{"json": "status"}]}, "json and equals go together"),
        ({"taken": [{"matches": "("}]}, "no regular expression"),
        ({"secrets": {"token": "elsewhere"}}, "cannot be read"),
        ({"retries": 3}, "retries: "),
        ({"limit_s": 0}, "limit_s: "),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises(GatewayFault, match=said):
        read_template(sms_file(tmp_path, "https://sms.example.org", **more))


def test_a_header_never_breaks(tmp_path: Path) -> None:
    template = read(tmp_path, headers={"X-Text": "{text}"})
    with pytest.raises(GatewayFault, match="printable ASCII"):
        template.request({**VALUES, "text": "a\r\nX-Other: b"})


def test_an_answer_that_says_two_things_says_nothing(tmp_path: Path) -> None:
    template = read(tmp_path, taken=[{"status": [200]}], not_taken=[{"matches": "BUSY"}])
    assert template.verdict(Reply(200, {}, b"OK")) == "sent"
    assert template.verdict(Reply(200, {}, b"BUSY")) is None
    assert template.verdict(Reply(503, {}, b"BUSY")) == "not_taken"


def test_one_is_not_true(tmp_path: Path) -> None:
    template = read(tmp_path, taken=[{"json": "ok", "equals": True}])
    assert template.verdict(Reply(200, {}, b'{"ok": true}')) == "sent"
    assert template.verdict(Reply(200, {}, b'{"ok": 1}')) is None


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"ID=abc-1;", "abc-1"), (b"nothing", None), (b"ID=919900000002;", None), (b"ID=a b;", None),
        (b"ID=" + b"9" * 200 + b";", None),
    ],
)  # fmt: skip
def test_the_gateway_s_id_is_kept_if_it_is_one_and_hides_no_telephone(
    tmp_path: Path, answer: bytes, found: str | None
) -> None:
    template = read(tmp_path, id={"matches": "ID=([^;]*);"})
    assert template.id_in(Reply(200, {}, answer), "919900000002") == found


@pytest.mark.parametrize(
    "given", ["9900000002", "09900000002", "+91 99000 00002", "0091-9900000002", "919900000002", "९९०००००००२"]
)
def test_a_mobile_number_in_each_way_of_writing(given: str) -> None:
    assert telephone(given, "91") == "919900000002"


@pytest.mark.parametrize("given", ["01662-225000", "12345", "", "+", "99000000021", "call me", "+0123456789", "٩"])
def test_what_is_no_mobile_number(given: str) -> None:
    with pytest.raises(Unfit):
        telephone(given, "91")


def test_a_number_of_another_country() -> None:
    assert telephone("+977 9841234567", "91") == "9779841234567"


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("क" * 70, 1), ("क" * 71, 2), ("क" * 135, 3),
     ("😀" * 35, 1), ("😀" * 36, 2), ("", 1)],
)  # fmt: skip
def test_how_many_parts_a_text_takes(text: str, count: int) -> None:
    assert parts(text) == count


def test_hindi_needs_unicode() -> None:
    assert is_unicode("शिकायत")
    assert not is_unicode("Complaint {1} [a] ~ €")
