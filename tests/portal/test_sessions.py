"""Logging in and staying in: locked after five wrong passwords, logged out when idle, back to the page asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bpm_core.models import Account


@pytest.fixture
def clerk(db: None) -> Account:
    return Account.objects.create_user("clerk", password="a long enough secret")


def log_in(client: Client, password: str, next_page: str = "") -> Any:
    return client.post("/login/", {"username": "clerk", "password": password, "next": next_page})


def test_a_wrong_password_says_so_without_saying_which_part(clerk: Account, client: Client) -> None:
    client.cookies["django_language"] = "en"

    page = log_in(client, "wrong").content.decode()

    assert "User name and password do not belong together" in page
    assert 'value="clerk"' in page


def test_five_wrong_passwords_close_the_account_for_a_while(clerk: Account, client: Client) -> None:
    for _ in range(5):
        log_in(client, "wrong")

    answer = log_in(client, "a long enough secret")

    assert answer.status_code == 429


def test_the_page_asked_for_opens_after_the_log_in(clerk: Account, client: Client) -> None:
    assert log_in(client, "a long enough secret", "/help/")["Location"] == "/help/"
    assert log_in(Client(), "a long enough secret", "https://example.org/")["Location"] == "/"


def test_who_does_nothing_is_logged_out(clerk: Account, client: Client, settings: Any) -> None:
    settings.SESSION_IDLE_S = 900
    client.cookies["django_language"] = "en"
    log_in(client, "a long enough secret")
    client.get("/help/")
    session = client.session
    session["seen"] -= 901
    session.save()

    answer = client.get("/desk/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/login/")
    assert "Drafts were kept" in answer.content.decode()


def test_an_account_without_a_post_is_told_what_to_do(clerk: Account, client: Client) -> None:
    client.cookies["django_language"] = "en"
    log_in(client, "a long enough secret")

    answer = client.get("/")

    assert answer.status_code == 403
    assert "You hold no post today" in answer.content.decode()


def test_the_office_reads_chinese_whatever_the_browser_says(client: Client, db: None) -> None:
    page = client.get("/login/", headers={"accept-language": "en-GB"}).content.decode()

    assert 'lang="zh-Hans"' in page
    assert "登录" in page


def test_no_page_may_be_kept_or_framed_or_run_foreign_code(clerk: Account, client: Client) -> None:
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get("/help/")

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["q=%00", "%00=1", "next=/desk/%00"])
def test_nul_in_a_query_is_refused_with_a_sentence(clerk: Account, client: Client, query: str) -> None:
    client.cookies["django_language"] = "en"

    answer = client.get(f"/login/?{query}")

    assert answer.status_code == 400
    assert "This request could not be read" in answer.content.decode()


def test_nul_in_a_form_is_refused_and_changes_nothing(clerk: Account, client: Client) -> None:
    assert log_in(client, "a long enough secret\0").status_code == 400
    assert "_auth_user_id" not in client.session
