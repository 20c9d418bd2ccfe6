"""Diagrams as other tools draw them: BPMN alone, without forms, posts or limits."""

from __future__ import annotations

import itertools

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  id="D" targetNamespace="urn:plain" expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/">
"""


def diagram(*parts: str) -> bytes:
    """A file of these root elements."""
    return (_HEAD + "".join(parts) + "</bpmn:definitions>").encode()


def process(key: str, *nodes: str) -> str:
    """A process that goes through the nodes in a row; each is written without its flows: see `node`."""
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in nodes]
    pairs = enumerate(itertools.pairwise(ids))
    flows = "".join(f'<bpmn:sequenceFlow id="{key}_f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in pairs)
    return f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{"".join(nodes)}{flows}</bpmn:process>'


def node(kind: str, identity: str, inside: str = "", **attributes: str) -> str:
    """One element."""
    more = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{kind} id="{identity}" name="{identity}"{more}>{inside}</bpmn:{kind}>'


def event(kind: str, identity: str, definition: str, reference: str) -> str:
    """An event with one definition that refers to a message or signal."""
    inside = f'<bpmn:{definition}EventDefinition id="{identity}_d" {definition}Ref="{reference}"/>'
    return node(kind, identity, inside)


START, END = node("startEvent", "Start"), node("endEvent", "End")


def ends(key: str) -> tuple[str, str]:
    """A start and an end event of their own, where a file holds several processes."""
    return node("startEvent", f"{key}_start"), node("endEvent", f"{key}_end")
