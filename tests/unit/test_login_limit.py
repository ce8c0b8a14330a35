"""Failed log-ins are counted for a name at an address and for the address, and forgotten after a quarter hour."""

from __future__ import annotations

from eoffice_api.login_limit import PER_ADDRESS, PER_PAIR, WINDOW_S, LoginLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def fail(limit: LoginLimit, login: str, address: str, times: int) -> None:
    for _ in range(times):
        limit.failed(login, address)


def test_a_guessed_name_has_to_wait_and_its_owner_elsewhere_has_not() -> None:
    limit = LoginLimit(Clock())
    fail(limit, "clerk", "10.0.0.1", PER_PAIR - 1)
    assert limit.seconds_to_wait("clerk", "10.0.0.1") == 0
    fail(limit, "clerk", "10.0.0.1", 1)
    assert limit.seconds_to_wait("clerk", "10.0.0.1") > 0
    assert limit.seconds_to_wait("clerk", "10.0.0.2") == 0
    assert limit.seconds_to_wait("dc", "10.0.0.1") == 0


def test_an_address_that_tries_many_names_has_to_wait_for_all() -> None:
    limit = LoginLimit(Clock())
    for number in range(PER_ADDRESS):
        limit.failed(f"name-{number}", "10.0.0.1")
    assert limit.seconds_to_wait("clerk", "10.0.0.1") > 0


def test_after_a_quarter_hour_it_may_be_tried_again() -> None:
    clock = Clock()
    limit = LoginLimit(clock)
    fail(limit, "clerk", "10.0.0.1", PER_PAIR)
    clock.now += WINDOW_S + 1
    assert limit.seconds_to_wait("clerk", "10.0.0.1") == 0
    limit.failed("clerk", "10.0.0.1")
    assert limit.seconds_to_wait("clerk", "10.0.0.1") == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    limit = LoginLimit(Clock())
    for number in range(60_000):
        limit.failed(f"name-{number}", f"address-{number}")
    assert len(limit._failed) <= 50_002
