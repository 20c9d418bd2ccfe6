"""The stand-alone verifier as somebody outside runs it: another process, nothing but a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bpm_core.domain.test_journal import document

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin"}  # no settings, no database
    return subprocess.run(
        [sys.executable, "-m", "bpm_core.verifier", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_untouched_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document()), encoding="utf-8")

    done = run(str(path), "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["ok"] is True
    assert json.loads(done.stdout)["entries"] == 20


def test_a_changed_file_is_refused_and_the_entry_named(tmp_path: Path) -> None:
    forged = document()
    forged["entries"][4]["action"] = "case.approved"
    path = tmp_path / "case.json"
    path.write_text(json.dumps(forged), encoding="utf-8")

    done = run(str(path))

    assert done.returncode == 1
    assert "BREACHED" in done.stdout
    assert "digest: entry 5 was changed" in done.stdout


def test_a_head_noted_elsewhere_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document(count=10)), encoding="utf-8")

    assert run(str(path), "--head", document()["head"]["hash"]).returncode == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", "nonsense", "[" * 50_000, '{"format": NaN}', "\ud800"])
def test_anything_else_is_told_apart_from_a_breach(tmp_path: Path, content: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))

    done = run(str(path))

    assert done.returncode == 2
    assert done.stderr == ""


def test_django_is_not_needed() -> None:
    script = "import sys, bpm_core.verifier.__main__; sys.exit('django' in sys.modules or 'lxml' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60).returncode == 0
