"""A process counted: its nodes, forms, decision tables and rules, and what its worked cases reach of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from bpm_core.notation.bundle import Bundle
from bpm_core.notation.model import Element, ProcessModel
from bpm_core.notation.tables import read


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of one process, or of several together. Nodes are the events, gateways and steps that people see."""

    nodes: int
    user_tasks: int
    forms: int
    tables: int
    rules: int
    scenarios: int
    ends_reached: int
    ends: int
    boundaries_covered: int
    boundaries: int


def count(bundle: Bundle) -> Census:
    """The counts of a process. An end or a boundary path counts as reached when the path of a worked case passes it."""
    process = bundle.process
    visited = {node for scenario in bundle.scenarios for node in (*scenario.expect.path, scenario.expect.end)}
    ends = process.ends
    boundaries = [e for e in process.elements.values() if e.kind == "boundaryEvent"]
    tables = read({path: data for path, data in bundle.files.items() if path.endswith(".dmn")})
    return Census(
        nodes=sum(e.shown and e.kind != "subProcess" for e in process.elements.values()),
        user_tasks=sum(e.kind == "userTask" for e in process.elements.values()),
        forms=len(bundle.forms),
        tables=len(tables),
        rules=sum(len(table.rules) for table in tables),
        scenarios=len(bundle.scenarios),
        ends_reached=sum((end.node or end.id) in visited for end in ends),
        ends=len(ends),
        boundaries_covered=sum(_passed(process, e, visited) for e in boundaries),
        boundaries=len(boundaries),
    )


def _passed(process: ProcessModel, element: Element, visited: set[str]) -> bool:
    """Whether the way out of a boundary event was gone; one that people do not see is known by what follows it."""
    if element.shown:
        return element.node in visited
    return any(target.node in visited for target in process.following(element.id))


def together(counted: Iterable[Census]) -> Census:
    """The counts of several processes together."""
    return Census(*(sum(column) for column in zip(*map(astuple, counted), strict=True)))
