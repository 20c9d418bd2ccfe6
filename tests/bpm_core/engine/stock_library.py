"""The process library on stock SpiffWorkflow, the oracle of the differential test.

SpiffWorkflow's own parser, task specs, workflow classes and scheduler run the library's diagrams; nothing is compacted
or encoded. Only what SpiffWorkflow has no word for is added, from outside: conditions are FEEL, assignments and
decision tables run when their step completes, calls map their variables. None of the engine is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import ReceiveTaskParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, TaskParser
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, CallActivity, NoneTask, ReceiveTask, UserTask
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bpm_core import feel
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.functions import TABLE

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
_GUICHENG = "urn:guicheng:bpmn:1"
_NEVER = {"timeDate": '"9999-12-31T00:00:00+00:00"', "timeDuration": '"P9000D"'}


class Refused(Exception):
    """A condition is neither true nor false, or a table cannot decide."""


class _Feel(BasePythonScriptEngineEnvironment):
    """FEEL where SpiffWorkflow has Python. The clock is the test's."""

    now: datetime

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        return evaluate(expression, context, self.now)

    def execute(self, script: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        raise AssertionError("the library has no scripts but assignments")


class _Engine(PythonScriptEngine):
    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        value = self.environment.evaluate(expression, task.data)
        if not isinstance(value, (bool, str)):
            raise Refused(expression)
        return value


def evaluate(text: str, variables: Mapping[str, Any], now: datetime) -> Any:
    """The value of a FEEL text; whatever FEEL refuses is Refused."""
    try:
        return feel.compile(text.strip(), functions=TABLE).evaluate(variables, now=now)
    except feel.FeelError as error:
        raise Refused(text) from error


def _extensions(node: Any, namespace: str, name: str) -> list[Any]:
    box = node.find(f"{{{_BPMN}}}extensionElements")
    return [] if box is None else box.findall(f"{{{namespace}}}{name}")


class _Extras:
    """What a step of the library does besides: its tables when it runs, its assignments when it completes."""

    decide: Callable[[str, Mapping[str, Any], datetime], Mapping[str, Any]]
    tables: tuple[str, ...] = ()
    assigns: tuple[tuple[str, str], ...] = ()

    def _run_hook(self, my_task: Any) -> Any:
        now = my_task.workflow.script_engine.environment.now
        for table in self.tables:
            my_task.data.update(self.decide(table, my_task.data, now))
        return super()._run_hook(my_task)  # type: ignore[misc]

    def _on_complete_hook(self, my_task: Any) -> None:
        now = my_task.workflow.script_engine.environment.now
        for name, text in self.assigns:
            my_task.data[name] = evaluate(text, my_task.data, now)
        super()._on_complete_hook(my_task)  # type: ignore[misc]


class _Step(_Extras, UserTask):  # type: ignore[misc]
    """A step that waits for somebody: a person or a connector."""


class _Automatic(_Extras, NoneTask):  # type: ignore[misc]
    """A step that runs by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False


class _Receive(_Extras, ReceiveTask):  # type: ignore[misc]
    pass


class _Call(_Extras, CallActivity):  # type: ignore[misc]
    """A call with the library's mapping: everything in unless said otherwise, out what is declared."""

    passed_in: tuple[tuple[str, str], ...] = ()
    passed_out: tuple[tuple[str, str], ...] = ()

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        now = my_task.workflow.script_engine.environment.now
        given = deepcopy(my_task.data)
        if self.passed_in and ("*", "*") not in self.passed_in:
            given = {target: evaluate(source, my_task.data, now) for source, target in self.passed_in}
        start = subworkflow.get_next_task(subworkflow.task_tree, skip_subprocesses=True, spec_name="Start")
        start.set_data(**given)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        now = my_task.workflow.script_engine.environment.now
        for source, target in self.passed_out:
            my_task.data[target] = evaluate(source, subworkflow.last_task.data, now)


class _Reading:
    """Mixed into stock parsers: what the library writes at a step."""

    def create_task(self) -> Any:
        task = super().create_task()  # type: ignore[misc]
        node = self.node  # type: ignore[attr-defined]
        task.assigns = tuple((a.get("variable"), a.get("value")) for a in _extensions(node, _GUICHENG, "assign"))
        task.tables = tuple(d.get("ref") for d in _extensions(node, _GUICHENG, "decision"))
        task.decide = self.process_parser.parser.decider(self.filename)  # type: ignore[attr-defined]
        for direction in ("in", "out"):
            pairs = tuple(
                ("*", "*")
                if box.get("variables")
                else (box.get("source") or box.get("sourceExpression"), box.get("target"))
                for box in _extensions(node, _CAMUNDA, direction)
            )
            setattr(task, f"passed_{direction}", pairs)
        return task


class _StepParser(_Reading, TaskParser):  # type: ignore[misc]
    pass


class _CallParser(_Reading, CallActivityParser):  # type: ignore[misc]
    pass


class _ReceiveParser(_Reading, ReceiveTaskParser):  # type: ignore[misc]
    pass


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES = {
        **{full_tag(kind): (_StepParser, _Step) for kind in ("userTask", "manualTask", "serviceTask")},
        **{full_tag(kind): (_StepParser, _Automatic) for kind in ("sendTask", "businessRuleTask", "scriptTask")},
        full_tag("callActivity"): (_CallParser, _Call),
        full_tag("receiveTask"): (_ReceiveParser, _Receive),
    }

    def __init__(self, bundles: Mapping[str, Bundle]) -> None:
        super().__init__()
        self.bundles = bundles

    def decider(self, key: str) -> Callable[[str, Mapping[str, Any], datetime], Mapping[str, Any]]:
        """How the tables of one bundle decide."""
        bundle = self.bundles[key]

        def decide(table: str, variables: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
            assert bundle.decisions is not None  # a bundle whose steps name tables has some
            try:
                return bundle.decisions.decide(table, variables, now=now).outputs
            except ValueError as error:
                raise Refused(table) from error

        return decide


def parse(key: str, bundles: Mapping[str, Bundle]) -> tuple[Any, Any]:
    """The stock specs of a process and of everything it calls."""
    parser = _Parser(bundles)
    needed = {key, *(other for other in bundles if other.startswith("shared_"))}
    for name in sorted(needed):
        parser.add_bpmn_xml(_plain(bundles[name].files["process.bpmn"]), filename=name)
    return parser.get_spec(key), parser.get_subprocess_specs(key)


def _plain(content: bytes) -> Any:
    """The diagram without layout (it would order the flows), with timers that never fire by themselves, with only its
    plain start, and without nodes called "Start", a name that SpiffWorkflow keeps for itself."""
    root = etree.fromstring(content)
    for node in root.iter():
        for attribute in ("id", "sourceRef"):
            if node.get(attribute) == "Start":
                node.set(attribute, "Start_")
    for drawing in root.findall("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"):
        root.remove(drawing)
    for kind, text in _NEVER.items():
        for node in root.iter(f"{{{_BPMN}}}{kind}"):
            node.text = text
    for process in root.iter(f"{{{_BPMN}}}process"):
        for start in process.findall(f"{{{_BPMN}}}startEvent"):
            if start.find(f"{{{_BPMN}}}messageEventDefinition") is not None:
                for flow in process.findall(f"{{{_BPMN}}}sequenceFlow[@sourceRef='{start.get('id')}']"):
                    process.remove(flow)
                process.remove(start)
    return root


class StockCase:
    """A case of the library on the stock engine."""

    def __init__(self, specs: tuple[Any, Any], variables: Mapping[str, Any], now: datetime) -> None:
        environment = _Feel()
        environment.now = now
        self.workflow = BpmnWorkflow(*specs, script_engine=_Engine(environment))
        self.workflow.task_tree.set_data(**variables)
        self.workflow.do_engine_steps()

    def at(self, now: datetime) -> None:
        self.workflow.script_engine.environment.now = now

    def ready(self) -> list[tuple[tuple[str, ...], str, Any]]:
        """(path, element, task) of every step that waits for somebody."""
        tasks = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [(self._path(task), task.task_spec.name, task) for task in tasks]

    def waiting(self) -> list[tuple[tuple[str, ...], str, Any]]:
        """(path, element, task) of every event that is waited for; those behind a gateway by themselves."""
        found = []
        for task in self.workflow.get_tasks(state=TaskState.WAITING):
            if not isinstance(task.task_spec, CatchingEvent):
                continue
            if isinstance(task.task_spec.event_definition, MultipleEventDefinition):
                found += [(self._path(task), output.name, task) for output in task.task_spec.outputs]
            else:
                found.append((self._path(task), task.task_spec.name, task))
        return found

    def complete(self, task: Any, values: Mapping[str, Any]) -> None:
        task.data.update(deepcopy(dict(values)))
        task.run()
        self.workflow.do_engine_steps()

    def happen(self, task: Any, element: str, payload: Mapping[str, Any]) -> None:
        """An event happens to the one task that waits for it.

        Stock SpiffWorkflow gives a sub-process a copy of the variables and drops the copy when the sub-process is
        interrupted; here the boundary event is given what was known, as it is in BPMN's scopes.
        """
        definition = task.task_spec.event_definition
        boundary = isinstance(task.task_spec, BoundaryEvent)
        known = deepcopy(self.data()[self._path(task, calls_only=True)]) if boundary else {}
        if isinstance(definition, MultipleEventDefinition):
            definition = definition.event_definitions[[o.name for o in task.task_spec.outputs].index(element)]
            task._set_internal_data(seen_events=[BpmnEvent(definition, payload=dict(payload))])
        elif isinstance(definition, TimerEventDefinition):
            task._set_internal_data(event_value=datetime(2000, 1, 1).astimezone().isoformat())
        else:
            task.task_spec.catch(task, BpmnEvent(definition, payload=dict(payload)))
        if payload and isinstance(task.task_spec.event_definition, MultipleEventDefinition):
            task.data.update(deepcopy(dict(payload)))
        task.task_spec._update(task)
        task.data.update(known)
        self.workflow.do_engine_steps()

    def data(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """Variables by process (path of the calls that led there): the latest writer of a name has the last word."""
        merged: dict[tuple[str, ...], dict[str, Any]] = {}
        for task in sorted(self.workflow.get_tasks(), key=lambda task: task.last_state_change):
            if task.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
                continue
            if task.workflow.completed and task.workflow is not self.workflow:
                continue  # over; what it left behind is in the task that hosted it
            before = task.parent.data if task.parent is not None else {}
            written = {name: value for name, value in task.data.items() if before.get(name, ...) != value}
            merged.setdefault(self._path(task, calls_only=True), {}).update(written)
        return merged

    def over(self) -> bool:
        return bool(self.workflow.is_completed())

    def _path(self, task: Any, *, calls_only: bool = False) -> tuple[str, ...]:
        path: list[str] = []
        workflow = task.workflow
        while workflow.parent_task_id is not None:
            host = self.workflow.get_task_from_id(workflow.parent_task_id)
            if not calls_only or isinstance(host.task_spec, CallActivity):
                path.insert(0, host.task_spec.name)
            workflow = host.workflow
        return tuple(path)
