"""npm feelin in QuickJS: a second opinion on FEEL, in tests and benchmarks only. `npm run build` makes it anew."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import quickjs

BUNDLE = Path(__file__).parent / "feelin.js"
# QuickJS has no Intl; feelin asks it only for the name of the local zone.
INTL = """
globalThis.Intl = globalThis.Intl || {
  DateTimeFormat: function () { return { resolvedOptions() { return { timeZone: "UTC", calendar: "iso8601" } } } }
};
"""


@cache
def _context() -> quickjs.Context:
    context = quickjs.Context()
    context.set_memory_limit(256 * 1024 * 1024)
    context.set_max_stack_size(1024 * 1024)
    context.eval(INTL)
    context.eval(BUNDLE.read_text(encoding="utf-8"))
    return context


class Failed(Exception):
    """feelin raised an error instead of answering."""


def raw(text: str, variables: str = "{}") -> str:
    """The answer as JSON text, for timing."""
    context = _context()
    context.set_time_limit(5.0)
    return str(context.eval("oracle.evaluate")(text, variables))


def evaluate(text: str, variables: dict[str, Any] | None = None) -> Any:
    """The value: numbers as Decimal, times as ("t", text), contexts as dict. Refuses with Failed."""
    answer = json.loads(raw(text, json.dumps(variables or {})))
    if "error" in answer:
        raise Failed(answer["error"])
    return _value(answer.get("value"))


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    if isinstance(plain, dict):
        if "n" in plain:
            return Decimal(plain["n"])
        if "c" in plain:
            return {key: _value(item) for key, item in plain["c"].items()}
        return ("t", plain["t"]) if "t" in plain else ("f", "")
    return plain
