"""Models of other suites do here what they must: every behaviour test and every case, by the pack's own runners.

The pack is test material beside the checkout (../shared/conformance); where it is not there, this says so and skips.
The figures are those of docs/bpmn-coverage.md, where it says of each case that is not passed why not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "conformance"
RUNNERS = PACK / "run"

pytestmark = pytest.mark.skipif(
    not (RUNNERS / "run_betsy.py").exists(),
    reason=f"the conformance pack is not beside this checkout ({PACK}): behaviour was not tried",
)


def ran(suite: str, out: Path) -> list[dict[str, Any]]:
    """What became of each case of a suite; the runner gives every case a process of its own."""
    command = [sys.executable, str(RUNNERS / f"run_{suite}.py"), "tests.conformance.adapter:Adapter", str(out)]
    paths = os.pathsep.join([str(RUNNERS), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, "--jobs", "2"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert out.exists(), done.stderr[-2000:]
    rows: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return rows


def test_every_feature_of_bpmn_behaves_as_the_standard_says(tmp_path: Path) -> None:
    rows = ran("betsy", tmp_path / "betsy.json")

    tests = {row["test"] for row in rows}
    failed = {row["test"] for row in rows if row["result"] != "pass"}
    assert (len(rows), len(tests)) == (210, 136)
    assert len(tests - failed) >= 128, sorted(failed)


def test_models_of_other_engines_do_here_what_they_do_there(tmp_path: Path) -> None:
    rows = ran("cases", tmp_path / "cases.json")

    failed = [row["id"] for row in rows if row["result"] != "pass"]
    assert len(rows) == 130
    assert len(rows) - len(failed) >= 127, failed


@pytest.mark.nightly
def test_every_model_runs_or_is_refused_with_the_reason_and_none_stops_silently(tmp_path: Path) -> None:
    rows = ran("load", tmp_path / "load.json")

    reference = [row for row in rows if row["suite"] == "MIWG reference"]
    assert (len(rows), len(reference)) == (283, 21)
    assert [row["files"] for row in reference if row["result"] not in ("runs", "reason")] == []
    assert [row["files"] for row in rows if row["result"] in ("silent", "refused")] == []
