"""5xx: events, what they may be where they stand, and what they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import CONTAINERS, EVENTS
from bpm_core.notation.rules.drawing import Drawing, Found, Node, child, children
from bpm_core.notation.xml import local, text_of

# BPMN 2.0.2, table 10.93: which event may stand where
ALLOWED: dict[str, frozenset[str]] = {
    "start": frozenset({"message", "timer", "conditional", "signal"}),
    "event sub-process start": frozenset(
        {"message", "timer", "escalation", "error", "compensate", "conditional", "signal"}
    ),
    "catch": frozenset({"message", "timer", "conditional", "link", "signal"}),
    "throw": frozenset({"message", "escalation", "link", "compensate", "signal"}),
    "boundary": frozenset({"message", "timer", "escalation", "error", "cancel", "compensate", "conditional", "signal"}),
    "end": frozenset({"message", "escalation", "error", "cancel", "compensate", "signal", "terminate"}),
}
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
ALWAYS_INTERRUPTING = frozenset({"error", "compensate", "cancel"})


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 5xx rules."""
    for node in drawing.of(*EVENTS):
        yield from _place(drawing, node)
        for definition in node.definitions:
            yield from _definition(drawing, node, definition)
    for node in drawing.of("boundaryEvent"):
        yield from _boundary(drawing, node)
    for node in drawing.of("intermediateCatchEvent", "intermediateThrowEvent"):
        yield from _intermediate(drawing, node)
    for node in drawing.of(*CONTAINERS):
        yield from _sub_process(drawing, node)
    yield from _links(drawing)
    yield from _codes(drawing)


def place_of(drawing: Drawing, node: Node) -> str:
    """The row of table 10.93 an event belongs to."""
    if node.kind == "startEvent":
        holder = drawing.by_xml.get(node.container)
        return "event sub-process start" if holder is not None and holder.is_event_sub_process else "start"
    return {"intermediateCatchEvent": "catch", "intermediateThrowEvent": "throw", "boundaryEvent": "boundary"}.get(
        node.kind, "end"
    )


def _place(drawing: Drawing, node: Node) -> Iterator[Found]:
    place = place_of(drawing, node)
    kind = node.kind
    if not node.definitions and place in ("catch", "boundary", "event sub-process start"):
        if place != "event sub-process start":
            yield Found("501", node.xml, {"kind": kind})
        return
    for event in node.events:
        if event not in ALLOWED[place]:
            yield Found("502", node.xml, {"kind": kind, "event": event})
        elif not _interrupts(node) and event in ALWAYS_INTERRUPTING:
            yield Found("523", node.xml, {"kind": kind, "event": event})


def _interrupts(node: Node) -> bool:
    name = "cancelActivity" if node.kind == "boundaryEvent" else "isInterrupting"
    return node.xml.get(name) not in ("false", "0")


def _definition(drawing: Drawing, node: Node, definition: etree._Element) -> Iterator[Found]:
    event = local(definition).removesuffix("EventDefinition")
    if event == "message":
        if not definition.get("messageRef"):
            yield Found("526" if node.kind in THROWING else "514", node.xml)
    elif event == "timer":
        yield from _timer(node, definition)
    elif event == "conditional":
        if child(definition, "condition") is None:
            yield Found("515", node.xml, {"what": "conditionalEventDefinition", "part": "condition"})
    elif event == "signal":
        if not definition.get("signalRef"):
            yield Found("515", node.xml, {"what": "signalEventDefinition", "part": "signalRef"})
    elif event in ("error", "escalation"):
        yield from _coded(drawing, node, definition, event)
    elif event == "cancel":
        yield from _cancel(drawing, node)
    elif event == "compensate":
        yield from _compensate(drawing, node, definition)


def _timer(node: Node, definition: etree._Element) -> Iterator[Found]:
    given = [c for c in definition if isinstance(c.tag, str) and local(c) in ("timeDate", "timeDuration", "timeCycle")]
    if not given:
        yield Found("511", node.xml)
    elif len(given) > 1:
        yield Found("512", node.xml)
    elif not text_of(given[0]):
        yield Found("511", node.xml)


def _coded(drawing: Drawing, node: Node, definition: etree._Element, event: str) -> Iterator[Found]:
    """Throwing needs a code; catching without one catches everything."""
    reference = definition.get(f"{event}Ref")
    throwing = node.kind in ("endEvent", "intermediateThrowEvent")
    target = drawing.resolve(reference)
    if throwing and reference is None:
        yield Found("515", node.xml, {"what": f"{event}EventDefinition", "part": f"{event}Ref"})
    elif target is not None and throwing and not target.get(f"{event}Code"):
        yield Found("515", target, {"what": event, "part": f"{event}Code"})


def _cancel(drawing: Drawing, node: Node) -> Iterator[Found]:
    if node.kind == "boundaryEvent":
        attached = drawing.resolve(node.xml.get("attachedToRef"))
        if attached is not None and local(attached) != "transaction":
            yield Found("506", node.xml)
    elif local(node.container) != "transaction":
        yield Found("506", node.xml)


def _compensate(drawing: Drawing, node: Node, definition: etree._Element) -> Iterator[Found]:
    reference = definition.get("activityRef")
    if reference is None or node.kind not in ("endEvent", "intermediateThrowEvent"):
        return
    target = drawing.node(reference)
    if target is None:
        return  # rule 204 says so
    compensable = any("compensate" in b.events for b in drawing.boundary_of(target)) or any(
        (inner.is_event_sub_process and _compensation_start(drawing, inner))
        or any("compensate" in b.events for b in drawing.boundary_of(inner))
        for inner in drawing.inside(target.xml)
    )
    scopes = [node.container]
    holder = drawing.by_xml.get(node.container)
    while holder is not None and holder.is_event_sub_process:
        scopes.append(holder.container)
        holder = drawing.by_xml.get(holder.container)
    if target.container not in scopes or not compensable:
        yield Found("524", node.xml, {"ref": reference})


def _compensation_start(drawing: Drawing, node: Node) -> bool:
    return any("compensate" in s.events for s in drawing.inside(node.xml) if s.kind == "startEvent")


def _boundary(drawing: Drawing, node: Node) -> Iterator[Found]:
    if not node.xml.get("attachedToRef"):
        yield Found("503", node.xml)
    if node.incoming:
        yield Found("504", node.xml)
    if "compensate" in node.events:
        if node.outgoing:
            yield Found("507", node.xml)
        joined = [
            a
            for a in drawing.named("association")
            if node.xml in (drawing.resolve(a.get("sourceRef")), drawing.resolve(a.get("targetRef")))
        ]
        if not joined:
            yield Found("508", node.xml)
        for association in joined:
            ends = [drawing.node(association.get("sourceRef")), drawing.node(association.get("targetRef"))]
            handler = next((e for e in ends if e is not None and e is not node), None)
            if handler is None or not handler.is_compensation_handler:
                yield Found("508", node.xml)
    elif not node.outgoing:
        yield Found("505", node.xml)


def _intermediate(drawing: Drawing, node: Node) -> Iterator[Found]:
    link = "link" in node.events
    catching = node.kind == "intermediateCatchEvent"
    if link:
        if catching and node.incoming:
            yield Found("517", node.xml, {"kind": "catching", "direction": "incoming"})
        if catching and not node.outgoing:
            yield Found("518", node.xml, {"direction": "outgoing"})
        if not catching and node.outgoing:
            yield Found("517", node.xml, {"kind": "throwing", "direction": "outgoing"})
        if not catching and not node.incoming:
            yield Found("518", node.xml, {"direction": "incoming"})
        return
    if not node.incoming:
        yield Found("518", node.xml, {"direction": "incoming"})
    if not node.outgoing:
        yield Found("518", node.xml, {"direction": "outgoing"})


def _sub_process(drawing: Drawing, node: Node) -> Iterator[Found]:
    starts = [n for n in drawing.inside(node.xml) if n.kind == "startEvent"]
    if node.is_event_sub_process:
        if len(starts) != 1 or not starts[0].definitions:
            yield Found("509", node.xml)
    elif any(s.definitions for s in starts):
        yield Found("510", node.xml)


def _links(drawing: Drawing) -> Iterator[Found]:
    throwing: dict[tuple[etree._Element, str], list[Node]] = {}
    catching: dict[tuple[etree._Element, str], list[Node]] = {}
    for node in drawing.of("intermediateCatchEvent", "intermediateThrowEvent"):
        for definition in node.definitions:
            if local(definition) == "linkEventDefinition":
                side = catching if node.kind == "intermediateCatchEvent" else throwing
                side.setdefault((node.container, definition.get("name") or ""), []).append(node)
    for key, nodes in throwing.items():
        if len(catching.get(key, [])) != 1:
            yield Found("516", nodes[0].xml, {"name": key[1], "other": "catching link event"})
    for key, nodes in catching.items():
        if key not in throwing:
            yield Found("516", nodes[0].xml, {"name": key[1], "other": "throwing link event"})
    yield from _link_references(drawing)


def _link_references(drawing: Drawing) -> Iterator[Found]:
    definitions = {d: n for n in drawing.nodes for d in n.definitions if local(d) == "linkEventDefinition"}
    for definition, node in definitions.items():
        for name, wanted in (("source", "intermediateThrowEvent"), ("target", "intermediateCatchEvent")):
            for reference in children(definition, name):
                other = drawing.resolve(text_of(reference))
                holder = definitions.get(other) if other is not None else None
                if holder is None or holder.kind != wanted or other is None:
                    yield Found("516", node.xml, {"name": definition.get("name") or "", "other": name})


def _codes(drawing: Drawing) -> Iterator[Found]:
    for kind in ("error", "escalation"):
        codes = Counter(e.get(f"{kind}Code") for e in drawing.named(kind) if e.get(f"{kind}Code"))
        for element in drawing.named(kind):
            code = element.get(f"{kind}Code")
            if code and codes[code] > 1 and local(element.getparent() or element) == "definitions":
                yield Found("520", element, {"code": code})
                break
