"""Which post does a step: the one it is drawn for, or in a shared part the one of the level that decides the case."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bpm_core.commands import waits
from tests.processes.walk import library


def _lane(deciding_level: str, process_key: str, element_id: str) -> str:
    own, called = library()["unemployment_benefit"], library()["shared_payment"]
    assert own.guide is not None
    own = replace(own, guide=replace(own.guide, deciding_level=deciding_level))
    bundles = {own.key: own, called.key: called}
    loaded: Any = SimpleNamespace(key=own.key, bundle=own, bundles=bundles, process=lambda key: bundles[key].process)
    return waits.lane_code(loaded, process_key, bundles[process_key].process.elements[element_id])


@pytest.mark.parametrize(
    ("level", "step", "post"),
    [
        ("county", "S20", "CFIN"),
        ("municipal", "S20", "MFIN"),
        ("municipal", "S30", "MD"),
        ("municipal", "S15", "MWIN"),
        ("municipal", "S50", "BANK"),
    ],
)
def test_a_shared_part_is_done_at_the_level_that_decides(level: str, step: str, post: str) -> None:
    assert _lane(level, "shared_payment", step) == post


def test_a_process_keeps_the_posts_it_is_drawn_with() -> None:
    assert _lane("municipal", "unemployment_benefit", "S60") == "C1"
