"""What people and programs send who mean harm, or are late: a clear sentence, nothing lost, never a server error."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bpm_core.commands import work_items
from bpm_core.models import Account, CaseFact, Document, WorkItem
from tests.security.municipality import AT, PDF, Municipality, actor, undone

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def text_of(answer: Any) -> str:
    return answer.content.decode("utf-8", "replace")


# -- files


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.svg", SVG),
        ("plan.png", SVG),
        ("page.html", HTML),
        ("page.png", HTML),
        ("page.pdf", HTML),
        ("empty.pdf", b""),
        ("photo.exe", PNG),
        ("program.pdf", b"MZ" + b"\0" * 200),
        ("letter.docx", b"PK\x03\x04" + b"\0" * 40),
        ("script.py", b"import os"),
    ],
)
def test_a_file_that_is_not_what_is_accepted_is_refused_with_a_sentence(
    municipality: Municipality, name: str, content: bytes
) -> None:
    client = municipality.client("wuzhi_review1")
    path = reverse("desk:materials", args=[municipality.case.number])
    before = Document.objects.count()

    with undone():
        answer = client.post(path, {"file": SimpleUploadedFile(name, content)}, follow=True)
        stored = Document.objects.count()

    assert answer.status_code == 200
    assert stored == before
    assert "messages" in text_of(answer) or "文件" in text_of(answer)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.pdf", "..\\..\\boot.pdf", "/etc/cron.d/x.pdf", "a\nb.pdf", "证明.pdf"]
)
def test_a_file_lies_under_its_own_id_whatever_it_is_called(
    municipality: Municipality, settings: Any, tmp_path: Any, name: str
) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"
    client = municipality.client("wuzhi_review1")

    with undone():
        client.post(
            reverse("desk:materials", args=[municipality.case.number]),
            {"file": SimpleUploadedFile("x.pdf", PDF), "name": name},
        )
        upload = SimpleUploadedFile("x.pdf", PDF)
        upload.__dict__["_name"] = name
        client.post(reverse("desk:materials", args=[municipality.case.number]), {"file": upload})
        kept = Document.objects.latest("uploaded_at")

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and all((tmp_path / "attachments") in path.parents for path in files)
    assert str(kept.pk) in {path.name for path in files}
    assert "/" not in kept.name and "\\" not in kept.name


def test_a_file_comes_back_as_what_it_is_and_never_as_a_page(municipality: Municipality) -> None:
    answer = municipality.client("wuzhi_review1").get(reverse("desk:file", args=[municipality.ids["document_id"]]))

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["desk:materials", "studio:upload"])
def test_a_body_of_200_megabytes_is_refused_before_it_is_kept(
    municipality: Municipality, settings: Any, page: str
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000  # the same rule, a smaller file
    username = "designer" if page == "studio:upload" else "wuzhi_review1"
    client = municipality.client(username)
    path = reverse(page, args=[] if page == "studio:upload" else [municipality.case.number])
    big = SimpleUploadedFile("big.pdf", PDF + b"\0" * 30_000_000)

    with undone():
        before = Document.objects.count()
        answer = client.post(path, {"file": big, "files": big}, follow=True)
        stored = Document.objects.count()

    assert answer.status_code in (200, 413, 422)
    assert stored == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("process.bpmn", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
        ("process.bpmn", b"<a>" * 5_000),
        ("process.bpmn", b"\xff\xfe\x00"),
        ("bundle.zip", b"PK\x05\x06" + b"\0" * 18),
        ("bundle.zip", b"not a zip"),
        ("forms.exe", b"MZ"),
    ],
)
def test_a_process_that_cannot_be_read_is_refused_with_a_report(
    municipality: Municipality, name: str, content: bytes
) -> None:
    with undone():
        answer = municipality.client("designer").post(
            reverse("studio:upload"), {"files": SimpleUploadedFile(name, content), "note": "x"}
        )

    assert answer.status_code == 422
    assert "root:" not in text_of(answer)


# -- forms


def held(municipality: Municipality) -> str:
    work_items.claim(municipality.item.pk, actor=actor("wuzhi_review1"), at=AT)
    return reverse("desk:task", args=[municipality.item.pk])


@pytest.mark.parametrize(
    "name", ["__builtins__", "__class__", "amount", "f.__builtins__", "field-__class__", "x" * 300]
)
def test_fields_that_no_form_has_change_nothing(municipality: Municipality, name: str) -> None:
    with undone():
        path, before = held(municipality), CaseFact.objects.filter(case=municipality.case).count()
        answer = municipality.client("wuzhi_review1").post(path, {name: "1", "act": "complete"})
        after = CaseFact.objects.filter(case=municipality.case).count()
        state = WorkItem.objects.get(pk=municipality.item.pk).state

    assert answer.status_code == 422
    assert (after, state) == (before, "allocated")


def test_a_page_from_before_the_case_moved_on_is_told_so_and_keeps_what_was_typed(municipality: Municipality) -> None:
    with undone():
        path = held(municipality)
        answer = municipality.client("wuzhi_review1").post(path, {"version": "1", "act": "complete"})

    assert answer.status_code == 409
    assert "办件" in text_of(answer)


def test_a_step_somebody_else_has_done_meanwhile_is_told_so(municipality: Municipality) -> None:
    with undone():
        held(municipality)
        path = reverse("desk:claim", args=[municipality.item.pk])
        answer = municipality.client("wuzhi_review1b").post(path)

    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["desk:claim", "preferences", "logout", "desk:suspend", "studio:upload"])
def test_a_form_from_another_site_is_refused_with_a_sentence(municipality: Municipality, name: str) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(
        Account.objects.get(username="wuzhi_review1"), backend="django.contrib.auth.backends.ModelBackend"
    )
    args = {"desk:claim": [municipality.item.pk], "desk:suspend": [municipality.case.number]}.get(name, [])

    with undone():
        answer = client.post(reverse(name, args=args))
        state = WorkItem.objects.get(pk=municipality.item.pk).state

    assert answer.status_code == 403
    assert "<h1>" in text_of(answer)
    assert state == "offered"


STRANGE = [
    "\0",
    "²",
    "９",
    "-1",
    "1" * 40,
    "1" * 5_000,
    "2026-02-30",
    "0000-00-00",
    "%00",
    "'; DROP TABLE case--",
    "💥" * 50,
]
PAGES = {
    "desk:queue": ("scope", "process", "state", "lane", "text", "q", "after", "view"),
    "desk:search": ("q", "text", "process", "status", "opened_from", "opened_to", "from", "to"),
    "quality:home": ("process", "office", "status", "from", "to", "text", "person", "page", "after"),
    "quality:heat": ("process", "version", "from", "to", "office", "measure"),
    "quality:findings": ("state", "after", "page"),
    "studio:library": ("q", "family"),
    "library:index": ("q",),
    "guide:door": ("q",),
    "ops:calendar": ("year", "month"),
    "ops:staff": ("q", "unit", "after"),
    "ops:looks": ("q", "kind", "account", "from", "to", "after"),
}


@pytest.mark.parametrize("page", PAGES)
def test_strange_parameters_are_no_server_error(municipality: Municipality, page: str) -> None:
    who = {"ops:calendar": "sysadmin", "ops:staff": "secadmin", "ops:looks": "auditor"}
    client, broken = municipality.client(who.get(page, "controller" if "quality" in page else "wuzhi_review1")), []
    for name in PAGES[page]:
        for value in STRANGE:
            with undone():
                status = client.get(reverse(page), {name: value}).status_code
            broken += [f"{name}={value!r}: {status}"] * (status >= 500)

    assert not broken


FORMS = {
    "desk:transfer": ("colleague", "way", "reason"),
    "desk:suspend": ("ground", "until_on", "reason"),
    "desk:correct": ("fact", "value", "reason"),
    "desk:hand-over": ("unit", "reason"),
    "desk:materials": ("material", "state", "note"),
    "desk:receive": ("received", "note", "key"),
    "desk:notice": ("missing", "days", "note", "new_ground"),
    "desk:batch": ("item", "colleague", "act"),
    "desk:intake-open": ("id_number", "kind", "name", "phone", "unit", "act"),
    "desk:reveal": ("field", "purpose"),
    "quality:raise": ("seq", "kind", "severity", "text", "element"),
    "quality:assign": ("text", "due_on", "assigned_to"),
    "quality:close": ("evidence",),
    "quality:export": ("purpose", "from", "process"),
    "ops:retry": ("incident",),
    "ops:calendar_set": ("day", "from_on", "to_on", "working", "name", "reason"),
    "ops:grant": ("unit_code", "role", "lane", "from_on", "to_on", "reason"),
}


@pytest.mark.parametrize("page", FORMS)
def test_strange_answers_are_no_server_error(municipality: Municipality, page: str) -> None:
    who = {"quality": "controller", "ops": "manager"}.get(page.split(":")[0], "wuzhi_review1")
    who = {"ops:calendar_set": "sysadmin", "ops:grant": "secadmin", "desk:intake-open": "wuzhi_window"}.get(page, who)
    ids, client, broken = municipality.ids, municipality.client(who), []
    names = {"desk:transfer": "item_id", "desk:notice": "item_id", "desk:intake-open": "key"}
    names |= {"quality:assign": "finding_id", "quality:close": "action_id", "ops:grant": "account_id"}
    alone = {"desk:batch", "quality:export", "ops:retry", "ops:calendar_set"}
    path = reverse(page, args=[] if page in alone else [ids[names.get(page, "number")]])
    for name in FORMS[page]:
        for value in STRANGE:
            rest = {"kind": "time", "severity": "minor", "text": "x", "act": "open", "days": "5", "way": "transfer"}
            with undone():
                status = client.post(path, rest | {name: value}).status_code
            broken += [f"{name}={value!r}: {status}"] * (status >= 500)

    assert not broken


@pytest.mark.parametrize("tail", ["%00", "%FF", "..%2f..%2fetc", "9" * 60, "<script>", "%F0%9F%92%A5"])
@pytest.mark.parametrize(
    "start", ["/desk/cases/", "/desk/papers/", "/quality/cases/", "/desk/new/", "/studio/", "/ops/staff/"]
)
def test_strange_addresses_are_nothing_and_no_server_error(municipality: Municipality, start: str, tail: str) -> None:
    for username in ("wuzhi_window", "controller"):
        answer = municipality.client(username).get(f"{start}{tail}/")

        assert answer.status_code in (400, 403, 404), answer.status_code
        assert "<script>" not in text_of(answer).split("<main", 1)[-1]


# -- the API, by chance

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    *("process", "office", "applicant", "form", "despite_open", "version", "data"),
    *("name", "case", "correlation", "payload"),
)
ASKED = (
    *("after", "limit", "process", "status", "open"),
    *("opened_from", "opened_to", "scope", "lane", "state"),
)
BODIES = some.dictionaries(some.sampled_from(FIELDS) | some.text(max_size=8), JSON, max_size=6)
QUERIES = some.dictionaries(
    some.sampled_from(ASKED),
    some.text(max_size=20) | some.integers().map(str) | some.dates().map(str),
    max_size=4,
)
ROLES = ("", "wuzhi_window", "wuzhi_review1", "controller", "manager", "designer", "integrator", "secadmin")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=BODIES, query=QUERIES, username=some.sampled_from(ROLES), data=some.data())
def test_no_request_by_anybody_is_a_server_error(
    municipality: Municipality, body: dict[str, Any], query: dict[str, str], username: str, data: Any
) -> None:
    ids = municipality.ids
    item = f"/api/work-items/{ids['item_id']}"
    gets = ["/api/processes", "/api/cases", f"/api/cases/{ids['number']}", "/api/work-items", item]
    gets += [f"/api/cases/{ids['number']}/timeline", f"/api/processes/{ids['key']}"]
    posts = ["/api/cases", f"{item}/claim", f"{item}/release", f"{item}/complete", "/api/messages"]
    client = municipality.client(username)

    with undone():
        read = client.get(data.draw(some.sampled_from(gets)), query)
        sent = client.post(
            data.draw(some.sampled_from(posts)),
            body,
            content_type="application/json",
            headers={"idempotency-key": str(uuid4())},
        )

    for answer in (read, sent):
        assert answer.status_code < 500
        if answer.status_code >= 400:
            problem = answer.json()
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert problem["status"] == answer.status_code and problem["code"] and problem["title"]
        else:
            assert answer.headers["Content-Type"] == "application/json"
