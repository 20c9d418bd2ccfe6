"""4xx: gateways, conditions and default flows."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import ACTIVITIES, GATEWAYS
from bpm_core.notation.rules.drawing import Drawing, Found, Node, child
from bpm_core.notation.xml import text_of

CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
AFTER_EVENT_GATEWAY = frozenset({"message", "signal", "timer", "conditional"})
DIRECTIONS = {
    # direction -> (incoming at least, at most, outgoing at least, at most)
    "Converging": (2, None, 0, 1),
    "Diverging": (0, 1, 2, None),
    "Mixed": (2, None, 2, None),
}


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 4xx rules."""
    for node in drawing.nodes:
        yield from _default(drawing, node)
        if node.kind in GATEWAYS:
            yield from _connected(node)
            yield from _direction(node)
        if node.kind in CONDITIONAL:
            yield from _conditions(drawing, node)
        elif node.kind == "eventBasedGateway":
            yield from _event_gateway(drawing, node)
        else:
            yield from _unconditional(node)


def _condition(flow: etree._Element) -> bool:
    return child(flow, "conditionExpression") is not None


def _conditions(drawing: Drawing, node: Node) -> Iterator[Found]:
    if len(node.outgoing) < 2:
        return
    default = drawing.resolve(node.xml.get("default"))
    for flow in node.outgoing:
        if not _condition(flow) and flow is not default and node.kind == "exclusiveGateway":
            yield Found("401", node.xml, {"flow": flow.get("name") or flow.get("id") or ""})
    if default is None and node.kind == "exclusiveGateway" and not _always_one(node):
        yield Found("402", node.xml)


def _always_one(node: Node) -> bool:
    """Two flows, one condition being the plain `not(...)` of the other."""
    texts = [text_of(child(f, "conditionExpression")).replace(" ", "") for f in node.outgoing]
    return len(texts) == 2 and (texts[0] == f"not({texts[1]})" or texts[1] == f"not({texts[0]})")


def _unconditional(node: Node) -> Iterator[Found]:
    """Conditions on flows out of other nodes: only activities may have them, and then not on their only way out."""
    for flow in node.outgoing:
        if not _condition(flow):
            continue
        if node.kind == "startEvent":
            yield Found("415", node.xml)
        elif node.kind not in ACTIVITIES:
            yield Found("403", node.xml, {"kind": node.kind})
        elif len(node.outgoing) < 2:
            yield Found("412", node.xml)


def _default(drawing: Drawing, node: Node) -> Iterator[Found]:
    reference = node.xml.get("default")
    if reference is None:
        return
    flow = drawing.resolve(reference)
    if flow is None:
        return  # rule 204 says so
    if flow not in node.outgoing:
        yield Found("405", node.xml)
    elif _condition(flow):
        yield Found("404", node.xml)


def _connected(node: Node) -> Iterator[Found]:
    begins = node.kind == "eventBasedGateway" and node.xml.get("instantiate") == "true"
    if not node.outgoing or (not node.incoming and not begins):
        yield Found("410", node.xml)


def _direction(node: Node) -> Iterator[Found]:
    bounds = DIRECTIONS.get(node.xml.get("gatewayDirection") or "")
    if bounds is None:
        return
    begins = node.kind == "eventBasedGateway" and node.xml.get("instantiate") == "true"
    ins, outs = len(node.incoming), len(node.outgoing)
    low_in, high_in, low_out, high_out = bounds
    wrong_in = ins < low_in or (high_in is not None and ins > high_in)
    wrong_out = outs < low_out or (high_out is not None and outs > high_out)
    if (wrong_in and not begins) or wrong_out:
        yield Found("411", node.xml, {"direction": node.xml.get("gatewayDirection") or ""})


def _event_gateway(drawing: Drawing, node: Node) -> Iterator[Found]:
    if len(node.outgoing) < 2:
        yield Found("407", node.xml)
    targets = [t for f in node.outgoing for t in [drawing.target(f)] if t is not None]
    for flow in node.outgoing:
        if _condition(flow):
            yield Found("403", node.xml, {"kind": node.kind})
    for target in targets:
        catching = target.kind == "intermediateCatchEvent" and set(target.events) <= AFTER_EVENT_GATEWAY
        if target.kind != "receiveTask" and not catching:
            yield Found("406", target.xml)
        elif len(target.incoming) > 1:
            yield Found("409", target.xml)
        if target.kind == "receiveTask" and drawing.boundary_of(target):
            yield Found("413", target.xml)
    kinds = {"receiveTask" if t.kind == "receiveTask" else "message" for t in targets if _takes_message(t)}
    if len(kinds) > 1:
        yield Found("408", node.xml)
    yield from _starting_gateway(node)


def _takes_message(node: Node) -> bool:
    return node.kind == "receiveTask" or "message" in node.events


def _starting_gateway(node: Node) -> Iterator[Found]:
    begins = node.xml.get("instantiate") == "true"
    if begins and node.incoming:
        yield Found("414", node.xml, {"detail": "starts the process and has an incoming flow"})
    if node.xml.get("eventGatewayType") == "Parallel" and not begins:
        yield Found("414", node.xml, {"detail": "parallel without starting the process"})
