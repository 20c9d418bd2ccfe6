"""What a connector is: a named way to ask the outside for named values. Diagrams name connectors, never addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

#: No call may take longer; the lease of a job (setting LEASE_S) is longer than this.
LONGEST_CALL_S = 20.0

JsonSchema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value the step needs: its name, its type and, for a choice, what may be chosen."""

    name: str
    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the question is about, as registers know people. Never logged, never kept after the call."""

    kind: str = "person"  # person | enterprise
    number: str = field(default="", repr=False)  # identity number or unified social credit code
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One call.

    key      the same for every try of the same step, so that a receiver can tell a repetition from a second order
    systems  codes of the registers the step asks, with the question to each
    """

    key: str
    case_number: str
    process_key: str
    element_id: str
    subject: Subject
    systems: tuple[tuple[str, str], ...] = ()
    wanted: tuple[Wanted, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)


class CallFailed(Exception):
    """The call brought no answer. `code`: timeout, unreachable, refused, bad_answer, bad_arguments, incomplete.

    The text goes to operators: it names systems and fields, never values.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Connector(Protocol):
    """A way outside. `arguments` and `result` are JSON schemas, checked before and after each call."""

    name: str
    title_zh: str
    title_en: str
    arguments: JsonSchema

    def result(self, request: Request) -> JsonSchema:
        """Schema of the answer to this request."""
        ...

    def call(self, request: Request, *, timeout_s: float) -> Mapping[str, Any]:
        """The answer as JSON values by name; raises CallFailed. Safe to repeat under the same key."""
        ...
