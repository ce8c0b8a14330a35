"""Random lives of files and complaints on real PostgreSQL, compared after every step with a model of the design.

Each life ends with its chain replayed: every audited row must be what its entries say. `make soak` lives more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from flows.rules.known_schemes import shipped_schemes
from tests.factories.clocked_scheme import put_clocks_in_force
from tests.models.office_model import Move
from tests.properties.complaint_roads import ROADS
from tests.properties.living_complaints import ComplaintLife
from tests.properties.living_files import FileLife
from tests.properties.living_papers import BEGINNINGS, RandomLife, World, a_world
from tests.properties.living_receipts import ReceiptLife
from tests.properties.paper_roads import FILE_ROADS, RECEIPT_ROADS


@pytest.fixture(scope="module")
def world(new_database: Callable[..., Any]) -> Iterator[World]:
    with a_world(new_database) as made:
        yield made


@pytest.fixture(scope="module")
def clocked_world(new_database: Callable[..., Any]) -> Iterator[World]:
    """An office whose complaints have limits and warnings of every sort."""
    with a_world(new_database, put_clocks_in_force) as made:
        yield made


def lives(of_a_hundred: int, steps: int) -> settings:
    """How many lives: so many of a hundred, or of as many as a profile such as `soak` says (it has 5,000)."""
    chosen = settings.default
    assert chosen is not None
    count = max(1, chosen.max_examples * of_a_hundred // 100)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=count, stateful_step_count=steps, deadline=None, suppress_health_check=checks)


FILE_MOVEMENTS = """register receive put_up mark send forward return note approve settle_condition pull_back
    pull_up park bring_up close propose reopen decline add_document link linked unlink unlinked part begin_part
    volume begin_volume draft_letter revise_letter drop_letter sign_letter dispatch withhold_document
    release_document route end_route mark_for_information consult begin_consultation answer_consultation
    consultation_answered attach attached_to_it detach detached_from_it merge merged_in amend_particulars reassign
    cancel receipt_in receipt_out"""
COMPLAINT_MOVEMENTS = """register assign assign_finally receive attend return_to_hub transfer recategorise
    direct_down recuse ask answer remind add withdraw interim_reply reply accept_reply send_reply_back satisfied
    not_satisfied record_attempt close_unheard propose_special_close approve_special_close refuse_special_close
    lapse_special_close propose reject decline escalate remind_overdue reopen reopen_by_superior appeal
    add_document split begin_split warn extend climb_unheard remind_of_reply club clubbed_with unclub unclubbed
    close_clubbed came_as_receipt dispose drop add_reference"""

RECEIPT_MOVEMENTS = """diarise mark receive return pull_back put_in_file send_after take_out replied filed
    no_action cancel add_document begin_copy made_complaint"""


def walk(life: RandomLife, road: list[Move] | list[Move | int]) -> None:
    """Lives a written life, of which the model allows every step."""
    for step in road:
        if isinstance(step, int):
            life.let_pass(timedelta(hours=step))
            continue
        life.lives_through(step)
        assert life.expected == set(), step
    life.teardown()


@pytest.mark.timeout(7200)
def test_files_live_as_the_model_does(world: World) -> None:
    run_state_machine_as_test(lambda: FileLife(world), settings=lives(60, steps=14))


@pytest.mark.timeout(7200)
def test_receipts_live_as_the_model_does(world: World) -> None:
    run_state_machine_as_test(lambda: ReceiptLife(world), settings=lives(15, steps=10))


@pytest.mark.timeout(600)
def test_every_movement_of_files_and_receipts_comes_to_what_the_models_say(world: World) -> None:
    gone: dict[str, set[str]] = {"office_file": set(), "receipt": set()}
    roads = [(FileLife, road) for road in FILE_ROADS] + [(ReceiptLife, road) for road in RECEIPT_ROADS]
    for sort, road in roads:
        life = sort(world)
        life.begin_beside_another(BEGINNINGS[0])
        walk(life, road)
        for family, names in life.lived().items():
            gone[family] |= names
    assert gone == {"office_file": set(FILE_MOVEMENTS.split()), "receipt": set(RECEIPT_MOVEMENTS.split())}


@pytest.mark.timeout(600)
def test_every_movement_of_a_complaint_comes_to_what_the_model_says(clocked_world: World) -> None:
    gone = set[str]()
    for category, road in ROADS:
        life = ComplaintLife(clocked_world)
        life.register_two(BEGINNINGS[0], category)
        walk(life, road)
        gone |= {name for paper in life.papers for name in paper.model.names}
    assert gone == set(COMPLAINT_MOVEMENTS.split())


@pytest.mark.timeout(7200)
def test_complaints_live_as_the_model_does(clocked_world: World) -> None:
    run_state_machine_as_test(lambda: ComplaintLife(clocked_world), settings=lives(35, steps=12))


_LIVED = {"office_file": FILE_MOVEMENTS, "receipt": RECEIPT_MOVEMENTS, "complaint": COMPLAINT_MOVEMENTS}


@pytest.mark.parametrize("family", sorted(_LIVED))
def test_every_movement_of_the_tables_is_lived(family: str) -> None:
    """A movement that is new in a table must be put into a model, and be on one of the roads."""
    tables = shipped_schemes()["haryana-eoffice"].tables.values()
    names = {row.name for table in tables if table.family == family for row in table.rows}
    # A file that is sent is named by its way; a proposal and its refusal are of every table.
    by_way = {"put_up", "mark", "send"} if family == "office_file" else set[str]()
    assert names == set(_LIVED[family].split()) - by_way - {"propose", "decline"}
