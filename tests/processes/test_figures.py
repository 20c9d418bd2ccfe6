"""docs/library.md says what is in the library, and the worked cases reach all of it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from bpm_core.notation import census
from bpm_core.notation.guide import Certainty
from tests.processes.walk import library


def test_the_table_of_the_library_is_in_step() -> None:
    call_command("library_table", "--check")


@pytest.mark.parametrize("key", sorted(library()))
def test_worked_cases_reach_every_end_and_every_boundary_path(key: str) -> None:
    counted = census.count(library()[key])

    assert (counted.ends_reached, counted.boundaries_covered) == (counted.ends, counted.boundaries)


@pytest.mark.parametrize("key", sorted(library()))
def test_every_legal_figure_names_its_source_and_how_sure_it_is(key: str) -> None:
    guide = library()[key].guide
    stated = [*guide.figures, *guide.parameters] if guide else []

    for figure in stated:
        assert figure.source.zh and figure.source.en, figure
        assert figure.certainty is not Certainty.NONE, figure
    for law in guide.legal_basis if guide else ():
        assert law.source and law.title.zh and law.title.en, law
        assert law.certainty is not Certainty.NONE, law
