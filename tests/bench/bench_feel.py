"""FEEL and decision tables against their alternatives, in one process: CPU time, the better of several rounds each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from bpm_core import dmn, feel
from bpm_core.dmn.tables import TableCode
from bpm_core.feel import expression
from tests.bpm_core.feel import oracle

NOW = datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
# One rule with five conditions: an unemployment benefit claim may be granted.
RULE = (
    'applicant_age >= 16 and insured_months >= 12 and leave_reason in ("R01", "R02", "R03", "R05") '
    "and registered = true and monthly_wage * 0.9 <= 2100"
)
PYTHON_RULE = (
    'applicant_age >= 16 and insured_months >= 12 and leave_reason in ("R01", "R02", "R03", "R05") '
    "and registered == True and monthly_wage * Decimal('0.9') <= 2100"
)
VARIABLES: dict[str, Any] = {
    "applicant_age": Decimal(43), "insured_months": Decimal(61), "leave_reason": "R03", "registered": True,
    "monthly_wage": Decimal(2300),
}  # fmt: skip
RULES = 1_000


def run() -> list[dict[str, object]]:
    return [*expressions(), *tables()]


def rates(*works: Callable[[], object], seconds: float = 0.05, rounds: int = 25) -> list[float]:
    """Calls per second of CPU of each work, measured in turn so that both meet the same disturbance."""
    best = [0.0] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            count, began = 0, time.process_time()
            while True:
                for _ in range(10):
                    work()
                count += 10
                spent = time.process_time() - began
                if spent > seconds:
                    break
            best[number] = max(best[number], count / spent)
    return best


def expressions() -> list[dict[str, object]]:
    rule = feel.compile(RULE, names=frozenset(VARIABLES))
    engine = PythonScriptEngine()
    engine.environment.globals["Decimal"] = Decimal
    task = SimpleNamespace(data=dict(VARIABLES))
    javascript = '{"applicant_age":43,"insured_months":61,"leave_reason":"R03","registered":true,"monthly_wage":2300}'
    assert rule.evaluate(VARIABLES, now=NOW) is True
    assert engine.evaluate(task, PYTHON_RULE) is True
    assert oracle.evaluate(RULE, json.loads(javascript)) is True

    def cold() -> None:
        expression._compiled.cache_clear()
        feel.compile(RULE, names=frozenset(VARIABLES))

    ours, theirs = rates(lambda: rule.evaluate(VARIABLES, now=NOW), lambda: engine.evaluate(task, PYTHON_RULE))
    (other,) = rates(lambda: oracle.raw(RULE, javascript), rounds=2)
    (compiled,) = rates(cold, rounds=3)
    return [
        figure("FEEL rule of five conditions", ours, "1/s", "SpiffWorkflow's own, in Python", ours / theirs, ">= 12"),
        figure("FEEL rule of five conditions", ours, "1/s", "feelin in QuickJS", ours / other, ">= 20"),
        figure("FEEL cold compile", 1e6 / compiled, "µs", "stock evaluation, warm", theirs / compiled, "<= 10"),
    ]


def tables() -> list[dict[str, object]]:
    model = dmn.load({"bands.dmn": large_table(RULES)})
    [table] = model.tables()
    variables = {"region": "R7", "months": Decimal(613), "kind": "full"}
    variables["amount"] = Decimal(4_310)
    indexed = lambda: decide(table, variables)  # noqa: E731
    scanned = lambda: decide(table, variables, scan=True)  # noqa: E731
    assert indexed() == scanned() and len(indexed()) == 1
    ours, slow = rates(indexed, scanned)
    whole = lambda: model.decide("bands", variables, now=NOW)  # noqa: E731
    (complete,) = rates(whole, rounds=3)
    return [
        figure(f"table of {RULES} rules", ours, "1/s", "scanning its rules", ours / slow, ">= 20"),
        figure(f"decision by a table of {RULES} rules, explained", complete, "1/s", None, None, None),
    ]


def decide(table: TableCode, variables: dict[str, feel.Value], scan: bool = False) -> list[int]:
    run = feel.Run(NOW, dmn.DECISION_BUDGET)
    values = [code(variables, run) for code in table.inputs]
    return table.scan(values, variables, run) if scan else table.matching(values, variables, run)


def figure(
    name: str, value: float, unit: str, against: str | None, ratio: float | None, aim: str | None
) -> dict[str, object]:
    return {"name": name, "value": round(value, 1), "unit": unit, "against": against, "ratio": ratio, "aim": aim}


def large_table(rules: int) -> bytes:
    """A UNIQUE table of bands: region (10 texts), months (ranges), kind (2 texts), amount (comparison)."""
    cells = []
    for number in range(rules):
        region, band = f"R{number % 10}", number // 20
        kind = "full" if number // 10 % 2 else "part"
        test = [f'"{region}"', f"[{band * 25}..{band * 25 + 25})", f'"{kind}"', "-" if number % 3 else ">= 0"]
        entries = "".join(f"<inputEntry><text>{escape(text)}</text></inputEntry>" for text in test)
        cells.append(f'<rule id="r{number}">{entries}<outputEntry><text>{number}</text></outputEntry></rule>')
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("region", "string"), ("months", "number"), ("kind", "string"), ("amount", "number"))
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="urn:bench" name="bench">'
        f'<decision id="bands" name="bands"><decisionTable hitPolicy="UNIQUE">{inputs}<output name="band"/>'
        f"{''.join(cells)}</decisionTable></decision></definitions>"
    ).encode()


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
