"""7xx: data, operations, correlation and collaborations, as far as BPMN itself forbids combinations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import EVENTS, NODES
from bpm_core.notation.rules.drawing import Drawing, Found, child, children
from bpm_core.notation.xml import local, text_of

DATA = frozenset(
    {"dataInput", "dataOutput", "dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "property"}
)
MESSAGE_ENDS = NODES | {"participant", "choreographyTask"}
MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 7xx rules."""
    yield from _mime(drawing)
    yield from _collections(drawing)
    yield from _states(drawing)
    yield from _associations(drawing)
    yield from _specifications(drawing)
    yield from _operations(drawing)
    yield from _calls(drawing)
    yield from _event_data(drawing)
    yield from _instances(drawing)
    yield from _correlation(drawing)
    yield from _message_flows(drawing)


def _mime(drawing: Drawing) -> Iterator[Found]:
    for element in drawing.named("documentation", "textAnnotation"):
        found = element.get("textFormat")
        if found is not None and not MIME.fullmatch(found):
            at = element if element.get("id") else element.getparent()
            yield Found("707", at, {"found": found})


def _collections(drawing: Drawing) -> Iterator[Found]:
    """A data element and the type it names agree on whether they hold many."""
    for element in drawing.named("dataInput", "dataOutput", "dataObject", "dataStore"):
        item = drawing.resolve(element.get("itemSubjectRef"))
        if item is None:
            continue
        if (element.get("isCollection") or "false") != (item.get("isCollection") or "false"):
            yield Found("701", element, {"detail": f"isCollection: {local(element)} / itemDefinition"})


def _states(drawing: Drawing) -> Iterator[Found]:
    """A reference to a data object in a state is named `Object [state]` (BPMN 2.0.2, 10.4.1)."""
    for reference in drawing.named("dataObjectReference"):
        whole, state = drawing.resolve(reference.get("dataObjectRef")), child(reference, "dataState")
        if whole is None or state is None or not state.get("name") or not whole.get("name"):
            continue
        wanted = f"{whole.get('name')} [{state.get('name')}]"
        if reference.get("name") not in (None, "", wanted):
            yield Found("702", reference, {"detail": f"{reference.get('name')} / {wanted}"})


def _associations(drawing: Drawing) -> Iterator[Found]:
    for association in drawing.named("dataInputAssociation", "dataOutputAssociation"):
        sources, targets = children(association, "sourceRef"), children(association, "targetRef")
        assigned = child(association, "assignment") is not None or child(association, "transformation") is not None
        for reference in sources + targets:
            if drawing.resolve(text_of(reference)) is None:
                yield Found("204", association, {"attribute": local(reference), "ref": text_of(reference) or "-"})
        if len(sources) > 1 and not assigned:
            yield Found("702", association, {"detail": "several sources without a transformation"})
        source = drawing.resolve(text_of(sources[0])) if sources else None
        target = drawing.resolve(text_of(targets[0])) if targets else None
        wrong = _ends(association, source, target)
        if wrong:
            yield Found("702", association, {"detail": wrong})
        if source is not None and target is not None and not assigned and not _same_type(drawing, source, target):
            yield Found("701", association, {"detail": "itemSubjectRef of source and target"})


def _ends(association: etree._Element, source: etree._Element | None, target: etree._Element | None) -> str:
    """What is wrong with the ends: an input association fills a data input, an output one empties a data output."""
    for end in (source, target):
        if end is not None and local(end) not in DATA:
            return f"{local(end)} is no data"
    into = local(association) == "dataInputAssociation"
    if into and (_is(target, "dataOutput") or (_is(source, "dataOutput") and _of_process(source))):
        return "a dataInputAssociation leads to a dataInput and not from a process's dataOutput"
    if not into and (_is(source, "dataInput") or (_is(target, "dataInput") and _of_process(target))):
        return "a dataOutputAssociation leads from a dataOutput and not to a process's dataInput"
    return ""


def _is(element: etree._Element | None, kind: str) -> bool:
    return element is not None and local(element) == kind


def _of_process(element: etree._Element | None) -> bool:
    """Whether a data input or output belongs to a process or sub-process itself."""
    specification = element.getparent() if element is not None else None
    holder = specification.getparent() if specification is not None else None
    return holder is not None and local(holder) in ("process", "subProcess", "transaction", "adHocSubProcess")


def _item(drawing: Drawing, element: etree._Element) -> etree._Element | None:
    if local(element) in ("dataObjectReference", "dataStoreReference"):
        reference = element.get("dataObjectRef") or element.get("dataStoreRef")
        element = drawing.resolve(reference) if drawing.resolve(reference) is not None else element  # type: ignore[assignment]
    return drawing.resolve(element.get("itemSubjectRef"))


def _same_type(drawing: Drawing, source: etree._Element, target: etree._Element) -> bool:
    first, second = _item(drawing, source), _item(drawing, target)
    if first is None or second is None or first is second:
        return True
    return first.get("structureRef") is not None and first.get("structureRef") == second.get("structureRef")


def _specifications(drawing: Drawing) -> Iterator[Found]:
    for specification in drawing.named("ioSpecification"):
        holder = specification.getparent()
        ins, outs = children(specification, "inputSet"), children(specification, "outputSet")
        for kind, elements, sets, name in (
            ("dataInput", children(specification, "dataInput"), ins, "dataInputRefs"),
            ("dataOutput", children(specification, "dataOutput"), outs, "dataOutputRefs"),
        ):
            listed = {drawing.resolve(text_of(r)) for s in sets for r in children(s, name)}
            for element in elements:
                if element not in listed:
                    yield Found("703", element, {"detail": f"{kind} in no {kind[4:].lower()}Set"})
        if not ins or not outs:
            yield Found("703", holder, {"detail": "inputSet / outputSet"})
        if holder is not None and local(holder) in ("subProcess", "transaction", "adHocSubProcess"):
            yield Found("703", holder, {"detail": f"a {local(holder)} has no ioSpecification"})
        for one in ins + outs:
            yield from _subsets(drawing, one)
        yield from _pairs(drawing, ins, outs)


def _subsets(drawing: Drawing, one: etree._Element) -> Iterator[Found]:
    """Optional and while-executing members of a set are members of that set."""
    kind = "Input" if local(one) == "inputSet" else "Output"
    members = [drawing.resolve(text_of(r)) for r in children(one, f"data{kind}Refs")]
    for name in (f"optional{kind}Refs", f"whileExecuting{kind}Refs"):
        for reference in children(one, name):
            if drawing.resolve(text_of(reference)) not in members:
                yield Found("703", one, {"detail": f"{name} / data{kind}Refs"})


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
        yield Found("704", holder, {"detail": f"{kind}: ioSpecification"})
        return
    values, sets = found
    if sets != 1 or len(values) != 1:
        yield Found("704", holder, {"detail": f"{kind}: 1"})
    elif not _equal(drawing.resolve(message.get("itemRef")), drawing.resolve(values[0].get("itemSubjectRef"))):
        yield Found("704", holder, {"detail": f"{kind}: itemSubjectRef / itemRef"})


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
                yield Found("703", node.xml, {"detail": f"{kind}: callActivity / {called.get('id')}"})
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
        yield Found("704", holder, {"detail": "supportedInterfaceRef / ioBinding"})
    for operation in children(interface, "operation"):
        for name, kind in (("inMessageRef", "dataInput"), ("outMessageRef", "dataOutput")):
            message, found = _referred(drawing, operation, name), _values(drawing, holder, kind)
            if message is None or found is None:
                continue
            item = drawing.resolve(message.get("itemRef"))
            if not any(_equal(item, drawing.resolve(v.get("itemSubjectRef"))) for v in found[0]):
                yield Found("704", holder, {"detail": f"{name} / {kind}"})


CARRIED = {"message": "itemRef", "signal": "structureRef", "error": "structureRef", "escalation": "structureRef"}


def _event_data(drawing: Drawing) -> Iterator[Found]:
    """An event with data has one value for each of its definitions, of the type the definition carries."""
    for node in drawing.of(*EVENTS):
        values = children(node.xml, "dataInput") + children(node.xml, "dataOutput")
        carrying = [d for d in node.definitions if local(d).removesuffix("EventDefinition") in CARRIED]
        if not values or not carrying:
            continue
        if len(values) != len(carrying):
            yield Found("703", node.xml, {"detail": "dataInput / dataOutput: eventDefinition"})
            continue
        for value, definition in zip(values, carrying, strict=True):
            kind = local(definition).removesuffix("EventDefinition")
            thrown = drawing.resolve(definition.get(f"{kind}Ref"))
            carried = drawing.resolve(thrown.get(CARRIED[kind])) if thrown is not None else None
            item = drawing.resolve(value.get("itemSubjectRef"))
            if carried is not None and item is not None and not _equal(carried, item):
                yield Found("701", node.xml, {"detail": f"itemSubjectRef / {CARRIED[kind]}"})


def _instances(drawing: Drawing) -> Iterator[Found]:
    """The item of a multi-instance is one member of the collection it goes over."""
    for mark in drawing.named("multiInstanceLoopCharacteristics"):
        for many, one in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
            collection, item = _referred(drawing, mark, many), child(mark, one)
            if collection is None or item is None:
                continue
            whole, part = _item(drawing, collection), drawing.resolve(item.get("itemSubjectRef"))
            if whole is None or part is None:
                continue
            if part.get("isCollection") == "true" or whole.get("structureRef") != part.get("structureRef"):
                yield Found("701", mark, {"detail": f"{many} / {one}"})


def _correlation(drawing: Drawing) -> Iterator[Found]:
    for path in drawing.named("messagePath", "dataPath"):
        if not text_of(path):
            yield Found("705", path, {"detail": local(path)})


def _pairs(drawing: Drawing, ins: list[etree._Element], outs: list[etree._Element]) -> Iterator[Found]:
    """Input sets and output sets that name each other must do so both ways."""
    for sets, forward, back in ((ins, "outputSetRefs", "inputSetRefs"), (outs, "inputSetRefs", "outputSetRefs")):
        for one in sets:
            for reference in children(one, forward):
                other = drawing.resolve(text_of(reference))
                if other is not None and one not in [drawing.resolve(text_of(r)) for r in children(other, back)]:
                    yield Found("703", one, {"detail": f"{forward} / {back}"})


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
                yield Found("706", flow, {"detail": f"messageFlow / {element.get('id')}"})
            ends.append(_pool(element, pools))
        if ends[0] is not None and ends[0] is ends[1]:
            yield Found("706", flow, {"detail": "a message flow stays within one pool"})
    for many in drawing.named("participantMultiplicity"):
        low, high = _integer(many.get("minimum"), 0), _integer(many.get("maximum"), 1)
        if low < 0 or high < 1 or high < low:
            yield Found("706", many.getparent(), {"detail": "participantMultiplicity"})


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
