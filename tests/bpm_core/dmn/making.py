# ruff: noqa: E501  (cells, files and payloads are written one a line)
"""DMN files for tests, written as short tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from bpm_core import dmn, feel

NOW = datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag: str, content: str | None) -> str:
    return f"<{tag}><text>{escape(content)}</text></{tag}>" if content is not None else ""


def table_xml(
    inputs: Sequence[tuple[str, ...]],
    outputs: Sequence[tuple[str, ...]],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """inputs: (expression, type[, values]); outputs: (name, type[, values[, default]]); rules: the cells in order."""
    parts = []
    for expression, kind, *values in inputs:
        parts.append(
            f"<input label={quoteattr(expression)}><inputExpression typeRef={quoteattr(kind)}>"
            f"<text>{escape(expression)}</text></inputExpression>{text('inputValues', values[0] if values else None)}</input>"
        )
    for name, kind, *more in outputs:
        values, default = [*more, None, None][:2]
        listed = text("outputValues", values) + text("defaultOutputEntry", default)
        parts.append(f"<output name={quoteattr(name)} typeRef={quoteattr(kind)}>{listed}</output>")
    for number, cells in enumerate(rules, 1):
        conditions = "".join(text("inputEntry", cell) for cell in cells[: len(inputs)])
        results = "".join(text("outputEntry", cell) for cell in cells[len(inputs) :])
        parts.append(f'<rule id="r{number}"><description>note {number}</description>{conditions}{results}</rule>')
    extra = f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{extra}>{"".join(parts)}</decisionTable>'


def decision_xml(logic: str, identifier: str = "d", requires: Sequence[str] = (), knowledge: Sequence[str] = ()) -> str:
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in requires
    )
    knows = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in knowledge
    )
    return f'<decision id="{identifier}" name="{identifier}"><variable name="{identifier}"/>{needs}{knows}{logic}</decision>'


def literal_xml(expression: str) -> str:
    return f"<literalExpression><text>{escape(expression)}</text></literalExpression>"


def file(*elements: str, namespace: str = "urn:test", xmlns: str = MODEL, head: str = "") -> bytes:
    body = "".join(elements)
    return f'<definitions xmlns="{xmlns}" namespace="{namespace}" name="test">{head}{body}</definitions>'.encode()


def model(*elements: str, **options: Any) -> dmn.Model:
    return dmn.load({"test.dmn": file(*elements)}, **options)


def table(
    inputs: Sequence[tuple[str, ...]],
    outputs: Sequence[tuple[str, ...]],
    rules: Sequence[Sequence[str]],
    **options: str,
) -> dmn.Model:
    return model(decision_xml(table_xml(inputs, outputs, rules, **options)))


def decide(made: dmn.Model, decision: str = "d", **variables: Any) -> dmn.Decided:
    known = {name: feel.values.from_python(value) for name, value in variables.items()}
    return made.decide(decision, known, now=NOW)


def value(made: dmn.Model, decision: str = "d", **variables: Any) -> str:
    return feel.values.literal(decide(made, decision, **variables).value)
