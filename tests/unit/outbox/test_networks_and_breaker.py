"""Where webhooks may go, and when a gateway is left alone."""

from __future__ import annotations

from ipaddress import ip_address
from uuid import uuid4

import pytest

from flows.gateways.breaker import FIRST_PAUSE_S, LONGEST_PAUSE_S, OPENS_AFTER, Breaker
from flows.gateways.networks import may_call, networks_of


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_the_public_internet_may_be_called(address: str) -> None:
    assert may_call(ip_address(address), ())


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
     "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::"],
)  # fmt: skip
def test_what_is_private_may_not_however_it_is_written(address: str) -> None:
    assert not may_call(ip_address(address), ())


def test_what_the_operator_lists_may() -> None:
    allowed = networks_of("10.20.0.0/16, fd00::/8,192.168.7.9")
    assert may_call(ip_address("10.20.3.4"), allowed)
    assert may_call(ip_address("::ffff:10.20.3.4"), allowed)
    assert may_call(ip_address("fd12::1"), allowed)
    assert may_call(ip_address("192.168.7.9"), allowed)
    assert not may_call(ip_address("10.21.0.1"), allowed)
    with pytest.raises(ValueError, match="does not appear to be"):
        networks_of("everywhere")


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def failed(breaker: Breaker, lane: object, times: int) -> None:
    for _ in range(times):
        breaker.note(lane, well=False)  # type: ignore[arg-type]


def test_a_lane_rests_after_failures_in_a_row_and_no_other_does() -> None:
    breaker, one, other = Breaker(Time()), uuid4(), uuid4()
    failed(breaker, one, OPENS_AFTER - 1)
    breaker.note(one, well=True)
    failed(breaker, one, OPENS_AFTER - 1)
    assert breaker.resting() == set()
    failed(breaker, one, 1)
    failed(breaker, other, 1)
    assert breaker.resting() == {one}


def test_after_each_pause_one_failure_begins_a_longer_one_up_to_a_limit() -> None:
    time = Time()
    breaker = Breaker(time)
    failed(breaker, None, OPENS_AFTER)
    pause = FIRST_PAUSE_S
    for _ in range(8):
        time.now += pause - 0.5
        assert breaker.resting() == {None}
        time.now += 1
        assert breaker.resting() == set()
        assert breaker.doubtful(None)
        pause = min(2 * pause, LONGEST_PAUSE_S)
        failed(breaker, None, 1)
    breaker.note(None, well=True)
    assert (breaker.resting(), breaker.doubtful(None)) == (set(), False)
