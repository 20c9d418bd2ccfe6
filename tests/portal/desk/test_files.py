"""Files: judged by content, kept outside the web root, given out under headers that let nothing of them run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bpm_core.commands import documents
from bpm_core.models import Document, Material
from tests.bpm_core.commands.conftest import Office

AtDesk = Callable[[str], Client]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"


def hand_in(client: Client, office: Office, name: str, content: bytes) -> str:
    """Upload a file for the first material of a fresh case; gives the page after it."""
    case = office.start()
    material = Material.objects.filter(case=case).first()
    path = reverse("desk:materials", args=[case.number])
    file = SimpleUploadedFile(name, content)
    return client.post(
        path, {"material": material.code if material else "", "file": file}, follow=True
    ).content.decode()


def test_a_scan_is_kept_and_its_material_marked(office: Office, at_desk: AtDesk) -> None:
    page = hand_in(at_desk("window"), office, "证明.pdf", PDF)

    document = Document.objects.get()
    assert "The file is kept with the case" in page
    assert documents.place_of(document.pk).read_bytes() == PDF
    assert document.content_type == "application/pdf"


def test_a_file_is_given_out_so_that_nothing_of_it_runs(office: Office, at_desk: AtDesk) -> None:
    client = at_desk("window")
    hand_in(client, office, "证明.pdf", PDF)

    answer = client.get(reverse("desk:file", args=[Document.objects.get().pk]))

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == PDF


def test_nobody_else_gets_the_file(office: Office, at_desk: AtDesk) -> None:
    hand_in(at_desk("window"), office, "证明.pdf", PDF)

    answer = at_desk("elsewhere").get(reverse("desk:file", args=[Document.objects.get().pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>", "this kind of file is not accepted"),
        ("photo.jpg", PDF, "the content is a pdf file"),
        ("program.pdf", b"MZ\x90\x00", "this kind of file is not accepted"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "this kind of file is not accepted"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    office: Office, at_desk: AtDesk, name: str, content: bytes, said: str
) -> None:
    page = hand_in(at_desk("window"), office, name, content)

    assert said in page
    assert not Document.objects.exists()


def test_a_document_with_a_macro_is_refused(office: Office, at_desk: AtDesk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/vbaProject.bin", b"x")

    assert "carries a macro" in hand_in(at_desk("window"), office, "letter.docx", packed.getvalue())


def test_a_file_over_the_limit_is_refused(office: Office, at_desk: AtDesk, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024

    page = hand_in(at_desk("window"), office, "scan.pdf", PDF + b"0" * 1024 * 1024)

    assert "bigger than 1 MB" in page


def test_two_hundred_megabytes_are_refused_before_they_are_read(at_desk: AtDesk) -> None:
    answer = at_desk("window").post("/desk/batch/", content_type="multipart/form-data", CONTENT_LENGTH=str(200 << 20))

    assert answer.status_code == 413
    assert "larger than the system accepts" in answer.content.decode()


def test_a_name_can_neither_leave_its_folder_nor_hide_its_kind() -> None:
    assert documents.tidy_name("..\\..\\etc/passwd.pdf") == "passwd.pdf"
    assert documents.tidy_name("gpj.\u202egnp.pdf") == "gpj.gnp.pdf"
