"""Whole simulations: cases follow the worked ones, queues form where people lack, limits are judged, figures repeat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.notation import bundle as bundles
from bpm_core.notation.bundle import Bundle
from bpm_core.simulation import setup
from bpm_core.simulation.report import Report, report
from bpm_core.simulation.run import simulate
from bpm_core.simulation.setup import Arrivals, BadSetup, Setup
from bpm_core.simulation.subject import Subject, subject_of
from tests.bench import processes
from tests.bpm_core.simulation.conftest import LIBRARY

EVENLY = Arrivals((20.0,) * 7, even=True)
KEYS = sorted(path.parent.name for path in LIBRARY.rglob("process.bpmn"))


def figures(subject: Subject, told: Setup, calendar: WorkCalendar) -> Report:
    return report(simulate(subject, told, calendar), calendar)


@pytest.mark.parametrize("name", KEYS)
def test_with_people_enough_each_worked_case_ends_where_it_says(
    name: str, library: dict[str, Bundle], calendar: WorkCalendar
) -> None:
    bundle = next(one for key, one in library.items() if key in (name, f"shared_{name}"))
    subject = subject_of(bundle, library)
    ends = {}

    for scenario in bundle.scenarios:
        told = Setup(1, EVENLY, starts_on=scenario.at.date(), mix={scenario.id: 1})
        course = simulate(subject, told, calendar).courses[0]
        ends[scenario.id] = course.stuck or (course.end.node if course.end is not None else "")

    assert ends == {scenario.id: scenario.expect.end for scenario in bundle.scenarios}


def test_the_same_seed_gives_the_same_report(library: dict[str, Bundle], calendar: WorkCalendar) -> None:
    subject = subject_of(library["training_subsidy"], library)
    told = Setup(60, setup.arrivals("12"), staff={"WIN": 1}, seed=7)

    first, second = (figures(subject, told, calendar).as_data() for _ in range(2))

    assert first == second
    assert figures(subject, replace(told, seed=8), calendar).as_data() != first


def test_with_nobody_missing_nothing_waits(small: Subject, calendar: WorkCalendar) -> None:
    found = figures(small, Setup(40, EVENLY), calendar)

    assert found.ended == 40
    assert [(line.element, line.count) for line in found.steps] == [("U1", 40), ("U2", 40)]
    assert all(line.waiting.p90 == 0 for line in found.steps)


def test_one_person_too_few_makes_a_queue_and_is_fully_used(small: Subject, calendar: WorkCalendar) -> None:
    told = Setup(200, EVENLY, staff={"WIN": 1}, minutes={"U1": 20, "U2": 20})

    crowded, eased = (figures(small, replace(told, staff={"WIN": n}), calendar) for n in (1, 4))

    assert crowded.ended == eased.ended == 200
    assert (crowded.lanes[0].used_while_cases_come or 0) > 0.95  # 800 minutes of work come a day, 390 can be done
    assert 0.4 < (eased.lanes[0].used_while_cases_come or 0) < 0.6
    assert crowded.days_to_end.mean > 5 * eased.days_to_end.mean
    assert crowded.lanes[0].most_waiting > 50
    assert crowded.lanes[0].worked_hours == eased.lanes[0].worked_hours  # the same cases, drawn alike


def test_waiting_is_what_queueing_theory_says(calendar: WorkCalendar) -> None:
    """M/G/1 at 60 % load, 12 minutes a step with a variation of 0.5: 11.25 minutes (Pollaczek-Khinchine)."""
    nodes: list[processes.Node] = [("start", "startEvent"), ("U1", "userTask"), ("end", "endEvent")]
    diagram = processes.diagram("one", nodes, [("start", "U1"), ("U1", "end")], processes.OURS)
    subject = subject_of(bundles.read({"process.bpmn": diagram}))

    found = figures(subject, Setup(4_000, setup.arrivals("19.5"), {"WIN": 1}, minutes={"U1": 12}), calendar)

    assert found.lanes[0].used_while_cases_come == pytest.approx(0.6, abs=0.03)
    assert found.steps[0].waiting.mean == pytest.approx(11.25, abs=1.5)


def test_limits_are_kept_by_enough_people_and_broken_by_too_few(
    library: dict[str, Bundle], calendar: WorkCalendar
) -> None:
    subject = subject_of(library["training_subsidy"], library)
    told = Setup(60, EVENLY, mix={"01": 1}, minutes={"S60": 100})

    enough, few = (figures(subject, replace(told, staff={"C1": n}), calendar).limits for n in (6, 1))

    assert [line.kind for line in enough] == ["legal", "promised"]
    assert all(line.kept.percent == 100 for line in enough)
    assert few[0].kept.counted == 60
    assert (few[1].kept.percent or 0) <= (few[0].kept.percent or 0) < 100


def test_a_choice_goes_before_the_worked_case(library: dict[str, Bundle], calendar: WorkCalendar) -> None:
    subject = subject_of(library["shared_review"], library)
    field = next(f for form in subject.bundle.forms.values() for f in form.fields if f.type == "enum")
    wrong = Setup(3, EVENLY, choices={field.key: {"no such option": 1.0}})

    found = figures(subject, wrong, calendar)

    assert found.ended == 0
    assert "not_option" in found.stuck[0].why


def test_options_are_drawn_without_worked_cases(library: dict[str, Bundle], calendar: WorkCalendar) -> None:
    subject = subject_of(library["shared_review"], library)

    found = figures(subject, Setup(60, EVENLY, by_options=True), calendar)

    assert len(found.ends) > 1
    assert found.ended + sum(line.cases for line in found.stuck) == 60


@pytest.mark.parametrize(("staff", "mix"), [({"NOBODY": 1}, {}), ({}, {"99": 1.0})])
def test_what_the_process_does_not_have_is_refused(
    library: dict[str, Bundle], calendar: WorkCalendar, staff: dict[str, int], mix: dict[str, float]
) -> None:
    with pytest.raises(BadSetup, match="it has"):
        figures(subject_of(library["training_subsidy"], library), Setup(1, EVENLY, staff, mix=mix), calendar)
