"""The words that camunda:, zeebe: and guicheng: add to a BPMN element, read into one set of facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from bpm_core.notation import dialects
from bpm_core.notation.model import ClockAct, Limit, LimitUnit, LoopSpec, SystemQuery, ValueSpec
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, ZEEBE, local, text_of


def _g(name: str) -> str:
    return f"{{{GUICHENG}}}{name}"


def _c(name: str) -> str:
    return f"{{{CAMUNDA}}}{name}"


def _z(name: str) -> str:
    return f"{{{ZEEBE}}}{name}"


def read(node: etree._Element) -> dict[str, Any]:
    """Keyword arguments for model.Element: everything that is not plain BPMN."""
    inside = node.find(f"{{{BPMN}}}extensionElements")
    children = [c for c in inside if isinstance(c.tag, str)] if inside is not None else []
    return {
        "form_id": _form(node, children),
        "candidate_groups": _groups(node, children),
        "clauses": _texts(children, "clause"),
        "laws": _texts(children, "law"),
        "clauses_en": _texts(children, "clause", "en"),
        "laws_en": _texts(children, "law", "en"),
        "limit": _limit(node),
        "clock": _clock(node),
        "clock_ground": node.get(_g("clockGround"), ""),
        "sod_groups": tuple(node.get(_g("sod"), "").split()),
        "audit_points": _refs(children, "auditPoint", "ref"),
        "connector": _connector(node, children),
        "systems": tuple(
            SystemQuery(c.get("code", ""), c.get("queryZh", "") or c.get("query", ""), c.get("query", ""))
            for c in children
            if c.tag == _g("system")
        ),
        "outputs": tuple(_value(c) for c in children if c.tag == _g("output")),
        "decisions": _decisions(node, children),
        "assigns": _assigns(node, children),
        "payload": _refs(children, "payload", "name"),
        "parties": _refs(children, "party", "code"),
        "active_until": node.get(_g("activeUntil")),
        "outcome": node.get(_g("outcome")),
        "call_inputs": _mapping(children, "in"),
        "call_outputs": _mapping(children, "out"),
        "loop": _loop(node),
    }


def variables(process: etree._Element) -> tuple[ValueSpec, ...]:
    """Variables a process declares, in the order of the file."""
    inside = process.find(f"{{{BPMN}}}extensionElements")
    return tuple(_value(c) for c in inside if c.tag == _g("variable")) if inside is not None else ()


def _form(node: etree._Element, children: list[etree._Element]) -> str | None:
    key = node.get(_c("formKey")) or node.get(_c("formRef"))
    for child in children:
        if child.tag == _z("formDefinition"):
            key = child.get("formId") or child.get("formKey") or key
    return key


def _groups(node: etree._Element, children: list[etree._Element]) -> tuple[str, ...]:
    text = node.get(_c("candidateGroups"), "")
    for child in children:
        if child.tag == _z("assignmentDefinition"):
            text = child.get("candidateGroups", "") or text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _connector(node: etree._Element, children: list[etree._Element]) -> str | None:
    topic = node.get(_c("topic"))
    for child in children:
        if child.tag == _z("taskDefinition"):
            topic = child.get("type") or topic
    return topic


def _decisions(node: etree._Element, children: list[etree._Element]) -> tuple[str, ...]:
    refs = _refs(children, "decision", "ref")
    called = tuple(str(c.get("decisionId")) for c in children if c.tag == _z("calledDecision") and c.get("decisionId"))
    plain = (str(node.get(_c("decisionRef"))),) if node.get(_c("decisionRef")) else ()
    return refs or called or plain


def _assigns(node: etree._Element, children: list[etree._Element]) -> tuple[tuple[str, str], ...]:
    """Assignments in order; a FEEL script with a camunda result variable is one too."""
    assigns = tuple((c.get("variable", ""), c.get("value", "")) for c in children if c.tag == _g("assign"))
    script = text_of(node.find(f"{{{BPMN}}}script"))
    if script and (node.get("scriptFormat", "").lower() in ("", "feel", "text/x-feel")):
        result = node.get(_c("resultVariable"))
        assigns += ((result, script),) if result else tuple(dialects.assignments(script) or ())
    zeebe = [c for c in children if c.tag == _z("script") and c.get("resultVariable")]
    return assigns + tuple((c.get("resultVariable", ""), c.get("expression", "").lstrip("= ")) for c in zeebe)


def _texts(children: list[etree._Element], name: str, twin: str = "") -> tuple[str, ...]:
    """Text of each child; with `twin`, the same in the language of that attribute where it is given."""
    return tuple((c.get(twin) if twin else None) or text_of(c) for c in children if c.tag == _g(name) and text_of(c))


def _refs(children: list[etree._Element], name: str, attribute: str) -> tuple[str, ...]:
    return tuple(str(c.get(attribute)) for c in children if c.tag == _g(name) and c.get(attribute))


def _limit(node: etree._Element) -> Limit | None:
    value, unit = node.get(_g("limit")), node.get(_g("limitUnit"))
    if value is None or unit not in set(LimitUnit) or not value.isdigit():
        return None
    return Limit(int(value), LimitUnit(unit))


def _clock(node: etree._Element) -> ClockAct | None:
    act = node.get(_g("clock"))
    return ClockAct(act) if act in set(ClockAct) else None


def _value(child: etree._Element) -> ValueSpec:
    return ValueSpec(
        name=child.get("name", ""),
        type=child.get("type", "string"),
        label_zh=child.get("labelZh", ""),
        label_en=child.get("labelEn", ""),
        example=child.get("example"),
        options=tuple(_options(child)),
        personal=child.get("personal") == "true",
        derived=child.get("derived") == "true",
    )


def _options(child: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Options: child elements with both names, or `options="a|b"` with values only."""
    for option in child.findall(_g("option")):
        value = option.get("value", "")
        yield value, option.get("zh", value), option.get("en", value)
    for value in filter(None, child.get("options", "").split("|")):
        yield value, value, value


def _mapping(children: list[etree._Element], direction: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for child in children:
        if child.tag == _c(direction) and child.get("variables") == "all":
            pairs.append(("*", "*"))
        elif child.tag == _c(direction) and child.get("target"):
            pairs.append((child.get("source") or child.get("sourceExpression") or "", str(child.get("target"))))
        elif child.tag == _z("ioMapping"):
            wanted = "input" if direction == "in" else "output"
            pairs += [(c.get("source", "").lstrip("= "), c.get("target", "")) for c in child if local(c) == wanted]
    return tuple(pairs)


def _loop(node: etree._Element) -> LoopSpec | None:
    standard = node.find(f"{{{BPMN}}}standardLoopCharacteristics")
    if standard is not None:
        return LoopSpec("standard", completion=text_of(standard.find(f"{{{BPMN}}}loopCondition")) or None)
    mark = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if mark is None:
        return None
    return LoopSpec(
        kind="sequential" if mark.get("isSequential") == "true" else "parallel",
        collection=dialects.expression(mark.get(_c("collection"), ""))
        or text_of(mark.find(f"{{{BPMN}}}loopDataInputRef"))
        or None,
        cardinality=dialects.expression(text_of(mark.find(f"{{{BPMN}}}loopCardinality"))) or None,
        item=mark.get(_c("elementVariable")),
        completion=dialects.expression(text_of(mark.find(f"{{{BPMN}}}completionCondition"))) or None,
    )
