"""Named functions written in FEEL: a table of their own, apart from all data, so that no variable can replace one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpm_core.feel.compiler import Compiler
from bpm_core.feel.errors import FeelError
from bpm_core.feel.library import BUILT_INS
from bpm_core.feel.limits import Run
from bpm_core.feel.parser import Parser
from bpm_core.feel.reading import Scope
from bpm_core.feel.values import Function, Value


class FunctionTable:
    """Functions by name; they may call one another and the built-ins, and see no variables."""

    def __init__(self, functions: Mapping[str, Function] | None = None) -> None:
        self._functions = dict(functions or {})

    def find(self, name: str) -> Function | None:
        return self._functions.get(name)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._functions)

    def signature(self, name: str) -> tuple[str, ...]:
        """The parameter names of a function of this table."""
        return self._functions[name].params


def from_sources(sources: Mapping[str, tuple[Sequence[str], str]]) -> FunctionTable:
    """The table of functions given as name -> (parameters, body in FEEL). Refuses with FeelSyntaxError or FeelError."""
    table = FunctionTable()
    names = frozenset(sources)
    for name, (params, body) in sources.items():
        if name in BUILT_INS:
            raise FeelError(f"{name} is a built-in function and cannot be defined again")
        table._functions[name] = _function(table, name, tuple(params), body, names)
    return table


def _function(table: FunctionTable, name: str, params: tuple[str, ...], body: str, names: frozenset[str]) -> Function:
    scopes = [Scope(BUILT_INS, functions=True), Scope(names, functions=True), Scope(params)]
    node = Parser(body, scopes, Scope()).whole_expression()
    compiler = Compiler(functions=table.find)
    slots = {param: compiler.slot() for param in params}
    compiler.scopes.append((slots, None))
    code = compiler.code(node)
    unknown = (set(compiler.names) | set(compiler.called)) - names
    if unknown:
        raise FeelError(f"function {name} reads names that are not its parameters: {', '.join(sorted(unknown))}")
    spare: list[Value] = [None] * (compiler.size - 2 - len(params))

    def call(run: Run, arguments: list[Value]) -> Value:
        return code([run, {}, *arguments, *spare])

    return Function(params, call, name=name)
