"""7xx, second half: what goes from one to another - operations, calls, events, messages between pools."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import EVENTS, NODES
from bpm_core.notation.rules.data import item_of
from bpm_core.notation.rules.drawing import Drawing, Found, child, children
from bpm_core.notation.xml import local, text_of

MESSAGE_ENDS = NODES | {"participant", "choreographyTask"}


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of these rules."""
    yield from _operations(drawing)
    yield from _calls(drawing)
    yield from _event_data(drawing)
    yield from _instances(drawing)
    yield from _correlation(drawing)
    yield from _message_flows(drawing)


def _values(drawing: Drawing, holder: etree._Element, kind: str) -> tuple[list[etree._Element], int] | None:
    """Data inputs or outputs of an activity and the number of its sets; None without a specification."""
    specification = child(holder, "ioSpecification")
    if specification is None:
        return None
    sets = children(specification, "inputSet" if kind == "dataInput" else "outputSet")
    return children(specification, kind), len([s for s in sets if len(s)])


def _operations(drawing: Drawing) -> Iterator[Found]:
    """What a task hands to an operation or message has the type the operation or message declares."""
    for node in drawing.of("serviceTask", "sendTask", "receiveTask"):
        operation = drawing.resolve(node.xml.get("operationRef"))
        message = drawing.resolve(node.xml.get("messageRef"))
        wanted: list[tuple[str, etree._Element | None]] = []
        if node.kind == "serviceTask" and operation is not None:
            wanted.append(("dataInput", _referred(drawing, operation, "inMessageRef")))
            wanted.append(("dataOutput", _referred(drawing, operation, "outMessageRef")))
        elif node.kind != "serviceTask" and message is not None and child(node.xml, "ioSpecification") is not None:
            wanted.append(("dataInput" if node.kind == "sendTask" else "dataOutput", message))
        for kind, one in wanted:
            if one is not None:
                yield from _fits(drawing, node.xml, kind, one)


def _referred(drawing: Drawing, element: etree._Element, name: str) -> etree._Element | None:
    return drawing.resolve(text_of(child(element, name)))


def _fits(drawing: Drawing, holder: etree._Element, kind: str, message: etree._Element) -> Iterator[Found]:
    found = _values(drawing, holder, kind)
    if found is None:
        yield Found("704", holder, {"detail": "no specification"})
        return
    values, sets = found
    if sets != 1 or len(values) != 1:
        yield Found("704", holder, {"detail": "exactly one"})
    elif not _equal(drawing.resolve(message.get("itemRef")), drawing.resolve(values[0].get("itemSubjectRef"))):
        yield Found("704", holder, {"detail": "type of the message"})


def _equal(first: etree._Element | None, second: etree._Element | None) -> bool:
    """Whether two item definitions mean the same type."""
    if first is None and second is None:
        return True
    if first is None or second is None:
        return False
    structure = first.get("structureRef")
    return first is second or (structure is not None and structure == second.get("structureRef"))


def _calls(drawing: Drawing) -> Iterator[Found]:
    """Inputs and outputs of a call activity are those of what it calls; those of a callable are its interface's."""
    for node in drawing.of("callActivity"):
        called = drawing.resolve(node.xml.get("calledElement"))
        if called is None:
            continue
        for kind in ("dataInput", "dataOutput"):
            here, there = _values(drawing, node.xml, kind), _values(drawing, called, kind)
            if here is None or there is None:
                continue
            if not _match(drawing, here[0], there[0]):
                yield Found("703", node.xml, {"detail": "call and called"})
    for reference in drawing.named("supportedInterfaceRef"):
        holder, interface = reference.getparent(), drawing.resolve(text_of(reference))
        if holder is not None and interface is not None:
            yield from _interface(drawing, holder, interface)


def _match(drawing: Drawing, first: list[etree._Element], second: list[etree._Element]) -> bool:
    rest = [drawing.resolve(v.get("itemSubjectRef")) for v in second]
    for value in first:
        item = drawing.resolve(value.get("itemSubjectRef"))
        fitting = next((i for i, other in enumerate(rest) if _equal(item, other)), None)
        if fitting is None:
            return False
        del rest[fitting]
    return not rest


def _interface(drawing: Drawing, holder: etree._Element, interface: etree._Element) -> Iterator[Found]:
    if not children(holder, "ioBinding"):
        yield Found("704", holder, {"detail": "no binding"})
    for operation in children(interface, "operation"):
        for name, kind in (("inMessageRef", "dataInput"), ("outMessageRef", "dataOutput")):
            message, found = _referred(drawing, operation, name), _values(drawing, holder, kind)
            if message is None or found is None:
                continue
            item = drawing.resolve(message.get("itemRef"))
            if not any(_equal(item, drawing.resolve(v.get("itemSubjectRef"))) for v in found[0]):
                yield Found("704", holder, {"detail": "type of the interface"})


CARRIED = {"message": "itemRef", "signal": "structureRef", "error": "structureRef", "escalation": "structureRef"}


def _event_data(drawing: Drawing) -> Iterator[Found]:
    """An event with data has one value for each of its definitions, of the type the definition carries."""
    for node in drawing.of(*EVENTS):
        values = children(node.xml, "dataInput") + children(node.xml, "dataOutput")
        carrying = [d for d in node.definitions if local(d).removesuffix("EventDefinition") in CARRIED]
        if not values or not carrying:
            continue
        if len(values) != len(carrying):
            yield Found("703", node.xml, {"detail": "values and definitions"})
            continue
        for value, definition in zip(values, carrying, strict=True):
            kind = local(definition).removesuffix("EventDefinition")
            thrown = drawing.resolve(definition.get(f"{kind}Ref"))
            carried = drawing.resolve(thrown.get(CARRIED[kind])) if thrown is not None else None
            item = drawing.resolve(value.get("itemSubjectRef"))
            if carried is not None and item is not None and not _equal(carried, item):
                yield Found("701", node.xml, {"detail": "type of event and value"})


def _instances(drawing: Drawing) -> Iterator[Found]:
    """The item of a multi-instance is one member of the collection it goes over."""
    for mark in drawing.named("multiInstanceLoopCharacteristics"):
        for many, one in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
            collection, item = _referred(drawing, mark, many), child(mark, one)
            if collection is None or item is None:
                continue
            whole, part = item_of(drawing, collection), drawing.resolve(item.get("itemSubjectRef"))
            if whole is None or part is None:
                continue
            if part.get("isCollection") == "true" or whole.get("structureRef") != part.get("structureRef"):
                yield Found("701", mark, {"detail": "type of the members"})


def _correlation(drawing: Drawing) -> Iterator[Found]:
    for path in drawing.named("messagePath", "dataPath"):
        if not text_of(path):
            yield Found("705", path, {"detail": "empty path"})


def _message_flows(drawing: Drawing) -> Iterator[Found]:
    pools = {p.get("processRef"): p for p in drawing.named("participant") if p.get("processRef")}
    for flow in drawing.named("messageFlow"):
        ends = []
        for name in ("sourceRef", "targetRef"):
            element = drawing.resolve(flow.get(name))
            if element is None:
                yield Found("204", flow, {"attribute": name, "ref": flow.get(name) or "-"})
            elif local(element) not in MESSAGE_ENDS:
                yield Found("309", flow, {"ref": flow.get(name), "kind": local(element)})
            elif not _may_send(drawing, element, sends=name == "sourceRef"):
                yield Found("706", flow, {"detail": "no message event"})
            ends.append(_pool(element, pools))
        if ends[0] is not None and ends[0] is ends[1]:
            yield Found("706", flow, {"detail": "within one pool"})
    for many in drawing.named("participantMultiplicity"):
        low, high = _integer(many.get("minimum"), 0), _integer(many.get("maximum"), 1)
        if low < 0 or high < 1 or high < low:
            yield Found("706", many.getparent(), {"detail": "multiplicity"})


def _may_send(drawing: Drawing, element: etree._Element, *, sends: bool) -> bool:
    """Whether an event can be the source (or target) of a message flow: it must be a message event of that side."""
    node = drawing.by_xml.get(element)
    if node is None or not node.kind.endswith("Event"):
        return True
    throwing = node.kind in ("endEvent", "intermediateThrowEvent")
    if node.kind == "intermediateThrowEvent" and not node.definitions:
        return False
    return throwing is sends and ("message" in node.events or len(node.definitions) > 1)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.lstrip("-").isdigit() else default


def _pool(element: etree._Element | None, pools: dict[str | None, etree._Element]) -> etree._Element | None:
    if element is None or local(element) == "participant":
        return element
    process = next((a for a in element.iterancestors() if local(a) == "process"), None)
    return pools.get(process.get("id")) if process is not None else None
