"""Every place where a worked case of the library waits, in the next version of its process: nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bpm_core import engine
from bpm_core.notation.functions import TABLE
from tests.bpm_core.engine.drawing import NOW
from tests.processes.walk import Walk, definition, library

PROCESSES = [key for key, bundle in library().items() if bundle.scenarios]


@cache
def next_version(key: str) -> engine.Definition:
    """The process, and all it calls, as other files with the same elements."""
    bundles = {
        name: replace(bundle, files={**bundle.files, "note.txt": b"2"}, digest=f"2{bundle.digest[1:]}")
        for name, bundle in library().items()
    }
    return engine.load(bundles[key], bundles, functions=TABLE)


class Carried(Walk):
    """A walk that goes to the next version, and every other time back, before each step."""

    forth: engine.Plan
    back: engine.Plan

    def _step(self) -> None:
        state: Any = self._state()
        moved = engine.migrate(self.forth, state, now=NOW)
        assert moved.waits == moved.before
        assert (moved.advance.opened, moved.advance.closed, dict(moved.advance.changed)) == ((), (), {})
        there = replace(state, blob=moved.advance.state)
        assert engine.inspect(self.forth.new, there) == engine.inspect(self.forth.old, state)
        assert engine.migrate(self.back, there, now=NOW).advance.state == state.blob
        super()._step()


@pytest.mark.parametrize("key", PROCESSES)
def test_at_every_wait_of_every_worked_case_the_next_version_waits_for_the_same(key: str) -> None:
    new = next_version(key)
    Carried.forth, Carried.back = engine.plan(definition(key), new), engine.plan(new, definition(key))

    for scenario in library()[key].scenarios:
        assert Carried(key, scenario).run() == Walk(key, scenario).run()

    assert new.intact() and definition(key).intact()
