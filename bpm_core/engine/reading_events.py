"""Reading event definitions: which event, of what name or code, at what time."""

from __future__ import annotations

from typing import Any

from bpm_core.engine import timers
from bpm_core.engine.reading import Source, child_text, extensions
from bpm_core.engine.specs.rules import EventRule
from bpm_core.notation.xml import CAMUNDA, GUICHENG, ZEEBE, local

_THROWING = ("intermediateThrowEvent", "endEvent")
#: Activiti's and Flowable's word for a terminate event that ends the multi-instance around it, not its scope alone.
_WHOLE_LOOP = tuple(f"{{http://{vendor}.org/bpmn}}terminateMultiInstance" for vendor in ("activiti", "flowable"))


def events(node: Any, source: Source) -> tuple[EventRule, ...]:
    """The events of a start, end, intermediate or boundary event; none for a plain one."""
    found = [child for child in node if isinstance(child.tag, str) and child.tag.endswith("EventDefinition")]
    return tuple(one_event(node, definition, source) for definition in found)


def one_event(node: Any, definition: Any, source: Source) -> EventRule:
    kind = local(definition).removesuffix("EventDefinition")
    read = {
        "message": _message,
        "signal": _signal,
        "timer": _timer,
        "conditional": _conditional,
        "error": _coded,
        "escalation": _coded,
        "terminate": _terminate,
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
    throws = local(node) == "sendTask" or local(node) in _THROWING
    known = source.sent if throws and reference in source.sent else source.correlations
    text = key or known.get(reference)
    return EventRule("message", name=source.names[reference], correlation=source.optional(text, node))


def _message(node: Any, definition: Any, source: Source) -> EventRule:
    if not definition.get("messageRef") and local(node) not in _THROWING:
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
    code = source.codes.get(reference) if reference else None
    if reference and reference not in source.codes:
        # Whoever catches an escalation may stand in the file of a caller, and declare it there.
        if kind == "error" or local(node) not in _THROWING:
            raise source.refuse(node, kind, f"the element names no {kind} that the file declares")
        code = reference
    return EventRule(
        kind,
        code=code,
        code_variable=definition.get(f"{{{CAMUNDA}}}{kind}CodeVariable"),
        message_variable=definition.get(f"{{{CAMUNDA}}}{kind}MessageVariable"),
    )


def _terminate(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule("terminate", whole_loop=any(definition.get(name) == "true" for name in _WHOLE_LOOP))


def _bare(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule(local(definition).removesuffix("EventDefinition"))


def _compensate(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule("compensate", name=definition.get("activityRef"))


def _link(node: Any, definition: Any, source: Source) -> EventRule:
    return EventRule("link", name=definition.get("name"))
