"""Libraries of other deployments in the studio: verified, compared, and taken over by two persons."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bpm_core.models import LibraryEntry, LibraryImport, ProcessDefinition
from bpm_core.notation import bundle, library
from bpm_core.notation.library import Packed
from bpm_core.queries import verify
from portal.studio import imports
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.portal.studio.conftest import Enter

PAGE = "/studio/libraries/"
PROVINCE = library.signer("province", "a secret of the province's deployment")


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> None:
    """No reference files of our own, a folder of this test's own, and a province that is trusted."""
    settings.PROCESSES_DIR = tmp_path / "processes"
    settings.LIBRARIES_DIR = tmp_path / "libraries"
    settings.LIBRARY_TRUST = {"henan": PROVINCE.public}


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample has no drawing and no worked cases: the check would refuse it, and is tested elsewhere."""

    class Fine:
        def to_json(self) -> dict[str, Any]:
            return {"ok": True, "problems": []}

    monkeypatch.setattr(imports.gate, "check_untrusted", lambda files, known: Fine())


def archive(limit: str = "3", version: str = "1.1.0") -> bytes:
    """The sample process of the province: a longer limit of the first review."""
    files = sample.files()
    diagram = files["process.bpmn"].replace(b'guicheng:limit="2"', f'guicheng:limit="{limit}"'.encode())
    guide = files["guide.toml"].replace(b'version = "1.0.0"', f'version = "{version}"'.encode())
    files |= {"process.bpmn": diagram, "guide.toml": guide}
    one = Packed(sample.KEY, "SAM-01", version, "样例津贴", "Sample allowance", bundle.digest(files), files)
    return library.pack([one], {}, PROVINCE)


def packed_again(compression: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """The same archive out of another program, with something put in the place of something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive())) as old, zipfile.ZipFile(out, "w", compression) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(before, after) if before else old.read(info))
    return out.getvalue()


def send(client: Client, data: bytes, path: str = PAGE) -> Any:
    return client.post(path, {"file": SimpleUploadedFile("library.zip", data)})


def shown(client: Client, data: bytes) -> str:
    """Address of the page of the library once it was sent."""
    answer = send(client, data)
    assert answer.status_code == 302
    return str(answer["Location"])


def decide(client: Client, page: str, verb: str, **more: str) -> Any:
    return client.post(f"{page}decide/", {"verb": verb, **more}, follow=True)


def test_the_difference_is_shown_element_by_element_and_nothing_changes(enter: Enter) -> None:
    designer = enter("designer")
    page = shown(designer, archive())

    library_page = designer.get(page).content.decode()
    process = designer.get(f"{page}{sample.KEY}/").content.decode()

    assert "Library of henan" in library_page
    assert "is handed in as a new version" in library_page
    assert "First review" in process
    assert "<del>2</del> → <ins>3</ins>" in process
    assert (ProcessDefinition.objects.count(), LibraryImport.objects.count()) == (1, 0)


@pytest.mark.usefixtures("fine")
def test_one_person_hands_it_in_and_another_publishes_it(enter: Enter) -> None:
    designer, publisher = enter("designer"), enter("publisher")
    page = shown(designer, archive())

    handed = decide(designer, page, "hand_in").content.decode()
    assert "so somebody else publishes it" in handed
    assert f'href="{page}">Library of henan</a>' in publisher.get("/studio/").content.decode()
    published = decide(publisher, page, "publish").content.decode()

    assert "Published: 1 processes" in published
    assert ProcessDefinition.objects.get(key=sample.KEY, is_current=True).version == 2
    assert verify.run().ok


@pytest.mark.usefixtures("fine")
def test_it_is_turned_down_with_a_reason_and_may_be_handed_in_again(enter: Enter) -> None:
    designer, publisher = enter("designer"), enter("publisher")
    page = shown(designer, archive())
    decide(designer, page, "hand_in")

    without = decide(publisher, page, "turn_down")
    assert (without.status_code, "Give a reason." in without.content.decode()) == (422, True)
    told = decide(publisher, page, "turn_down", note="The limit is too long").content.decode()

    assert "The limit is too long" in told
    assert not ProcessDefinition.objects.filter(status="draft").exists()
    assert LibraryEntry.objects.latest("seq").action == "library.turned_down"
    assert "Nothing of this library waits" in decide(publisher, page, "publish").content.decode()
    decide(designer, page, "hand_in")
    assert "Published: 1 processes" in decide(publisher, page, "publish").content.decode()


@pytest.mark.usefixtures("fine")
def test_who_handed_it_in_takes_it_back_but_never_publishes_it(office: Office, enter: Enter) -> None:
    post = office.staff["designer"].posts.get()
    office.staff["designer"].posts.create(unit=post.unit, role="publisher", from_on=post.from_on)
    designer = enter("designer")
    page = shown(designer, archive())
    decide(designer, page, "hand_in")

    assert decide(designer, page, "publish").status_code == 403
    decide(designer, page, "turn_down", note="the wrong file")

    assert not ProcessDefinition.objects.filter(status="draft").exists()


def test_a_process_with_errors_is_shown_with_what_to_mend_and_nothing_is_taken(enter: Enter) -> None:
    """The check really runs: a condition can't be read."""
    files = sample.files()
    diagram = files["process.bpmn"].replace(b"insured_months &gt;= 12", b"insured_months &gt;= (12")
    broken = files | {"process.bpmn": diagram}
    one = Packed(sample.KEY, "SAM-01", "1.1.0", "样例津贴", "Sample", bundle.digest(broken), broken)
    designer = enter("designer")
    page = shown(designer, library.pack([one], {}, PROVINCE))

    answer = decide(designer, page, "hand_in")

    assert answer.status_code == 422
    assert "nothing of the library was taken" in answer.content.decode()
    assert "How to mend it:" in answer.content.decode()
    assert ProcessDefinition.objects.count() == 1


def test_a_long_check_goes_on_in_the_next_request(enter: Enter, monkeypatch: pytest.MonkeyPatch, fine: None) -> None:
    first, second = sample.files(), sample.files()
    second["process.bpmn"] = second["process.bpmn"].replace(b'id="sample_allowance"', b'id="other"')
    packed = [
        Packed(key, code, "1.1.0", "样例", "Sample", bundle.digest(files), files)
        for key, code, files in (("first", "SAM-02", first), ("other", "SAM-03", second))
    ]
    monkeypatch.setattr(imports, "CHECK_S", -1.0)
    designer = enter("designer")
    page = shown(designer, library.pack(packed, {}, PROVINCE))

    told = decide(designer, page, "hand_in").content.decode()

    assert "1 of 2 processes are checked so far" in told
    assert not LibraryImport.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This is no library file"),
        (b"no zip at all", "This is no library file, or it was damaged on its way"),
        (archive().replace(b"sample_rate", b"simple_rate", 1), "or it was damaged on its way"),
        (packed_again(zipfile.ZIP_STORED, b"sample_rate", b"simple_rate"), "The library was changed and is not taken"),
        (packed_again(zipfile.ZIP_DEFLATED), "packed again by another program"),
        (archive()[:-200], "This is no library file"),
        (
            library.pack([], {}, library.signer("stranger", "a secret nobody told us")),
            "The file calls its signer “stranger”",
        ),
    ],
    ids=["empty", "no zip", "damaged", "touched", "compressed", "cut", "stranger"],
)
def test_a_file_that_can_t_be_believed_is_refused_in_a_sentence(enter: Enter, data: bytes, said: str) -> None:
    answer = send(enter("designer"), data)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not LibraryImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_its_size(enter: Enter, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024

    answer = send(enter("designer"), b"x" * 3 * 1024 * 1024)

    assert (answer.status_code, "The file has 3.0 MB" in answer.content.decode()) == (422, True)


def test_no_file_is_asked_for_in_chinese_too(enter: Enter) -> None:
    designer = enter("designer")
    designer.cookies["django_language"] = "zh-hans"

    assert "请先选择签名的流程库文件" in designer.post(PAGE).content.decode()


@pytest.mark.usefixtures("fine")
def test_a_file_lost_on_the_way_to_the_second_person_is_asked_for_again(enter: Enter, settings: Any) -> None:
    designer, publisher = enter("designer"), enter("publisher")
    data = archive()
    page = shown(designer, data)
    decide(designer, page, "hand_in")
    for file in Path(settings.LIBRARIES_DIR).iterdir():
        file.unlink()

    assert "Choose it once more" in publisher.get(page).content.decode()
    assert shown(publisher, data) == page
    assert "Published: 1 processes" in decide(publisher, page, "publish").content.decode()


def test_a_signer_no_longer_trusted_is_no_longer_shown(enter: Enter, settings: Any) -> None:
    designer = enter("designer")
    page = shown(designer, archive())
    settings.LIBRARY_TRUST = {}

    assert designer.get(page).status_code == 404
    assert designer.get(f"{page}{sample.KEY}/").status_code == 404


def test_a_publisher_exports_what_this_deployment_can_take_itself(enter: Enter) -> None:
    publisher = enter("publisher")

    file = publisher.get(f"{PAGE}export/")
    page = shown(publisher, file.content)

    assert "attachment" in file["Content-Disposition"]
    assert "The same" in publisher.get(page).content.decode()


@pytest.mark.parametrize("who", ["window", "manager", "controller"])
def test_others_have_no_business_there(enter: Enter, who: str) -> None:
    assert enter(who).get(PAGE).status_code == 403
