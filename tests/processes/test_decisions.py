"""Every decision table of the library, by the command an office would use: no gap or overlap that is not declared."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from tests.processes.walk import FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_decision_tables_have_no_gap_and_no_overlap(folder: object) -> None:
    call_command("check_decisions", str(folder), stdout=io.StringIO())
