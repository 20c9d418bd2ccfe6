"""A library taken over from another deployment: compared first, handed in by one person, published by another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bpm_core.commands import definitions, library_import
from bpm_core.commands.library_import import Standing
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound, SeparationOfDuty, WrongState
from bpm_core.models import LibraryEntry, LibraryFile, LibraryImport, ProcessDefinition, reference
from bpm_core.notation import bundle, library
from bpm_core.notation.library import Library, Packed
from bpm_core.queries import export, verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
PROVINCE = library.signer("province", "a secret of the province's deployment")
OK = {"ok": True, "problems": []}
FLOOR = b"""
[[floor]]
name = "sample_rate"
rule = "at_least"
bound = "%d"
clause = { zh = "\xe7\xac\xac3\xe6\x9d\xa1", en = "Art. 3" }
source = "X00"
certainty = "illustrative"
"""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, settings: Any) -> None:
    """No reference files of our own, so that those of the library stand out."""
    settings.PROCESSES_DIR = tmp_path


def packed(files: dict[str, bytes], key: str = sample.KEY, code: str = "SAM-01", version: str = "1.0.0") -> Packed:
    return Packed(key, code, version, "样例", "Sample", bundle.digest(files), files)


def theirs(*processes: Packed, reference: dict[str, bytes] | None = None) -> Library:
    return library.unpack(library.pack(processes, reference or {}, PROVINCE), {"province": PROVINCE.public})


def changed(version: str = "1.1.0") -> dict[str, bytes]:
    files = sample.files()
    diagram = files["process.bpmn"].replace("样例津贴".encode(), "样例津贴（新）".encode())
    guide = files["guide.toml"].replace(b'version = "1.0.0"', f'version = "{version}"'.encode())
    return files | {"process.bpmn": diagram, "guide.toml": guide}


def standings(found: Library) -> dict[str, Standing]:
    return {one.packed.key: one.standing for one in library_import.compare(found)}


def apply(office: Office, found: Library, by: str = "designer") -> LibraryImport:
    reports = {one.key: OK for one in found.processes}
    return library_import.apply(found, reports=reports, actor=office.actor(by), at=AT)


def publish(office: Office, found: Library, by: str = "publisher") -> LibraryImport:
    return library_import.publish(found, actor=office.actor(by), at=AT)


# -- comparing


def test_each_process_is_new_changed_the_same_or_older(office: Office) -> None:
    other = packed({"process.bpmn": b"<other/>"}, key="other", code="OTH-01")

    assert standings(theirs(packed(changed(), version="1.1.0"), other)) == {
        "sample_allowance": "changed",
        "other": "new",
    }
    assert standings(theirs(packed(sample.files()))) == {"sample_allowance": "same"}
    assert standings(theirs(packed(changed("0.9.0"), version="0.9.0"))) == {"sample_allowance": "older"}


def test_a_version_we_had_before_is_older_whatever_its_number(office: Office) -> None:
    draft = definitions.upload(changed(), actor=office.actor("designer"), at=AT)
    definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    assert standings(theirs(packed(sample.files(), version="9.9.9"))) == {"sample_allowance": "older"}


def test_looking_changes_nothing(office: Office) -> None:
    before = ProcessDefinition.objects.count(), LibraryEntry.objects.count()

    library_import.compare(theirs(packed(changed(), version="1.1.0")))

    assert (ProcessDefinition.objects.count(), LibraryEntry.objects.count()) == before


# -- taking over


def test_what_changed_is_handed_in_and_published_by_two_persons(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"))

    handed = apply(office, found)
    assert ProcessDefinition.objects.get(key=sample.KEY, version=2).status == "draft"
    publish(office, found)

    current = ProcessDefinition.objects.get(key=sample.KEY, is_current=True)
    assert (current.version, current.digest) == (2, handed.contents[sample.KEY])
    assert current.note == f"library {found.digest[:12]} of province"
    assert standings(found) == {"sample_allowance": "same"}


def test_a_new_case_runs_the_version_taken_over_and_an_old_one_its_own(office: Office) -> None:
    old = office.start()
    found = theirs(packed(changed(), version="1.1.0"))
    apply(office, found)
    publish(office, found)

    new = office.start(despite_open="second")

    assert (old.definition.version, new.definition.version) == (1, 2)


def test_who_handed_it_in_does_not_publish_it(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"))
    account = office.staff["designer"]
    account.posts.create(unit=account.posts.get().unit, role="publisher", from_on=account.posts.get().from_on)
    apply(office, found)

    with pytest.raises(SeparationOfDuty):
        publish(office, found, by="designer")


@pytest.mark.parametrize("by", ["publisher", "manager", "window"])
def test_only_designers_hand_a_library_in(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        apply(office, theirs(packed(changed(), version="1.1.0")), by=by)


def test_a_library_with_one_bad_process_is_not_taken_at_all(office: Office) -> None:
    good = packed(changed(), version="1.1.0")
    bad = packed({"process.bpmn": b"<other/>"}, key="other", code="OTH-01")
    reports = {sample.KEY: OK, "other": {"ok": False, "problems": []}}

    with pytest.raises(InvalidData) as refused:
        library_import.apply(theirs(good, bad), reports=reports, actor=office.actor("designer"), at=AT)

    assert refused.value.reason == "check_failed"
    assert not ProcessDefinition.objects.filter(status="draft").exists()
    assert not LibraryImport.objects.exists()


def test_a_process_nobody_checked_is_not_taken(office: Office) -> None:
    with pytest.raises(InvalidData):
        library_import.apply(
            theirs(packed(changed(), version="1.1.0")), reports={}, actor=office.actor("designer"), at=AT
        )


def test_what_is_older_is_never_taken(office: Office) -> None:
    with pytest.raises(InvalidData, match="here already"):
        apply(office, theirs(packed(changed("0.9.0"), version="0.9.0")))


def test_a_draft_mended_after_it_was_handed_in_stops_the_publication(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"))
    apply(office, found)
    definitions.upload(changed("1.2.0"), actor=office.actor("designer"), at=AT)

    with pytest.raises(WrongState) as refused:
        publish(office, found)

    assert refused.value.reason == "draft_gone"


def test_what_was_not_handed_in_is_not_published(office: Office) -> None:
    with pytest.raises(NotFound):
        publish(office, theirs(packed(changed(), version="1.1.0")))


def test_a_library_is_published_once(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"))
    apply(office, found)
    publish(office, found)

    with pytest.raises(NotFound):
        publish(office, found)


def test_both_acts_are_in_the_library_s_journal(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"))
    apply(office, found)
    publish(office, found)

    acts = list(LibraryEntry.objects.order_by("seq").values_list("action", flat=True))
    assert acts[1:] == ["library.handed_in", "definition.published", "library.published"]
    assert LibraryEntry.objects.get(action="library.handed_in").body["signer"] == "province"
    assert verify.run().ok


# -- reference files


def test_floors_of_the_library_hold_when_it_is_published(office: Office) -> None:
    found = theirs(packed(sample.files()), reference={"_library/floors.toml": FLOOR % 80})

    apply(office, found)
    assert reference.national_floors().floors == ()
    publish(office, found)

    assert [one.bound for one in reference.national_floors().floors] == ["80"]
    assert library_import.reference_changes(found) == ()


def test_a_library_whose_processes_break_its_floors_is_not_published_and_leaves_no_trace(office: Office) -> None:
    found = theirs(packed(changed(), version="1.1.0"), reference={"_library/floors.toml": FLOOR % 120})
    apply(office, found)

    with pytest.raises(InvalidData, match=r"Art\. 3"):
        publish(office, found)

    assert ProcessDefinition.objects.get(key=sample.KEY, is_current=True).version == 1
    assert not LibraryFile.objects.exists()


def test_reference_files_that_cannot_be_read_are_refused(office: Office) -> None:
    with pytest.raises(InvalidData):
        apply(office, theirs(packed(sample.files()), reference={"_library/floors.toml": b"[[floor]]\nname = 1\n"}))
    with pytest.raises(InvalidData):
        apply(office, theirs(packed(sample.files()), reference={"_standards/standards.toml": b"[[standard]]\n"}))


# -- processes that call others


def _files(folder: str) -> dict[str, bytes]:
    return bundle.files_of(PROCESSES / folder)


def _caller(office: Office) -> ProcessDefinition:
    """The training subsidy and the shared parts it calls, published."""
    called = bundle.read_folder(PROCESSES / "training_subsidy").called
    for folder in (*(f"_shared/{key.removeprefix('shared_')}" for key in called), "training_subsidy"):
        draft = definitions.upload(_files(folder), actor=office.actor("designer"), at=AT)
        definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)
    return ProcessDefinition.objects.get(key="training_subsidy", is_current=True)


def test_a_caller_gets_a_new_version_when_what_it_calls_changes(office: Office) -> None:
    called = sorted(_caller(office).called)[0]
    folder = f"_shared/{called.removeprefix('shared_')}"
    newer = _files(folder)
    newer["guide.toml"] = newer["guide.toml"].replace(b'version = "1.0.0"', b'version = "1.0.1"')
    found = theirs(
        packed(newer, key=called, code="SUB-X", version="1.0.1"),
        packed(_files("training_subsidy"), key="training_subsidy", code="TRN-01"),
    )

    assert standings(found) == {called: "changed", "training_subsidy": "renewed"}
    apply(office, found)
    publish(office, found)

    renewed = ProcessDefinition.objects.get(key="training_subsidy", is_current=True)
    assert renewed.called[called] == ProcessDefinition.objects.get(key=called, is_current=True).version == 2


# -- export


def test_an_export_is_taken_back_as_the_same(office: Office) -> None:
    data, processes = export.export(PROVINCE)

    found = library.unpack(data, {"province": PROVINCE.public})

    assert [one.key for one in processes] == [sample.KEY]
    assert standings(found) == {sample.KEY: "same"}
    assert export.export(PROVINCE)[0] == data


def test_an_export_of_one_process_brings_what_it_calls(office: Office) -> None:
    called = _caller(office).called

    _, processes = export.export(PROVINCE, keys=["training_subsidy"])

    assert {one.key for one in processes} == {"training_subsidy", *called}
    with pytest.raises(NotFound):
        export.export(PROVINCE, keys=["nothing"])


def test_set_up_again_leaves_what_was_taken_over(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    for path, content in sample.files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    found = theirs(packed(changed(), version="1.1.0"))
    apply(office, found)
    publish(office, found)

    fresh = definitions.install_library(
        tmp_path, designer=office.staff["designer"], publisher=office.staff["publisher"], at=AT
    )

    assert fresh == []
    assert ProcessDefinition.objects.get(key=sample.KEY, is_current=True).version == 2
