"""The command lines that move a library from one deployment to another."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bpm_core.models import ProcessDefinition
from bpm_core.notation import bundle, library
from bpm_core.notation.library import Packed
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office, build

PROVINCE = library.signer("province", "a secret of the province's deployment")
TRUST = f"henan={PROVINCE.public}"


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.PROCESSES_DIR = tmp_path
    return build()


def told(*options: Any) -> str:
    out = io.StringIO()
    call_command("import_library", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sample process with a longer limit of the review, a new English name and another rate."""
    files = sample.files()
    diagram = files["process.bpmn"].replace(b'guicheng:limit="2"', b'guicheng:limit="3"')
    guide = files["guide.toml"].replace(b'version = "1.0.0"', b'version = "1.1.0"')
    files |= {"process.bpmn": diagram, "guide.toml": guide}
    one = Packed(sample.KEY, "SAM-01", "1.1.0", "样例津贴", "Sample allowance", bundle.digest(files), files)
    path = tmp_path / "province.zip"
    path.write_bytes(library.pack([one], {}, PROVINCE))
    return path


def test_the_difference_is_shown_element_by_element_and_nothing_changes(office: Office, file: Path) -> None:
    shown = told(file, "--trust", TRUST, "--english")

    assert "signed by henan" in shown
    assert "changed  SAM-01       sample_allowance  Sample allowance  (here: version 1)" in shown
    assert "    ≠ S30 First review\n        Time limit: 2 -> 3" in shown
    assert "    ≠ guide.toml" in shown
    assert "1 changed, 0 reference files differ" in shown
    assert ProcessDefinition.objects.count() == 1


def test_the_difference_as_json(office: Office, file: Path) -> None:
    [process] = json.loads(told(file, "--trust", TRUST, "--json"))["processes"]

    assert (process["standing"], process["ours"], process["theirs"]) == ("changed", 1, "1.1.0")
    [element] = process["elements"]
    assert (element["element"], element["name"], element["attributes"][0]["after"]) == ("S30", "初审", "3")


def test_two_persons_take_it_over(office: Office, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.management.commands import import_library

    class Fine:
        def to_json(self) -> dict[str, Any]:
            return {"ok": True, "problems": []}

    monkeypatch.setattr(import_library.gate, "check_untrusted", lambda files, known: Fine())

    handed = told(file, "--trust", TRUST, "--apply", "--by", "designer")
    with pytest.raises(CommandError, match="not permitted"):
        told(file, "--trust", TRUST, "--publish", "--by", "designer")
    published = told(file, "--trust", TRUST, "--publish", "--by", "publisher")

    assert (handed.split("\n")[0], published.strip()) == (f"handed in: {sample.KEY}", f"published: {sample.KEY}")
    assert ProcessDefinition.objects.get(key=sample.KEY, is_current=True).version == 2
    assert "1 same" in told(file, "--trust", TRUST, "--english")


def test_a_process_with_errors_is_refused_with_what_to_mend(office: Office, file: Path) -> None:
    """The sample has no drawing and no worked cases of its ends; the gate really runs here."""
    broken = bundle.unzip(bytes(office.definition.archive))
    broken["process.bpmn"] = (
        broken["process.bpmn"]
        .replace(b'calledElement="', b'calledElement="no_')
        .replace(b"insured_months &gt;= 12", b"insured_months &gt;= (12")
    )
    one = Packed(sample.KEY, "SAM-01", "1.1.0", "样例津贴", "Sample", bundle.digest(broken), broken)
    file.write_bytes(library.pack([one], {}, PROVINCE))

    with pytest.raises(CommandError, match=r"nothing was taken \(check_failed\)"):
        told(file, "--trust", TRUST, "--apply", "--by", "designer")

    assert ProcessDefinition.objects.count() == 1


def test_a_stranger_s_library_is_refused(office: Office, file: Path) -> None:
    with pytest.raises(CommandError, match=r"not trusted here: 'province' .* \(unknown_signer\)"):
        told(file)


def test_a_touched_library_is_refused(office: Office, file: Path) -> None:
    data = file.read_bytes()
    at = data.index(b"sample_rate")
    file.write_bytes(data[:at] + b"simple_rate" + data[at + 11 :])

    with pytest.raises(CommandError, match=r"is not taken: processes/sample_allowance/"):
        told(file, "--trust", TRUST)


def test_what_this_deployment_exports_it_can_take_itself(office: Office, tmp_path: Path) -> None:
    out, first, second = io.StringIO(), tmp_path / "a.zip", tmp_path / "b.zip"

    call_command("export_library", "--out", first, stdout=out)
    call_command("export_library", "--out", second, "--key", sample.KEY, stdout=io.StringIO())

    assert first.read_bytes() == second.read_bytes()
    assert out.getvalue().startswith(f"1 processes, {first.stat().st_size} bytes, SHA-256 ")
    assert "1 same" in told(first, "--english")


def test_the_public_key_is_printed_as_others_write_it_into_their_list(office: Office, settings: Any) -> None:
    settings.LIBRARY_SIGNER, settings.LIBRARY_KEY = "province", "a secret of the province's deployment"
    out = io.StringIO()

    call_command("export_library", "--public-key", stdout=out)

    assert out.getvalue().strip() == f"province={PROVINCE.public}"


def test_the_list_of_the_settings_is_trusted(office: Office, file: Path, settings: Any) -> None:
    settings.LIBRARY_TRUST = {"henan": PROVINCE.public}

    assert "signed by henan" in told(file)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nowhere.zip",), "can't be read"),
        (("FILE", "--apply"), "--by names"),
        (("FILE", "--apply", "--by", "nobody"), "no account nobody"),
        (("FILE", "--publish", "--by", "publisher"), "nothing of this library was handed in"),
        (("FILE", "--trust", "no-sign"), "NAME=KEY"),
    ],
)
def test_what_is_missing_is_said(office: Office, file: Path, options: tuple[str, ...], said: str) -> None:
    given = [str(file) if option == "FILE" else option for option in options]

    with pytest.raises(CommandError, match=said):
        told(*given, "--trust", TRUST)
