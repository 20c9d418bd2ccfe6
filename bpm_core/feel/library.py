"""The table of FEEL's built-in functions: how one is declared, found and called. The functions are in library_*.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bpm_core.feel.limits import Run
from bpm_core.feel.types import Types, coerce
from bpm_core.feel.values import ABSENT, Function, Value, kinds

Implementation = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Signature:
    """One way of calling a function: names of its parameters, those after `required` may be left away."""

    params: tuple[str, ...]
    required: int
    variadic: bool
    implementation: Implementation

    def positional(self, arguments: list[Value]) -> list[Value] | None:
        count = len(arguments)
        if self.variadic:
            return [arguments] if count >= self.required else None
        if not self.required <= count <= len(self.params):
            return None
        return arguments + [ABSENT] * (len(self.params) - count)

    def named(self, names: Sequence[str], arguments: list[Value]) -> list[Value] | None:
        given = dict(zip(names, arguments, strict=True))
        if self.variadic or len(given) != len(names) or not given.keys() <= set(self.params):
            return None
        if any(name not in given for name in self.params[: self.required]):
            return None
        return [given.get(name, ABSENT) for name in self.params]


# Parameters that are never lists: [x] given for one of them means x (DMN 1.5, 10.3.2.9.4).
SCALAR_PARAMETERS = frozenset({
    "string", "start position", "length", "n", "scale", "number", "dividend", "divisor", "negand", "input", "pattern",
    "replacement", "flags", "delimiter", "date",
})  # fmt: skip
BUILT_INS: dict[str, Function] = {}


def define(name: str, *params: str) -> Callable[[Implementation], Implementation]:
    """Declare a built-in; `length?` may be left away, `values*` takes any number of arguments as one list."""

    def register(implementation: Implementation) -> Implementation:
        names = tuple(param.rstrip("?*") for param in params)
        required = sum(not param.endswith(("?", "*")) for param in params)
        variadic = bool(params) and params[-1].endswith("*")
        signature = Signature(names, max(required, variadic), variadic, implementation)
        known = BUILT_INS.get(name)
        signatures = (*known.signatures, signature) if known else (signature,)
        longest = max((one for one in signatures if not one.variadic), key=lambda one: one.required, default=signature)
        BUILT_INS[name] = _built_in(name, signatures, longest.params[: longest.required])
        return implementation

    return register


def _built_in(name: str, signatures: tuple[Signature, ...], params: tuple[str, ...]) -> Function:
    def call(run: Run, arguments: list[Value]) -> Value:
        return call_built_in(run, made[0], arguments, (), -1)

    made = [Function(params, call, name=name, signatures=signatures)]
    return made[0]


def call_built_in(run: Run, function: Function, arguments: list[Value], names: Sequence[str], at: int) -> Value:
    run.charge(1)
    for signature in function.signatures:
        bound = signature.named(names, arguments) if names else signature.positional(arguments)
        if bound is not None:
            for index, argument in enumerate(bound):
                if type(argument) is list and len(argument) == 1 and signature.params[index] in SCALAR_PARAMETERS:
                    bound[index] = argument[0]
            result = signature.implementation(run, at, *bound)
            return run.made(result) if type(result) is list or type(result) is dict else result
    return run.null("arity", at, {"function": function.name})


def invoke(run: Run, function: Value, arguments: list[Value], names: Sequence[str], at: int, types: Types) -> Value:
    """Call any function value; null with a reason if it is none or does not take these arguments."""
    if not isinstance(function, Function):
        return run.null("no_function", at, {"name": kinds([function])})
    if function.signatures is not None:
        return call_built_in(run, function, arguments, names, at)
    if names:
        given = dict(zip(names, arguments, strict=True))
        if len(given) != len(names) or set(given) != set(function.params):
            return run.null("arity", at, {"function": function.name or "function"})
        arguments = [given[param] for param in function.params]
    elif len(arguments) != len(function.params):
        return run.null("arity", at, {"function": function.name or "function"})
    if function.types:
        arguments = list(arguments)
        for index, kind in enumerate(function.types):
            if kind is not None:
                arguments[index], fits = coerce(arguments[index], kind, types)
                if not fits:
                    return run.null(
                        "bad_arguments", at, {"function": function.name or "function", "kinds": kinds(arguments)}
                    )
    run.enter()
    result = function.call(run, arguments)
    run.leave()
    return result


def bad(run: Run, at: int, function: str, *arguments: Value) -> Any:
    """Null because the arguments are not of the kinds the function takes."""
    given = [argument for argument in arguments if argument is not ABSENT]
    return run.null("bad_arguments", at, {"function": function, "kinds": kinds(given)})
