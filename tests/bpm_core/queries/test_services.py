"""Which services a window can open."""

from __future__ import annotations

import pytest

from bpm_core.models import ProcessDefinition
from bpm_core.queries.services import Service
from tests.processes.walk import library


@pytest.mark.parametrize(
    ("key", "opens"),
    [
        ("job_seeker_registration", True),
        ("career_guidance", True),  # on application, or when another process asks for it
        ("job_matching", False),  # by messages only
        ("pension_eligibility_confirmation", False),  # by the calendar or a message
        ("contribution_base_declaration", False),  # by the calendar only
    ],
)
def test_a_window_opens_what_begins_with_an_application(key: str, opens: bool) -> None:
    assert Service(ProcessDefinition(key=key), library()[key]).on_application is opens
