"""The engine: runs BPMN definitions. Pure - no database, clock or I/O. The rest of Guicheng knows it by these names.

definition = engine.load(bundle, called)
advance = engine.start(definition, case_id="7", variables={}, now=now)
... write what `advance` says in one transaction ...
engine.settle("7", 1, advance)
"""

from bpm_core.engine.cache import CacheStats
from bpm_core.engine.commands import (
    cache_limit,
    cache_stats,
    cancel,
    complete,
    deliver,
    discard,
    fail_job,
    finish_job,
    fire,
    inspect,
    move,
    retry,
    set_variables,
    settle,
    start,
    throw_signal,
)
from bpm_core.engine.contract import (
    Advance,
    BadMapping,
    BadMove,
    CannotMigrate,
    CaseState,
    Closed,
    CloseReason,
    DecisionTaken,
    Ended,
    EngineError,
    EngineIncident,
    NotExecutable,
    Obstacle,
    Passed,
    Snapshot,
    StateMismatch,
    Thrown,
    UnknownToken,
    Wait,
    WaitKind,
)
from bpm_core.engine.definitions import Definition, load
from bpm_core.engine.migration import Counterpart, Migrated, Plan, migrate, plan

__all__ = [
    "Advance", "BadMapping", "BadMove", "CacheStats", "CannotMigrate", "CaseState", "CloseReason", "Closed",
    "Counterpart", "DecisionTaken", "Definition", "Ended", "EngineError", "EngineIncident", "Migrated",
    "NotExecutable", "Obstacle", "Passed", "Plan", "Snapshot", "StateMismatch", "Thrown", "UnknownToken", "Wait",
    "WaitKind", "cache_limit", "cache_stats", "cancel", "complete", "deliver", "discard", "fail_job", "finish_job",
    "fire", "inspect", "load", "migrate", "move", "plan", "retry", "set_variables", "settle", "start", "throw_signal",
]  # fmt: skip
