"""7xx: data, operations, correlation and collaborations, as far as BPMN itself forbids combinations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.rules.drawing import Drawing, Found, child, children
from bpm_core.notation.xml import local, text_of

MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 7xx rules."""
    yield from _mime(drawing)
    yield from _collections(drawing)
    yield from _associations(drawing)
    yield from _specifications(drawing)
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
    if local(association) == "dataInputAssociation" and target is not None and local(target) == "dataOutput":
        return "a dataInputAssociation ends at a dataInput"
    if local(association) == "dataOutputAssociation" and source is not None and local(source) == "dataInput":
        return "a dataOutputAssociation begins at a dataOutput"
    return ""


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
        yield from _pairs(drawing, ins, outs)


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
            elif local(element) in ("association", "group", "textAnnotation", "sequenceFlow"):
                yield Found("309", flow, {"ref": flow.get(name), "kind": local(element)})
            ends.append(_pool(element, pools))
        if ends[0] is not None and ends[0] is ends[1]:
            yield Found("706", flow, {"detail": "a message flow stays within one pool"})
    for many in drawing.named("participantMultiplicity"):
        low, high = _integer(many.get("minimum"), 0), _integer(many.get("maximum"), 1)
        if low < 0 or high < 1 or high < low:
            yield Found("706", many.getparent(), {"detail": "participantMultiplicity"})


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.lstrip("-").isdigit() else default


def _pool(element: etree._Element | None, pools: dict[str | None, etree._Element]) -> etree._Element | None:
    if element is None or local(element) == "participant":
        return element
    process = next((a for a in element.iterancestors() if local(a) == "process"), None)
    return pools.get(process.get("id")) if process is not None else None
