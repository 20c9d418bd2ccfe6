"""Headers that keep a page from being framed, guessed at, cached for others or fed with foreign scripts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from tests.security.expectations import DOORS, Door
from tests.security.municipality import Municipality, undone
from tests.security.test_authorization import path_of

pytestmark = pytest.mark.django_db

PAGES = [door for door in DOORS if door.method == "GET" and not door.path]


def answer_of(municipality: Municipality, door: Door, username: str) -> Any:
    with undone():
        return municipality.client(username).get(path_of(door, municipality.ids))


def opener(door: Door) -> str:
    return min(door.opens, default="")


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.name)
def test_every_answer_carries_the_headers_that_protect_its_reader(municipality: Municipality, door: Door) -> None:
    headers = answer_of(municipality, door, opener(door)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy or door.name == "desk:file"
    script = re.search(r"script-src ([^;]*)", policy)
    assert script is None or script.group(1) == "'self'"
    assert "unsafe-eval" not in policy
    assert not re.search(r"https?://", policy)


@pytest.mark.parametrize("door", [door for door in PAGES if door.anonymous == "login"], ids=lambda door: door.name)
def test_what_somebody_sees_is_kept_for_nobody_else(municipality: Municipality, door: Door) -> None:
    cache = answer_of(municipality, door, opener(door)).headers["Cache-Control"]

    assert "private" in cache
    assert "no-store" in cache or "no-cache" in cache


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.name)
def test_no_page_has_a_script_or_style_of_its_own_inside(municipality: Municipality, door: Door) -> None:
    answer = answer_of(municipality, door, opener(door))
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    text = answer.content.decode()

    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", text)
    assert not re.search(r"<style[ >]", text)
    assert not re.search(r"<[a-z][^>]*\s(on[a-z]+|style)=\"", text)
    assert not re.search(r"(href|src|action)=\"\s*javascript:", text)
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(https?:)?//", text)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(municipality: Municipality) -> None:
    client = Client(SERVER_NAME="localhost")
    client.get("/login/")
    client.post("/login/", {"username": "wuzhi_window", "password": "guicheng"})

    assert client.cookies["sessionid"]["httponly"]
    assert {cookie["samesite"] for cookie in client.cookies.values()} == {"Lax"}


def test_behind_tls_everything_stays_there() -> None:
    """HTTPS=1 is one switch for secure cookies and HSTS; it is off only for the first look on one's own machine."""
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    known = {**os.environ, "HTTPS": "1", "DJANGO_SETTINGS_MODULE": "portal.settings"}

    said = subprocess.run([sys.executable, "-c", code], env=known, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["True", "True", "31536000"]


def test_an_error_page_is_protected_like_any_other(municipality: Municipality) -> None:
    for path in ("/nowhere/", "/desk/cases/NO-1/", "/api/nowhere"):
        headers = municipality.client("wuzhi_window").get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
