"""Everything a diagram may compute: FEEL only. Python from a diagram cannot be reached from here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from bpm_core import feel
from bpm_core.engine.contract import Value
from bpm_core.engine.incidents import NodeFailure
from bpm_core.notation import juel

_ASSIGNMENT = re.compile(r"^\s*([^\W\d]\w*)\s*(?::=|=(?!=))\s*(.+?)\s*;?\s*$", re.S)


class PythonRefused(Exception):
    """The library tried to evaluate or run Python. It never may."""


class _RefusingEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Stands where SpiffWorkflow keeps its Python environment, so that a forgotten argument cannot reach `eval`."""

    def evaluate(self, expression: object, context: object, external_context: object = None) -> NoReturn:
        raise PythonRefused("Python expressions are not run")

    def execute(self, script: object, context: object, external_context: object = None) -> NoReturn:
        raise PythonRefused("Python scripts are not run")

    def call_service(self, context: object, **kwargs: object) -> NoReturn:
        raise PythonRefused("services are not called from the engine")


class RefusingEngine(PythonScriptEngine):  # type: ignore[misc]
    """The only script engine a workflow of ours is ever given: it raises."""

    def __init__(self) -> None:
        super().__init__(environment=_RefusingEnvironment())


REFUSING_ENGINE = RefusingEngine()


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression of a diagram, compiled once per definition."""

    text: str
    code: Any

    def value(self, variables: Mapping[str, Value], now: datetime) -> Value:
        """Its value. Refuses with NodeFailure("expression") when it cannot be evaluated within its budget."""
        try:
            return self.code.evaluate(variables, now=now)
        except feel.FeelError as error:
            raise NodeFailure(
                "expression", f"{self.text!r} cannot be evaluated: {error}", {"expression": self.text}
            ) from error

    def truth(self, variables: Mapping[str, Value], now: datetime) -> bool:
        """Its truth. Anything but true or false is an incident: a wrong guess would decide a case silently."""
        value = self.value(variables, now)
        if value is True or value is False:
            return value
        raise NodeFailure(
            "expression",
            f"{self.text!r} must be true or false, but is {_describe(value)}",
            {"expression": self.text, "found": _describe(value), "names": sorted(self.code.names)},
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """`variable = expression`."""

    variable: str
    expression: Expression


def compile_expression(text: str, functions: Any = None) -> Expression:
    """The compiled expression: FEEL, with or without Camunda 8's `=` in front, or the part of JUEL that FEEL can say.

    Raises FeelSyntaxError, or juel.NotTranslatable with a suggestion.
    """
    source = juel.to_feel(text.strip())
    if source.startswith("="):
        source = source[1:].strip()
    return Expression(source, feel.compile(source, functions=functions))


def split_assignments(script: str) -> list[tuple[str, str]] | None:
    """The lines `name = expression` of a script body, or None when it is not made of such lines."""
    found = []
    for line in re.split(r"[;\n]", script):
        if not line.strip():
            continue
        match = _ASSIGNMENT.match(line)
        if match is None:
            return None
        found.append((match.group(1), match.group(2)))
    return found


def own(value: object) -> Value:
    """A copy of a caller's value that nobody else can change, as an exact FEEL value.

    Refuses with FeelValueError what is no FEEL value.
    """
    return feel.values.from_python(value)


def _describe(value: Value) -> str:
    return "null" if value is None else f"a {type(value).__name__}"
