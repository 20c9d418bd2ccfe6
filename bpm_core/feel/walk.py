"""Walking over the nodes of a text without recursion, however deep they are."""

from __future__ import annotations

from bpm_core.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    Iteration,
    ListLiteral,
    Logic,
    Negate,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Subject,
    UnaryComparison,
    UnaryTests,
)  # fmt: skip


def children(node: Node) -> list[Node]:
    """The nodes directly inside a node."""
    match node:
        case Path():
            return [node.source]
        case Negate() | UnaryComparison():
            return [node.operand]
        case InstanceOf():
            return [node.value]
        case Filter():
            return [node.source, node.condition]
        case Call():
            return [node.function, *node.arguments]
        case Arithmetic() | Comparison() | Logic():
            return [node.left, node.right]
        case Between():
            return [node.value, node.low, node.high]
        case In():
            return [node.value, *node.tests]
        case If():
            return [node.condition, node.then, node.otherwise]
        case For():
            return [*(domain for _, domain in node.loops), node.result]
        case Quantified():
            return [*(domain for _, domain in node.loops), node.condition]
        case Iteration() | RangeLiteral():
            return [node.start, node.end]
        case FunctionLiteral():
            return [node.body]
        case ContextLiteral():
            return [value for _, value in node.entries]
        case ListLiteral():
            return list(node.items)
        case UnaryTests():
            return list(node.tests)
        case _:
            return []


def mentions_subject(node: Node) -> bool:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Subject):
            return True
        waiting.extend(children(one))
    return False
