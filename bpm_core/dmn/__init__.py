"""DMN: decision models read from their files and decisions taken by them. FEEL does the calculating.

`load(files)` once, `model.decide(id, variables, now=...)` often.
"""

from bpm_core.dmn.check import Problem, Severity
from bpm_core.dmn.errors import DecisionError, DmnError
from bpm_core.dmn.explaining import as_data, as_lines
from bpm_core.dmn.graph import Column, Decision
from bpm_core.dmn.loading import load
from bpm_core.dmn.model import DECISION_BUDGET, Decided, Model
from bpm_core.dmn.tables import Cell, Hit

__all__ = [
    "DECISION_BUDGET", "Cell", "Column", "Decided", "Decision", "DecisionError", "DmnError", "Hit", "Model", "Problem",
    "Severity", "as_data", "as_lines", "load",
]  # fmt: skip
