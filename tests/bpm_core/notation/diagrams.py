"""Small diagrams for the tests of the notation, written as their authors would."""

from __future__ import annotations

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:guicheng="urn:guicheng:bpmn:1" '
    'targetNamespace="urn:test">'
)


def process(inside: str, *, before: str = "", attributes: str = 'isExecutable="true"') -> bytes:
    """A file with one process `p`."""
    return f'{HEAD}{before}<bpmn:process id="p" {attributes}>{inside}</bpmn:process></bpmn:definitions>'.encode()


def flow(source: str, target: str, condition: str = "", identity: str = "") -> str:
    """A sequence flow, named after its ends."""
    name = identity or f"{source}_{target}"
    if not condition:
        return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'
    expression = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{expression}</bpmn:sequenceFlow>'


def around(step: str, identity: str = "t") -> bytes:
    """Start, one step, end."""
    start, end = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e" name="End"/>'
    return process(start + step + end + flow("s", identity) + flow(identity, "e"))
