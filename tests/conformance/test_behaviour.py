"""Models of other suites do here what they must, by the pack's own runners: through our commands, on a real database.

The pack is test material beside the checkout (../shared/conformance); where it is not there, this says so and skips.
The figures are those of docs/bpmn-coverage.md, where it says of each case that is not passed why not.
`make conformance` runs all of it on SQLite and PostgreSQL; `make test` the whole on SQLite, a slice on PostgreSQL.
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
on_postgresql = pytest.mark.skipif(
    "TEST_DATABASE_URL" not in os.environ, reason="TEST_DATABASE_URL names no PostgreSQL: `make test` starts one"
)


def ran(suite: str, out: Path, *more: str, database: str = "") -> list[dict[str, Any]]:
    """What became of each case of a suite; the runner gives every case a process of its own, and we a database."""
    command = [sys.executable, str(RUNNERS / f"run_{suite}.py"), "tests.conformance.adapter:Adapter", str(out)]
    paths = os.pathsep.join([str(RUNNERS), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("DATABASE_URL", None)
    environment |= {"DATABASE_URL": database} if database else {}
    done = subprocess.run(
        [*command, "--jobs", "2", *more], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert out.exists(), done.stderr[-2000:]
    rows: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return rows


def check_betsy(rows: list[dict[str, Any]]) -> None:
    tests = {row["test"] for row in rows}
    failed = {row["test"] for row in rows if row["result"] != "pass"}
    assert (len(rows), len(tests)) == (210, 136)
    assert len(tests - failed) >= 128, sorted(failed)


def failed_cases(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows if row["result"] != "pass"]


def test_every_feature_of_bpmn_behaves_as_the_standard_says(tmp_path: Path) -> None:
    check_betsy(ran("betsy", tmp_path / "betsy.json"))


def test_models_of_other_engines_do_here_what_they_do_there(tmp_path: Path) -> None:
    rows = ran("cases", tmp_path / "cases.json")

    assert len(rows) == 130
    assert len(failed_cases(rows)) <= 3, failed_cases(rows)


@on_postgresql
def test_a_slice_of_them_does_the_same_on_postgresql(tmp_path: Path) -> None:
    cases = json.loads((PACK / "cases" / "engines.json").read_text(encoding="utf-8").strip())
    only = tmp_path / "only.json"
    only.write_text(json.dumps([case["id"] for case in cases][::8]), encoding="utf-8")

    rows = ran("cases", tmp_path / "slice.json", "--only", str(only), database=os.environ["TEST_DATABASE_URL"])

    assert len(rows) == 17
    assert len(failed_cases(rows)) <= 1, failed_cases(rows)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_every_model_runs_or_is_refused_with_the_reason_and_none_stops_silently(tmp_path: Path) -> None:
    rows = ran("load", tmp_path / "load.json")

    reference = [row for row in rows if row["suite"] == "MIWG reference"]
    assert (len(rows), len(reference)) == (283, 21)
    assert [row["files"] for row in reference if row["result"] not in ("runs", "reason")] == []
    assert [row["files"] for row in rows if row["result"] in ("silent", "refused")] == []


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@on_postgresql
def test_all_of_it_does_the_same_on_postgresql(tmp_path: Path) -> None:
    database = os.environ["TEST_DATABASE_URL"]

    check_betsy(ran("betsy", tmp_path / "betsy.json", database=database))
    assert len(failed_cases(ran("cases", tmp_path / "cases.json", database=database))) <= 3


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_what_must_be_refused_is_refused_at_the_door_of_uploads(tmp_path: Path) -> None:
    rows = ran("reject", tmp_path / "reject.json")

    refused = [row for row in rows if row["must"] == "refuse" and row["result"] == "refused"]
    assert len(refused) >= 285
    assert [row for row in rows if row["must"] == "accept" and row["result"] != "accepted"] == []
