"""Named places where a test can make a step fail, to prove that nothing is ever half done; idle otherwise."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

ACTIONS: dict[str, Callable[[], None]] = {}
HITS: Counter[str] = Counter()
_ON = bool(os.environ.get("GUICHENG_FAILPOINTS"))


class FailpointHit(RuntimeError):
    """Raised at a place that a test has armed."""


def arm(name: str, action: Callable[[], None]) -> None:
    """Run `action` whenever a step comes by the place of that name."""
    global _ON
    ACTIONS[name] = action
    _ON = True


def disarm() -> None:
    """Forget every armed place."""
    global _ON
    ACTIONS.clear()
    HITS.clear()
    _ON = bool(os.environ.get("GUICHENG_FAILPOINTS"))


def passing(name: str) -> None:
    """A step comes by the place of that name."""
    if _ON:
        HITS[name] += 1
        action = ACTIONS.get(name) or ACTIONS.get("*")
        if action:
            action()
