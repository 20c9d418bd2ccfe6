"""Diagrams that break a rule of BPMN are refused by the check, good ones are not; figures of the pack's own runner.

The pack is test material beside the checkout (../shared/conformance); where it is not there, this says so and skips.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from bpm_core.notation import check

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "conformance"
RUNNER = PACK / "run" / "run_reject.py"

pytestmark = pytest.mark.skipif(
    not RUNNER.exists(), reason=f"the conformance pack is not beside this checkout ({PACK}): refusals were not tried"
)


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    """Every model of the pack's list, in this process: the check runs nothing, so nothing has to be isolated."""
    sys.path.insert(0, str(RUNNER.parent))
    run_reject = importlib.import_module("run_reject")
    refusing = importlib.import_module("tests.conformance.refusing").Refusing
    models = str(PACK / "models")
    listed = run_reject.betsy(models)
    todo = [(file, rule, "refuse") for file, rule in listed["bad"]] + [(file, "", "accept") for file in listed["good"]]
    return [{"file": f, "must": must} | run_reject.run(f, rule, models, refusing, refusing) for f, rule, must in todo]


def test_diagrams_that_break_a_rule_are_refused(results: list[dict[str, Any]]) -> None:
    wrong = [row for row in results if row["must"] == "refuse"]

    assert len(wrong) == 301
    assert sum(row["result"] == "refused" for row in wrong) >= 285


def test_no_good_diagram_is_refused(results: list[dict[str, Any]]) -> None:
    assert [row["file"] for row in results if row["must"] == "accept" and row["result"] != "accepted"] == []


def test_a_refusal_names_rule_element_and_line(results: list[dict[str, Any]]) -> None:
    refused = [row for row in results if row["must"] == "refuse" and row["result"] == "refused"]

    assert sum(row["reason"] for row in refused) >= 270


def test_every_sentence_is_whole_and_in_its_language(results: list[dict[str, Any]]) -> None:
    for row in results:
        report = check.check({"process.bpmn": (PACK / "models" / row["file"]).read_bytes()}, connectors=())
        for problem in report.problems:
            assert any("一" <= c <= "鿿" for c in problem.message_zh), problem
            assert not any("一" <= c <= "鿿" for c in problem.message_en + problem.fix_en), problem
            assert "{" not in problem.message_en.replace("{http", "").replace("${", ""), problem
