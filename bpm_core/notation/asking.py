"""What a step of a plain diagram is asked: the values by which its process goes on from there.

Such a diagram has no form. The conditions behind a step say which names they read, and how they compare them says
whether a number, yes or no, or a text is meant. Programs may send more than that; at the desk this is the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpm_core import feel
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.functions import TABLE
from bpm_core.notation.model import Element, ProcessModel

_PASSED = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "task", "scriptTask"}
    | {"intermediateThrowEvent", "sendTask"}
)
_COUNTERS = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "item"}
)  # of a multi-instance: the engine sets them
_COMPARED = r"(?:=|!=|<=|>=|<|>)"
YES, NO = "true", "false"
_CHOICE = ((YES, "是", "yes"), (NO, "否", "no"))


def form(process: ProcessModel, element_id: str) -> FormSchema | None:
    """The fields a step is asked, in the order of the conditions behind it; None when nothing is read there."""
    texts = dict.fromkeys(_behind(process, process.elements[element_id]))
    fields: dict[str, Field] = {}
    for text in texts:
        for name in sorted(_names(text) - _COUNTERS, key=text.find):
            fields.setdefault(name, _field(name, [other for other in texts if name in other]))
    return FormSchema(id="", fields=tuple(fields.values())) if fields else None


def _behind(process: ProcessModel, element: Element) -> Iterator[str]:
    """Texts read between a step and whatever waits next; what an assignment sets on the way is not asked for."""
    seen, edge, known = {element.id}, [element], set[str]()
    while edge:
        node = edge.pop(0)
        for variable, text in node.assigns:
            if not _names(text) & known:
                yield text
            known.add(variable)
        for identity in node.outgoing:
            flow = process.flow_by_id[identity]
            if flow.condition and not _names(flow.condition) & known:
                yield flow.condition
            target = process.elements[flow.target]
            if target.id not in seen and target.kind in _PASSED:
                seen.add(target.id)
                edge.append(target)


def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile(text, functions=TABLE).names - TABLE.names
    except feel.FeelError:
        return frozenset()


def _field(name: str, texts: list[str]) -> Field:
    said = re.escape(name)
    number = rf"\b{said}\b\s*{_COMPARED}\s*-?\d|\d\s*{_COMPARED}\s*{said}\b"
    if any(re.search(number, text) for text in texts):
        return Field(key=name, type="decimal", label_zh=name, label_en=name, required=True)
    truth = rf"\b{said}\b\s*!?=\s*(?:true|false)\b|not\(\s*{said}\s*\)"
    if any(text.strip() == name or re.search(truth, text) for text in texts):
        return Field(key=name, type="enum", label_zh=name, label_en=name, required=True, options=_CHOICE)
    known = dict.fromkeys(word for text in texts for word in re.findall(rf'\b{said}\b\s*!?=\s*"([^"]*)"', text))
    hint = ", ".join(known)
    return Field(key=name, type="string", label_zh=name, label_en=name, required=True, hint_zh=hint, hint_en=hint)
