"""What compiled FEEL is: functions of a frame, and the two kinds of them that others look into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bpm_core.feel.values import Value

Frame: TypeAlias = list[Value]
Code: TypeAlias = Callable[[Frame], Value]


class Known:
    """The code of a literal: answers the same value always."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, frame: Frame) -> Value:
        return self.value


class Variable:
    """The code of a free variable; comparisons with a literal read it without calling this."""

    __slots__ = ("missing", "name")

    def __init__(self, name: str, missing: Code) -> None:
        self.name = name
        self.missing = missing

    def __call__(self, frame: Frame) -> Value:
        try:
            return frame[1][self.name]
        except KeyError:
            return self.missing(frame)
