"""Reading one BPMN element: its attributes, extensions, mappings and expressions. Knows XML; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bpm_core import feel
from bpm_core.engine.contract import NotExecutable
from bpm_core.engine.decisions import Decisions
from bpm_core.engine.scripting import Assignment, Expression, compile_expression, split_assignments
from bpm_core.engine.specs.subprocess import Mapping
from bpm_core.notation import juel
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, ZEEBE, text_of

_NAME = re.compile(r"^[^\W\d]\w*$")
_FEEL_FORMATS = frozenset({"", "feel", "text/x-feel"})
_SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_CODE = (
    (CAMUNDA, "executionListener"),
    (CAMUNDA, "taskListener"),
    (CAMUNDA, "connector"),
    (ZEEBE, "executionListeners"),
    (ZEEBE, "taskListeners"),
    (_SPIFF, "preScript"),
    (_SPIFF, "postScript"),
)


@dataclass(slots=True)
class Source:
    """One file being read, and what the expressions in it may use."""

    path: str
    decisions: Decisions
    functions: Any = None
    names: dict[str, str] = field(default_factory=dict)  # id -> name of messages and signals
    codes: dict[str, str | None] = field(default_factory=dict)  # id -> code of errors and escalations
    correlations: dict[str, str] = field(default_factory=dict)  # message id -> FEEL of the key a receiver expects
    sent: dict[str, str] = field(default_factory=dict)  # message id -> FEEL of the key a sender gives
    reads: set[str] = field(default_factory=set)  # names that anything read from the file asks for

    def refuse(self, node: Any, rule: str, message: str) -> NotExecutable:
        """The refusal of an element, with all that its author needs to find it."""
        identity = node.get("id") if node is not None else None
        line = node.sourceline if node is not None else None
        return NotExecutable(message, element=identity, rule=rule, line=line, file=self.path)

    def feel(self, text: str, node: Any) -> Expression:
        """A compiled expression. Refuses with NotExecutable(rule="expression")."""
        try:
            expression = compile_expression(text, self.functions)
            self.reads |= expression.code.names
            return expression
        except (feel.FeelError, juel.NotTranslatable) as error:
            raise self.refuse(node, "expression", f"{text.strip()!r} is no FEEL expression: {error}") from error

    def optional(self, text: str | None, node: Any) -> Expression | None:
        """A compiled expression, or None for an empty text."""
        return self.feel(text, node) if text and text.strip() else None


def children(node: Any, namespace: str, name: str) -> list[Any]:
    """Child elements of that name."""
    return list(node.findall(f"{{{namespace}}}{name}"))


def extensions(node: Any, namespace: str, name: str) -> Iterator[Any]:
    """Extension elements of that name at a node."""
    for box in children(node, BPMN, "extensionElements"):
        yield from box.findall(f"{{{namespace}}}{name}")


def child_text(node: Any, name: str) -> str:
    """Text of the first BPMN child of that name, or ""."""
    return text_of(node.find(f"{{{BPMN}}}{name}"))


def refuse_code(node: Any, source: Source) -> None:
    """Refuses what other engines would run at a node and this one would have to pass over in silence."""
    for namespace, name in _CODE:
        for _ in extensions(node, namespace, name):
            raise source.refuse(
                node, "listener", f"{name} is not run: say it with an assignment, a connector or an event"
            )


def assigns(node: Any, source: Source) -> tuple[Assignment, ...]:
    """The node's `guicheng:assign` elements, in order."""
    return tuple(
        Assignment(item.get("variable", ""), source.feel(item.get("value", ""), node))
        for item in extensions(node, GUICHENG, "assign")
    )


def local_mapping(node: Any, source: Source) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Declared inputs and outputs of an activity (camunda:inputOutput, zeebe:ioMapping)."""
    found: dict[str, list[Assignment]] = {"input": [], "output": []}
    for box in extensions(node, CAMUNDA, "inputOutput"):
        for direction in found:
            for item in children(box, CAMUNDA, f"{direction}Parameter"):
                found[direction].append(Assignment(item.get("name", ""), source.feel(text_of(item), node)))
    for box in extensions(node, ZEEBE, "ioMapping"):
        for direction in found:
            for item in children(box, ZEEBE, direction):
                found[direction].append(Assignment(item.get("target", ""), source.feel(item.get("source", ""), node)))
    for direction in found:
        found[direction] += _associated(node, direction, source)
    return tuple(found["input"]), tuple(found["output"])


def _associated(node: Any, direction: str, source: Source) -> Iterator[Assignment]:
    """Data associations that say how: an assignment from an expression to a name, or a transformation."""
    for link in children(node, BPMN, f"data{direction.capitalize()}Association"):
        for item in children(link, BPMN, "assignment"):
            target = child_text(item, "to")
            if not _NAME.match(target):
                raise source.refuse(node, "assignment", f"an assignment goes to a variable, not to {target!r}")
            yield Assignment(target, source.feel(child_text(item, "from"), node))
        text = child_text(link, "transformation")
        if text:
            yield Assignment(_data_name(node, child_text(link, "targetRef")), source.feel(text, node))


def _data_name(node: Any, reference: str) -> str:
    """The variable that a data input, output, object or property is: its name, else its id."""
    root = node.getroottree().getroot()
    item = next((e for e in root.iter(f"{{{BPMN}}}*") if e.get("id") == reference), None)
    if item is not None and item.get("dataObjectRef"):
        return _data_name(node, item.get("dataObjectRef"))
    return reference if item is None else item.get("name") or reference


def call_mapping(node: Any, direction: str, source: Source) -> tuple[bool, tuple[Mapping, ...]]:
    """(everything, the single mappings) of a call activity; direction "in" or "out"."""
    everything, rules = False, []
    for item in extensions(node, CAMUNDA, direction):
        target, name = item.get("target"), item.get("source") or item.get("sourceExpression")
        if item.get("variables") == "all":
            everything = True
        elif target and name:
            plain = _NAME.match(name) is not None
            source.reads |= {name} if plain else set()
            rules.append(Mapping(target, name if plain else None, None if plain else source.feel(name, node)))
    return everything, tuple(rules)


def script(node: Any, source: Source) -> tuple[Assignment, ...]:
    """What a script task assigns. Refuses a language other than FEEL, and text that is no assignment.

    A text that is said to be FEEL and names no result variable is evaluated and its value dropped (variable "").
    """
    for item in extensions(node, ZEEBE, "script"):
        return (Assignment(item.get("resultVariable", ""), source.feel(item.get("expression", ""), node)),)
    text = child_text(node, "script")
    if not text:
        return ()
    if node.get("scriptFormat", "").lower() not in _FEEL_FORMATS:
        raise source.refuse(node, "script_language", f"scripts in {node.get('scriptFormat')!r} are not run; write FEEL")
    result = node.get(f"{{{CAMUNDA}}}resultVariable")
    if result:
        return (Assignment(result, source.feel(text, node)),)
    lines = split_assignments(text)
    root = node.getroottree().getroot()
    if lines is None and (node.get("scriptFormat") or "/FEEL" in root.get("expressionLanguage", "")):
        return (Assignment("", source.feel(text, node)),)
    if lines is None:
        raise source.refuse(node, "script", "a script is made of lines `name = expression`, or names a result variable")
    return tuple(Assignment(name, source.feel(value, node)) for name, value in lines)
