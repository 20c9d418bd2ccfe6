"""The nodes of a FEEL text. Made by the parser, read by the compiler and by the static checks of decision tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bpm_core.feel.types import Type
from bpm_core.feel.values import Value


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: number, string, boolean, null, or @"..."."""

    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Subject:
    """`?`, the value a unary test is about."""

    at: int


@dataclass(frozen=True, slots=True)
class Path:
    source: Node
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Filter:
    source: Node
    condition: Node
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]  # as long as arguments when they are given by name, else empty
    at: int


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str  # + - * / **
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str  # = != < <= > >=
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str  # and or
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node
    at: int


@dataclass(frozen=True, slots=True)
class In:
    value: Node
    tests: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class InstanceOf:
    value: Node
    type: Type
    at: int


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node
    at: int


@dataclass(frozen=True, slots=True)
class For:
    loops: tuple[tuple[str, Node], ...]
    result: Node
    at: int


@dataclass(frozen=True, slots=True)
class Iteration:
    """`a..b` as the domain of a `for`."""

    start: Node
    end: Node
    at: int


@dataclass(frozen=True, slots=True)
class Quantified:
    every: bool
    loops: tuple[tuple[str, Node], ...]
    condition: Node
    at: int


@dataclass(frozen=True, slots=True)
class FunctionLiteral:
    params: tuple[tuple[str, Type | None], ...]
    body: Node
    external: bool
    at: int


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    entries: tuple[tuple[str, Node], ...]
    at: int


@dataclass(frozen=True, slots=True)
class ListLiteral:
    items: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    start: Node
    end: Node
    start_included: bool
    end_included: bool
    at: int


@dataclass(frozen=True, slots=True)
class UnaryComparison:
    """`< 5` standing alone: a test about `?`, or, in brackets, a range."""

    operator: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A cell of a decision table: any of the tests, none of them (negated), or everything (`-`, no tests)."""

    tests: tuple[Node, ...]
    negated: bool
    at: int


Node: TypeAlias = (
    Const | Name | Subject | Path | Filter | Call | Negate | Arithmetic | Comparison | Logic | Between | In
    | InstanceOf | If | For | Iteration | Quantified | FunctionLiteral | ContextLiteral | ListLiteral | RangeLiteral
    | UnaryComparison | UnaryTests
)  # fmt: skip
