"""Reading a text token by token: what stands here, which known name it begins, and what to say if it may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

import bpm_core.feel.limits as limits
from bpm_core.feel.errors import FeelBudgetError, FeelSyntaxError
from bpm_core.feel.lexer import SLIPS, Token, tokenize

STOPS = frozenset({"and", "or", "between", "in", "instance", "then", "else", "return", "satisfies"})
RESERVED = STOPS | {"if", "for", "some", "every", "true", "false", "null", "function", "external"}
Words = tuple[str, ...]
Table = dict[str, list[Words]]  # first word -> names of several tokens that begin with it, longest first


@lru_cache(maxsize=4096)
def words_of(name: str) -> Words:
    """The tokens a name consists of; () if it is not made of FEEL tokens at all."""
    try:
        tokens = tokenize(name)[:-1]
    except (FeelSyntaxError, FeelBudgetError):
        return ()
    return tuple(token.text for token in tokens if token.kind != "string")


@lru_cache(maxsize=4096)
def first_word(name: str) -> str:
    """The first token of a name, which must occur in any text that uses the name."""
    words = words_of(name)
    return words[0] if words else name


class Scope:
    """Names one construct brings into being: single words, and a table of those with several."""

    __slots__ = ("functions", "names", "table")

    def __init__(self, names: Collection[str] = (), *, functions: bool = False) -> None:
        self.functions = functions
        self.names = dict.fromkeys(names, "")
        self.table: Table = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        words = words_of(name)
        self.names[" ".join(words) if words else name] = name
        self.names[name] = name
        if len(words) > 1:
            entries = self.table.setdefault(words[0], [])
            entries.append(words)
            entries.sort(key=len, reverse=True)


class Reader:
    """A place in the tokens of a text, and the names that are known there."""

    def __init__(self, source: str, scopes: list[Scope], members: Scope) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.index = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.scopes = list(scopes)
        self.members = members  # names that may follow a dot or stand in a filter
        self.open: list[Token] = []  # brackets not closed yet, for messages
        self.range_level = -1  # number of open brackets at the end of a range being read
        self.guesses = 0

    # -- tokens --------------------------------------------------------------------------------------------------------

    def advance(self, count: int = 1) -> Token:
        token = self.token
        self.index += count
        self.token = self.tokens[self.index]
        return token

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def is_sign(self, text: str) -> bool:
        return self.token.kind == "sign" and self.token.text == text

    def is_word(self, text: str) -> bool:
        return self.token.kind == "name" and self.token.text == text

    def take(self, text: str, suggestion: str | None = None) -> Token:
        """The sign or word that must stand here."""
        if self.token.text == text and self.token.kind in ("sign", "name"):
            return self.advance()
        raise self.refuse(text, suggestion)

    def refuse(self, expected: str, suggestion: str | None = None) -> FeelSyntaxError:
        token = self.token
        facts: dict[str, str] = {}
        suggestion = suggestion or (SLIPS.get(token.text) if token.kind == "sign" else None)
        if suggestion is None and token.text == ";":
            suggestion = "no_semicolon"
        if suggestion is None and token.kind == "name" and token.text.lower() in RESERVED | {"not"}:
            lower = token.text.lower()
            if lower != token.text:
                suggestion, facts = "lower_case", {"name": lower}
        if suggestion is None and self.open:
            opened = self.open[-1]
            suggestion, facts = "close_bracket", {"bracket": opened.text, "opened": str(opened.start + 1)}
        found = token.text if token.kind != "string" else f'"{token.text}"'
        return FeelSyntaxError(
            "unfinished" if token.kind == "end" else "unexpected", token.start, found=found[:40], expected=expected,
            suggestion=suggestion, facts=facts, source=self.source,
        )  # fmt: skip

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > limits.MAX_DEPTH:
            raise FeelBudgetError("depth", limits.MAX_DEPTH)

    # -- names ---------------------------------------------------------------------------------------------------------

    def known_words(self, scopes: Iterable[Scope]) -> Words:
        """The longest known name of several tokens that stands here, or ()."""
        best: Words = ()
        for scope in scopes:
            for words in scope.table.get(self.token.text, ()):
                if len(words) > len(best) and self._stands(words):
                    best = words
                    break
        return best

    def _stands(self, words: Words) -> bool:
        last = self.index + len(words)
        if last >= len(self.tokens):
            return False
        return all(self.tokens[self.index + i].text == word for i, word in enumerate(words))

    def is_variable(self, name: str) -> bool:
        return any(name in scope.names for scope in self.scopes if not scope.functions)

    def name_here(self, scopes: Iterable[Scope]) -> str:
        """The name that stands here: a known one, else all words side by side."""
        scopes = list(scopes)
        words = self.known_words(scopes)
        if words:
            self.advance(len(words))
            joined = " ".join(words)
            return next((scope.names[joined] for scope in scopes if joined in scope.names), joined)
        first = self.advance()
        parts = [first.text]
        while self.token.kind == "name" and self.token.text not in STOPS:
            slip = self.token.text.lower() in STOPS
            if slip or (len(parts) == 1 and self.is_variable(parts[0])):
                raise FeelSyntaxError(
                    "two_names", self.token.start, found=self.token.text,
                    facts={"before": " ".join(parts), "name": self.token.text.lower()},
                    suggestion="lower_case" if slip else None, source=self.source,
                )  # fmt: skip
            parts.append(self.advance().text)
        return " ".join(parts)
