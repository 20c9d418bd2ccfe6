"""Types as they are written after `instance of` and `:`."""

from __future__ import annotations

from bpm_core.feel.reading import STOPS, Reader
from bpm_core.feel.types import ContextOf, FunctionOf, ListOf, RangeOf, Simple, Type, named


class TypeReader(Reader):
    """Reads list<number>, context<a: string>, function<date> -> boolean and names of types."""

    def type_here(self) -> Type:
        self.deeper()
        if self.token.kind != "name":
            raise self.refuse("type")
        name = self.type_name()
        result: Type
        if name in ("list", "range") and self.is_sign("<"):
            self.advance()
            inner = self.type_here()
            result = ListOf(inner) if name == "list" else RangeOf(inner)
            self.take(">")
        elif name == "context" and self.is_sign("<"):
            result = self.context_type()
        elif name == "function" and self.is_sign("<"):
            result = self.function_type()
        else:
            result = named(name)
        self.depth -= 1
        return result

    def type_name(self) -> str:
        for words in (("date", "and", "time"), ("days", "and", "time", "duration"),
                      ("years", "and", "months", "duration")):  # fmt: skip
            if self._stands(words):
                self.advance(len(words))
                return " ".join(words)
        parts = [self.advance().text]
        while True:
            if self.is_sign(".") and self.peek().kind == "name":
                self.advance()
                parts[-1] += "." + self.advance().text
            elif self.token.kind == "name" and self.token.text not in STOPS | {"external"}:
                parts.append(self.advance().text)
            else:
                return " ".join(parts)

    def context_type(self) -> Type:
        self.take("<")
        fields: list[tuple[str, Type]] = []
        while self.token.kind == "name":
            words = [self.advance().text]
            while self.token.kind == "name":
                words.append(self.advance().text)
            self.take(":")
            fields.append((" ".join(words), self.type_here()))
            if not self.is_sign(","):
                break
            self.advance()
        self.take(">")
        return ContextOf(tuple(fields))

    def function_type(self) -> Type:
        self.take("<")
        params: list[Type] = []
        while self.token.kind == "name":
            params.append(self.type_here())
            if not self.is_sign(","):
                break
            self.advance()
        self.take(">")
        if self.is_sign("->"):
            self.advance()
            return FunctionOf(tuple(params), self.type_here())
        return FunctionOf(tuple(params), Simple("Any"))
