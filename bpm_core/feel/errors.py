"""What can be wrong with a FEEL text or its evaluation: types with a code, a place, facts; words are in `messages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import bpm_core.feel.messages as messages


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value became null: FEEL has no exceptions, so the cause is kept beside the result."""

    code: str
    position: int  # offset in the source, -1 if unknown
    facts: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        return messages.reason(self.code, self.facts, language)

    def __str__(self) -> str:
        return self.text()


class FeelError(ValueError):
    """Any refusal of this package; nothing else is ever raised on account of an expression."""

    code = "feel_error"

    def text(self, language: str = "en") -> str:
        return str(self)


class FeelSyntaxError(FeelError):
    """The text is not FEEL.

    position    offset of the first character that does not fit
    found       what stands there; "" at the end of the text
    expected    what could have stood there, a code of `messages.EXPECTED` or a literal sign
    suggestion  code of `messages.SUGGESTIONS` with its facts, or None
    """

    def __init__(
        self,
        code: str,
        position: int,
        *,
        found: str = "",
        expected: str = "",
        suggestion: str | None = None,
        facts: Mapping[str, str] | None = None,
        source: str = "",
    ) -> None:
        self.code = code
        self.position = position
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
        self.facts = dict(facts or {})
        self.source = source
        super().__init__(self.text("en"))

    def text(self, language: str = "en") -> str:
        return messages.syntax(
            self.code, self.position, self.found, self.expected, self.suggestion, self.facts, language
        )


class FeelBudgetError(FeelError):
    """The expression asks for more work, depth or memory than it may have."""

    def __init__(self, code: str, limit: int | float) -> None:
        self.code = code
        self.limit = limit
        super().__init__(messages.budget(code, limit, "en"))

    def text(self, language: str = "en") -> str:
        return messages.budget(self.code, self.limit, language)


class FeelValueError(FeelError):
    """A Python object that is not a FEEL value was handed in."""

    code = "foreign_value"


class FeelStrictError(FeelError):
    """Strict mode: what FEEL would answer with null is an error."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        self.code = reason.code
        self.position = reason.position
        super().__init__(reason.text())

    def text(self, language: str = "en") -> str:
        return self.reason.text(language)
