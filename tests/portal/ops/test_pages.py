"""What operators see and set going again; and who is no operator."""

from __future__ import annotations

import pytest
from django.test import Client

from bpm_core.models import Case, Incident, Job, Outbox
from tests.bpm_core.commands.conftest import AT, Office

pytestmark = pytest.mark.django_db


def test_a_stuck_look_up_is_shown_with_its_step_and_cause(stuck: Case, manager: Client) -> None:
    page = manager.get("/ops/").content.decode()

    assert stuck.number in page
    assert "外部登记系统未答复" in page
    assert "核查缴费" in page
    assert "SIDB did not answer" in page


def test_the_page_is_in_english_too(stuck: Case, manager: Client) -> None:
    manager.cookies["django_language"] = "en"

    page = manager.get("/ops/").content.decode()

    assert "A register did not answer" in page
    assert "Read contributions" in page
    assert "One case waits since" in page


def test_trying_again_gives_the_look_up_new_tries(stuck: Case, manager: Client) -> None:
    incident = Incident.objects.get(case=stuck)

    answer = manager.post("/ops/retry/", {"incident": incident.pk}, follow=True)

    assert "已重试 1 个环节" in answer.content.decode()
    assert Job.objects.get(case=stuck).state == "waiting"
    incident.refresh_from_db()
    assert incident.resolved_at is not None


def test_trying_again_twice_says_that_there_is_nothing_left(stuck: Case, manager: Client) -> None:
    incident = Incident.objects.get(case=stuck)
    manager.post("/ops/retry/", {"incident": incident.pk})

    assert manager.post("/ops/retry/", {"incident": incident.pk}).status_code == 404


def test_settling_needs_a_word_about_it(stuck: Case, manager: Client) -> None:
    incident = Incident.objects.get(case=stuck)

    answer = manager.post("/ops/resolve/", {"incident": incident.pk, "resolution": " "})

    assert answer.status_code == 422
    assert "请说明处理情况" in answer.content.decode()


@pytest.mark.parametrize("incident", ["", "x", "0", "99999999999999999999", "' or 1=1"])
def test_an_incident_that_is_not_there_is_not_found(incident: str, stuck: Case, manager: Client) -> None:
    assert manager.post("/ops/retry/", {"incident": incident}).status_code == 404


def test_events_nobody_took_can_be_told_again(office: Office, manager: Client) -> None:
    office.start()
    Outbox.objects.create(topic="case.ended", created_at=AT, due_at=AT, attempt=4, last_error="timeout: nobody there")
    assert "timeout: nobody there" in manager.get("/ops/").content.decode()

    answer = manager.post("/ops/tell-again/", follow=True)

    assert "已重新发送 1 条通知" in answer.content.decode()
    assert Outbox.objects.get(topic="case.ended").attempt == 0


@pytest.mark.parametrize("name", ["controller", "designer", "publisher"])
def test_who_is_no_operator_is_refused(name: str, office: Office, client: Client) -> None:
    client.force_login(office.staff[name])

    for path in ("/ops/", "/ops/retry/", "/ops/resolve/", "/ops/tell-again/"):
        answer = client.get(path) if path == "/ops/" else client.post(path)
        assert answer.status_code == 403, path


def test_a_caseworker_sees_and_does_not_retry(stuck: Case, office: Office, client: Client) -> None:
    client.force_login(office.staff["window"])
    incident = Incident.objects.get(case=stuck)

    assert client.get("/ops/").status_code == 200
    assert client.post("/ops/retry/", {"incident": incident.pk}).status_code == 403


def test_an_office_beside_sees_nothing(stuck: Case, office: Office, client: Client) -> None:
    client.force_login(office.staff["elsewhere"])

    assert stuck.number not in client.get("/ops/").content.decode()


def test_somebody_logged_out_is_sent_to_the_log_in(client: Client) -> None:
    assert client.get("/ops/").status_code == 302


def test_the_probes_answer_without_a_log_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True}
