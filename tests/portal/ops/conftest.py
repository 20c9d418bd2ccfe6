"""An office with one stuck look-up and an operator to see it."""

from __future__ import annotations

import pytest
from django.test import Client

from bpm_core.commands import jobs
from bpm_core.commands.actors import SYSTEM
from bpm_core.models import Case, Job
from tests.bpm_core.commands.conftest import AT, Office, office

__all__ = ["office"]


@pytest.fixture
def stuck(office: Office) -> Case:
    case = office.applied()
    job = Job.objects.get(case=case)
    jobs.fail(job.pk, error="SIDB did not answer within 20 s", code="timeout", actor=SYSTEM, at=AT)
    return case


@pytest.fixture
def manager(office: Office, client: Client) -> Client:
    client.force_login(office.staff["manager"])
    return client
