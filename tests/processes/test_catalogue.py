"""The library is the catalogue: its processes, its shared parts, its worked cases; no more and no fewer."""

from __future__ import annotations

import pytest

from tests.processes.catalogue import SHARED, UNIFIED
from tests.processes.walk import library

ALL = UNIFIED | SHARED
CODES = {bundle.code: bundle for bundle in library().values()}


def test_the_catalogue_has_52_processes_and_821_worked_cases() -> None:
    assert len(UNIFIED) == 52
    assert sum(ALL.values()) == 821


def test_the_library_holds_every_process_of_the_catalogue_and_no_other() -> None:
    assert CODES.keys() == ALL.keys()
    assert len(CODES) == len(library())


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_worked_case_of_the_catalogue_is_there(code: str) -> None:
    assert len(CODES[code].scenarios) == ALL[code]


@pytest.mark.parametrize("code", sorted(CODES.keys() & UNIFIED.keys()))
def test_a_unified_process_is_filed_under_its_key_and_a_shared_part_apart(code: str) -> None:
    assert not CODES[code].key.startswith("shared_")
