"""Reading one BPMN element: its attributes, extensions, events, loops and expressions. Knows XML; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bpm_core import feel
from bpm_core.engine import timers
from bpm_core.engine.contract import NotExecutable
from bpm_core.engine.decisions import Decisions
from bpm_core.engine.scripting import Assignment, Expression, compile_expression, split_assignments
from bpm_core.engine.specs.loops import Loop
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.specs.subprocess import Mapping
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, ZEEBE, local, text_of

_NAME = re.compile(r"^[^\W\d]\w*$")
_FEEL_FORMATS = frozenset({"", "feel", "text/x-feel"})
_SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_CODE = (
    (CAMUNDA, "executionListener"),
    (CAMUNDA, "taskListener"),
    (CAMUNDA, "connector"),
    (ZEEBE, "executionListeners"),
    (ZEEBE, "taskListeners"),
    (_SPIFF, "preScript"),
    (_SPIFF, "postScript"),
)


@dataclass(slots=True)
class Source:
    """One file being read, and what the expressions in it may use."""

    path: str
    decisions: Decisions
    functions: Any = None
    names: dict[str, str] = field(default_factory=dict)  # id -> name of messages and signals
    codes: dict[str, str | None] = field(default_factory=dict)  # id -> code of errors and escalations
    correlations: dict[str, str] = field(default_factory=dict)  # message id -> FEEL of the key a receiver expects
    sent: dict[str, str] = field(default_factory=dict)  # message id -> FEEL of the key a sender gives

    def refuse(self, node: Any, rule: str, message: str) -> NotExecutable:
        """The refusal of an element, with all that its author needs to find it."""
        identity = node.get("id") if node is not None else None
        line = node.sourceline if node is not None else None
        return NotExecutable(message, element=identity, rule=rule, line=line, file=self.path)

    def feel(self, text: str, node: Any) -> Expression:
        """A compiled expression. Refuses with NotExecutable(rule="expression")."""
        try:
            return compile_expression(text, self.functions)
        except feel.FeelError as error:
            raise self.refuse(node, "expression", f"{text.strip()!r} is no FEEL expression: {error}") from error

    def optional(self, text: str | None, node: Any) -> Expression | None:
        """A compiled expression, or None for an empty text."""
        return self.feel(text, node) if text and text.strip() else None


def children(node: Any, namespace: str, name: str) -> list[Any]:
    """Child elements of that name."""
    return list(node.findall(f"{{{namespace}}}{name}"))


def extensions(node: Any, namespace: str, name: str) -> Iterator[Any]:
    """Extension elements of that name at a node."""
    for box in children(node, BPMN, "extensionElements"):
        yield from box.findall(f"{{{namespace}}}{name}")


def child_text(node: Any, name: str) -> str:
    """Text of the first BPMN child of that name, or ""."""
    return text_of(node.find(f"{{{BPMN}}}{name}"))


def refuse_code(node: Any, source: Source) -> None:
    """Refuses what other engines would run at a node and this one would have to pass over in silence."""
    for namespace, name in _CODE:
        for _ in extensions(node, namespace, name):
            raise source.refuse(
                node, "listener", f"{name} is not run: say it with an assignment, a connector or an event"
            )


def assigns(node: Any, source: Source) -> tuple[Assignment, ...]:
    """The node's `guicheng:assign` elements, in order."""
    return tuple(
        Assignment(item.get("variable", ""), source.feel(item.get("value", ""), node))
        for item in extensions(node, GUICHENG, "assign")
    )


def local_mapping(node: Any, source: Source) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Declared inputs and outputs of an activity (camunda:inputOutput, zeebe:ioMapping)."""
    found: dict[str, list[Assignment]] = {"input": [], "output": []}
    for box in extensions(node, CAMUNDA, "inputOutput"):
        for direction in found:
            for item in children(box, CAMUNDA, f"{direction}Parameter"):
                found[direction].append(Assignment(item.get("name", ""), source.feel(text_of(item), node)))
    for box in extensions(node, ZEEBE, "ioMapping"):
        for direction in found:
            for item in children(box, ZEEBE, direction):
                found[direction].append(Assignment(item.get("target", ""), source.feel(item.get("source", ""), node)))
    for direction in found:
        found[direction] += _associated(node, direction, source)
    return tuple(found["input"]), tuple(found["output"])


def _associated(node: Any, direction: str, source: Source) -> Iterator[Assignment]:
    """Data associations that say how: an assignment from an expression to a name, or a transformation."""
    for link in children(node, BPMN, f"data{direction.capitalize()}Association"):
        for item in children(link, BPMN, "assignment"):
            target = child_text(item, "to")
            if not _NAME.match(target):
                raise source.refuse(node, "assignment", f"an assignment goes to a variable, not to {target!r}")
            yield Assignment(target, source.feel(child_text(item, "from"), node))
        text = child_text(link, "transformation")
        if text:
            yield Assignment(_data_name(node, child_text(link, "targetRef")), source.feel(text, node))


def _data_name(node: Any, reference: str) -> str:
    """The variable that a data input, output, object or property is: its name, else its id."""
    root = node.getroottree().getroot()
    item = next((e for e in root.iter(f"{{{BPMN}}}*") if e.get("id") == reference), None)
    if item is not None and item.get("dataObjectRef"):
        return _data_name(node, item.get("dataObjectRef"))
    return reference if item is None else item.get("name") or reference


def call_mapping(node: Any, direction: str, source: Source) -> tuple[bool, tuple[Mapping, ...]]:
    """(everything, the single mappings) of a call activity; direction "in" or "out"."""
    everything, rules = False, []
    for item in extensions(node, CAMUNDA, direction):
        target, name = item.get("target"), item.get("source") or item.get("sourceExpression")
        if item.get("variables") == "all":
            everything = True
        elif target and name:
            plain = _NAME.match(name) is not None
            rules.append(Mapping(target, name if plain else None, None if plain else source.feel(name, node)))
    return everything, tuple(rules)


def script(node: Any, source: Source) -> tuple[Assignment, ...]:
    """What a script task assigns. Refuses a language other than FEEL, and text that is no assignment.

    A text that is said to be FEEL and names no result variable is evaluated and its value dropped (variable "").
    """
    for item in extensions(node, ZEEBE, "script"):
        return (Assignment(item.get("resultVariable", ""), source.feel(item.get("expression", ""), node)),)
    text = child_text(node, "script")
    if not text:
        return ()
    if node.get("scriptFormat", "").lower() not in _FEEL_FORMATS:
        raise source.refuse(node, "script_language", f"scripts in {node.get('scriptFormat')!r} are not run; write FEEL")
    result = node.get(f"{{{CAMUNDA}}}resultVariable")
    if result:
        return (Assignment(result, source.feel(text, node)),)
    lines = split_assignments(text)
    if lines is None and node.get("scriptFormat"):
        return (Assignment("", source.feel(text, node)),)
    if lines is None:
        raise source.refuse(node, "script", "a script is made of lines `name = expression`, or names a result variable")
    return tuple(Assignment(name, source.feel(value, node)) for name, value in lines)


def quantity(node: Any, name: str, source: Source) -> int:
    """startQuantity or completionQuantity, 1 unless said otherwise. Refuses less than one."""
    text = node.get(name, "1")
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise source.refuse(node, "quantity", f"{name} {text!r} is no number from 1 to 100")
    return int(text)


def loop(node: Any, source: Source) -> Loop | None:
    """How an activity repeats, or None."""
    for mark in children(node, BPMN, "standardLoopCharacteristics"):
        maximum = mark.get("loopMaximum")
        condition = source.optional(child_text(mark, "loopCondition"), node)
        if maximum is None and condition is None:
            raise source.refuse(node, "loop", "a loop needs a condition or a maximum")
        if maximum is not None and not maximum.isdigit():
            raise source.refuse(node, "loop", f"loopMaximum {maximum!r} is no number")
        before = mark.get("testBefore") == "true"
        limit = int(maximum) if maximum is not None else None
        return Loop(sequential=True, standard=True, condition=condition, maximum=limit, test_before=before)
    for mark in children(node, BPMN, "multiInstanceLoopCharacteristics"):
        return _multi_instance(node, mark, source)
    return None


def _multi_instance(node: Any, mark: Any, source: Source) -> Loop:
    collection = mark.get(f"{{{CAMUNDA}}}collection") or child_text(mark, "loopDataInputRef")
    item = mark.get(f"{{{CAMUNDA}}}elementVariable") or _name_of(mark, "inputDataItem")
    results, result = child_text(mark, "loopDataOutputRef"), _name_of(mark, "outputDataItem")
    for box in extensions(mark, ZEEBE, "loopCharacteristics"):
        collection, item = box.get("inputCollection") or collection, box.get("inputElement") or item
        results, result = box.get("outputCollection") or results, box.get("outputElement") or result
    cardinality = child_text(mark, "loopCardinality")
    if not collection and not cardinality:
        raise source.refuse(node, "loop", "a multi-instance needs a collection or a cardinality")
    return Loop(
        sequential=mark.get("isSequential") == "true",
        cardinality=None if collection else source.feel(cardinality, node),
        collection=source.optional(collection, node),
        item_variable=item or None,
        output_collection=results or None,
        output_item=source.optional(result, node),
        until=source.optional(child_text(mark, "completionCondition"), node),
        tells=_tells(node, mark, source),
    )


def _tells(node: Any, mark: Any, source: Source) -> tuple[tuple[Expression | None, bool, EventRule], ...]:
    """The events a multi-instance throws as its instances end: (condition, only for the first one, event)."""
    told: list[tuple[Expression | None, bool, EventRule]] = []
    shared = {d.get("id"): d for d in node.getroottree().getroot() if isinstance(d.tag, str)}
    for name, first in (("oneBehaviorEventRef", True), ("noneBehaviorEventRef", False)):
        definition = shared.get((mark.get(name) or "").split(":")[-1])
        if definition is not None and mark.get("behavior", "All") == ("One" if first else "None"):
            told.append((None, first, _event(node, definition, source)))
    for case in children(mark, BPMN, "complexBehaviorDefinition"):
        condition = source.optional(child_text(case, "condition"), node)
        for thrown in children(case, BPMN, "event"):
            told.extend((condition, False, rule) for rule in events(thrown, source))
    return tuple(told)


def _name_of(mark: Any, name: str) -> str:
    found = mark.find(f"{{{BPMN}}}{name}")
    return (found.get("name") or found.get("id") or "") if found is not None else ""


def events(node: Any, source: Source) -> tuple[EventRule, ...]:
    """The events of a start, end, intermediate or boundary event; none for a plain one."""
    found = [child for child in node if isinstance(child.tag, str) and child.tag.endswith("EventDefinition")]
    return tuple(_event(node, definition, source) for definition in found)


def _event(node: Any, definition: Any, source: Source) -> EventRule:
    kind = local(definition).removesuffix("EventDefinition")
    read = {
        "message": _message,
        "signal": _signal,
        "timer": _timer,
        "conditional": _conditional,
        "error": _coded,
        "escalation": _coded,
        "terminate": _bare,
        "cancel": _bare,
        "compensate": _compensate,
        "link": _link,
    }.get(kind)
    if read is None:
        raise source.refuse(node, "event_kind", f"{kind} events are not supported")
    return read(node, definition, source)


def message(node: Any, reference: str | None, source: Source) -> EventRule:
    """The message that an event, send or receive task names; one that names none waits for a message to itself, or
    sends one that is called like the element. Refuses a name that the file does not declare."""
    if not reference:
        return EventRule("message", name=None if local(node) == "receiveTask" else node.get("id"))
    if reference not in source.names:
        raise source.refuse(node, "message", f"the file declares no message {reference!r}")
    key = next((box.get("correlationKey") for box in extensions(node, ZEEBE, "subscription")), None)
    throws = local(node) in ("sendTask", "intermediateThrowEvent", "endEvent")
    known = source.sent if throws and reference in source.sent else source.correlations
    text = key or known.get(reference)
    return EventRule("message", name=source.names[reference], correlation=source.optional(text, node))


def _message(node: Any, definition: Any, source: Source) -> EventRule:
    if not definition.get("messageRef") and local(node) not in ("intermediateThrowEvent", "endEvent"):
        raise source.refuse(node, "message", "the event names no message to wait for")
    return message(node, definition.get("messageRef"), source)


def _signal(node: Any, definition: Any, source: Source) -> EventRule:
    reference = definition.get("signalRef")
    if not reference or reference not in source.names:
        raise source.refuse(node, "signal", "the element names no signal that the file declares")
    return EventRule("signal", name=source.names[reference])


def _timer(node: Any, definition: Any, source: Source) -> EventRule:
    working = definition.get(f"{{{GUICHENG}}}count", "calendar") == "working_day"
    for kind, name in (("date", "timeDate"), ("duration", "timeDuration"), ("cycle", "timeCycle")):
        text = child_text(definition, name)
        if text:
            literal = timers.is_literal(text)
            rule = timers.TimerRule(
                kind, text if literal else None, None if literal else source.feel(text, node), working
            )
            return EventRule("timer", timer=rule)
    raise source.refuse(node, "timer", "a timer needs a date, a duration or a cycle")


def _conditional(node: Any, definition: Any, source: Source) -> EventRule:
    text = child_text(definition, "condition")
    if not text:
        raise source.refuse(node, "condition", "a conditional event needs a condition")
    return EventRule("condition", condition=source.feel(text, node))


def _coded(node: Any, definition: Any, source: Source) -> EventRule:
    kind = local(definition).removesuffix("EventDefinition")
    reference = definition.get(f"{kind}Ref")
    if reference and reference not in source.codes:
        raise source.refuse(node, kind, f"the element names no {kind} that the file declares")
    return EventRule(
        kind,
        code=source.codes[reference] if reference else None,
        code_variable=definition.get(f"{{{CAMUNDA}}}{kind}CodeVariable"),
        message_variable=definition.get(f"{{{CAMUNDA}}}{kind}MessageVariable"),
    )


def _bare(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule(local(definition).removesuffix("EventDefinition"))


def _compensate(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule("compensate", name=definition.get("activityRef"))


def _link(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule("link", name=definition.get("name"))
