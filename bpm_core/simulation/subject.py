"""The process a simulation is about: its bundle, what it calls, what the engine runs, and look-ups in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpm_core import engine, feel
from bpm_core.domain import clocks
from bpm_core.engine import Definition, Wait
from bpm_core.notation import functions
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.model import Element, ProcessModel

NO_LANE = "WIN"  # where a step stands that names no post: the window, as in the portal


@dataclass
class Subject:
    """A process ready to be simulated."""

    bundle: Bundle
    bundles: Mapping[str, Bundle]
    definition: Definition
    marks_start: bool  # a step says that the time limit starts there
    gateways: dict[tuple[str, str], Element | None] = field(default_factory=dict)

    @property
    def process(self) -> ProcessModel:
        return self.bundle.process

    def element(self, wait: Wait) -> Element:
        return self.bundles[wait.process_key].process.elements[wait.element_id]

    def gateway(self, wait: Wait) -> Element | None:
        """The event-based gateway a wait stands behind."""
        key = wait.process_key, wait.element_id
        if key not in self.gateways:
            process = self.bundles[wait.process_key].process
            before = (process.elements[process.flow_by_id[flow].source] for flow in self.element(wait).incoming)
            self.gateways[key] = next((one for one in before if one.kind == "eventBasedGateway"), None)
        return self.gateways[key]

    def is_aside(self, wait: Wait) -> bool:
        """Whether the wait is a boundary event or starts an event sub-process: nobody has to do it."""
        element = self.element(wait)
        around = self.bundles[wait.process_key].process.elements.get(element.parent or "")
        return element.kind == "boundaryEvent" or (
            element.kind == "startEvent" and around is not None and around.triggered_by_event
        )

    def lane(self, wait: Wait) -> str:
        return self.lane_code(wait.process_key, wait.element_id)

    def lane_code(self, process_key: str, element_id: str) -> str:
        """Code of the lane a step stands in: what the step names itself goes before where it is drawn."""
        process = self.bundles[process_key].process
        element = process.elements[element_id]
        if element.candidate_groups:
            return element.candidate_groups[0]
        lane = process.lane_of(element)
        return lane.code if lane is not None else NO_LANE

    def is_staff(self, wait: Wait) -> bool:
        """Whether the step is done by the office; else a citizen, an employer or another institution does it."""
        lane = self.bundles[wait.process_key].process.lane_of(self.element(wait))
        return lane is None or lane.actor in ("", "staff", "system", "expert")

    def lane_name(self, code: str, language: str) -> str:
        for bundle in self.bundles.values():
            for lane in bundle.process.lanes.values():
                if lane.code == code:
                    return lane.name_zh if language == "zh" else lane.name_en or lane.name_zh
        return code

    def figures(self, at: datetime) -> dict[str, Any]:
        """Policy figures of the process and of what it calls, at their settings at installation."""
        return {
            figure.name: feel.compile(figure.value).evaluate({}, now=at)
            for bundle in self.bundles.values()
            if bundle.guide is not None
            for figure in bundle.guide.parameters
        }

    def limits(self) -> dict[str, clocks.Limit]:
        """The legal and the promised limit of the guide, where it has a figure; neither stands in for the other."""
        times = self.bundle.guide.time_limits if self.bundle.guide is not None else None
        found = {"legal": times.legal, "promised": times.promised} if times is not None else {}
        return {
            kind: clocks.Limit(limit.value, clocks.Unit(limit.unit), clocks.LimitKind(kind))
            for kind, limit in found.items()
            if limit.value is not None
        }


def subject_of(bundle: Bundle, library: Mapping[str, Bundle] | None = None) -> Subject:
    """The process of a bundle; `library` holds what it calls, directly or further down. Refuses with EngineError."""
    found, wanted = {bundle.key: bundle}, list(bundle.called)
    while wanted:
        key = wanted.pop()
        if key not in found and library is not None and key in library:
            found[key] = library[key]
            wanted.extend(library[key].called)
    definition = engine.load(bundle, found, functions=functions.TABLE)
    marks_start = any(e.clock == "start" for one in found.values() for e in one.process.elements.values())
    return Subject(bundle, found, definition, marks_start)
