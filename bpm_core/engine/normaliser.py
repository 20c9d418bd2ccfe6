"""Makes the diagrams of many tools alike before they are parsed: ids for flows, bare references, shared definitions."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

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


def normalise(data: bytes, path: str) -> Any:
    """The root of a BPMN file in the one form that the parser reads.

    - sequence flows without an id get one (stock SpiffWorkflow drops them without a word);
    - prefixed references (`tns:Message_1`) lose their prefix, where the bare name is what the file defines;
    - event definitions that are referred to stand where they are used.
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
