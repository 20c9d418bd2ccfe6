"""A form of the studio is tried: judged as at the desk, in the reader's language, and nothing of it is kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bpm_core.commands import definitions
from bpm_core.models import Document, FormRecord, JournalEntry
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office
from tests.portal.studio.conftest import Enter

FORM = b"""{"schemaVersion": 16, "type": "default", "id": "S10", "components": [
 {"type": "textfield", "key": "employer", "label": "\xe5\x8d\x95\xe4\xbd\x8d", "validate": {"required": true},
  "properties": {"labelEn": "Employer"}},
 {"type": "checkbox", "key": "abroad", "label": "\xe5\xa2\x83\xe5\xa4\x96", "properties": {"labelEn": "Abroad"}},
 {"type": "textfield", "key": "country", "label": "\xe5\x9b\xbd\xe5\xae\xb6", "validate": {"required": true},
  "properties": {"labelEn": "Country", "showWhen": "abroad = true"}},
 {"type": "filepicker", "key": "proof", "label": "\xe8\xaf\x81\xe6\x98\x8e", "properties": {"labelEn": "Proof"}}
]}"""


@pytest.fixture
def form(office: Office) -> str:
    """Address of a form with a question that depends on another one, and a file."""
    files = sample.files() | {"forms/S10.form": FORM}
    draft = definitions.upload(files, actor=office.actor("designer"), at=AT)
    return f"/studio/{draft.pk}/forms/S10/"


@pytest.fixture
def reader(enter: Enter) -> Client:
    return enter("designer")


def test_answers_that_the_desk_would_take_are_told_as_the_process_gets_them(form: str, reader: Client) -> None:
    answer = reader.post(form, {"f-employer": " Bright Ltd ", "f-abroad": "false", "act": "try"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The desk would take these answers" in page
    assert "&quot;Bright Ltd&quot;" in page
    assert "<code>false</code>" in page


def test_nothing_that_is_tried_is_kept(form: str, reader: Client) -> None:
    before = FormRecord.objects.count(), JournalEntry.objects.count(), Document.objects.count()

    reader.post(form, {"f-employer": "Bright Ltd", "f-proof": SimpleUploadedFile("proof.pdf", b"%PDF-1.7 x")})

    assert (FormRecord.objects.count(), JournalEntry.objects.count(), Document.objects.count()) == before


@pytest.mark.parametrize(("language", "said"), [("en", "Fill in “Employer”"), ("zh-hans", "请填写“单位”")])
def test_an_empty_required_field_is_said_at_the_field(form: str, reader: Client, language: str, said: str) -> None:
    reader.cookies["django_language"] = language

    answer = reader.post(form, {"f-employer": ""})

    assert answer.status_code == 422
    assert f'<p class="msg" id="id-employer-error">{said}</p>' in answer.content.decode()


def test_a_question_that_an_answer_brings_is_asked(form: str, reader: Client) -> None:
    brought = reader.post(f"{form}fields/", {"f-abroad": "true"}).content.decode()
    answer = reader.post(form, {"f-employer": "Bright Ltd", "f-abroad": "true"})

    assert 'name="f-country"' in brought
    assert "Fill in “Country”" in answer.content.decode()


def test_a_file_is_looked_at_as_at_the_desk(form: str, reader: Client) -> None:
    taken = reader.post(form, {"f-employer": "x", "f-proof": SimpleUploadedFile("proof.pdf", b"%PDF-1.7 x")})
    refused = reader.post(form, {"f-employer": "x", "f-proof": SimpleUploadedFile("proof.pdf", b"MZ\x90")})

    assert "proof.pdf" in taken.content.decode()
    assert refused.status_code == 422
    assert "this kind of file is not accepted" in refused.content.decode()


def test_a_name_that_is_not_of_the_form_is_refused(form: str, reader: Client) -> None:
    answer = reader.post(form, {"f-employer": "x", "f-other": "y"})

    assert answer.status_code == 422
