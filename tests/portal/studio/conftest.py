"""The small office of the command tests, and log-ins to its pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.bpm_core.commands.conftest import Office, build

Enter = Callable[[str], Client]


@pytest.fixture
def office(db: None) -> Office:
    return build()


@pytest.fixture
def enter(office: Office) -> Enter:
    """`enter("designer")`: a browser without JavaScript, logged in, reading English."""

    def log_in(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(office.staff[name], backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = "en"
        return client

    return log_in
