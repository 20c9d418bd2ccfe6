"""guide.toml -> Guide: what the public and the office may expect of a service, each figure with source and certainty.

Vocabulary after CPSV-AP (evidence, output, channel). No legal limit is ever filled from a promised one: an absent
legal limit stays absent and says why.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Hashable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

MAX_BYTES = 512 * 1024
T = TypeVar("T")


class GuideRefused(ValueError):
    """guide.toml does not say what a guide must. `place` is the table and key."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place


class Certainty(StrEnum):
    """How a figure was seen. Verified means that the text was read, not that it is in force where this runs."""

    VERIFIED = "verified"
    VERIFIED_SECONDARY = "verified-secondary"
    STATUTE_KNOWLEDGE = "statute-knowledge"
    ILLUSTRATIVE = "illustrative"
    MIXED = "mixed"
    NONE = "none"  # no figure was found; the value stays empty


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A promised or legal limit. Without `value` no number of days is known, and `note` says so.

    extension  more of the same unit that may be added with approval
    """

    certainty: Certainty
    value: int | None = None
    extension: int | None = None
    unit: str = "working_day"
    basis: Words | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class TimeLimits:
    legal: TimeLimit
    promised: TimeLimit


@dataclass(frozen=True, slots=True)
class Evidence:
    """One material. `commitment` = the applicant may sign a promise instead (告知承诺)."""

    code: str
    name: Words
    obtained_from: Words
    shared: bool = False
    commitment: bool = False
    commitment_when: Words | None = None
    dropped_when: Words | None = None
    required: bool = True
    condition: Words | None = None
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalBasis:
    source: str
    title: Words
    number: Words
    article: Words
    rule: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Disclosure:
    days: int
    rule: Words
    unit: str = "working_day"
    content: Words | None = None
    certainty: Certainty = Certainty.NONE


@dataclass(frozen=True, slots=True)
class Separation:
    """Steps that different persons must do. `group` is the name written at the steps in the diagram."""

    group: str
    reason: Words
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    fact: Words
    value: Words
    source: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A policy figure the process reads by name. `value` is a FEEL literal, the setting at installation."""

    name: str
    label: Words
    value: str
    unit: str
    certainty: Certainty
    source: Words


@dataclass(frozen=True, slots=True)
class ReasonCode:
    code: str
    text: Words
    basis: Words
    certainty: Certainty = Certainty.ILLUSTRATIVE


@dataclass(frozen=True, slots=True)
class ExceptionCase:
    id: str
    name: Words
    at: str
    clock_effect: Words
    handling: Words
    here: Words


@dataclass(frozen=True, slots=True)
class TimerNote:
    id: str
    name: Words
    value: Words
    on_expiry: Words


@dataclass(frozen=True, slots=True)
class Register:
    """An outside register a step asks and what is done when it does not answer."""

    step: str
    code: str
    name: Words
    query: Words
    if_unavailable: Words


@dataclass(frozen=True, slots=True)
class AuditPoint:
    id: str
    title: Words
    check: Words
    risk: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnlyWhen:
    """A rule of the matrix that holds for this benefit only when a FEEL condition over the facts does."""

    rule: str
    when: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """What the ledger is told. All values are FEEL over the facts of the case.

    reserve_at      step (path name) at whose completion the months are reserved, if `reserve_when` holds
    activate_at     step at whose completion the reservation becomes a grant
    release_at      ends (path names) that give the months back; stop_at ends that close the grant early
    period_start    month "2026-11" in which it begins; months = how many
    exclusion_group one grant of the group a person and month
    holder          fact that names by identity number whom it is for: one, or a list of people an employer is paid for;
                    without it, or while it is empty, the person of the case
    struck          fact with the numbers of those a review struck from the list
    only_when       rules of the matrix that do not always hold
    """

    benefit: str
    exclusion_group: str
    name: Words
    rule: Words
    source: str
    certainty: Certainty
    reserve_at: str
    reserve_when: str
    activate_at: str
    period_start: str
    months: str
    amount: str
    release_at: tuple[str, ...] = ()
    stop_at: tuple[str, ...] = ()
    holder: str = ""
    struck: str = ""
    only_when: tuple[OnlyWhen, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a person who was refused may do."""

    name: Words
    limit: Words
    source: Words
    certainty: Certainty
    process: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    code: str
    relation: Words


@dataclass(frozen=True, slots=True)
class Retention:
    years: int | None
    basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class LocalVariation:
    """What a county may set for itself; everything else of the process is its locked core.

    parameters   names of guide.parameters that may vary; left out = all of them
    channels, where   more places and ways to apply; only where the guide says so
    """

    promised: bool = True
    parameters: tuple[str, ...] | None = None
    channels: bool = False
    where: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """A service guide. Shared parts (no applicant of their own) leave the public tables out."""

    key: str
    code: str
    version: str
    name: Words
    family: Words
    purpose: Words
    lanes: str = ""
    key_decision: Words | None = None
    entry_level: str = ""
    deciding_level: str = ""
    who: Words | None = None
    conditions: tuple[Words, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fee: Words | None = None
    where: Words | None = None
    channels: tuple[str, ...] = ()
    time_limits: TimeLimits | None = None
    result: Words | None = None
    legal_basis: tuple[LegalBasis, ...] = ()
    disclosure: Disclosure | None = None
    separation: tuple[Separation, ...] = ()
    figures: tuple[Figure, ...] = ()
    parameters: tuple[ParameterSpec, ...] = ()
    reason_codes: tuple[ReasonCode, ...] = ()
    exceptions: tuple[ExceptionCase, ...] = ()
    timers: tuple[TimerNote, ...] = ()
    registers: tuple[Register, ...] = ()
    audit_points: tuple[AuditPoint, ...] = ()
    benefit: Benefit | None = None
    remedies: tuple[Remedy, ...] = ()
    retention: Retention | None = None
    related: tuple[Related, ...] = ()
    public: bool = True  # the public may apply for it by itself
    local: LocalVariation = LocalVariation()


def read(data: bytes) -> Guide:
    """The guide in a guide.toml. Refuses with GuideRefused: too_big, not_toml, missing, unknown, wrong_type."""
    if len(data) > MAX_BYTES:
        raise GuideRefused("too_big", f"guide.toml has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise GuideRefused("not_toml", f"not TOML: {error}") from None
    return build(Guide, tree, "guide")


def build(kind: type[T], table: Any, place: str) -> T:
    """A dataclass from a TOML table: same names, nothing missing, nothing unknown."""
    if not isinstance(table, dict):
        raise GuideRefused("wrong_type", f"{place}: expected a table", place)
    hints = _hints(cast(Hashable, kind))
    names = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in names:
            raise GuideRefused("unknown", f"{place}: {key!r} is not known here", f"{place}.{key}")
    given: dict[str, Any] = {}
    for name, spec in names.items():
        if name in table:
            given[name] = _value(hints[name], table[name], f"{place}.{name}")
        elif spec.default is MISSING and spec.default_factory is MISSING:
            raise GuideRefused("missing", f"{place}: {name!r} is missing", f"{place}.{name}")
    return kind(**given)


@lru_cache(maxsize=64)
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any, place: str) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(a for a in get_args(hint) if a is not type(None))
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise GuideRefused("wrong_type", f"{place}: expected a list", place)
        inner = get_args(hint)[0]
        return tuple(_value(inner, v, f"{place}[{n}]") for n, v in enumerate(value))
    if isinstance(hint, type) and is_dataclass(hint):
        return build(hint, value, place)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        if value not in set(hint):
            raise GuideRefused("wrong_type", f"{place}: {value!r} is none of {', '.join(hint)}", place)
        return hint(value)
    if type(value) is not hint:
        raise GuideRefused("wrong_type", f"{place}: expected {hint.__name__}", place)
    return value
