from __future__ import annotations

import pytest
from django.test import Client

from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office


@pytest.fixture
def anybody(office: Office) -> Client:
    return Client()


def test_a_guide_opens_without_a_log_in_in_both_languages(anybody: Client) -> None:
    for language, said in (("zh", "办结时限"), ("en", "Time limits")):
        answer = anybody.get(f"/guide/{language}/{sample.KEY}/")
        assert answer.status_code == 200
        assert said in answer.content.decode()


def test_any_cache_may_keep_a_guide(anybody: Client) -> None:
    for path in ("/guide/zh/", f"/guide/en/{sample.KEY}/"):
        answer = anybody.get(path)

        assert answer.headers["Cache-Control"] == "public, max-age=600"
        assert "cookie" not in answer.headers.get("Vary", "").lower()
        assert not answer.cookies


def test_a_guide_is_the_same_for_whoever_is_logged_in(office: Office, anybody: Client) -> None:
    someone = Client()
    someone.force_login(office.staff["window"], backend="django.contrib.auth.backends.ModelBackend")
    someone.cookies["django_language"] = "en"

    path = f"/guide/zh/{sample.KEY}/"

    assert someone.get(path).content == anybody.get(path).content


def test_the_list_names_who_may_apply_and_can_be_searched(anybody: Client) -> None:
    assert "Sample allowance" in anybody.get("/guide/en/").content.decode()
    assert "Sample allowance" in anybody.get("/guide/en/?q=sample").content.decode()
    assert "Nothing found" in anybody.get("/guide/en/?q=zzzz").content.decode()


def test_the_door_leads_to_the_language_that_was_chosen(anybody: Client) -> None:
    assert anybody.get("/guide/").headers["Location"] == "/guide/zh/"
    anybody.cookies["django_language"] = "en"
    assert anybody.get("/guide/").headers["Location"] == "/guide/en/"


def test_there_is_no_guide_of_what_nobody_can_apply_for(anybody: Client) -> None:
    for path in ("/guide/zh/nothing/", "/guide/fr/", "/guide/zh/shared_payment/"):
        assert anybody.get(path).status_code == 404


def test_a_guide_tells_no_name_of_staff_and_no_case(anybody: Client) -> None:
    page = anybody.get(f"/guide/en/{sample.KEY}/").content.decode()

    assert "csrf" not in page
    assert "/desk/" not in page
