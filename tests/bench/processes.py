# ruff: noqa: E501  (diagrams are written one element a line)
"""The benchmark processes, drawn twice from one list: for us (FEEL) and for stock SpiffWorkflow (Python, its extensions).

small   start, two user tasks, end
full    8 user tasks on the path, exclusive gateways with a way back, a parallel part, two scripts, a decision table, a
        reminder timer on a user task and a call activity with two more user tasks
loop    one user task, a script and a gateway, round and round
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

OURS, STOCK = "ours", "stock"
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="urn:bench">'
)
# name, kind, and what is inside for each engine
Node = tuple[str, str] | tuple[str, str, Mapping[str, str]]
# source, target, and the condition for each engine ("!" = default flow)
Flow = tuple[str, str] | tuple[str, str, str | Mapping[str, str]]


@dataclass(frozen=True)
class Folder:
    """A process folder in memory: what a bundle is made of."""

    key: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        parts = [f"{path} {hashlib.sha256(content).hexdigest()}" for path, content in sorted(self.files.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def both(ours: str, stock: str) -> Mapping[str, str]:
    """A text that differs between the two languages."""
    return {OURS: ours, STOCK: stock}


def _script(lines: str) -> Mapping[str, str]:
    return both(*(2 * (f"<bpmn:script>{escape(lines)}</bpmn:script>",)))


def _timer(name: str) -> Mapping[str, str]:
    form = '<bpmn:timerEventDefinition id="{}"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{}</bpmn:timeDuration></bpmn:timerEventDefinition>'
    return both(form.format(name, "P5D"), form.format(name, "'P5D'"))


_DECISION = both(
    "",
    "<bpmn:extensionElements><spiffworkflow:calledDecisionId>rate</spiffworkflow:calledDecisionId></bpmn:extensionElements>",
)
_CALL = both(
    '<bpmn:extensionElements><camunda:in variables="all"/><camunda:out variables="all"/></bpmn:extensionElements>', ""
)
_ATTRIBUTES = {
    "D1": {OURS: ' camunda:decisionRef="rate"', STOCK: ""},
    "C1": {OURS: ' calledElement="publicity"', STOCK: ' calledElement="publicity"'},
    "T2": {OURS: ' attachedToRef="U2" cancelActivity="false"', STOCK: ' attachedToRef="U2" cancelActivity="false"'},
}

SMALL_NODES: list[Node] = [("start", "startEvent"), ("U1", "userTask"), ("U2", "userTask"), ("end", "endEvent")]
SMALL_FLOWS: list[Flow] = [("start", "U1"), ("U1", "U2"), ("U2", "end")]

CALLED_NODES: list[Node] = [("c_start", "startEvent"), ("U6", "userTask"), ("U7", "userTask"), ("c_end", "endEvent")]
CALLED_FLOWS: list[Flow] = [("c_start", "U6"), ("U6", "U7"), ("U7", "c_end")]

FULL_NODES: list[Node] = [
    ("start", "startEvent"),
    ("U1", "userTask"),
    ("U2", "userTask"),
    ("T2", "boundaryEvent", _timer("T2d")),
    ("U2x", "userTask"),
    ("endx", "endEvent"),
    ("X1", "exclusiveGateway"),
    ("S1", "scriptTask", _script("days = 30\nbase = 30 * people")),
    ("D1", "businessRuleTask", _DECISION),
    ("P1", "parallelGateway"),
    ("U3", "userTask"),
    ("U4", "userTask"),
    ("P2", "parallelGateway"),
    ("X2", "exclusiveGateway"),
    ("U5", "userTask"),
    ("X2m", "exclusiveGateway"),
    ("C1", "callActivity", _CALL),
    ("X3", "exclusiveGateway"),
    ("S2", "scriptTask", _script("paid = amount")),
    ("U8", "userTask"),
    ("end", "endEvent"),
    ("U9", "userTask"),
    ("end2", "endEvent"),
]
FULL_FLOWS: list[Flow] = [
    ("start", "U1"),
    ("U1", "U2"),
    ("U2", "X1"),
    ("T2", "U2x"),
    ("U2x", "endx"),
    ("X1", "S1", both("complete = true", "complete == True")),
    ("X1", "U1", "!"),
    ("S1", "D1"),
    ("D1", "P1"),
    ("P1", "U3"),
    ("P1", "U4"),
    ("U3", "P2"),
    ("U4", "P2"),
    ("P2", "X2"),
    ("X2", "U5", "amount > 5000"),
    ("X2", "X2m", "!"),
    ("U5", "X2m"),
    ("X2m", "C1"),
    ("C1", "X3"),
    ("X3", "S2", both("approved = true", "approved == True")),
    ("X3", "U9", "!"),
    ("S2", "U8"),
    ("U8", "end"),
    ("U9", "end2"),
]
LOOP_NODES: list[Node] = [
    ("start", "startEvent"),
    ("U1", "userTask"),
    ("S1", "scriptTask", _script("n = n + 1")),
    ("X1", "exclusiveGateway"),
    ("end", "endEvent"),
]
LOOP_FLOWS: list[Flow] = [("start", "U1"), ("U1", "S1"), ("S1", "X1"), ("X1", "U1", "n < rounds"), ("X1", "end", "!")]

RATE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs_rate" name="rate" namespace="urn:bench">
<decision id="rate" name="rate"><decisionTable id="dt" hitPolicy="FIRST">
<input id="i1" label="category"><inputExpression id="ie1" typeRef="string"><text>category</text></inputExpression></input>
<input id="i2" label="people"><inputExpression id="ie2" typeRef="number"><text>people</text></inputExpression></input>
<output id="o1" label="amount" name="amount" typeRef="number"/>
<rule id="r1"><inputEntry id="e1"><text>"A"</text></inputEntry><inputEntry id="e2"><text>&gt; 10</text></inputEntry>
<outputEntry id="oe1"><text>base * 20</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e3"><text>"B"</text></inputEntry><inputEntry id="e4"><text></text></inputEntry>
<outputEntry id="oe2"><text>base * 10</text></outputEntry></rule>
<rule id="r3"><inputEntry id="e5"><text></text></inputEntry><inputEntry id="e6"><text></text></inputEntry>
<outputEntry id="oe3"><text>base</text></outputEntry></rule>
</decisionTable></decision></definitions>
"""

START = {
    "person": {
        "name": "Applicant",
        "reference": "P-0001",
        "phones": ["13800000000"],
        "address": {"city": "Jiaozuo", "street": "x" * 40},
    },
    "category": "A",
    "people": 12,
    "materials": [{"code": f"M{i:02d}", "title": f"material {i}", "pages": i, "ok": True} for i in range(10)],
}


def form(element: str) -> dict[str, object]:
    """What a person enters at a step."""
    entered = {"note": f"handled {element}", "by": "u100", "n": 3, "when": "2026-11-21T09:00:00+08:00"}
    more = {"U2": {"complete": True}, "U7": {"approved": True}}.get(element, {})
    return {f"form_{element}": entered, **more}


def diagram(key: str, nodes: list[Node], flows: list[Flow], engine: str) -> bytes:
    """A BPMN file for one engine."""
    ids = {f"f{number}": flow for number, flow in enumerate(flows, 1)}
    defaults = {flow[0]: identity for identity, flow in ids.items() if flow[2:] == ("!",)}
    parts = [_HEAD, f'<bpmn:process id="{key}" isExecutable="true">']
    for node in nodes:
        name, kind = node[0], node[1]
        attributes = _ATTRIBUTES.get(name, {}).get(engine, "")
        if name in defaults:
            attributes += f' default="{defaults[name]}"'
        inside = node[2][engine] if len(node) > 2 else ""
        links = "".join(f"<bpmn:incoming>{i}</bpmn:incoming>" for i, flow in ids.items() if flow[1] == name)
        links += "".join(f"<bpmn:outgoing>{i}</bpmn:outgoing>" for i, flow in ids.items() if flow[0] == name)
        # The schema wants extensions first and what is special to the kind last.
        body = inside + links if inside.startswith("<bpmn:extensionElements") else links + inside
        parts.append(f'<bpmn:{kind} id="{name}" name="{name}"{attributes}>{body}</bpmn:{kind}>')
    for identity, flow in ids.items():
        condition = flow[2] if len(flow) > 2 and flow[2] != "!" else None
        text = condition if isinstance(condition, str) or condition is None else condition[engine]
        inner = ""
        if text is not None:
            inner = (
                f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:conditionExpression>'
            )
        parts.append(
            f'<bpmn:sequenceFlow id="{identity}" sourceRef="{flow[0]}" targetRef="{flow[1]}">{inner}</bpmn:sequenceFlow>'
        )
    return "\n".join([*parts, "</bpmn:process></bpmn:definitions>"]).encode()


def files(key: str, engine: str) -> dict[str, bytes]:
    """The files of process `key` ("small", "full", "publicity" or "loop") for one engine."""
    nodes, flows = {
        "small": (SMALL_NODES, SMALL_FLOWS),
        "full": (FULL_NODES, FULL_FLOWS),
        "publicity": (CALLED_NODES, CALLED_FLOWS),
        "loop": (LOOP_NODES, LOOP_FLOWS),
    }[key]
    found = {"process.bpmn": diagram(key, nodes, flows, engine)}
    if key == "full":
        found["decisions/rate.dmn"] = RATE.encode()
    return found


def folder(key: str) -> Folder:
    """The process as a folder of ours."""
    return Folder(key, files(key, OURS))
