"""Employment, unemployment, training, subsidies and the shared parts: every worked case through the commands."""

from __future__ import annotations

import pytest

from tests.processes.commands.playing import Play, codes

FAMILIES = ("EMP", "UNE", "TRN", "SUP", "SUB")


@pytest.mark.parametrize("code", codes(*FAMILIES))
def test_worked_cases_go_their_path_to_their_end(play: Play, code: str) -> None:
    assert play(code) == {}


def test_what_they_left_is_whole_and_no_case_is_lost(play: Play) -> None:
    assert play.breaches() == []
