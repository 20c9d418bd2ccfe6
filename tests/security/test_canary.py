"""Canaries: names, numbers and accounts of synthetic people, looked for everywhere they have no business to be."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import reverse

from bpm_core.commands import cases, jobs, memory, work_items
from bpm_core.commands.actors import SYSTEM
from bpm_core.models import Case, Job, Person, WorkItem
from bpm_core.models.states import open_
from bpm_core.seed import demo, more, rehearsal, residents
from tests.security.municipality import ACCOUNT_NO, AT, NAME, NUMBER, PHONE, Municipality, actor, undone

pytestmark = pytest.mark.django_db

#: Columns in which a value in the clear is what the column is for: nothing here names a person.
FREE = frozenset({"Document.name"})


class Beside(demo.Demo):
    """The demonstration, which leaves the two cases made by hand alone."""

    def _open_items(self) -> Iterator[WorkItem]:
        yield from (item for item in super()._open_items() if item.case.synthetic)


@pytest.fixture(scope="module")
def canaries(municipality: Municipality, django_db_blocker: Any) -> Iterator[frozenset[str]]:
    """Everything personal that thirty demonstration cases and two by hand were given, as it was typed."""
    typed: set[str] = {NAME, NUMBER, PHONE, ACCOUNT_NO, ACCOUNT_NO[-9:]}
    made = {name: getattr(residents, name) for name in ("name", "id_number", "phone", "bank_account")}

    def heard(name: str) -> Any:
        def make(*args: Any, **kwargs: Any) -> str:
            text = made[name](*args, **kwargs)
            typed.add(text)
            return text

        return make

    patch = pytest.MonkeyPatch()
    for name in made:
        patch.setattr(residents, name, heard(name))
    patch.setattr(demo, "SHARES", tuple(demo.Share(s.key, 10, s.everyday, s.rare) for s in demo.SHARES))
    patch.setattr(more, "FEW", more.FEW[:4])
    with django_db_blocker.unblock():
        Beside(AT + timedelta(hours=8), lambda text: None).make()
    patch.undo()
    yield frozenset(typed)


def sings(text: str, canaries: frozenset[str]) -> set[str]:
    """Those canaries that are in the text; a name of two characters only where it is no part of a longer word."""
    found = {canary for canary in canaries if len(canary) > 3 and canary in text}
    short = [canary for canary in canaries if len(canary) <= 3]
    return found | {name for name in short if re.search(rf"(?<![\u4e00-\u9fff]){name}(?![\u4e00-\u9fff])", text)}


def everything_in(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Every stored value of a table as text, with its column."""
    columns = [field.column for field in model._meta.local_concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(connection.ops.quote_name, columns))} FROM {model._meta.db_table}")
        for row in cursor.fetchall():
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, bytes | memoryview):
                    value = bytes(value).decode("utf-8", "replace")
                if isinstance(value, str) and value:
                    yield f"{model.__name__}.{column}", value


def test_there_are_canaries_to_look_for(canaries: frozenset[str]) -> None:
    assert len(canaries) > 100
    assert Person.objects.count() >= 30
    assert sings(f"dear {NAME}, your number {NUMBER}", canaries) == {NAME, NUMBER}


@pytest.mark.parametrize("model", apps.get_app_config("bpm_core").get_models(), ids=lambda model: model.__name__)
def test_no_table_holds_a_person_in_the_clear(canaries: frozenset[str], model: type[models.Model]) -> None:
    found = {
        (column, canary)
        for column, value in everything_in(model)
        if column not in FREE
        for canary in sings(value, canaries)
    }

    assert not found


def test_no_engine_state_holds_a_person(canaries: frozenset[str]) -> None:
    states = [(case.pk, bytes(case.state)) for case in Case.objects.exclude(state=b"")]

    found = {pk: sings(open_(pk, state).decode("utf-8", "replace"), canaries) for pk, state in states}

    assert len(states) > 10
    assert not {pk: names for pk, names in found.items() if names}


def test_no_job_is_told_more_than_names_of_what_it_needs(canaries: frozenset[str]) -> None:
    arguments = [str(row) for row in Job.objects.values_list("arguments", flat=True)]

    assert arguments
    assert not set().union(*(sings(text, canaries) for text in arguments))


def test_nothing_is_logged_about_a_person_while_a_case_is_worked_on(
    municipality: Municipality, canaries: frozenset[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # SQL is logged by nobody outside a test
    window, item = municipality.client("zhandian_window"), municipality.item
    with undone():
        window.post(
            reverse("desk:intake-open", args=["training_subsidy"]),
            {"kind": "person", "name": NAME, "id_number": NUMBER, "phone": PHONE, "act": "open", "despite": "x"},
        )
        window.get(reverse("desk:search"), {"q": NUMBER})
        work_items.claim(item.pk, actor=actor("wuzhi_review1"), at=AT)
        municipality.client("wuzhi_review1").post(reverse("desk:task", args=[item.pk]), {"remark": NAME, NUMBER: PHONE})
        for job in Job.objects.filter(state="waiting")[:2]:
            jobs.fail(job.pk, error="timeout", actor=SYSTEM, at=AT)
        cases.withdraw(item.case_id, reason=NAME, actor=actor("wuzhi_window"), at=AT)
    memory.forget()

    assert caplog.records
    assert not sings("\n".join(record.getMessage() for record in caplog.records), canaries)


def api(municipality: Municipality, username: str, path: str, body: dict[str, Any]) -> Any:
    return municipality.client(username).post(
        path, body, content_type="application/json", headers={"idempotency-key": str(uuid4())}
    )


def test_no_problem_document_says_a_value_back(municipality: Municipality, canaries: frozenset[str]) -> None:
    free = municipality.item
    item = f"/api/work-items/{free.pk}"
    wrong = {"kind": "person", "name": NAME * 30, "id_number": NUMBER[:-1] + "0", "phone": PHONE + PHONE}
    schema = rehearsal.load(free.definition_id).form(free.process_key, free.element_id)
    data = dict.fromkeys(schema.by_key, NAME) | {"an_extra_field": NUMBER}
    said = []
    with undone():
        start = {"process": "unemployment_benefit", "office": "410823000000", "applicant": wrong}
        said.append(api(municipality, "wuzhi_window", "/api/cases", start))
        start["applicant"] = {"kind": "person", "name": NAME, "id_number": NUMBER}
        said.append(api(municipality, "wuzhi_window", "/api/cases", start))  # a case of theirs is open
        work_items.claim(free.pk, actor=actor("wuzhi_review1"), at=AT)
        said.append(api(municipality, "wuzhi_review1", f"{item}/complete", {"data": data}))
        said.append(api(municipality, "wuzhi_window", "/api/messages", {"name": "WITHDRAW", "correlation": NUMBER}))

    assert [answer.status_code for answer in said[:3]] == [422, 409, 422]
    for answer in said:
        assert not sings(answer.content.decode(), canaries), answer.content.decode()


def test_lists_and_answers_of_the_api_show_masks_only(municipality: Municipality, canaries: frozenset[str]) -> None:
    for username in ("wuzhi_window", "wuzhi_review1", "controller", "manager", "integrator"):
        client = municipality.client(username)
        for path in ("/api/cases?limit=200", "/api/work-items?scope=below&limit=200", "/api/work-items?limit=200"):
            assert not sings(client.get(path).content.decode(), canaries), (username, path)
        for number in Case.objects.order_by("?").values_list("number", flat=True)[:8]:
            for path in (f"/api/cases/{number}", f"/api/cases/{number}/timeline"):
                assert not sings(client.get(path).content.decode(), canaries), (username, path)


def test_error_pages_say_no_value_back(municipality: Municipality, canaries: frozenset[str]) -> None:
    client = municipality.client("wuzhi_review1")
    paths = [f"/desk/cases/{random.choice(sorted(canaries))}/", f"/nowhere/{NUMBER}/", f"/desk/papers/{NUMBER}/"]

    for path in paths:
        text = client.get(path).content.decode().replace(path, "")  # the address itself is in the language form
        assert not sings(text.replace("%", ""), canaries - {NAME}), path
