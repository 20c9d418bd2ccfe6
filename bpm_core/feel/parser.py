"""FEEL tokens to nodes: precedence climbing, names of several words, and messages for the usual slips.

Names with spaces or operators in them ("Monthly Salary", "days-late") are recognised, longest first, where they are
known: variables and functions in scope, entries of contexts written in the text. Unknown words that stand side by side
are one name too, because FEEL has no other meaning for them.
"""

from __future__ import annotations

from decimal import Decimal

import bpm_core.feel.limits as limits
import bpm_core.feel.temporal as temporal
from bpm_core.feel.errors import FeelBudgetError, FeelSyntaxError, FeelValueError
from bpm_core.feel.lexer import Token
from bpm_core.feel.reading import RESERVED, STOPS, Scope
from bpm_core.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Const,
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
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Subject,
    UnaryComparison,
    UnaryTests,
)  # fmt: skip
from bpm_core.feel.type_reader import TypeReader
from bpm_core.feel.types import Type
from bpm_core.feel.values import NUMBERS, number

COMPARE = frozenset({"=", "!=", "<", "<=", ">", ">="})
OR, AND, COMPARISON, ADDITION, MULTIPLICATION, POWER = range(1, 7)
BINARY = {"+": ADDITION, "-": ADDITION, "*": MULTIPLICATION, "/": MULTIPLICATION, "**": POWER}
MAX_GUESSES = 12  # each may double the work


class Parser(TypeReader):
    """The grammar of FEEL over the reader of its tokens."""

    # -- expressions ---------------------------------------------------------------------------------------------------

    def expression(self, power: int = 0) -> Node:
        """One expression whose operators bind tighter than `power`."""
        self.deeper()
        left = self.prefix()
        nested = 0  # operators whose chains are not flattened by the compiler
        while True:
            token = self.token
            if token.kind == "sign":
                strength = BINARY.get(token.text, COMPARISON if token.text in COMPARE else 0)
                if strength <= power:
                    break
                self.advance()
                right = self.expression(strength)
                if strength == COMPARISON:
                    left = Comparison(token.text, left, right, token.start)
                    nested += 1
                else:
                    left = Arithmetic(token.text, left, right, token.start)
            elif token.kind == "name" and token.text in STOPS:
                joined = self.word_operator(left, power)
                if joined is None:
                    break
                left = joined
                nested += not isinstance(joined, Logic)
            else:
                break
            if self.depth + nested > limits.MAX_DEPTH:
                raise FeelBudgetError("depth", limits.MAX_DEPTH)
        self.depth -= 1
        return left

    def word_operator(self, left: Node, power: int) -> Node | None:
        """`and`, `or`, `between`, `in`, `instance of` after a value; None if none of them may follow here."""
        token = self.token
        strength = {"or": OR, "and": AND, "between": COMPARISON, "in": COMPARISON, "instance": COMPARISON}.get(
            token.text, 0
        )
        if strength <= power:
            return None
        self.advance()
        if token.text in ("and", "or"):
            return Logic(token.text, left, self.expression(strength), token.start)
        if token.text == "between":
            low = self.expression(COMPARISON)
            self.take("and", "use_and_between")
            return Between(left, low, self.expression(COMPARISON), token.start)
        if token.text == "in":
            return In(left, self.tests_after_in(), token.start)
        self.take("of")
        return InstanceOf(left, self.type_here(), token.start)

    def tests_after_in(self) -> tuple[Node, ...]:
        """`in (a, < b)` or `in a`: a bracket may also open a range."""
        if self.is_sign("("):
            mark, token, depth, opened = self.index, self.token, self.depth, len(self.open)
            self.advance()
            self.open.append(token)
            first = self.positive_test()
            if self.is_sign(")") or self.is_sign(","):
                tests = [first]
                while self.is_sign(","):
                    self.advance()
                    tests.append(self.positive_test())
                self.take(")")
                self.open.pop()
                if len(tests) > 1 or not self.continues():
                    return tuple(tests)
            self.index, self.token, self.depth = mark, token, depth
            del self.open[opened:]
        return (self.positive_test(COMPARISON),)

    def continues(self) -> bool:
        """Whether an arithmetic operator, a dot or a filter follows, so that the bracket was part of a value."""
        return self.token.kind == "sign" and (self.token.text in BINARY or self.token.text in (".", "["))

    def positive_test(self, power: int = 0) -> Node:
        token = self.token
        if token.kind == "sign" and token.text in COMPARE:
            self.advance()
            return UnaryComparison(token.text, self.expression(COMPARISON), token.start)
        return self.expression(power)

    def prefix(self) -> Node:
        """A value with what follows it directly: paths, filters, calls; or a construct that begins with a word."""
        token = self.token
        if token.kind == "sign" and token.text == "-":
            self.deeper()
            self.advance()
            operand = self.prefix()
            self.depth -= 1
            if isinstance(operand, Const) and type(operand.value) is Decimal:
                return Const(NUMBERS.minus(operand.value), token.start)
            return Negate(operand, token.start)
        begins = token.kind == "name" and token.text in ("if", "for", "some", "every", "function")
        if begins and not self.known_words(self.all_scopes()):
            construct = self.construct()
            if construct is not None:
                return self.postfix(construct) if isinstance(construct, FunctionLiteral) else construct
        return self.postfix(self.primary())

    def postfix(self, node: Node) -> Node:
        nested = 0
        while self.token.kind == "sign":
            token = self.token
            nested += 1
            if self.depth + nested > limits.MAX_DEPTH:
                raise FeelBudgetError("depth", limits.MAX_DEPTH)
            if token.text == ".":
                self.advance()
                if self.token.kind != "name":
                    raise self.refuse("name")
                node = Path(node, self.name_here([self.members, *self.scopes]), token.start)
            elif token.text == "[":
                condition = self.filter_or_end() if len(self.open) == self.range_level else self.filter_condition()
                if condition is None:
                    break
                node = Filter(node, condition, token.start)
            elif token.text == "(":
                node = self.call(node)
            else:
                break
        return node

    def filter_condition(self) -> Node:
        opened = self.advance()
        self.open.append(opened)
        self.scopes.append(Scope(("item",)))
        self.scopes.append(self.members)
        condition = self.positive_test()
        del self.scopes[-2:]
        self.take("]")
        self.open.pop()
        return condition

    def filter_or_end(self) -> Node | None:
        """After the end of a range `[` may open a filter or, as in `[1..5[`, close the range; None for the latter."""
        self.guesses += 1
        if self.guesses > MAX_GUESSES:
            raise FeelBudgetError("depth", MAX_GUESSES)
        mark, token, depth = self.index, self.token, self.depth
        opened, scopes = len(self.open), len(self.scopes)
        try:
            return self.filter_condition()
        except FeelSyntaxError:
            self.index, self.token, self.depth = mark, token, depth
            del self.open[opened:]
            del self.scopes[scopes:]
            return None

    def all_scopes(self) -> list[Scope]:
        return self.scopes[::-1]

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.advance()
            return Const(self.number_here(token), token.start)
        if token.kind == "string":
            self.advance()
            return Const(token.text, token.start)
        if token.kind == "name":
            return self.name_or_word()
        if token.kind == "sign":
            if token.text == "(":
                return self.bracket()
            if token.text == "[":
                return self.list_or_range()
            if token.text == "]":
                return self.reversed_range()
            if token.text == "{":
                return self.context()
            if token.text == "@":
                return self.at_literal()
            if token.text == "?":
                self.advance()
                return Subject(token.start)
        raise self.refuse("value")

    def number_here(self, token: Token) -> object:
        try:
            return number(token.text)
        except FeelValueError:
            raise FeelSyntaxError("bad_number", token.start, found=token.text[:40], source=self.source) from None

    def name_or_word(self) -> Node:
        token = self.token
        if not self.known_words(self.all_scopes()):
            if token.text in ("true", "false", "null"):
                self.advance()
                return Const({"true": True, "false": False, "null": None}[token.text], token.start)
            if token.text in RESERVED:
                raise self.refuse("value")
        return Name(self.name_here(self.all_scopes()), token.start)

    def at_literal(self) -> Node:
        at = self.advance()
        token = self.token
        if token.kind != "string":
            raise self.refuse("string")
        self.advance()
        for reader in (
            temporal.parse_date, temporal.parse_date_time, temporal.parse_time, temporal.parse_duration,
        ):  # fmt: skip
            value = reader(token.text)
            if value is not None:
                return Const(value, at.start)
        raise FeelSyntaxError("bad_literal", at.start, found=f'"{token.text[:40]}"', source=self.source)

    def call(self, function: Node) -> Node:
        opened = self.advance()
        self.open.append(opened)
        arguments: list[Node] = []
        names: list[str] = []
        while not self.is_sign(")"):
            name = self.argument_name()
            if name is not None:
                names.append(name)
            arguments.append(self.expression())
            if len(names) not in (0, len(arguments)):
                raise self.refuse(":")
            if not self.is_sign(","):
                break
            self.advance()
            if self.is_sign(")"):
                raise self.refuse("value")
        self.take(")")
        self.open.pop()
        return Call(function, tuple(arguments), tuple(names), opened.start)

    def argument_name(self) -> str | None:
        """`start position:` before an argument given by name."""
        ahead = 0
        while self.peek(ahead).kind == "name":
            ahead += 1
        if ahead == 0 or self.peek(ahead).text != ":" or self.peek(ahead).kind != "sign":
            return None
        name = " ".join(self.peek(i).text for i in range(ahead))
        self.advance(ahead + 1)
        return name

    def bracket(self) -> Node:
        """`( value )`, `(< value)`, or the range `(a..b]`."""
        opened = self.advance()
        self.open.append(opened)
        token = self.token
        node: Node
        if token.kind == "sign" and token.text in COMPARE:
            node = self.positive_test()
            self.take(")")
            self.open.pop()
            return node
        node = self.expression()
        if self.is_sign(".."):
            return self.range_end(node, False, opened)
        self.take(")")
        self.open.pop()
        return node

    def range_end(self, start: Node, included: bool, opened: Token) -> Node:
        self.take("..")
        outer, self.range_level = self.range_level, len(self.open)
        end = self.expression()
        self.range_level = outer
        closing = self.token
        if closing.kind != "sign" or closing.text not in (")", "]", "["):
            raise self.refuse("]")
        self.advance()
        self.open.pop()
        return RangeLiteral(start, end, included, closing.text == "]", opened.start)

    def reversed_range(self) -> Node:
        """`]a..b[`, the way of writing an open end that DMN took from mathematics."""
        opened = self.advance()
        self.open.append(opened)
        return self.range_end(self.expression(), False, opened)

    def list_or_range(self) -> Node:
        opened = self.advance()
        self.open.append(opened)
        items: list[Node] = []
        if not self.is_sign("]"):
            items.append(self.positive_test())
            if self.is_sign(".."):
                return self.range_end(items[0], True, opened)
        while self.is_sign(","):
            self.advance()
            items.append(self.positive_test())
        self.take("]")
        self.open.pop()
        return ListLiteral(tuple(items), opened.start)

    def context(self) -> Node:
        opened = self.advance()
        self.open.append(opened)
        entries: list[tuple[str, Node]] = []
        scope = Scope()
        self.scopes.append(scope)
        while not self.is_sign("}"):
            at = self.token
            key = self.entry_key()
            if any(key == name for name, _ in entries):
                raise FeelSyntaxError("duplicate_entry", at.start, found=key, source=self.source)
            self.take(":")
            entries.append((key, self.expression()))
            scope.add(key)
            self.members.add(key)
            if not self.is_sign(","):
                break
            self.advance()
            if self.is_sign("}"):
                raise self.refuse("name")
        self.scopes.pop()
        self.take("}")
        self.open.pop()
        return ContextLiteral(tuple(entries), opened.start)

    def entry_key(self) -> str:
        if self.token.kind == "string":
            return self.advance().text
        if self.token.kind != "name":
            raise self.refuse("name")
        start, end = self.token.start, self.token.end
        while not self.is_sign(":"):
            if self.token.kind in ("end", "string") or self.token.text in ("{", "}", "(", ")", "[", "]", ","):
                raise self.refuse(":")
            end = self.advance().end
        return " ".join(self.source[start:end].split())

    # -- constructs that begin with a word -----------------------------------------------------------------------------

    def construct(self) -> Node | None:
        token = self.token
        following = self.peek()
        if token.text == "if":
            return self.conditional()
        if token.text == "function":
            return self.function_literal() if following.text == "(" else None
        if following.kind != "name":
            return None
        if token.text == "for":
            return self.iteration()
        return self.quantified()

    def conditional(self) -> Node:
        at = self.advance()
        condition = self.expression()
        self.take("then", "add_then")
        then = self.expression()
        self.take("else", "add_else")
        return If(condition, then, self.expression(), at.start)

    def loops(self, iterate: bool) -> tuple[tuple[str, Node], ...]:
        """`x in list, y in 1..3`; each name is known to what follows it."""
        loops: list[tuple[str, Node]] = []
        while True:
            if self.token.kind != "name":
                raise self.refuse("name")
            parts = [self.advance().text]
            while self.token.kind == "name" and self.token.text != "in":
                parts.append(self.advance().text)
            name = " ".join(parts)
            self.take("in")
            at = self.token.start
            domain = self.expression()
            if iterate and self.is_sign(".."):
                self.advance()
                domain = Iteration(domain, self.expression(), at)
            loops.append((name, domain))
            self.scopes.append(Scope((name,)))
            if not self.is_sign(","):
                return tuple(loops)
            self.advance()

    def iteration(self) -> Node:
        at = self.advance()
        mark = len(self.scopes)
        loops = self.loops(True)
        self.take("return", "add_return")
        self.scopes.append(Scope(("partial",)))
        result = self.expression()
        del self.scopes[mark:]
        return For(loops, result, at.start)

    def quantified(self) -> Node:
        at = self.advance()
        mark = len(self.scopes)
        loops = self.loops(True)
        self.take("satisfies", "add_satisfies")
        condition = self.expression()
        del self.scopes[mark:]
        return Quantified(at.text == "every", loops, condition, at.start)

    def function_literal(self) -> Node:
        at = self.advance()
        self.take("(")
        params: list[tuple[str, Type | None]] = []
        while self.token.kind == "name":
            start = self.token
            words = [self.advance().text]
            while self.token.kind == "name":
                words.append(self.advance().text)
            name = " ".join(words)
            if any(name == known for known, _ in params):
                raise FeelSyntaxError("duplicate_parameter", start.start, found=name, source=self.source)
            kind: Type | None = None
            if self.is_sign(":"):
                self.advance()
                kind = self.type_here()
            params.append((name, kind))
            if not self.is_sign(","):
                break
            self.advance()
        self.take(")")
        external = self.is_word("external")
        if external:
            self.advance()
        self.scopes.append(Scope([name for name, _ in params]))
        body = self.expression()
        self.scopes.pop()
        return FunctionLiteral(tuple(params), body, external, at.start)

    # -- whole texts ---------------------------------------------------------------------------------------------------

    def whole_expression(self) -> Node:
        if self.token.kind == "end":
            raise FeelSyntaxError("empty", 0, source=self.source)
        node = self.positive_test()
        if self.token.kind != "end":
            raise self.refuse("operator")
        return node

    def whole_tests(self) -> Node:
        """A cell: `-`, `not(...)`, or tests with commas between them."""
        if self.is_sign("-") and self.peek().kind == "end":
            return UnaryTests((), False, self.token.start)
        if self.token.kind == "end":
            return UnaryTests((), False, 0)
        negated = False
        if self.is_word("not") and self.peek().text == "(":
            found = self.negated_tests()
            if found is not None:
                return found
        tests = [self.positive_test()]
        while self.is_sign(","):
            self.advance()
            tests.append(self.positive_test())
        if self.token.kind != "end":
            raise self.refuse("operator")
        return UnaryTests(tuple(tests), negated, 0)

    def negated_tests(self) -> Node | None:
        """`not(a, < b)` as a whole cell; None if the call is only a part of a longer expression."""
        mark, token = self.index, self.token
        self.advance()
        self.open.append(self.advance())
        tests = [self.positive_test()]
        while self.is_sign(","):
            self.advance()
            tests.append(self.positive_test())
        self.take(")")
        self.open.pop()
        if self.token.kind == "end":
            return UnaryTests(tuple(tests), True, token.start)
        self.index, self.token = mark, token
        return None
