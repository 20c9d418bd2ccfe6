"""7xx, first half: data objects, their types, associations and specifications."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.rules.drawing import Drawing, Found, child, children
from bpm_core.notation.xml import local, text_of

DATA = frozenset(
    {"dataInput", "dataOutput", "dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "property"}
)
MIME = re.compile(r"[\w.+-]+/[\w.+-]+")


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 7xx rules."""
    yield from _mime(drawing)
    yield from _collections(drawing)
    yield from _states(drawing)
    yield from _associations(drawing)
    yield from _specifications(drawing)


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
            yield Found("701", element, {"detail": "holds many or one"})


def _states(drawing: Drawing) -> Iterator[Found]:
    """A reference to a data object in a state is named `Object [state]` (BPMN 2.0.2, 10.4.1)."""
    for reference in drawing.named("dataObjectReference"):
        whole, state = drawing.resolve(reference.get("dataObjectRef")), child(reference, "dataState")
        if whole is None or state is None or not state.get("name") or not whole.get("name"):
            continue
        wanted = f"{whole.get('name')} [{state.get('name')}]"
        if reference.get("name") not in (None, "", wanted):
            yield Found("702", reference, {"detail": "name of the state"})


def _associations(drawing: Drawing) -> Iterator[Found]:
    for association in drawing.named("dataInputAssociation", "dataOutputAssociation"):
        sources, targets = children(association, "sourceRef"), children(association, "targetRef")
        assigned = child(association, "assignment") is not None or child(association, "transformation") is not None
        for reference in sources + targets:
            if drawing.resolve(text_of(reference)) is None:
                yield Found("204", association, {"attribute": local(reference), "ref": text_of(reference) or "-"})
        if len(sources) > 1 and not assigned:
            yield Found("702", association, {"detail": "several sources"})
        source = drawing.resolve(text_of(sources[0])) if sources else None
        target = drawing.resolve(text_of(targets[0])) if targets else None
        wrong = _ends(association, source, target)
        if wrong:
            yield Found("702", association, {"detail": wrong})
        if source is not None and target is not None and not assigned and not _same_type(drawing, source, target):
            yield Found("701", association, {"detail": "types of the two ends"})


def _ends(association: etree._Element, source: etree._Element | None, target: etree._Element | None) -> str:
    """What is wrong with the ends: an input association fills a data input, an output one empties a data output."""
    for end in (source, target):
        if end is not None and local(end) not in DATA:
            return "no data"
    into = local(association) == "dataInputAssociation"
    if into and (_is(target, "dataOutput") or (_is(source, "dataOutput") and _of_process(source))):
        return "into an input"
    if not into and (_is(source, "dataInput") or (_is(target, "dataInput") and _of_process(target))):
        return "out of an output"
    return ""


def _is(element: etree._Element | None, kind: str) -> bool:
    return element is not None and local(element) == kind


def _of_process(element: etree._Element | None) -> bool:
    """Whether a data input or output belongs to a process or sub-process itself."""
    specification = element.getparent() if element is not None else None
    holder = specification.getparent() if specification is not None else None
    return holder is not None and local(holder) in ("process", "subProcess", "transaction", "adHocSubProcess")


def item_of(drawing: Drawing, element: etree._Element) -> etree._Element | None:
    if local(element) in ("dataObjectReference", "dataStoreReference"):
        reference = element.get("dataObjectRef") or element.get("dataStoreRef")
        element = drawing.resolve(reference) if drawing.resolve(reference) is not None else element  # type: ignore[assignment]
    return drawing.resolve(element.get("itemSubjectRef"))


def _same_type(drawing: Drawing, source: etree._Element, target: etree._Element) -> bool:
    first, second = item_of(drawing, source), item_of(drawing, target)
    if first is None or second is None or first is second:
        return True
    return first.get("structureRef") is not None and first.get("structureRef") == second.get("structureRef")


def _specifications(drawing: Drawing) -> Iterator[Found]:
    for specification in drawing.named("ioSpecification"):
        holder = specification.getparent()
        ins, outs = children(specification, "inputSet"), children(specification, "outputSet")
        for elements, sets, name in (
            (children(specification, "dataInput"), ins, "dataInputRefs"),
            (children(specification, "dataOutput"), outs, "dataOutputRefs"),
        ):
            listed = {drawing.resolve(text_of(r)) for s in sets for r in children(s, name)}
            for element in elements:
                if element not in listed:
                    yield Found("703", element, {"detail": "in no set"})
        if not ins or not outs:
            yield Found("703", holder, {"detail": "sets missing"})
        if holder is not None and local(holder) in ("subProcess", "transaction", "adHocSubProcess"):
            yield Found("703", holder, {"detail": "sub-process with data"})
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
                yield Found("703", one, {"detail": "not a member"})


def _pairs(drawing: Drawing, ins: list[etree._Element], outs: list[etree._Element]) -> Iterator[Found]:
    """Input sets and output sets that name each other must do so both ways."""
    for sets, forward, back in ((ins, "outputSetRefs", "inputSetRefs"), (outs, "inputSetRefs", "outputSetRefs")):
        for one in sets:
            for reference in children(one, forward):
                other = drawing.resolve(text_of(reference))
                if other is not None and one not in [drawing.resolve(text_of(r)) for r in children(other, back)]:
                    yield Found("703", one, {"detail": "one-sided"})
