"""One published library for all worked cases of a file, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from bpm_core.seed import stage
from tests.processes.commands.playing import Play
from tests.processes.walk import LIBRARY


@pytest.fixture(autouse=True)
def _fresh_memory() -> None:
    """Nothing is forgotten between tests here: they play on the same stage."""


@pytest.fixture(scope="module")
def play(django_db_blocker: pytest.FixtureRequest) -> Iterator[Play]:
    """`play("EMP-01")` plays every worked case of the process through the commands and says what is wrong."""
    with django_db_blocker.unblock(), stage.built(LIBRARY, at=timezone.now()):  # type: ignore[attr-defined]
        yield Play()
