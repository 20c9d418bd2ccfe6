"""The command line of the standards system, on whatever processes the library holds."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def told(*options: Any) -> str:
    out = io.StringIO()
    call_command("standards", *options, stdout=out)
    return out.getvalue()


def test_coverage_is_whole_for_every_process_that_is_drawn() -> None:
    found = json.loads(told("coverage", "--json"))

    assert (found["clauses_without_step"], found["steps_without_clause"], found["unknown"]) == ([], [], [])
    assert found["clauses"] == 1011 == found["carried"] + found["undrawn"]


def test_coverage_in_words_ends_with_the_sums() -> None:
    lines = told("coverage").splitlines()

    assert "0 clauses without a step, 0 steps without a clause, 0 unknown" in lines[-1]
    assert any(line.startswith("UNE-01") and line.split()[1:3] == ["33", "33"] for line in lines)


def test_a_clause_without_a_step_is_named_and_the_command_fails(tmp_path: Path, settings: Any) -> None:
    ours = Path(settings.PROCESSES_DIR)
    (tmp_path / "_standards").symlink_to(ours / "_standards")
    (tmp_path / "rating").mkdir()
    diagram = (ours / "_shared" / "rating" / "process.bpmn").read_text(encoding="utf-8")
    cut = diagram.replace("第5.3条", "第5.1条")
    (tmp_path / "rating" / "process.bpmn").write_text(cut, encoding="utf-8")
    out = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("standards", "--folder", tmp_path, "coverage", "--english", stdout=out)

    assert "NO STEP    Q/JZRS 200.RATING-2026 5.3  SUB-RATING S25" in out.getvalue()


def test_the_list_says_what_is_a_sample() -> None:
    lines = told("list", "--english").splitlines()

    assert lines[-1] == "99"
    [line] = [line for line in lines if line.startswith("Q/JZRS 221-2026")]
    assert "sample" in line
    assert "illustrative" in line
    assert "72 clauses" in line


def test_the_list_of_one_process_holds_what_governs_it() -> None:
    numbers = [one["number"] for one in json.loads(told("list", "--process", "UNE-01", "--json"))]

    assert {"Q/JZRS 221-2026", "LD/T 01-2020", "GB 11643-1999"} <= set(numbers)


def test_a_standard_is_shown_with_its_clauses_and_their_law() -> None:
    shown = told("show", "Q/JZRS 200-2026", "--english")

    assert "Q/JZRS 200.INTAKE-2026 5.3  SUB-INTAKE S30  Check completeness and competence  1 working_day" in shown
    assert "Administrative Licensing Law Art. 32" in shown


def test_a_standard_nobody_knows_is_refused() -> None:
    with pytest.raises(CommandError, match="no standard GB/T 1"):
        told("show", "GB/T 1")


def test_a_library_whose_standards_cannot_be_read_is_refused_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"standards\.toml: the file is missing"):
        told("--folder", tmp_path, "list")
