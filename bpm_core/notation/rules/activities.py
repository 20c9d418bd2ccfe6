"""6xx: tasks, sub-processes, calls, repetition; and that no program code hides in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree

from bpm_core import feel
from bpm_core.notation import dialects
from bpm_core.notation.bpmn import ACTIVITIES, CONTAINERS
from bpm_core.notation.functions import TABLE
from bpm_core.notation.rules.drawing import Drawing, Found, Node, child
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, ZEEBE, local, namespace, text_of

MAX_INSTANCES = 200
FEEL_FORMATS = frozenset({"", "feel", "text/x-feel", "application/feel"})
CODE_ATTRIBUTES = ("class", "expression", "delegateExpression", "script")
CODE_ELEMENTS = frozenset({"executionListener", "taskListener", "script", "connector", "field"})
TOKENS = ("startQuantity", "completionQuantity")


def rules(drawing: Drawing, connectors: Collection[str], known: Collection[str] | None) -> Iterator[Found]:
    """Every breach of the 6xx rules. `known` = keys of processes that may be called; None = not checked."""
    for node in drawing.of(*ACTIVITIES):
        yield from _code(node)
        yield from _loop(drawing, node)
        yield from _tokens(node)
    for node in drawing.of("serviceTask"):
        yield from _service(node, connectors)
    for node in drawing.of("scriptTask"):
        yield from _script(node)
    for node in drawing.of("sendTask", "receiveTask"):
        yield from _message(node)
    for node in drawing.of("callActivity"):
        yield from _call(drawing, node, known)
    for node in drawing.of(*CONTAINERS):
        yield from _container(drawing, node)
    for process in drawing.processes:
        yield from _listeners(process)


def _extensions(element: etree._Element) -> Iterator[etree._Element]:
    inside = child(element, "extensionElements")
    if inside is not None:
        yield from (e for e in inside.iter() if isinstance(e.tag, str) and e is not inside)


def _code(node: Node) -> Iterator[Found]:
    for name in CODE_ATTRIBUTES:
        value = node.xml.get(f"{{{CAMUNDA}}}{name}")
        if value is not None:
            yield Found("609", node.xml, {"what": f"camunda:{name}", "found": value[:60]})
    yield from _listeners(node.xml)


def _listeners(element: etree._Element) -> Iterator[Found]:
    for inner in _extensions(element):
        if namespace(inner) == CAMUNDA and local(inner) in CODE_ELEMENTS:
            found = inner.get("class") or inner.get("expression") or inner.get("delegateExpression") or text_of(inner)
            yield Found("609", element, {"what": f"camunda:{local(inner)}", "found": found[:60]})
        elif "spiff" in namespace(inner).lower() and local(inner) in ("preScript", "postScript"):
            yield Found("609", element, {"what": f"spiffworkflow:{local(inner)}", "found": text_of(inner)[:60]})


def _service(node: Node, connectors: Collection[str]) -> Iterator[Found]:
    topic = node.xml.get(f"{{{CAMUNDA}}}topic")
    for inner in _extensions(node.xml):
        if namespace(inner) == ZEEBE and local(inner) == "taskDefinition":
            topic = inner.get("type") or topic
    if topic is None:
        if not any(node.xml.get(f"{{{CAMUNDA}}}{n}") for n in CODE_ATTRIBUTES) and connectors:
            yield Found("607", node.xml)
    elif connectors and topic not in connectors:
        yield Found("608", node.xml, {"topic": topic, "known": ", ".join(sorted(connectors))})


def _script(node: Node) -> Iterator[Found]:
    language = (node.xml.get("scriptFormat") or "").strip()
    script = text_of(child(node.xml, "script"))
    ours = [e for e in _extensions(node.xml) if namespace(e) in (GUICHENG, ZEEBE)]
    assigns = [e for e in ours if local(e) in ("assign", "script")]
    if language.lower() not in FEEL_FORMATS:
        facts = {"language": language, "example": _as_feel(script)}
        yield Found("610", node.xml, facts)
    elif script and _foreign(script) and not _feel_lines(script):
        yield Found("610", node.xml, {"language": _foreign(script), "example": _as_feel(script)})
    elif script and not language:
        yield Found("622", node.xml)
    elif not script and not assigns:
        yield Found("611", node.xml)


def _feel_lines(script: str) -> bool:
    """Whether a script is made of lines `name = FEEL`."""
    try:
        lines = dialects.assignments(script) or []
        return bool([feel.compile(dialects.expression(text), functions=TABLE) for _, text in lines])
    except feel.FeelError:
        return False


def _foreign(script: str) -> str:
    """Which programming language a script without a stated format looks like; "" when it may be FEEL."""
    if re.search(r"(?m)^\s*(import|from)\s+\w+|__\w+__|\bexec\s*\(|\beval\s*\(|\bprint\s*\(|^\s*\w+\s*=[^=]", script):
        return "Python"
    if re.search(r"\b(var|let|const)\s+\w+|=>|===|\bfunction\s*\w*\s*\([^)]*\)\s*\{\s*(return|var)|;\s*$", script):
        return "JavaScript"
    return ""


def _as_feel(script: str) -> str:
    """A right-hand side the author will recognise: the first simple assignment of the script."""
    match = re.search(r"(?m)^\s*(?:var |let |const )?\w+\s*=\s*([^=\n;]{1,40})", script)
    return match[1].strip() if match else "1 + 1"


def _message(node: Node) -> Iterator[Found]:
    has_operation = node.xml.get("operationRef") is not None
    camunda = any(node.xml.get(f"{{{CAMUNDA}}}{n}") for n in ("topic", *CODE_ATTRIBUTES))
    if not node.xml.get("messageRef") and not has_operation and not camunda and node.xml.get(f"{{{GUICHENG}}}strict"):
        yield Found("615", node.xml)
    if node.kind == "receiveTask" and node.xml.get("instantiate") == "true" and node.incoming:
        yield Found("618", node.xml, {"detail": "starts the process and has an incoming flow"})


def _call(drawing: Drawing, node: Node, known: Collection[str] | None) -> Iterator[Found]:
    called = node.xml.get("calledElement")
    for inner in _extensions(node.xml):
        if namespace(inner) == ZEEBE and local(inner) == "calledElement":
            called = inner.get("processId") or called
    if not called:
        yield Found("601", node.xml)
        return
    here = drawing.resolve(called)
    if here is not None and local(here) not in ("process", *_GLOBAL):
        yield Found("205", node.xml, {"attribute": "calledElement", "ref": called, "kind": local(here)})
    elif here is not None and local(here) == "process" and _reaches(drawing, here, here):
        yield Found("603", node.xml, {"key": called})
    elif here is not None and local(here) == "process" and not _callable(drawing, here):
        yield Found("623", node.xml, {"key": called})
    elif here is None and known is not None and called not in known:
        yield Found("602", node.xml, {"key": called})


_GLOBAL = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")


def _callable(drawing: Drawing, process: etree._Element) -> bool:
    starts = [n for n in drawing.inside(process) if n.kind == "startEvent"]
    return not starts or any(not s.definitions for s in starts)


def _reaches(drawing: Drawing, start: etree._Element, goal: etree._Element) -> bool:
    """Whether a process of this file calls itself, directly or through others of the file."""
    seen: set[etree._Element] = set()
    todo = [start]
    while todo:
        process = todo.pop()
        for call in process.iter(f"{{{BPMN}}}callActivity"):
            called = drawing.resolve(call.get("calledElement"))
            if called is goal:
                return True
            if called is not None and local(called) == "process" and called not in seen:
                seen.add(called)
                todo.append(called)
    return False


def _loop(drawing: Drawing, node: Node) -> Iterator[Found]:
    mark = child(node.xml, "multiInstanceLoopCharacteristics")
    if mark is None:
        return
    cardinality, source = child(mark, "loopCardinality"), child(mark, "loopDataInputRef")
    collection = f"{{{CAMUNDA}}}collection" in mark.attrib
    zeebe = any(namespace(e) == ZEEBE for e in mark.iter() if isinstance(e.tag, str))
    if cardinality is None and source is None and not collection and not zeebe:
        yield Found("613", node.xml)
    if cardinality is not None and source is not None:
        yield Found("613", node.xml)
    text = text_of(cardinality)
    if text.isdigit() and int(text) > MAX_INSTANCES:
        yield Found("612", node.xml, {"found": int(text), "max": MAX_INSTANCES})
    yield from _behaviour(node, mark)


def _behaviour(node: Node, mark: etree._Element) -> Iterator[Found]:
    behavior = mark.get("behavior") or "All"
    if behavior == "Complex" and child(mark, "complexBehaviorDefinition") is None:
        yield Found("620", node.xml, {"behavior": behavior, "what": "complexBehaviorDefinition"})
    for wanted, attribute in (("One", "oneBehaviorEventRef"), ("None", "noneBehaviorEventRef")):
        if behavior == wanted and not mark.get(attribute):
            yield Found("620", node.xml, {"behavior": behavior, "what": attribute})


def _tokens(node: Node) -> Iterator[Found]:
    for name in TOKENS:
        value = node.xml.get(name)
        if value is not None and (not value.lstrip("-").isdigit() or int(value) < 1):
            yield Found("619", node.xml, {"attribute": name, "found": value})


def _container(drawing: Drawing, node: Node) -> Iterator[Found]:
    nodes = drawing.inside(node.xml)
    if node.kind == "adHocSubProcess":
        if not any(n.kind in ACTIVITIES for n in nodes):
            yield Found("614", node.xml)
        for inner in nodes:
            if inner.kind in ("startEvent", "endEvent"):
                yield Found("616", inner.xml, {"what": inner.kind})
    elif not nodes:
        yield Found("614", node.xml)
