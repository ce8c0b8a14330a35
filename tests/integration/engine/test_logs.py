"""What an engine logs: lines of JSON, and in each line of a step the instruction's id."""

from __future__ import annotations

import json
from typing import Any

from storage.settings import Settings
from tests.factories.engines import as_owner, ended, engine_process
from tests.factories.lives import PARKING, new_file
from tests.factories.practice_office import PracticeOffice

_BREAK = """
create function break_movement() returns trigger language plpgsql as $$
begin raise exception 'a fault of the step' using errcode = 'XX000'; end $$;
create trigger break_movement before insert on movement for each row
    when (new.act = 'park') execute function break_movement();
"""


async def test_every_line_is_json_and_a_step_s_lines_name_the_instruction(
    alone: PracticeOffice, engine_settings: Settings
) -> None:
    await as_owner(alone, _BREAK)
    file = await new_file(alone)
    with engine_process(engine_settings) as engine:
        await engine.ready()
        accepted = await file.accept("clerk", "park", **PARKING)
        row = await ended(alone, accepted.instruction)
        assert engine.stop() == 0
    lines: list[dict[str, Any]] = [json.loads(line) for line in engine.log.read_text().splitlines()]
    told = [line for line in lines if line["event"] in ("step failed", "instruction failed")]
    assert len(told) == 6
    assert {(line["instruction"], line["docket"]) for line in told} == {
        (str(accepted.instruction), str(file.docket))
    }
    assert told[-1]["incident"] == row["outcome"]["refusal"]["facts"]["incident"]
    assert {"level", "timestamp"} <= set(lines[0])
    assert "कारण" not in engine.log.read_text(), "a remark stands in no log"
