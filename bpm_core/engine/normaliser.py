"""Makes the diagrams of many tools alike before they are parsed: ids for flows, bare references, shared definitions."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from bpm_core.engine.contract import NotExecutable
from bpm_core.notation import xml
from bpm_core.notation.xml import BPMN

_REFERENCES = (
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "sourceRef",
    "targetRef",
    "attachedToRef",
    "activityRef",
    "default",
    "calledElement",
)

_GLOBAL = {
    f"{{{BPMN}}}global{kind}": f"{{{BPMN}}}{kind[0].lower()}{kind[1:]}"
    for kind in ("Task", "UserTask", "ManualTask", "ScriptTask", "BusinessRuleTask")
}


def normalise(data: bytes, path: str) -> Any:
    """The root of a BPMN file in the one form that the parser reads.

    - sequence flows without an id get one (stock SpiffWorkflow drops them without a word);
    - prefixed references (`tns:Message_1`) lose their prefix, where the bare name is what the file defines;
    - event definitions that are referred to stand where they are used;
    - a global task is a process with that one task;
    - a receive task or an event-based gateway that starts a process has message start events before it.
    Refuses with NotExecutable when the file is not readable XML or two elements have the same id.
    """
    try:
        root = xml.parse(data)
    except xml.XmlRefused as error:
        raise NotExecutable(str(error), rule=error.code, line=error.line, file=path, element=None) from error
    ids = _ids(root, path)
    for number, flow in enumerate(root.iter(f"{{{BPMN}}}sequenceFlow")):
        if not flow.get("id"):
            flow.set("id", _free(f"flow_{number}", ids))
    for node in root.iter(f"{{{BPMN}}}*"):
        for name in _REFERENCES:
            value = node.get(name)
            if value is not None and ":" in value and value not in ids:
                node.set(name, value.split(":", 1)[1])
    _inline_definitions(root)
    _global_tasks(root)
    _instantiating(root, ids)
    return root


def _ids(root: Any, path: str) -> set[str]:
    seen: set[str] = set()
    for node in root.iter(f"{{{BPMN}}}*"):
        identity = node.get("id")
        if identity is None:
            continue
        if identity in seen:
            message = f"two elements are called {identity!r}"
            raise NotExecutable(message, rule="duplicate_id", line=node.sourceline, file=path, element=identity)
        seen.add(identity)
    return seen


def _free(wanted: str, ids: set[str]) -> str:
    while wanted in ids:
        wanted += "_"
    ids.add(wanted)
    return wanted


def _inline_definitions(root: Any) -> None:
    """Replace `eventDefinitionRef` by a copy of the definition it names."""
    shared = {
        node.get("id"): node
        for node in root
        if isinstance(node.tag, str) and node.tag.endswith("EventDefinition") and node.get("id")
    }
    for reference in list(root.iter(f"{{{BPMN}}}eventDefinitionRef")):
        definition = shared.get((reference.text or "").strip().split(":")[-1])
        if definition is not None:
            parent = reference.getparent()
            parent.replace(reference, deepcopy(definition))


def _global_tasks(root: Any) -> None:
    """A process of the task's name around it; process and task are told apart by where they are looked for."""
    for task in [node for node in root if isinstance(node.tag, str) and node.tag in _GLOBAL]:
        process = etree.SubElement(root, f"{{{BPMN}}}process", id=task.get("id"), isExecutable="true")
        task.tag = _GLOBAL[task.tag]
        process.append(task)


def _instantiating(root: Any, ids: set[str]) -> None:
    flows = list(root.iter(f"{{{BPMN}}}sequenceFlow"))
    targets = {flow.get("targetRef") for flow in flows}
    nodes = {node.get("id"): node for node in root.iter(f"{{{BPMN}}}*") if node.get("id")}
    for node in list(nodes.values()):
        if node.get("instantiate") != "true" or node.get("id") in targets:
            continue
        if node.tag == f"{{{BPMN}}}receiveTask":
            _begin_with(node, ids)
        elif node.tag == f"{{{BPMN}}}eventBasedGateway":
            for flow in [flow for flow in flows if flow.get("sourceRef") == node.get("id")]:
                if flow.get("targetRef") in nodes:
                    _begin_with(nodes[flow.get("targetRef")], ids)
                flow.getparent().remove(flow)
            node.getparent().remove(node)


def _begin_with(node: Any, ids: set[str]) -> None:
    """Put a message start event before a node that waits for a message, which then passes through."""
    container, name = node.getparent(), node.get("id")
    definition = node.find(f"{{{BPMN}}}messageEventDefinition")
    message = node.get("messageRef", "") if definition is None else definition.get("messageRef", "")
    start = etree.SubElement(container, f"{{{BPMN}}}startEvent", id=_free(f"{name}_start", ids))
    etree.SubElement(start, f"{{{BPMN}}}messageEventDefinition", messageRef=message)
    ends = {"sourceRef": start.get("id"), "targetRef": name}
    etree.SubElement(container, f"{{{BPMN}}}sequenceFlow", id=_free(f"{name}_flow", ids), **ends)
    if definition is not None:
        node.remove(definition)
    if node.tag == f"{{{BPMN}}}receiveTask":
        node.tag = f"{{{BPMN}}}task"
