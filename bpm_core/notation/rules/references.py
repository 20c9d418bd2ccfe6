"""2xx: ids, and that every reference names something of the right kind."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import ACTIVITIES, NODES
from bpm_core.notation.rules.drawing import Drawing, Found, children
from bpm_core.notation.xml import BPMN, local, namespace, text_of

DATA = frozenset({"dataInput", "dataOutput", "dataObject", "dataObjectReference", "property"})
# attribute -> kinds it may name; empty = anything
ATTRIBUTES: dict[str, frozenset[str]] = {
    "messageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "attachedToRef": ACTIVITIES,
    "activityRef": ACTIVITIES,
    "processRef": frozenset({"process"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "operationRef": frozenset({"operation"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "parentLaneRef": frozenset({"lane"}),
    "oneBehaviorEventRef": frozenset(),
    "noneBehaviorEventRef": frozenset(),
    "default": frozenset({"sequenceFlow"}),
    "partitionElementRef": frozenset(),
    "inputDataItemRef": frozenset(),
    "calledCollaborationRef": frozenset({"collaboration"}),
    "definitionalCollaborationRef": frozenset({"collaboration"}),
    "initiatingParticipantRef": frozenset({"participant"}),
}
# child element holding a reference -> kinds it may name
CHILDREN: dict[str, frozenset[str]] = {
    "flowNodeRef": NODES,
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "optionalInputRefs": frozenset({"dataInput"}),
    "optionalOutputRefs": frozenset({"dataOutput"}),
    "whileExecutingInputRefs": frozenset({"dataInput"}),
    "whileExecutingOutputRefs": frozenset({"dataOutput"}),
    "inputSetRefs": frozenset({"inputSet"}),
    "outputSetRefs": frozenset({"outputSet"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "errorRef": frozenset({"error"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "interfaceRef": frozenset({"interface"}),
    "resourceRef": frozenset({"resource"}),
    "operationRef": frozenset({"operation"}),
    "loopDataInputRef": DATA,
    "loopDataOutputRef": DATA,
    "choreographyRef": frozenset(),
    "innerConversationNodeRef": frozenset(),
    "outerConversationNodeRef": frozenset(),
    "innerParticipantRef": frozenset({"participant"}),
    "outerParticipantRef": frozenset({"participant"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "supports": frozenset({"process"}),
}
SUPPORTED_ROOTS = frozenset(
    {
        "process",
        "collaboration",
        "message",
        "signal",
        "error",
        "escalation",
        "itemDefinition",
        "interface",
        "category",
        "correlationProperty",
        "dataStore",
        "resource",
        "import",
        "extension",
        "relationship",
        "partnerRole",
        "partnerEntity",
        "endPoint",
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
        "globalCommunication",
    }
)
NEED_IDS = NODES | {"process", "lane", "message", "signal", "error", "escalation", "itemDefinition"}


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 2xx rules."""
    yield from _ids(drawing)
    yield from _kinds(drawing)
    yield from _references(drawing)
    yield from _ends_of_flows(drawing)
    yield from _listed_flows(drawing)


def _ids(drawing: Drawing) -> Iterator[Found]:
    seen: set[str] = set()
    for element in drawing.bpmn:
        identity = element.get("id")
        if identity is None and local(element) in NEED_IDS:
            yield Found("203", element)
        if identity is not None and identity in seen:
            yield Found("202", element, {"id": identity})
        seen.add(identity or "")


def _kinds(drawing: Drawing) -> Iterator[Found]:
    """Whole kinds of diagrams that are not processes, and processes that cannot be run."""
    for element in drawing.root:
        if isinstance(element.tag, str) and namespace(element) == BPMN and not _root(local(element)):
            yield Found("207", element, {"kind": local(element)})
    for element in drawing.named("choreographyTask", "callChoreography", "subChoreography", "callConversation"):
        yield Found("207", element, {"kind": local(element)})
    if not drawing.processes:
        yield Found("201", drawing.root)
    runnable = [p for p in drawing.processes if p.get("isExecutable") == "true"]
    for process in drawing.processes:
        if process.get("isExecutable") == "true" and process.get("processType") == "Public":
            yield Found("708", process, {"kind": "process", "attribute": "processType", "found": "Public"})
    if drawing.processes and not runnable and all(p.get("isExecutable") == "false" for p in drawing.processes):
        yield Found("201", drawing.processes[0])
    if len(runnable) > 1:
        yield Found("208", runnable[0], {"key": runnable[0].get("id")})


def _root(name: str) -> bool:
    return name in SUPPORTED_ROOTS or name.endswith("EventDefinition")


def _references(drawing: Drawing) -> Iterator[Found]:
    for element in drawing.bpmn:
        for name, kinds in ATTRIBUTES.items():
            if element.get(name) is not None and not _own_meaning(element, name):
                yield from _one(drawing, element, name, str(element.get(name)), kinds)
        kinds_of_text = CHILDREN.get(local(element))
        if kinds_of_text is not None:
            yield from _one(drawing, element, local(element), text_of(element), kinds_of_text)
        if local(element) == "eventDefinitionRef":
            reference = text_of(element)
            if reference.split(":", 1)[-1] not in drawing.shared:
                yield Found("204", element.getparent(), {"attribute": "eventDefinitionRef", "ref": reference})


def _own_meaning(element: etree._Element, name: str) -> bool:
    """Attributes that mean something else on some elements (a resource parameter's default, ...)."""
    return name == "default" and local(element) not in NODES


def _one(
    drawing: Drawing, element: etree._Element, name: str, reference: str, kinds: frozenset[str]
) -> Iterator[Found]:
    target = drawing.resolve(reference)
    at = element if element.get("id") or local(element) not in CHILDREN else element.getparent()
    if target is None and reference and name == "escalationRef" and _throws(element):
        yield Found("527", at, {"ref": reference})
    elif target is None:
        yield Found("204", at, {"attribute": name, "ref": reference or "-"})
    elif kinds and local(target) not in kinds:
        yield Found("205", at, {"attribute": name, "ref": reference, "kind": local(target)})


def _throws(definition: etree._Element) -> bool:
    """Whether an event definition stands at an event that throws it."""
    holder = definition.getparent()
    return holder is not None and local(holder) in ("intermediateThrowEvent", "endEvent")


def _ends_of_flows(drawing: Drawing) -> Iterator[Found]:
    for flow in drawing.flows:
        for name in ("sourceRef", "targetRef"):
            reference = flow.get(name)
            target = drawing.resolve(reference)
            if target is None:
                yield Found("204", flow, {"attribute": name, "ref": reference or "-"})
            elif local(target) not in NODES:
                yield Found("309", flow, {"ref": reference, "kind": local(target)})
    for association in drawing.named("association"):
        for name in ("sourceRef", "targetRef"):
            if drawing.resolve(association.get(name)) is None:
                yield Found("204", association, {"attribute": name, "ref": association.get(name) or "-"})


def _listed_flows(drawing: Drawing) -> Iterator[Found]:
    """`incoming` and `outgoing` lists must agree with the flows themselves (BPMN 2.0.2, FlowNode).

    Files without any lists are taken as they are; a file that lists some flows must list all.
    """
    lists = any(True for _ in drawing.named("incoming", "outgoing"))
    for node in drawing.nodes:
        for name, flows in (("incoming", node.incoming), ("outgoing", node.outgoing)):
            listed = [(text_of(item), drawing.resolve(text_of(item))) for item in children(node.xml, name)]
            for reference, flow in listed:
                if flow is None or flow not in flows:
                    yield Found("206", node.xml, {"ref": reference})
            for flow in flows if lists else ():
                if flow.get("id") and flow not in [found for _, found in listed]:
                    yield Found("206", node.xml, {"ref": flow.get("id")})
