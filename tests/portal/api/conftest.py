"""A client that speaks for one account of the small office, with a token or without."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bpm_core.models import Account, OrgUnit, Post
from portal.api import tokens
from tests.bpm_core.commands.conftest import COUNTY, Office, office, real_office

__all__ = ["office", "real_office"]
MACHINE_SCOPES = ("cases:start", "cases:read", "messages:deliver", "definitions:read")


@dataclass
class Caller:
    """Requests of one token; each POST gets a key of its own unless one is given."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(SERVER_NAME="localhost", raise_request_exception=False))

    def headers(self, **more: str) -> dict[str, str]:
        known = {"accept-language": "en"}
        return known | ({"authorization": f"Bearer {self.token}"} if self.token else {}) | more

    def get(self, path: str, **query: object) -> Any:
        return self.client.get(path, query, headers=self.headers())

    def post(self, path: str, body: object, *, key: str | None = "", **headers: str) -> Any:
        given = {} if key is None else {"idempotency-key": key or str(uuid4())}
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(path, data, content_type="application/json", headers=self.headers(**given, **headers))


def token_of(account: Account, *scopes: str, machine: bool = False) -> str:
    scopes = scopes or (MACHINE_SCOPES if machine else tokens.SCOPES)
    return tokens.issue(account.pk, account.token_version, scopes, days=1, at=timezone.now(), machine=machine)


def add_machine(name: str = "machine", unit: str = COUNTY) -> Account:
    account = Account.objects.create(username=name)
    place = OrgUnit.objects.get(code=unit)
    Post.objects.create(account=account, unit=place, role="integrator", lane="", from_on=timezone.localdate())
    return account


def calling(office: Office, name: str, *scopes: str) -> Caller:
    """The API as one of the office's staff calls it."""
    return Caller(token_of(office.staff[name], *scopes))


@pytest.fixture(autouse=True)
def _no_requests_counted() -> None:
    cache.clear()
