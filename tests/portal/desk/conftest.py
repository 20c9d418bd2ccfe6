"""The small office of the command tests, seen through the portal's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.bpm_core.commands.conftest import Office, build


@pytest.fixture
def office(db: None) -> Office:
    return build()


@pytest.fixture
def at_desk(office: Office) -> Callable[[str], Client]:
    """`at_desk("first")`: the browser of that member of staff, in English so that sentences can be read here."""

    def log_in(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(office.staff[name], backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = "en"
        return client

    return log_in
