"""`manage.py check_process`: the check at the command line."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.bpm_core.notation.diagrams import around


def run(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("check_process", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_a_folder_of_the_library_passes() -> None:
    folder = Path(__file__).parents[3] / "processes" / "_shared" / "delivery"

    said, code = run(str(folder), "--english")

    assert (said.strip(), code) == (f"{folder}: runs", 0)


def test_a_faulty_diagram_is_explained_and_the_exit_code_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.bpmn"
    path.write_bytes(around('<bpmn:serviceTask id="t" name="查询" camunda:topic="shell"/>'))

    said, code = run(str(path), "--json")

    report = json.loads(said)
    assert (code, report["ok"], report["files"]) == (1, False, [{"path": str(path), "ok": False}])
    told = {"rule", "severity", "element", "name", "line", "message_zh", "message_en", "fix"}
    assert told <= set(report["problems"][0])
    assert [(p["rule"], p["element"]) for p in report["problems"] if p["severity"] == "error"] == [("608", "t")]
    assert "608 error" in run(str(path))[0]


@pytest.mark.parametrize(("name", "content"), [("a.zip", b"no zip"), ("b.bpmn", b"\x00\x01"), ("c.bpmn", b"")])
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    said, code = run(str(path))

    assert code == 1 and "->" in said


def test_a_zip_without_a_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")

    assert "101 error" in run(str(path))[0]


def test_the_rules_can_be_listed() -> None:
    said, code = run("--rules", "--english")

    assert code == 0
    assert len(said.splitlines()) > 90
