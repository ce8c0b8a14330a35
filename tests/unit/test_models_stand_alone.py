"""A model that used the program's own rules would agree with them whatever they said."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROGRAM = {"flows", "storage", "eoffice_api", "docs_templates", "infra", "tests"}
MODELS = sorted(Path(__file__).parents[1].joinpath("models").glob("*.py"))


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_there_are_models() -> None:
    assert {"office_file_model.py", "complaint_model.py", "calendar_model.py"} <= {path.name for path in MODELS}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_a_model_imports_nothing_of_the_program(path: Path) -> None:
    ours = {name for name in imported(path) if name.split(".")[0] in PROGRAM}
    assert all(name.split(".")[:2] == ["tests", "models"] for name in ours), ours


@pytest.mark.parametrize("name", ["matrix_office_file.py", "matrix_complaint.py"])
def test_a_matrix_imports_nothing_at_all(name: str) -> None:
    assert imported(Path(__file__).parents[1] / "integration" / "rules" / name) == set()
