"""SpiffWorkflow as it comes: its own parser, workflow classes, scheduler, Python expressions and serializer.

The measure and the oracle for the engine: nothing of ours is used here, and nothing of SpiffWorkflow is changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from tests.bench import processes

for _name in ("spiff", "spiff.workflow", "spiff.task"):
    # At level NOTSET the library walks the whole tree for each log record.
    logging.getLogger(_name).setLevel(logging.WARNING)


@cache
def definition(key: str) -> tuple[Any, Any]:
    """The parsed process and what it calls."""
    parser = SpiffBpmnParser()
    for name in (key, "publicity") if key == "full" else (key,):
        parser.add_bpmn_str(processes.files(name, processes.STOCK)["process.bpmn"])
    if key == "full":
        parser.add_dmn_xml(etree.fromstring(processes.RATE.encode()), filename="rate.dmn")
    return parser.get_spec(key), parser.get_subprocess_specs(key)


@cache
def serializer() -> BpmnWorkflowSerializer:
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))


def start(key: str, data: Mapping[str, Any]) -> BpmnWorkflow:
    """A case, run to its first wait."""
    workflow = BpmnWorkflow(*definition(key))
    workflow.task_tree.set_data(**deepcopy(dict(data)))
    workflow.do_engine_steps()
    return workflow


def ready(workflow: BpmnWorkflow) -> list[Any]:
    """The user tasks that can be completed."""
    return list(workflow.get_tasks(state=TaskState.READY, manual=True))


def complete(workflow: BpmnWorkflow, task: Any, data: Mapping[str, Any]) -> None:
    """Complete a user task and run to the next wait."""
    task.data.update(deepcopy(dict(data)))
    task.run()
    workflow.do_engine_steps()


def timers(workflow: BpmnWorkflow) -> list[Any]:
    """Tasks that wait for a timer."""
    return [
        task
        for task in workflow.get_tasks(state=TaskState.WAITING)
        if isinstance(task.task_spec, CatchingEvent)
        and isinstance(task.task_spec.event_definition, TimerEventDefinition)
    ]


def fire(workflow: BpmnWorkflow, task: Any) -> None:
    """Let a timer be due, and run to the next wait."""
    task.internal_data["event_value"] = datetime(2000, 1, 1, tzinfo=UTC).isoformat()
    workflow.refresh_timers()
    workflow.do_engine_steps()


def data(workflow: BpmnWorkflow) -> dict[str, Any]:
    """What the case knows. Every task has a copy of all data, stale or not; what it wrote is what differs from its
    parent's copy, and the latest writer of a name has the last word."""
    merged: dict[str, Any] = {}
    for task in sorted(workflow.get_tasks(), key=lambda task: task.last_state_change):
        if task.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
            continue
        before = task.parent.data if task.parent is not None else {}
        merged.update({name: value for name, value in task.data.items() if before.get(name, ...) != value})
    return merged


def blob(workflow: BpmnWorkflow) -> str:
    """The case as its own serializer stores it."""
    return str(serializer().serialize_json(workflow))


def restore(text: str) -> BpmnWorkflow:
    """The case from its own serializer."""
    return serializer().deserialize_json(text)
