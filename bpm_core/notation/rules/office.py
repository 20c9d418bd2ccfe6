"""9xx, first half: what Guicheng asks of the diagram of an office's process, beyond BPMN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from bpm_core.notation.bpmn import ACTIVITIES
from bpm_core.notation.model import LimitUnit
from bpm_core.notation.rules.drawing import Drawing, Found, Node, child, children
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, ZEEBE, local, namespace, text_of

# camunda attribute -> term that says what is used instead
WITHOUT_EFFECT = {
    "dueDate": "limits",
    "followUpDate": "limits",
    "assignee": "posts",
    "candidateUsers": "posts",
    "priority": "order",
    "jobPriority": "order",
    "asyncBefore": "waiting",
    "asyncAfter": "waiting",
}
NAMED = ACTIVITIES | {"endEvent"}


def rules(drawing: Drawing, forms: Collection[str] | None, decisions: Collection[str] | None) -> Iterator[Found]:
    """Every breach of the 9xx rules in the diagram. `forms` and `decisions` of the bundle; None = a lone diagram."""
    in_lane = {text_of(r): _staff(r.getparent()) for r in drawing.root.iter(f"{{{BPMN}}}flowNodeRef")}
    for node in drawing.of("userTask", "manualTask"):
        yield from _person(node, in_lane, forms)
    for node in drawing.nodes:
        yield from _limit(node)
        reference = node.text("activeUntil")
        if reference and reference not in drawing.by_id:
            yield Found("907", node.xml, {"attribute": "activeUntil", "ref": reference})
    for node in drawing.of("businessRuleTask"):
        yield from _decisions(node, decisions)
    for node in drawing.of("endEvent"):
        if not node.xml.get("name") and node.xml.get(f"{{{GUICHENG}}}node") != "" and not _helper(node):
            yield Found("913", node.xml)
    yield from _without_effect(drawing)
    yield from _english(drawing)
    yield from _path_names(drawing)


def _helper(node: Node) -> bool:
    """Ends that only throw or stop something need no name of an outcome."""
    return bool(set(node.events) - {"message", "terminate"})


def _staff(lane: etree._Element | None) -> bool:
    """Whether a lane is the office's own: people outside have no time limit."""
    return lane is None or lane.get(f"{{{GUICHENG}}}actor", "staff") == "staff"


def _person(node: Node, in_lane: Mapping[str, bool], forms: Collection[str] | None) -> Iterator[Found]:
    form = node.xml.get(f"{{{CAMUNDA}}}formKey") or node.xml.get(f"{{{CAMUNDA}}}formRef")
    groups = node.xml.get(f"{{{CAMUNDA}}}candidateGroups")
    inside = child(node.xml, "extensionElements")
    for inner in inside if inside is not None else []:
        if isinstance(inner.tag, str) and namespace(inner) == ZEEBE:
            form = inner.get("formId") or form if local(inner) == "formDefinition" else form
            groups = groups or (inner.get("candidateGroups") if local(inner) == "assignmentDefinition" else None)
    if not groups and node.id not in in_lane and not any(a.get("id") in in_lane for a in node.xml.iterancestors()):
        yield Found("901", node.xml)
    if node.kind == "userTask" and not form:
        yield Found("902", node.xml)
    elif form and forms is not None and form not in forms:
        yield Found("606", node.xml, {"ref": form})
    if not node.text("limit") and in_lane.get(node.id, True):
        yield Found("903", node.xml)
    if not any(text_of(d) for d in children(node.xml, "documentation")):
        yield Found("906", node.xml)


def _limit(node: Node) -> Iterator[Found]:
    value, unit = node.text("limit"), node.text("limitUnit")
    if (value or unit) and (not value.isdigit() or unit not in set(LimitUnit)):
        yield Found("904", node.xml, {"value": value or "-", "unit": unit or "-"})


def _decisions(node: Node, decisions: Collection[str] | None) -> Iterator[Found]:
    found = [node.xml.get(f"{{{CAMUNDA}}}decisionRef")]
    inside = child(node.xml, "extensionElements")
    for inner in inside if inside is not None else []:
        if isinstance(inner.tag, str) and local(inner) in ("decision", "calledDecision"):
            found.append(inner.get("ref") or inner.get("decisionId"))
    refs = [ref for ref in found if ref]
    if not refs and decisions is not None:
        yield Found("604", node.xml)
    for ref in refs:
        if decisions is not None and ref not in decisions:
            yield Found("605", node.xml, {"ref": ref})


def _without_effect(drawing: Drawing) -> Iterator[Found]:
    """Words of other engines that mean nothing here: said once a diagram each, never taken in and then ignored."""
    seen: set[str] = set()
    for node in drawing.nodes:
        for name, instead in WITHOUT_EFFECT.items():
            if name not in seen and node.xml.get(f"{{{CAMUNDA}}}{name}") is not None:
                seen.add(name)
                yield Found("921", node.xml, {"attribute": f"camunda:{name}", "fix": instead})


def _english(drawing: Drawing) -> Iterator[Found]:
    """One warning for the whole diagram: a list of forty helps nobody."""
    missing = [n for n in drawing.of(*NAMED) if n.xml.get("name") and not n.text("nameEn")]
    if missing:
        names = [str(n.xml.get("name")) for n in missing[:5]]
        facts = {"count": len(missing), "names": "、".join(names), "names_en": ", ".join(names)}
        yield Found("905", missing[0].xml, facts)


def _path_names(drawing: Drawing) -> Iterator[Found]:
    given = [n for n in drawing.nodes if n.text("node")]
    ids = {n.id for n in drawing.nodes}
    counts = Counter(n.text("node") for n in given)
    for node in given:
        name = node.text("node")
        if (counts[name] > 1 or (name in ids and name != node.id)) and node.kind != "endEvent":
            yield Found("919", node.xml, {"node": name})
