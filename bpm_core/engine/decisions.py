"""The decision tables of a definition, asked by business rule tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any

from bpm_core import dmn
from bpm_core.engine.contract import Value
from bpm_core.engine.incidents import NodeFailure


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave, in the terms of the contract."""

    value: Value
    outputs: dict[str, Value]
    inputs: dict[str, Value]
    hits: tuple[Mapping[str, Any], ...]
    digest: str
    read: dict[str, Value]


class Decisions:
    """Decisions by id, parsed once with the definition."""

    def __init__(self, files: Mapping[str, bytes], functions: Any = None) -> None:
        tables = {path: content for path, content in files.items() if path.endswith(".dmn")}
        self._model: Any = dmn.load(tables, functions=functions) if tables else None

    def __contains__(self, decision_id: str) -> bool:
        return self._model is not None and decision_id in self._model.decisions

    def decide(self, decision_id: str, variables: Mapping[str, Value], now: datetime) -> Decided:
        """The decision's result. Refuses with NodeFailure("decision") when its table cannot decide."""
        try:
            found = self._model.decide(decision_id, variables, now=now)
        except ValueError as error:
            raise NodeFailure("decision", f"{decision_id}: {error}", {"decision": decision_id}) from error
        hits = tuple(asdict(hit) if is_dataclass(hit) and not isinstance(hit, type) else hit for hit in found.hits)
        return Decided(found.value, dict(found.outputs), dict(found.inputs), hits, found.digest, dict(found.read))
