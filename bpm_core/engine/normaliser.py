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
    - a global task is a process with that one task, a receive task that starts a process has a message start event.
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
    _global_tasks(root, ids)
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


def _global_tasks(root: Any, ids: set[str]) -> None:
    for task in [node for node in root if isinstance(node.tag, str) and node.tag in _GLOBAL]:
        process = etree.SubElement(root, f"{{{BPMN}}}process", id=task.get("id"), isExecutable="true")
        task.tag = _GLOBAL[task.tag]
        task.set("id", _free(f"{task.get('id')}_task", ids))
        process.append(task)


def _instantiating(root: Any, ids: set[str]) -> None:
    targets = {flow.get("targetRef") for flow in root.iter(f"{{{BPMN}}}sequenceFlow")}
    for task in list(root.iter(f"{{{BPMN}}}receiveTask")):
        if task.get("instantiate") != "true" or task.get("id") in targets:
            continue
        container = task.getparent()
        start = etree.SubElement(container, f"{{{BPMN}}}startEvent", id=_free(f"{task.get('id')}_start", ids))
        etree.SubElement(start, f"{{{BPMN}}}messageEventDefinition", messageRef=task.get("messageRef", ""))
        flow = {"sourceRef": start.get("id"), "targetRef": task.get("id")}
        etree.SubElement(container, f"{{{BPMN}}}sequenceFlow", id=_free(f"{task.get('id')}_flow", ids), **flow)
        task.tag = f"{{{BPMN}}}task"
