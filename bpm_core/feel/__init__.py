"""FEEL, the expression language of DMN: exact decimals, three-valued logic, dates; safe to run on anybody's text.

`compile(text)` once, `evaluate(variables, now=...)` often. Values are those of `feel.values` and nothing else.
"""

from bpm_core.feel import functions, temporal, types, values
from bpm_core.feel.errors import (
    FeelBudgetError,
    FeelError,
    FeelStrictError,
    FeelSyntaxError,
    FeelValueError,
    Reason,
)
from bpm_core.feel.expression import Expression, Kind, TypeTable, compile
from bpm_core.feel.functions import FunctionTable
from bpm_core.feel.library import BUILT_INS
from bpm_core.feel.limits import Budget, Run
from bpm_core.feel.temporal import DaysTimeDuration, FeelTime, WideDate, WideDateTime, YearsMonthsDuration
from bpm_core.feel.values import Function, Range, Value

__all__ = [
    "BUILT_INS", "Budget", "DaysTimeDuration", "Expression", "FeelBudgetError", "FeelError", "FeelStrictError",
    "FeelSyntaxError", "FeelTime", "FeelValueError", "Function", "FunctionTable", "Kind", "Range", "Reason", "Run",
    "TypeTable", "Value", "WideDate", "WideDateTime", "YearsMonthsDuration", "compile", "functions", "temporal",
    "types", "values",
]  # fmt: skip
