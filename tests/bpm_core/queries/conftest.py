"""The small office of the command tests, for what is read of it."""

from __future__ import annotations

import pytest

from tests.bpm_core.commands.conftest import Office, build


@pytest.fixture
def office(db: None) -> Office:
    return build()
