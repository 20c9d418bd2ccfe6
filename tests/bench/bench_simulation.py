"""The simulation: ten thousand cases of a process of eight steps on a virtual clock, with the people as the limit."""

from __future__ import annotations

import time
from itertools import pairwise

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.notation import bundle
from bpm_core.simulation import report, setup, subject
from bpm_core.simulation.run import simulate
from tests.bench import processes

CASES, STEPS = 10_000, 8


def run_once(cases: int) -> tuple[float, report.Report]:
    """CPU seconds and the report of so many cases."""
    nodes: list[processes.Node] = [("start", "startEvent"), *((f"U{n}", "userTask") for n in range(1, STEPS + 1))]
    nodes.append(("end", "endEvent"))
    flows: list[processes.Flow] = [(one[0], other[0]) for one, other in pairwise(nodes)]
    files = {"process.bpmn": processes.diagram("eight", nodes, flows, processes.OURS)}
    calendar = WorkCalendar(())
    told = setup.Setup(cases, setup.arrivals("400"), staff={"WIN": 130})
    began = time.process_time()
    found = report.report(simulate(subject.subject_of(bundle.read(files)), told, calendar), calendar)
    seconds = time.process_time() - began
    assert found.ended == cases and sum(line.count for line in found.steps) == cases * STEPS
    return seconds, found


def run() -> list[dict[str, object]]:
    """The figure of the simulation."""
    seconds, found = run_once(CASES)
    return [
        {
            "name": "simulation: 10,000 cases of 8 steps, CPU time",
            "value": round(seconds, 1),
            "unit": "s",
            "against": f"{found.engine_steps} engine steps",
            "ratio": None,
            "aim": "<= 60",
        }
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure)
