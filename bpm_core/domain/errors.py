"""Refusals: every way in which the core says no, each a type with a code and facts; no HTTP and no translation here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar


class Refused(Exception):
    """Base of every refusal. `code` names it for machines, `facts` carry what was expected and found.

    The text is plain English for logs; screens translate `code` with `facts`. Facts never hold personal data.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts: dict[str, object] = facts
        self.reason = code or self.code  # a finer code within the type, "own_case" within SeparationOfDuty

    def __str__(self) -> str:
        return self.message


class NotFound(Refused):
    """There is no such record, or none that this actor may know of."""

    code = "not_found"


class NotAllowed(Refused):
    """The actor holds no post that permits this."""

    code = "not_allowed"


class WrongState(Refused):
    """The record is not in a state that permits this."""

    code = "wrong_state"


class StaleVersion(Refused):
    """The record changed since the caller read it."""

    code = "stale_version"


class SeparationOfDuty(NotAllowed):
    """The person already had another hand in this, or has an interest in it."""

    code = "separation_of_duty"


class Duplicate(Refused):
    """The same thing exists already: an open case of the same matter, a benefit for the same month."""

    code = "duplicate"


class IdempotencyConflict(Refused):
    """The idempotency key was used before with another request."""

    code = "idempotency_conflict"


class EngineRefused(Refused):
    """The process itself does not permit this; facts carry the engine's code."""

    code = "engine_refused"


class Unavailable(Refused):
    """Something this needs does not answer at the moment; the same request may succeed later."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `code` and `facts` as for a refusal, never the value itself."""

    key: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


class InvalidData(Refused):
    """The data handed in does not fit; `errors` says field by field what was expected."""

    code = "invalid_data"

    def __init__(self, message: str, errors: Iterable[FieldError] = (), *, code: str | None = None, **facts: object):
        super().__init__(message, code=code, **facts)
        self.errors = tuple(errors)
