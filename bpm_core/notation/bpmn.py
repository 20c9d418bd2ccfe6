"""process.bpmn -> ProcessModel: the BPMN elements, and the camunda, zeebe and guicheng words written at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from bpm_core.notation import dialects, extensions
from bpm_core.notation.model import Element, Flow, Lane, ProcessModel, TimerSpec
from bpm_core.notation.xml import BPMN, GUICHENG, ZEEBE, line_of, local, namespace, parse, text_of

TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
    }
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | CONTAINERS | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
#: Tasks that stand beside the processes of a file and are called like one.
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


class NotationError(ValueError):
    """The files do not make up a process. `code` and `line` say what is wrong and where."""

    def __init__(self, code: str, message: str, line: int = 0, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.line = line
        self.facts = facts


def read(data: bytes, *, key: str | None = None) -> ProcessModel:
    """The process in a BPMN file: the one called `key`, else the first executable one, else the first.

    A global task of that key is read as a process with that one task.
    Refuses with NotationError (no_process, duplicate_id, dangling) and XmlRefused.
    """
    root = parse(data)
    process = _choose(root, key)
    names = _message_names(root)
    elements: dict[str, Element] = {}
    flows: list[Flow] = []
    for node, parent in _walk(process, None):
        element = _element(node, parent, names)
        if element.id in elements:
            raise NotationError("duplicate_id", f"two elements are called {element.id!r}", element.line, id=element.id)
        elements[element.id] = element
    for flow in _flows(process, elements):
        flows.append(flow)
    lanes, lane_of = _lanes(process)
    connected = _connect(elements, flows, lane_of)
    return ProcessModel(
        id=process.get("id", ""),
        code=process.get(f"{{{GUICHENG}}}code", ""),
        name_zh=process.get("name", "") or process.get("id", ""),
        name_en=process.get(f"{{{GUICHENG}}}nameEn", "") or process.get("name", "") or process.get("id", ""),
        elements=connected,
        flows=tuple(flows),
        lanes=lanes,
        messages=tuple(sorted({e.message for e in connected.values() if e.message})),
        variables=extensions.variables(process),
        executable=process.get("isExecutable", "true") != "false",
        line=line_of(process),
        flow_by_id={f.id: f for f in flows},
    )


def first(data: bytes) -> str:
    """Key of the process a file is read as when none is named; nothing else of the file is looked at."""
    return str(_choose(parse(data), None).get("id"))


def _choose(root: etree._Element, key: str | None) -> etree._Element:
    found = [p for p in root.iter(f"{{{BPMN}}}process") if p.get("id")]
    by_key = [p for p in found if key is not None and p.get("id") == key]
    task = next((t for t in _global_tasks(root) if key is not None and t.get("id") == key), None)
    if not by_key and task is not None:
        return _around(task)
    if not found:
        raise NotationError("no_process", "the file holds no BPMN process with an id")
    runnable = [p for p in found if p.get("isExecutable") == "true"]
    return (by_key or runnable or found)[0]


def _global_tasks(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in root if isinstance(node.tag, str) and local(node) in GLOBAL_TASKS and node.get("id"))


def _around(task: etree._Element) -> etree._Element:
    process = etree.Element(f"{{{BPMN}}}process", id=str(task.get("id")), name=task.get("name", ""))
    inner = deepcopy(task)
    inner.tag = f"{{{BPMN}}}{GLOBAL_TASKS[local(task)]}"
    process.append(inner)
    return process


def runnable(data: bytes) -> tuple[str, ...]:
    """Keys of the processes of a file that can be started, in its order: each with something in it to run and not
    marked as a mere drawing. The black boxes of a collaboration and global tasks are none.

    Refuses with XmlRefused.
    """
    found = [p for p in parse(data).iter(f"{{{BPMN}}}process") if p.get("id") and p.get("isExecutable") != "false"]
    return tuple(str(p.get("id")) for p in found if any(isinstance(e.tag, str) and local(e) in NODES for e in p))


def callable_here(data: bytes) -> frozenset[str]:
    """Keys of everything in a file that a call activity may name: its processes and global tasks."""
    root = parse(data)
    found = [*root.iter(f"{{{BPMN}}}process"), *_global_tasks(root)]
    return frozenset(str(node.get("id")) for node in found if node.get("id"))


def _message_names(root: etree._Element) -> Mapping[str, str]:
    """id -> name of everything that events refer to by id."""
    kinds = ("message", "signal", "error", "escalation")
    return {
        str(node.get("id", "")): str(node.get("name") or node.get("id", ""))
        for kind in kinds
        for node in root.iter(f"{{{BPMN}}}{kind}")
    }


def _walk(container: etree._Element, parent: str | None) -> Iterator[tuple[etree._Element, str | None]]:
    """Flow nodes of a container and of the sub-processes in it, with the id of their sub-process."""
    for child in container:
        if not isinstance(child.tag, str) or namespace(child) != BPMN:
            continue
        kind = local(child)
        if kind not in NODES:
            continue
        if not child.get("id"):
            raise NotationError("no_id", f"a {kind} has no id", line_of(child))
        yield child, parent
        if kind in CONTAINERS:
            yield from _walk(child, child.get("id"))


def _element(node: etree._Element, parent: str | None, names: Mapping[str, str]) -> Element:
    kind, identity = local(node), str(node.get("id"))
    name = node.get("name", "").strip()
    definitions = [d for d in node if isinstance(d.tag, str) and local(d).endswith("EventDefinition")]
    events = tuple(local(d).removesuffix("EventDefinition") for d in definitions)
    zh, en = _documentation(node)
    message = _message(node, definitions, names)
    explicit = node.get(f"{{{GUICHENG}}}node")
    return Element(
        id=identity,
        kind=kind,
        name_zh=name,
        name_en=node.get(f"{{{GUICHENG}}}nameEn", "") or name,
        node=identity if explicit is None else explicit,
        line=line_of(node),
        parent=parent,
        sop_zh=zh,
        sop_en=en,
        events=events,
        message=message,
        timer=next((t for t in map(_timer, definitions) if t), None),
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", "true") != "false" and node.get("isInterrupting", "true") != "false",
        called_key=_called(node) if kind == "callActivity" else None,
        default_flow=node.get("default"),
        triggered_by_event=node.get("triggeredByEvent") == "true",
        **extensions.read(node),
    )


def _documentation(node: etree._Element) -> tuple[str, str]:
    zh = en = ""
    for child in node.findall(f"{{{BPMN}}}documentation"):
        if child.get("textFormat") == "text/x-en":
            en = text_of(child)
        else:
            zh = text_of(child)
    return zh, en or zh


def _message(node: etree._Element, definitions: list[etree._Element], names: Mapping[str, str]) -> str | None:
    """Name of the message an element sends or waits for (its id when the file gives no name)."""
    ref = node.get("messageRef")
    for definition in definitions:
        if local(definition) == "messageEventDefinition":
            ref = definition.get("messageRef")
    if not ref:
        return None
    ref = ref.split(":", 1)[-1] if ref not in names else ref
    return names.get(ref, ref)


def _called(node: etree._Element) -> str | None:
    """Key of the process a call activity names; a prefix of the reference says where it is from, not what it is."""
    for inner in node.iterfind(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}calledElement"):
        return (inner.get("processId") or "").lstrip("= ").strip('"') or None
    return (node.get("calledElement") or "").split(":", 1)[-1] or None


def _timer(definition: etree._Element) -> TimerSpec | None:
    if local(definition) != "timerEventDefinition":
        return None
    count = definition.get(f"{{{GUICHENG}}}count", "calendar")
    for child in definition:
        kind = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}.get(local(child))
        if kind:
            return TimerSpec(kind, dialects.expression(text_of(child)), count)
    return TimerSpec("duration", "", count)


def _flows(process: etree._Element, elements: Mapping[str, Element]) -> Iterator[Flow]:
    defaults = {e.default_flow for e in elements.values() if e.default_flow}
    for number, node in enumerate(process.iter(f"{{{BPMN}}}sequenceFlow")):
        identity = node.get("id") or f"flow_{number}"
        source, target = node.get("sourceRef", ""), node.get("targetRef", "")
        for end in (source, target):
            if end not in elements:
                message = f"flow {identity} leads from or to {end!r}, which is not there"
                raise NotationError("dangling", message, line_of(node), id=identity, ref=end)
        owner = node.getparent()
        condition = text_of(node.find(f"{{{BPMN}}}conditionExpression"))
        yield Flow(
            id=identity,
            source=source,
            target=target,
            condition=dialects.expression(condition) or None,
            default=identity in defaults,
            name_zh=node.get("name", ""),
            name_en=node.get(f"{{{GUICHENG}}}nameEn", "") or node.get("name", ""),
            parent=owner.get("id") if owner is not None and local(owner) in CONTAINERS else None,
            line=line_of(node),
        )


def _lanes(process: etree._Element) -> tuple[dict[str, Lane], dict[str, str]]:
    lanes: dict[str, Lane] = {}
    lane_of: dict[str, str] = {}
    for node in process.iter(f"{{{BPMN}}}lane"):
        identity, name = node.get("id", ""), node.get("name", "")
        lanes[identity] = Lane(
            id=identity,
            code=node.get(f"{{{GUICHENG}}}code", "") or identity,
            name_zh=name,
            name_en=node.get(f"{{{GUICHENG}}}nameEn", "") or name,
            level=node.get(f"{{{GUICHENG}}}level", ""),
            actor=node.get(f"{{{GUICHENG}}}actor", ""),
        )
        for ref in node.findall(f"{{{BPMN}}}flowNodeRef"):
            lane_of[text_of(ref)] = identity
    return lanes, lane_of


def _connect(elements: Mapping[str, Element], flows: list[Flow], lane_of: Mapping[str, str]) -> dict[str, Element]:
    """Elements with their flows and lanes. A node without a lane of its own stands in its sub-process's lane."""
    incoming: dict[str, list[str]] = {e: [] for e in elements}
    outgoing: dict[str, list[str]] = {e: [] for e in elements}
    for flow in flows:
        outgoing[flow.source].append(flow.id)
        incoming[flow.target].append(flow.id)
    placed: dict[str, Element] = {}
    for identity, element in elements.items():
        lane = lane_of.get(identity)
        if lane is None and element.parent is not None:
            lane = placed[element.parent].lane
        placed[identity] = replace(
            element, incoming=tuple(incoming[identity]), outgoing=tuple(outgoing[identity]), lane=lane
        )
    return placed
