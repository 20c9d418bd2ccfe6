"""The common part of JUEL (`${amount > 1000 && !urgent}`), the expression language of older engines, put into FEEL.

Translated: literals, variables with properties and indexes, comparisons, arithmetic, `&&` `||` `!` and their words,
`empty`, `? :`. Refused: calls of methods and functions, lambdas, assignments - what would run code. The words of the
language: Expression Language Specification 3.0 (JSR 341), chapter 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpm_core import feel

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d][\w]*)
    |(?P<sign>==|!=|<=|>=|&&|\|\||->|[-+*/%<>!?:.,()\[\]=;]))""",
    re.VERBOSE,
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_WORDS |= {"div": "/", "mod": "%"}
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%"))
_FEEL = {"||": "or", "&&": "and", "==": "=", "%": "modulo"}
MAX_LENGTH = 4000
MAX_DEPTH = 60


class NotTranslatable(ValueError):
    """The text is not of the part of JUEL that can be put into FEEL. `suggestion` is FEEL that says the like."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(f"{message}; in FEEL write for example: {suggestion}" if suggestion else message)
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, string, name, sign, end
    text: str


def is_juel(text: str) -> bool:
    """Whether a text is one expression in JUEL's brackets."""
    return re.fullmatch(r"\s*[$#]\{.*\}\s*", text, re.DOTALL) is not None


def to_feel(text: str) -> str:
    """The FEEL that means the same. A text without JUEL's brackets is handed back as it is.

    Refuses with NotTranslatable, a ValueError that carries a suggestion.
    """
    if not re.search(r"[$#]\{", text):
        return text
    if not is_juel(text) or len(text) > MAX_LENGTH:
        raise NotTranslatable(f"{text[:80]!r} mixes text and JUEL", "concatenate with + and string(...)")
    inner = text.strip()[2:-1]
    translated = _Translation(list(_tokens(inner))).whole()
    try:
        feel.compile(translated)
    except feel.FeelError as error:
        raise NotTranslatable(f"{text[:80]!r} has no meaning in FEEL: {error}") from None
    return translated


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotTranslatable(f"{text[at : at + 20].strip()!r} is no JUEL")
        at = match.end()
        kind = str(match.lastgroup)
        found = match[kind]
        if kind == "name" and found in _WORDS:
            kind, found = "sign", _WORDS[found]
        yield _Token(kind, found)
    yield _Token("end", "")


class _Translation:
    """Recursive descent over the tokens; every method returns the FEEL of what it read."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> str:
        """The sign that stands here if it is one of these, and step over it; "" otherwise."""
        if self.now.kind == "sign" and self.now.text in signs:
            self.at += 1
            return self.tokens[self.at - 1].text
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise NotTranslatable(f"expected {sign!r}, found {self.now.text or 'the end'!r}")

    def whole(self) -> str:
        said = self.choice()
        if self.now.kind != "end":
            if self.now.text in ("=", ";", "->"):
                raise NotTranslatable("assignments and lambdas are code", "an assignment of the step")
            raise NotTranslatable(f"{self.now.text!r} does not belong here")
        return said

    def choice(self) -> str:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotTranslatable("the expression is nested too deep")
        condition = self.binary(0)
        if self.take("?"):
            yes = self.choice()
            self.need(":")
            condition = f"if {condition} then {yes} else {self.choice()}"
            condition = f"({condition})"
        self.depth -= 1
        return condition

    def binary(self, level: int) -> str:
        if level == len(_BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while sign := self.take(*_BINARY[level]):
            right = self.binary(level + 1)
            word = _FEEL.get(sign, sign)
            left = f"modulo({left}, {right})" if word == "modulo" else f"{left} {word} {right}"
            left = f"({left})" if word == "or" else left
        return left

    def unary(self) -> str:
        if self.take("!"):
            return f"not({self.unary()})"
        if self.take("-"):
            return f"-{self.unary()}"
        if self.now == _Token("name", "empty"):
            self.at += 1
            return f'list contains([null, "", []], {self.unary()})'
        return self.value()

    def value(self) -> str:
        token = self.now
        self.at += 1
        if token.kind == "number":
            said = token.text
        elif token.kind == "string":
            said = _string(token.text)
        elif token.kind == "name":
            said = token.text
        elif token.text == "(":
            said = f"({self.choice()})"
            self.need(")")
        else:
            raise NotTranslatable(f"a value is missing before {token.text or 'the end'!r}")
        return self.rest(said)

    def rest(self, said: str) -> str:
        """Properties and indexes after a value. A call would run code of the other engine: refused."""
        while True:
            if self.now.text == "(" and self.now.kind == "sign":
                raise NotTranslatable(f"{said}(...) calls code", _instead(said))
            if self.take("."):
                if self.now.kind != "name":
                    raise NotTranslatable("a name is missing after '.'")
                said = f"{said}.{self.now.text}"
                self.at += 1
            elif self.take("["):
                said = self.index(said)
            else:
                return said

    def index(self, said: str) -> str:
        if self.now.kind == "string":
            name = _string(self.now.text)
            self.at += 1
            self.need("]")
            return f"get value({said}, {name})"
        place = self.choice()
        self.need("]")
        return f"{said}[{place} + 1]"  # JUEL counts from 0, FEEL from 1


def _string(text: str) -> str:
    """A JUEL string as a FEEL string."""
    inner = re.sub(r"\\(.)", r"\1", text[1:-1])
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'


_INSTEAD = {
    "equals": 'name = "value"',
    "contains": "list contains(names, name)",
    "size": "count(names)",
    "isEmpty": "count(names) = 0",
    "length": "string length(name)",
    "startsWith": 'starts with(name, "A")',
    "endsWith": 'ends with(name, "Z")',
    "toLowerCase": "lower case(name)",
    "toUpperCase": "upper case(name)",
    "now": "now()",
    "getVariable": "name",
    "hasVariable": "name != null",
}


def _instead(said: str) -> str:
    """FEEL that does what a well-known method does."""
    return _INSTEAD.get(said.rsplit(".", 1)[-1], "a variable that an earlier step has set")
