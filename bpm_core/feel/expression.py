"""A FEEL text, compiled: the door through which everything else evaluates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

# Importing the libraries registers the built-in functions.
import bpm_core.feel.library_contexts
import bpm_core.feel.library_lists
import bpm_core.feel.library_numbers
import bpm_core.feel.library_ranges
import bpm_core.feel.library_statistics
import bpm_core.feel.library_strings
import bpm_core.feel.library_temporal  # noqa: F401
from bpm_core.feel.code import Code
from bpm_core.feel.compiler import SUBJECT, Compiler, no_functions
from bpm_core.feel.errors import FeelBudgetError, FeelSyntaxError, Reason
from bpm_core.feel.functions import FunctionTable
from bpm_core.feel.library import BUILT_INS
from bpm_core.feel.limits import Budget, Run
from bpm_core.feel.parser import Parser
from bpm_core.feel.reading import Scope, first_word
from bpm_core.feel.suggest import suggestion_for
from bpm_core.feel.syntax import Node
from bpm_core.feel.types import Type
from bpm_core.feel.values import SCALARS, Value, check

DEFAULT_BUDGET = Budget()
PLAIN = SCALARS - {Decimal}  # types whose every value is a FEEL value
MAX_PROBLEMS = 20  # unknown names of one text that are looked into
NO_TYPES: Mapping[str, Type] = {}


class Kind(StrEnum):
    EXPRESSION = "expression"
    UNARY_TESTS = "unary_tests"


class TypeTable(dict[str, Type]):
    """Defined types by name; told apart by identity, so that texts compiled against it can be cached."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


class Expression:
    """A compiled text. Immutable, and safe to share between threads.

    names     free variables it reads
    called    names it calls that are neither built-in, nor in the table of functions, nor defined in the text
    """

    __slots__ = ("_code", "_inputs", "_places", "_slots", "called", "kind", "names", "node", "text")

    def __init__(self, text: str, kind: Kind, node: Node, compiler: Compiler, code: Code) -> None:
        self.text = text
        self.kind = kind
        self.node = node
        self.names = frozenset(compiler.names) - {SUBJECT}
        self.called = frozenset(compiler.called)
        self._places = {**compiler.names, **compiler.called}
        self._inputs = (*self._places, *compiler.overlaid)
        self._code = code
        self._slots = (None,) * (compiler.size - 2)

    def evaluate(
        self, variables: Mapping[str, Value], *, now: datetime, budget: Budget | None = None, strict: bool = False
    ) -> Value:
        """The value; null where FEEL knows no answer.

        variables   FEEL values (feel.values); a foreign object is refused with FeelValueError
        now         what now() and today() answer
        strict      raise FeelStrictError instead of answering null for an error
        Refuses with FeelBudgetError what asks for too much.
        """
        frame: list[Value] = [Run(now, budget or DEFAULT_BUDGET, strict), self._read(variables), *self._slots]
        try:
            return self._code(frame)
        except RecursionError:
            raise FeelBudgetError("calls", (budget or DEFAULT_BUDGET).calls) from None

    def evaluate_with_reasons(
        self, variables: Mapping[str, Value], *, now: datetime, budget: Budget | None = None
    ) -> tuple[Value, tuple[Reason, ...]]:
        """The value, and why anything in it became null."""
        run = Run(now, budget or DEFAULT_BUDGET)
        value = self.run(self._read(variables), run)
        return value, run.reasons

    explain = evaluate_with_reasons

    def test(
        self,
        value: Value,
        variables: Mapping[str, Value],
        *,
        now: datetime,
        budget: Budget | None = None,
        strict: bool = False,
    ) -> bool | None:
        """Unary tests: whether they hold for `value`; None if FEEL cannot say."""
        return self.run_test(check(value), self._read(variables), Run(now, budget or DEFAULT_BUDGET, strict))

    def _read(self, variables: Mapping[str, Value]) -> Mapping[str, Value]:
        """The variables, of which those this text reads are seen to be FEEL values."""
        if type(variables) is not dict:
            variables = {name: variables[name] for name in self._inputs if name in variables}
        find = variables.get
        for name in self._inputs:
            value = find(name)
            if type(value) in PLAIN or (type(value) is Decimal and value.is_finite()):
                continue
            checked = check(value)
            if checked is not value:
                variables = {**variables, name: checked}
        return variables

    def run_test(self, value: Value, variables: Mapping[str, Value], run: Run) -> bool | None:
        found = self.run({**variables, SUBJECT: value}, run)
        return found if found is True or found is False else None

    def run(self, variables: Mapping[str, Value], run: Run) -> Value:
        """Evaluate on an account the caller keeps, one for many texts; the variables were checked before."""
        frame: list[Value] = [run, variables, *self._slots]
        try:
            return self._code(frame)
        except RecursionError:
            raise FeelBudgetError("calls", run.budget.calls) from None

    def problems(self, names: Iterable[str], functions: FunctionTable | None = None) -> list[FeelSyntaxError]:
        """Variables and functions that do not exist among `names`, each with the name that was probably meant."""
        known = set(names)
        found: list[FeelSyntaxError] = []
        for name, at in sorted(self._places.items(), key=lambda place: place[1]):
            if name in known or name == SUBJECT:
                continue
            if len(found) == MAX_PROBLEMS:
                break
            called = name in self.called
            offered = known | (set(BUILT_INS) | (set(functions.names) if functions else set()) if called else set())
            suggestion, facts = suggestion_for(name, offered)
            code = "unknown_function" if called else "unknown_name"
            found.append(FeelSyntaxError(code, at, found=name, suggestion=suggestion, facts=facts, source=self.text))
        return found

    def __repr__(self) -> str:
        return f"<feel.Expression {self.text!r}>"


def compile(
    text: str,
    *,
    kind: Kind = Kind.EXPRESSION,
    names: Collection[str] = (),
    functions: FunctionTable | None = None,
    types: TypeTable | None = None,
    members: Collection[str] = (),
) -> Expression:
    """The compiled text, from a cache if it was compiled before with the same names and tables.

    names       variables in scope; needed where a name has spaces or operators in it, useful for messages otherwise
    functions   functions written in FEEL that may be called
    types       types that `instance of` and function parameters may name
    members     names of context entries with spaces or operators in them, as they may follow a dot
    Refuses with FeelSyntaxError, FeelBudgetError.
    """
    if type(text) is not str:
        text = str.__str__(text)
    # Only names that can stand in the text matter; so callers with other variables around share the compiled text.
    relevant = frozenset([name for name in names if first_word(name) in text])
    return _compiled(text, kind, relevant, functions, types, frozenset(members))


@lru_cache(maxsize=8192)
def _compiled(
    text: str,
    kind: Kind,
    names: frozenset[str],
    functions: FunctionTable | None,
    types: TypeTable | None,
    members: frozenset[str],
) -> Expression:
    scopes = [_scope_of_built_ins()]
    if functions is not None:
        scopes.append(Scope(functions.names, functions=True))
    scopes.append(_scope(names))
    try:
        parser = Parser(text, scopes, Scope((*MEMBERS, *members)))
        node = parser.whole_tests() if kind is Kind.UNARY_TESTS else parser.whole_expression()
        compiler = Compiler(types or NO_TYPES, functions.find if functions is not None else no_functions)
        if kind is Kind.UNARY_TESTS:
            compiler.names[SUBJECT] = 0
        code = compiler.code(node)
    except RecursionError:
        raise FeelBudgetError("depth", 60) from None
    return Expression(text, kind, node, compiler, code)


MEMBERS = ("time offset", "start included", "end included")


@lru_cache(maxsize=512)
def _scope(names: frozenset[str]) -> Scope:
    return Scope(names)


@lru_cache(maxsize=1)
def _scope_of_built_ins() -> Scope:
    return Scope(BUILT_INS, functions=True)
