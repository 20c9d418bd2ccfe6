from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bpm_core.models import ProcessDefinition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.portal.studio.conftest import Enter

UPLOAD = "/studio/upload/"


def _zip(files: Mapping[str, bytes], folder: str = "sample/") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(folder + path, content)
    return buffer.getvalue()


def _changed(old: str = 'name="初审"', new: str = 'name="初步审核"') -> dict[str, bytes]:
    files = sample.files()
    text = files["process.bpmn"].decode()
    assert old in text
    return files | {"process.bpmn": text.replace(old, new, 1).encode()}


def _hand_in(client: Client, *files: tuple[str, bytes], note: str = "") -> object:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(UPLOAD, {"files": uploads, "note": note}, follow=True)


def _drafts() -> list[ProcessDefinition]:
    return list(ProcessDefinition.objects.filter(status="draft"))


def test_a_zipped_folder_becomes_a_draft_with_its_report(enter: Enter) -> None:
    page = _hand_in(enter("designer"), ("sample.zip", _zip(_changed())), note="Clearer name")

    (draft,) = _drafts()
    assert (draft.key, draft.version, draft.note) == ("sample_allowance", 2, "Clearer name")
    assert page.redirect_chain[-1][0] == f"/studio/{draft.pk}/report/"
    assert b"What will run" in page.content


def test_loose_files_are_put_where_they_belong(enter: Enter) -> None:
    loose = [(path.rsplit("/", 1)[-1], content) for path, content in _changed().items()]

    _hand_in(enter("designer"), *loose)

    (draft,) = _drafts()
    with zipfile.ZipFile(io.BytesIO(bytes(draft.archive))) as archive:
        assert set(archive.namelist()) == set(sample.files())


def test_a_lone_diagram_without_a_drawing_is_drawn(enter: Enter) -> None:
    designer = enter("designer")
    diagram = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
      <process id="lone" name="\xe7\x8b\xac" isExecutable="true"><startEvent id="s"/><userTask id="a" name="x"/>
      <endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/>
      <sequenceFlow id="g" sourceRef="a" targetRef="e"/></process></definitions>"""

    page = _hand_in(designer, ("lone.bpmn", diagram))

    (draft,) = _drafts()
    assert b"laid out automatically" in page.content
    picture = designer.get(f"/diagrams/{draft.pk}.bpmn").content
    assert picture.count(b"BPMNShape ") == 3
    assert designer.get(f"/studio/{draft.pk}/drawn.bpmn").content.count(b"BPMNShape ") == 3


def test_handing_in_again_replaces_ones_own_draft(enter: Enter) -> None:
    designer = enter("designer")
    _hand_in(designer, ("a.zip", _zip(_changed())))

    _hand_in(designer, ("b.zip", _zip(_changed(new='name="再审"'))))

    (draft,) = _drafts()
    assert draft.version == 2
    designer.cookies["django_language"] = "zh-hans"
    assert "再审" in designer.get(f"/diagrams/{draft.pk}.bpmn").content.decode()


def test_a_caseworker_hands_in_nothing(enter: Enter) -> None:
    window = enter("window")

    assert window.get(UPLOAD).status_code == 403
    assert _hand_in(window, ("a.zip", _zip(_changed()))).status_code == 403
    assert not _drafts()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"x", "is none that belongs to a process"),
        ("a.zip", b"no zip at all", "damaged"),
        ("a.zip", _zip({"readme.md": b"x"}), "holds no process.bpmn"),
        ("a.form", b"{}", "no .bpmn diagram"),
        ("a.bpmn", b" " * (2 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_what_is_no_process_gets_a_sentence_and_nothing_is_saved(
    enter: Enter, name: str, content: bytes, sentence: str
) -> None:
    page = _hand_in(enter("designer"), (name, content))

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not _drafts()


def test_a_zip_that_unpacks_to_a_thousand_times_its_size_is_not_unpacked(enter: Enter) -> None:
    bomb = _zip({"process.bpmn": b" " * 9_000_000})

    page = _hand_in(enter("designer"), ("bomb.zip", bomb))

    assert page.status_code == 422
    assert "more than 10 MB" in page.content.decode()


def test_no_file_at_all_gets_a_sentence(enter: Enter) -> None:
    page = enter("designer").post(UPLOAD, {"note": "x"})

    assert page.status_code == 422
    assert "Choose a file first" in page.content.decode()


def test_a_broken_diagram_is_reported_and_the_note_is_kept(enter: Enter) -> None:
    page = _hand_in(enter("designer"), ("a.bpmn", b"<definitions"), note="my note")

    assert page.status_code == 422
    assert b"my note" in page.content
    assert not _drafts()


def test_an_entity_in_a_diagram_never_reads_a_file_of_ours(enter: Enter, office: Office) -> None:
    hostile = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'

    page = _hand_in(enter("designer"), ("a.bpmn", hostile))

    assert page.status_code == 422
    assert b"root:" not in page.content


def test_a_script_in_python_is_refused_in_words_at_its_element(enter: Enter) -> None:
    script = '<bpmn:scriptTask id="Evil" name="算" scriptFormat="python"><bpmn:script>__import__("os").system("id")'
    script += "</bpmn:script></bpmn:scriptTask>"
    hostile = _changed('<bpmn:sequenceFlow id="f2"', f'{script}<bpmn:sequenceFlow id="f2"')

    page = _hand_in(enter("designer"), ("a.zip", _zip(hostile)))

    (draft,) = _drafts()
    assert draft.report["ok"] is False
    assert {"Evil"} <= {problem["element"] for problem in draft.report["problems"] if problem["severity"] == "error"}
    assert 'data-show="Evil"' in page.content.decode()
    assert "has to be mended" in page.content.decode() or "have to be mended" in page.content.decode()


def test_the_library_of_this_house_passes_its_own_check(enter: Enter) -> None:
    _hand_in(enter("designer"), ("a.zip", _zip(_changed())))

    (draft,) = _drafts()
    assert [problem for problem in draft.report["problems"] if problem["severity"] == "error"] == []


def test_two_hundred_megabytes_get_a_page_and_are_not_read(enter: Enter) -> None:
    page = enter("designer").generic(
        "POST", UPLOAD, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH="200000000"
    )

    assert page.status_code == 413
    assert "larger than the system accepts" in page.content.decode()
    assert not _drafts()
