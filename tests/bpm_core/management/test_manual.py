from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bpm_core.models import OrgUnit
from bpm_core.queries import editions
from tests.bpm_core.manual import sample
from tests.bpm_core.manual.test_chapter import local_edition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of one process and one shared part."""
    for name in ("unemployment_benefit", "_shared/payment", "_library"):
        shutil.copytree(sample.PROCESSES / name, tmp_path / "processes" / name)
    return tmp_path / "processes"


def manual(*arguments: str) -> str:
    out = io.StringIO()
    call_command("manual", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_manual_just_written_is_in_step(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manual("--lang", "zh", "--out", str(out), "--processes", str(folder), "--no-pdf")

    said = manual("--lang", "zh", "--check", str(out), "--processes", str(folder), "--no-pdf")

    assert "is in step with the library" in said
    assert {"index.html", "une-01.html", "sub-pay.html", "manual.css", "manual.json"} <= {p.name for p in out.iterdir()}
    assert json.loads((out / "manual.json").read_text())["language"] == "zh"


def test_a_changed_process_shows_as_not_in_step(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    manual("--lang", "en", "--out", str(out), "--processes", str(folder), "--no-pdf")
    guide = folder / "unemployment_benefit" / "guide.toml"
    guide.write_text(guide.read_text("utf-8").replace("Free of charge", "One yuan"), "utf-8")
    (out / "gone.html").write_text("left over")

    with pytest.raises(SystemExit) as stopped:
        manual("--lang", "en", "--check", str(out), "--processes", str(folder), "--no-pdf")

    assert stopped.value.code == 1


def test_one_process_alone_is_printed_with_its_pdf(folder: Path, tmp_path: Path) -> None:
    said = manual("--key", "SUB-PAY", "--out", str(tmp_path / "out"), "--processes", str(folder))

    assert "pages" in said
    assert (tmp_path / "out" / "manual.pdf").read_bytes().startswith(b"%PDF-")
    assert not (tmp_path / "out" / "index.html").exists()


def test_an_unknown_process_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="XXX-99"):
        manual("--key", "XXX-99", "--out", str(tmp_path), "--processes", str(folder))


@pytest.mark.django_db
def test_the_edition_of_an_office_marks_what_it_sets(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrgUnit.objects.create(
        code="410823000000", level=2, path="/410823000000/", name_zh="武陟县", name_en="Wuzhi county"
    )
    monkeypatch.setattr(editions, "differences", lambda office, on: local_edition().differences)
    out = tmp_path / "out"

    manual("--office", "410823000000", "--lang", "zh", "--out", str(out), "--processes", str(folder), "--no-pdf")

    assert "武陟县本地版" in (out / "index.html").read_text("utf-8")
    assert "◆本地" in (out / "une-01.html").read_text("utf-8")


@pytest.mark.django_db
def test_an_unknown_office_has_no_edition(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="999"):
        manual("--office", "999", "--out", str(tmp_path), "--processes", str(folder), "--no-pdf")
