# ruff: noqa: E501  (alternatives are written one a line)
"""Expressions made by the grammar, and texts spoilt from them, for fuzzing and for comparing implementations."""

from __future__ import annotations

import random

NUMBERS = ("0", "1", "2", "-3", "7.5", "0.1", "100", "1e3")
STRINGS = ('""', '"a"', '"abc"', '"B"', '"失业"', '"a b"')
BOOLEANS = ("true", "false")
DATES = ('date("2026-01-31")', 'date("2024-02-29")', 'date("2026-11-21")')
DURATIONS = ('duration("P1D")', 'duration("P2DT3H")', 'duration("PT90M")')
PERIODS = ('duration("P1M")', 'duration("P1Y2M")')
VARIABLES = {"number": "n", "string": "s", "boolean": "b", "list": "l", "context": "c"}


class Maker:
    """Well-typed expressions, mostly: `wild` is the chance that an operand is of any type."""

    def __init__(self, seed: int, *, wild: float = 0.0, nulls: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.wild = wild
        self.nulls = nulls

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def make(self, kind: str | None = None, depth: int = 3) -> str:
        if self.random.random() < self.nulls:
            return "null"
        if kind is None or self.random.random() < self.wild:
            kind = self.pick("number", "string", "boolean", "list", "context", "date", "duration")
        return str(getattr(self, kind)(depth - 1))

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*NUMBERS, "n")
        one = lambda: self.make("number", depth)  # noqa: E731
        return self.pick(
            f"({one()} {self.pick('+', '-', '*', '/')} {one()})",
            f"-({one()})",
            f"{self.pick('abs', 'floor', 'ceiling')}({one()})",
            f"modulo({one()}, {one()})",
            f"{self.pick('sum', 'min', 'max', 'count', 'mean', 'product')}({self.make('list', depth)})",
            f"string length({self.make('string', depth)})",
            f"(if {self.make('boolean', depth)} then {one()} else {one()})",
            f"[{one()}, {one()}][{self.pick('1', '2', '-1')}]",
            f"{{a: {one()}}}.a",
            f"decimal({one()}, 2)",
            f"{self.make('date', depth)}.{self.pick('year', 'month', 'day')}",
        )

    def string(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*STRINGS, "s")
        one = lambda: self.make("string", depth)  # noqa: E731
        return self.pick(
            f"({one()} + {one()})",
            f"{self.pick('upper case', 'lower case')}({one()})",
            f"substring({one()}, {self.pick('1', '2', '-1')})",
            f"substring before({one()}, {one()})",
            f"substring after({one()}, {one()})",
            f"string({self.make('number', depth)})",
            f"string({self.make('boolean', depth)})",
            f"(if {self.make('boolean', depth)} then {one()} else {one()})",
        )

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*BOOLEANS, "b")
        kind = self.pick("number", "string", "date")
        left, right = self.make(kind, depth), self.make(kind, depth)
        low, high = self.make("number", depth), self.make("number", depth)
        return self.pick(
            f"({left} {self.pick('=', '!=', '<', '<=', '>', '>=')} {right})",
            f"({self.make('boolean', depth)} {self.pick('and', 'or')} {self.make('boolean', depth)})",
            f"not({self.make('boolean', depth)})",
            f"({self.make('number', depth)} between {low} and {high})",
            f"({self.make('number', depth)} in [{low}..{high}])",
            f"(some x in {self.make('list', depth)} satisfies x > {low})",
            f"(every x in {self.make('list', depth)} satisfies x > {low})",
            f"{self.pick('contains', 'starts with', 'ends with')}({self.make('string', depth)}, {self.make('string', depth)})",
            f"list contains({self.make('list', depth)}, {low})",
            f"({self.make('number', depth)} instance of {self.pick('number', 'string')})",
        )

    def list(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("[]", "[1, 2, 3]", "[3, 1, 2]", "l")
        one = lambda: self.make("list", depth)  # noqa: E731
        return self.pick(
            f"[{self.make('number', depth)}, {self.make('number', depth)}]",
            f"(for x in {one()} return x + {self.make('number', depth)})",
            f"{one()}[item > {self.make('number', depth)}]",
            f"{self.pick('reverse', 'distinct values', 'flatten')}({one()})",
            f"append({one()}, {self.make('number', depth)})",
            f"concatenate({one()}, {one()})",
            f"sort({one()}, function(x, y) x < y)",
            f"(for x in {self.pick('1', '2')}..{self.pick('3', '1')} return x * x)",
        )

    def context(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("{}", "{a: 1}", '{a: "x", b: 2}', "c")
        return f"{{a: {self.make('number', depth)}, b: {self.make('string', depth)}}}"

    def date(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*DATES)
        return f"({self.make('date', depth)} {self.pick('+', '-')} {self.pick(*DURATIONS, *PERIODS)})"

    def duration(self, depth: int) -> str:
        return self.pick(*DURATIONS)

    def spoilt(self, text: str) -> str:
        """The text with a few signs removed, doubled, replaced or moved."""
        signs = list(text)
        for _ in range(self.random.randint(1, 4)):
            if not signs:
                break
            place = self.random.randrange(len(signs))
            action = self.random.randrange(4)
            if action == 0:
                del signs[place]
            elif action == 1:
                signs.insert(place, self.random.choice("()[]{}\"'.,:?@-+*/<>=!&|\\ \n\t0aé失🐎\x00\u202e"))
            elif action == 2:
                signs[place] = signs[self.random.randrange(len(signs))]
            else:
                signs[place:place] = signs[place : place + self.random.randint(1, 12)]
        return "".join(signs)
