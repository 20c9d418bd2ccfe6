"""How automation gets stuck: the failures a node may raise, and which the runner turns into incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NodeFailure(Exception):
    """A node cannot go on; the case is kept and a person must look. `code` is the incident's code."""

    def __init__(self, code: str, message: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts: dict[str, Any] = dict(facts or {})


class OverBudget(NodeFailure):
    """One advance wanted more automatic steps, tokens or instances than one advance may have."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__("budget", f"more than {limit} {what} in one advance", {"what": what, "limit": limit})
        self.what = what
