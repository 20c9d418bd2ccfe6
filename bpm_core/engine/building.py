"""One BPMN element to one node: the table of what each kind becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpm_core.engine import reading, reading_events, reading_loops
from bpm_core.engine.reading import Source, extensions
from bpm_core.engine.specs.activities import (
    Activity,
    PlainTask,
    ReceiveTask,
    RuleTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    UserTask,
)
from bpm_core.engine.specs.adhoc import AdHocSubProcess
from bpm_core.engine.specs.base import Node
from bpm_core.engine.specs.events import Boundary, CatchEvent, EndEvent, StartEvent, ThrowEvent
from bpm_core.engine.specs.gateways import (
    ComplexGateway,
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from bpm_core.engine.specs.process import ProcessSpec
from bpm_core.engine.specs.subprocess import CallActivity, EventSubProcess, SubProcess, Transaction
from bpm_core.notation.xml import CAMUNDA, GUICHENG, ZEEBE, local

Builder = Callable[[ProcessSpec, Any, Source], Node]


def _common(element: Any) -> dict[str, Any]:
    return {"kind": local(element), "line": element.sourceline, "bpmn_name": element.get("name")}


def _simple(cls: type[Node]) -> Builder:
    def make(spec: ProcessSpec, element: Any, source: Source) -> Node:
        node = cls(spec, element.get("id"), **_common(element))
        node.assigns = reading.assigns(element, source)
        return node

    return make


def _activity(cls: type[Activity], spec: ProcessSpec, element: Any, source: Source, **kwargs: Any) -> Any:
    node = cls(spec, element.get("id"), **_common(element), **kwargs)
    node.loop = reading_loops.loop(element, source)
    node.start_quantity = reading_loops.quantity(element, "startQuantity", source)
    node.completion_quantity = reading_loops.quantity(element, "completionQuantity", source)
    node.for_compensation = element.get("isForCompensation") == "true"
    node.local_in, node.local_out = reading.local_mapping(element, source)
    node.assigns = reading.assigns(element, source)
    return node


def _plain(cls: type[Activity]) -> Builder:
    return lambda spec, element, source: _activity(cls, spec, element, source)


def _topic(element: Any) -> str | None:
    found = next((box.get("type") for box in extensions(element, ZEEBE, "taskDefinition")), None)
    topic = found or element.get(f"{{{CAMUNDA}}}topic")
    return topic.lstrip("= ").strip('"') if topic else None


def _service(spec: ProcessSpec, element: Any, source: Source) -> Node:
    topic = _topic(element)
    if not topic:
        message = "a service task names the connector that does it: camunda:type external and camunda:topic"
        raise source.refuse(element, "connector", message)
    systems = tuple(
        {"code": box.get("code", ""), "query": box.get("query", "")} for box in extensions(element, GUICHENG, "system")
    )
    headers = {
        header.get("key", ""): header.get("value", "")
        for box in extensions(element, ZEEBE, "taskHeaders")
        for header in reading.children(box, ZEEBE, "header")
    }
    node: Node = _activity(ServiceTask, spec, element, source, topic=topic, systems=systems, headers=headers)
    return node


def _rule(spec: ProcessSpec, element: Any, source: Source) -> Node:
    refs = tuple(box.get("ref", "") for box in extensions(element, GUICHENG, "decision"))
    called = next(iter(extensions(element, ZEEBE, "calledDecision")), None)
    result = element.get(f"{{{CAMUNDA}}}resultVariable")
    if called is not None:
        refs, result = refs or (called.get("decisionId", ""),), called.get("resultVariable")
    plain = element.get(f"{{{CAMUNDA}}}decisionRef")
    refs = refs or ((plain,) if plain else ())
    for ref in refs:
        if ref not in source.decisions:
            raise source.refuse(element, "decision", f"there is no decision {ref!r} in the bundle")
    if not refs:
        if _topic(element):
            return _service(spec, element, source)
        if not reading.assigns(element, source):
            raise source.refuse(element, "decision", "a business rule task names the decision it asks")
    node: Node = _activity(
        RuleTask, spec, element, source, decisions=source.decisions, refs=refs, result_variable=result
    )
    return node


def _script(spec: ProcessSpec, element: Any, source: Source) -> Node:
    node: Node = _activity(ScriptTask, spec, element, source, script=reading.script(element, source))
    return node


def _complex(spec: ProcessSpec, element: Any, source: Source) -> Node:
    text = reading.child_text(element, "activationCondition")
    return ComplexGateway(spec, element.get("id"), activation=source.optional(text, element), **_common(element))


def _addressed(node: Any, element: Any) -> None:
    node.payload = tuple(box.get("name", "") for box in extensions(element, GUICHENG, "payload"))
    node.parties = tuple(box.get("code", "") for box in extensions(element, GUICHENG, "party"))


def _send(spec: ProcessSpec, element: Any, source: Source) -> Node:
    if _topic(element) and not element.get("messageRef"):
        return _service(spec, element, source)
    node: Any = _activity(SendTask, spec, element, source)
    node.events = (reading_events.message(element, element.get("messageRef"), source),)
    _addressed(node, element)
    return node  # type: ignore[no-any-return]


def _receive(spec: ProcessSpec, element: Any, source: Source) -> Node:
    node: Node = _activity(ReceiveTask, spec, element, source)
    node.events = (reading_events.message(element, element.get("messageRef"), source),)
    return node


def _start(spec: ProcessSpec, element: Any, source: Source) -> Node:
    interrupting = element.get("isInterrupting", "true") != "false"
    node = StartEvent(spec, element.get("id"), interrupting=interrupting, **_common(element))
    node.events = reading_events.events(element, source)
    node.assigns = reading.assigns(element, source)
    return node


def _event(cls: type[Node], kinds: frozenset[str]) -> Builder:
    def make(spec: ProcessSpec, element: Any, source: Source) -> Node:
        node = cls(spec, element.get("id"), **_common(element))
        node.events = reading_events.events(element, source)
        node.all_events = element.get("parallelMultiple") == "true"
        for rule in node.events:
            if rule.kind not in kinds:
                raise source.refuse(element, "event_kind", f"a {local(element)} cannot have a {rule.kind} event")
        node.assigns = reading.assigns(element, source)
        if isinstance(node, ThrowEvent):
            _addressed(node, element)
        return node

    return make


def _boundary(spec: ProcessSpec, element: Any, source: Source) -> Node:
    node = Boundary(
        spec,
        element.get("id"),
        attached_to=element.get("attachedToRef", ""),
        interrupting=element.get("cancelActivity", "true") != "false",
        **_common(element),
    )
    node.events = reading_events.events(element, source)
    if not node.events or any(rule.kind in ("terminate", "link") for rule in node.events):
        raise source.refuse(element, "event_kind", "a boundary event needs an event that can happen to its activity")
    if element.get("parallelMultiple") == "true":
        raise source.refuse(element, "event_kind", "a boundary event cannot wait for all of several events")
    node.assigns = reading.assigns(element, source)
    return node


def _subprocess(spec: ProcessSpec, element: Any, source: Source) -> Node:
    if element.get("triggeredByEvent") == "true":
        node: Node = _activity(EventSubProcess, spec, element, source)
    elif local(element) == "transaction":
        node = _activity(Transaction, spec, element, source)
    elif local(element) == "adHocSubProcess":
        node = _activity(
            AdHocSubProcess,
            spec,
            element,
            source,
            sequential=element.get("ordering", "Parallel") == "Sequential",
            until=source.optional(reading.child_text(element, "completionCondition"), element),
            cancels_rest=element.get("cancelRemainingInstances", "true") != "false",
        )
    else:
        node = _activity(SubProcess, spec, element, source)
    return node


def _call(spec: ProcessSpec, element: Any, source: Source) -> Node:
    node: CallActivity = _activity(CallActivity, spec, element, source)
    node.called = element.get("calledElement", "")
    boxes = list(extensions(element, ZEEBE, "calledElement"))
    if boxes:
        node.called = boxes[0].get("processId", "").lstrip("= ").strip('"')
        node.all_in = boxes[0].get("propagateAllParentVariables", "true") != "false"
        node.all_out = boxes[0].get("propagateAllChildVariables", "true") != "false" and not node.local_out
        return node
    if not node.called:
        raise source.refuse(element, "called_element", "a call activity names the process it calls")
    node.all_in, node.passed_in = reading.call_mapping(element, "in", source)
    node.all_out, node.passed_out = reading.call_mapping(element, "out", source)
    if not node.passed_in:
        node.all_in = True
    return node


_CATCHES = frozenset({"message", "signal", "timer", "condition", "link"})
_THROWS = frozenset({"message", "signal", "escalation", "link", "compensate"})
_ENDS = frozenset({"message", "signal", "escalation", "error", "terminate", "compensate", "cancel"})

BUILDERS: dict[str, Builder] = {
    "task": _plain(PlainTask),
    "userTask": _plain(UserTask),
    "manualTask": _plain(UserTask),
    "serviceTask": _service,
    "businessRuleTask": _rule,
    "scriptTask": _script,
    "sendTask": _send,
    "receiveTask": _receive,
    "subProcess": _subprocess,
    "transaction": _subprocess,
    "adHocSubProcess": _subprocess,
    "callActivity": _call,
    "exclusiveGateway": _simple(ExclusiveGateway),
    "parallelGateway": _simple(ParallelGateway),
    "inclusiveGateway": _simple(InclusiveGateway),
    "complexGateway": _complex,
    "eventBasedGateway": _simple(EventBasedGateway),
    "startEvent": _start,
    "endEvent": _event(EndEvent, _ENDS),
    "intermediateCatchEvent": _event(CatchEvent, _CATCHES),
    "intermediateThrowEvent": _event(ThrowEvent, _THROWS),
    "boundaryEvent": _boundary,
}
