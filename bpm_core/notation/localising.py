"""What of a process a place may set for itself, what it may not go below, and the guide as it reads there.

The process itself - diagram, decisions, forms - is the locked core: there is no name here by which it could be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bpm_core.notation import floors as floor_rules
from bpm_core.notation import literals
from bpm_core.notation.floors import TIME_LIMIT, Breach, Floor, Floors
from bpm_core.notation.guide import Certainty, Guide, TimeLimit, Words
from bpm_core.notation.literals import NotLiteral

PROMISED = "promised_limit"
CHANNELS = "channels"
WHERE_ZH, WHERE_EN = "where_zh", "where_en"
#: Ways to apply that the screens know words for.
KNOWN_CHANNELS = frozenset(
    {"village", "window", "online", "mobile", "self_service", "telephone", "post", "home_visit", "school", "bank"}
)
MAX_DAYS = 3650
MAX_WORDS = 300
_NAMES = {
    PROMISED: Words("承诺办理时限", "Promised time limit"),
    CHANNELS: Words("办理渠道", "Channels"),
    WHERE_ZH: Words("办理地点（中文）", "Where to apply (Chinese)"),
    WHERE_EN: Words("办理地点（英文）", "Where to apply (English)"),
}


class NotVariable(ValueError):
    """The value can't be set here. `code`: locked, literal, type, days, channel, channel_closed, length."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing a place may set. `national` is its value for all, as text: a FEEL literal for parameters."""

    name: str
    label: Words
    national: str
    unit: str = ""
    certainty: Certainty = Certainty.NONE
    source: Words | None = None
    floors: tuple[Floor, ...] = ()

    @property
    def is_parameter(self) -> bool:
        return self.name not in _NAMES

    @property
    def is_fixed(self) -> bool:
        """One figure for all: listed, so that the reader sees why, but no place may set it."""
        return any(floor.rule is floor_rules.Rule.EXACTLY for floor in self.floors)


def variables(guide: Guide, floors: Floors, figures: Mapping[str, str] | None = None) -> dict[str, Variable]:
    """Everything the guide declares variable, by name, with the floors that hold for it.

    figures   settings for all that go before the figures the guide came with: name -> FEEL literal
    """
    return {one.name: one for one in _variables(guide, floors, figures or {})}


def _variables(guide: Guide, floors: Floors, figures: Mapping[str, str]) -> Iterator[Variable]:
    declared = guide.local
    promised = guide.time_limits.promised if guide.time_limits else None
    if declared.promised and promised is not None and promised.value is not None:
        legal = floor_rules.legal_floor(guide)
        bounds = (*((legal,) if legal else ()), *floors.of(TIME_LIMIT, guide.code))
        yield Variable(
            PROMISED,
            _NAMES[PROMISED],
            str(promised.value),
            promised.unit,
            promised.certainty,
            promised.basis,
            _nearest(bounds),
        )
    for spec in guide.parameters:
        if declared.parameters is None or spec.name in declared.parameters:
            yield Variable(
                spec.name,
                spec.label,
                _figure(figures.get(spec.name, spec.value)),
                spec.unit,
                spec.certainty,
                spec.source,
                floors.of(spec.name, guide.code),
            )
    if declared.channels and guide.channels:
        yield Variable(CHANNELS, _NAMES[CHANNELS], ",".join(guide.channels))
    if declared.where and guide.where:
        yield Variable(WHERE_ZH, _NAMES[WHERE_ZH], guide.where.zh)
        yield Variable(WHERE_EN, _NAMES[WHERE_EN], guide.where.en)


def _figure(text: str) -> str:
    """The literal in its one way of writing; a setting that is an expression stays as it is."""
    try:
        return literals.text(literals.read(text))
    except NotLiteral:
        return text


def _nearest(bounds: tuple[Floor, ...]) -> tuple[Floor, ...]:
    """Of bounds that say the same only the first: the guide's own legal limit stands in the table of floors too."""
    found: list[Floor] = []
    for one in bounds:
        if (one.bound, one.unit) not in [(other.bound, other.unit) for other in found]:
            found.append(one)
    return tuple(found)


def canonical(variable: Variable, text: str) -> str:
    """The value as it is kept. Refuses with NotVariable what is none for this variable, floors left aside."""
    if variable.name == PROMISED:
        return str(_days(text))
    if variable.name == CHANNELS:
        return ",".join(_channels(variable, text))
    if not variable.is_parameter:
        return _words(text)
    try:
        value, national = literals.read(text), literals.read(variable.national)
    except NotLiteral as error:
        raise NotVariable("literal", str(error)) from error
    if not literals.of_kind(national, value):
        raise NotVariable("type", f"{variable.name} stays of its type", national=variable.national)
    return literals.text(value)


def _days(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) > MAX_DAYS:
        raise NotVariable("days", f"a time limit is a whole number from 0 to {MAX_DAYS}", max=MAX_DAYS)
    return int(text)


def _channels(variable: Variable, text: str) -> list[str]:
    asked = [one.strip() for one in text.split(",") if one.strip()]
    national = variable.national.split(",")
    if unknown := sorted(set(asked) - KNOWN_CHANNELS - set(national)):
        raise NotVariable("channel", f"unknown channels: {', '.join(unknown)}", unknown=unknown)
    if closed := [one for one in national if one not in asked]:
        raise NotVariable("channel_closed", f"these stay open everywhere: {', '.join(closed)}", closed=closed)
    return [*national, *sorted(set(asked) - set(national))]


def _words(text: str) -> str:
    bare = " ".join(text.split())
    if not 0 < len(bare) <= MAX_WORDS:
        raise NotVariable("length", f"between 1 and {MAX_WORDS} characters", max=MAX_WORDS)
    return bare


def breaches(variable: Variable, value: str) -> tuple[Breach, ...]:
    """Floors that a canonical value goes below."""
    if variable.name == PROMISED:
        days = Decimal(value)
        return tuple(
            Breach(PROMISED, value, one) for one in variable.floors if one.unit != variable.unit or one.broken_by(days)
        )
    if not variable.is_parameter:
        return ()
    found, national = literals.read(value), literals.read(variable.national)
    return tuple(Breach(variable.name, value, one) for one in variable.floors if one.broken_by(found, national))


def holds(variable: Variable | None, value: str) -> bool:
    """Whether an approved value may still hold: declared, of the right kind and not below a floor that came since."""
    if variable is None:
        return False
    try:
        return canonical(variable, value) == value and not breaches(variable, value)
    except NotVariable:
        return False


def edition(guide: Guide, values: Mapping[str, str]) -> Guide:
    """The guide as it reads where these canonical values are in force; names it does not declare are left out."""
    own = set(variables(guide, Floors()))
    told = {name: value for name, value in values.items() if name in own}
    if not told:
        return guide
    limits = guide.time_limits
    if limits is not None and PROMISED in told:
        limits = replace(limits, promised=_promise(limits.promised, int(told[PROMISED])))
    where = guide.where
    if where is not None:
        where = Words(told.get(WHERE_ZH, where.zh), told.get(WHERE_EN, where.en))
    return replace(
        guide,
        time_limits=limits,
        where=where,
        channels=tuple(told[CHANNELS].split(",")) if CHANNELS in told else guide.channels,
        parameters=tuple(replace(one, value=told.get(one.name, one.value)) for one in guide.parameters),
    )


def _promise(limit: TimeLimit, days: int) -> TimeLimit:
    return replace(limit, value=days, basis=Words("本地承诺", "Promised by this place"), note=None)
