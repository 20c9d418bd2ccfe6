"""A library read once, a plain-week calendar of 2026, and a small process of two steps in a row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bpm_core.domain.calendar import CalendarRow, WorkCalendar
from bpm_core.notation import bundle as bundles
from bpm_core.notation.bundle import Bundle
from bpm_core.simulation.subject import Subject, subject_of
from tests.bench import processes

LIBRARY = Path(__file__).parents[3] / "processes"


@pytest.fixture(scope="session")
def library() -> dict[str, Bundle]:
    return {one.key: one for one in (bundles.read_folder(p.parent) for p in LIBRARY.rglob("process.bpmn"))}


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return WorkCalendar([CalendarRow(date(2026, 1, 1), False, "New Year"), CalendarRow(date(2026, 3, 4), False, "x")])


@pytest.fixture(scope="session")
def small() -> Subject:
    """Start, U1, U2, end; no lanes, no limits, no worked cases."""
    return subject_of(bundles.read(processes.files("small", processes.OURS)))
