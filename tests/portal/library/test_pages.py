from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from bpm_core.manual.site import SEAL
from portal.library import parts, printed
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.portal.studio.conftest import Enter


@pytest.fixture
def reader(enter: Enter) -> Client:
    return enter("window")


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    """A place for printed manuals of this test's own."""
    settings.MANUAL_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_library_lists_what_is_in_force_by_family(reader: Client) -> None:
    page = read(reader, "/library/")

    assert "Sample allowance" in page
    assert f'href="/library/{sample.KEY}/"' in page


def test_a_search_finds_by_pinyin_and_says_when_there_is_nothing(office: Office, reader: Client) -> None:
    assert "1 process found" in read(reader, f"/library/?q={office.definition.code}")
    assert "Nothing found" in read(reader, "/library/?q=zzzz")


@pytest.mark.parametrize("part", [part.name for part in parts.PARTS] + ["versions"])
def test_every_part_of_a_process_opens(reader: Client, part: str) -> None:
    read(reader, f"/library/{sample.KEY}/{part}/" if part else f"/library/{sample.KEY}/")


def test_the_course_has_the_diagram_and_its_text_twin(office: Office, reader: Client) -> None:
    page = read(reader, f"/library/{sample.KEY}/")

    assert f'data-diagram="/diagrams/{office.definition.pk}.bpmn"' in page
    assert f'id="{office.definition.code.lower()}-S10"' in page
    assert f'href="#{office.definition.code.lower()}-steps"' in page


def test_a_process_is_found_by_its_code_too(office: Office, reader: Client) -> None:
    assert "Sample allowance" in read(reader, f"/library/{office.definition.code.lower()}/")


def test_what_is_not_there_is_not_found(reader: Client) -> None:
    for path in ("/library/nothing/", f"/library/{sample.KEY}/nothing/", "/manual/nothing/", "/manual/nothing/pdf/"):
        assert reader.get(path).status_code == 404, path


def test_the_manual_online_tells_the_whole_chapter(office: Office, reader: Client) -> None:
    page = read(reader, f"/manual/{sample.KEY}/")

    assert "Step table" in page
    assert "<svg" in page or "no drawing" in page
    assert "style=" not in page.split('<div class="manual">')[1]


def test_the_indexes_open(reader: Client) -> None:
    assert "Index by post" in read(reader, "/manual/posts/")
    assert "Index by clause" in read(reader, "/manual/clauses/")


def test_without_a_printed_manual_the_contents_say_how_to_get_one(reader: Client) -> None:
    page = read(reader, "/manual/")

    assert "has not been printed here yet" in page
    assert reader.get("/manual/pdf/").headers["Location"] == "/manual/"


def test_a_printed_manual_says_how_far_it_is_in_step(office: Office, reader: Client, folder: Path) -> None:
    (folder / "en").mkdir()
    (folder / "en" / "manual.pdf").write_bytes(b"%PDF-whole")
    seal = folder / "en" / SEAL
    seal.write_text(f'{{"processes": {{"{sample.KEY}": "{office.definition.digest}"}}}}')
    assert "In step with every process in force" in read(reader, "/manual/")

    seal.write_text(f'{{"processes": {{"{sample.KEY}": "another"}}}}')

    assert f"1 process has changed: {office.definition.code}" in read(reader, "/manual/")
    assert b"".join(reader.get("/manual/pdf/").streaming_content) == b"%PDF-whole"


def test_a_chapter_is_printed_once_and_kept(reader: Client, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    made: list[str] = []

    def press(definition: object, lang: str) -> bytes:
        made.append(lang)
        return b"%PDF-chapter"

    monkeypatch.setattr(printed, "print_chapter", press)

    answers = [reader.get(f"/manual/{sample.KEY}/pdf/") for _ in range(2)]

    assert [answer.content for answer in answers] == [b"%PDF-chapter"] * 2
    assert answers[0].headers["Content-Type"] == "application/pdf"
    assert made == ["en"]


def test_without_pango_the_page_is_to_be_printed_by_the_browser(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(*_: object) -> bytes:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(printed, "print_chapter", no_pango)

    assert reader.get(f"/manual/{sample.KEY}/pdf/").headers["Location"] == f"/manual/{sample.KEY}/"


def test_nobody_reads_it_without_a_log_in(office: Office) -> None:
    for path in ("/library/", f"/library/{sample.KEY}/", "/manual/", f"/manual/{sample.KEY}/pdf/"):
        assert Client().get(path).headers["Location"].startswith("/login/")
