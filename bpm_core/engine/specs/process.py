"""ProcessSpec: the nodes of a process or sub-process, fixed once parsed. Running a case never changes it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """SpiffWorkflow's process specification without its helper nodes, whose names an author's element may have too.

    begins      names of the nodes where a token stands first when nothing else is said
    starts      every start event
    handlers    event sub-processes
    mergers     inclusive gateways that join
    """

    def __init__(self, name: str, description: str | None = None) -> None:
        # Stock __init__ adds the nodes "Start", "End" and an end join, and alters them when cases run.
        WorkflowSpec.__init__(self, name=name, addstart=False)
        self.description = description or name
        self.io_specification = None
        self.svg = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.begins: tuple[str, ...] = ()
        self.starts: tuple[Any, ...] = ()
        self.handlers: tuple[Any, ...] = ()
        self.mergers: tuple[Any, ...] = ()

    def seal(self) -> None:
        """From now on nothing in it can be changed: many cases share it."""
        nodes: dict[str, Any] = self.__dict__["task_specs"]
        for node in nodes.values():
            node.seal()
        self.__dict__["task_specs"] = MappingProxyType(nodes)
