"""What a simulation is told: how many cases come and when, who is there to do them, and how long things take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from bpm_core.domain.calendar import OFFICE_HOURS

MOST_CASES = 1_000_000
MOST_A_DAY = 100_000.0
EVERY_LANE = "*"
FIRST_DAY = date(2026, 3, 2)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")

Hours = tuple[tuple[time, time], ...]


class BadSetup(ValueError):
    """The simulation was told something that can't be; the text says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Cases a working day, Monday first. `even` spaces them evenly; else they come by chance (Poisson)."""

    a_day: tuple[float, ...]
    even: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """One simulation. The same setup and the same bundle give the same report, figure by figure.

    staff       persons a lane code; "*" = every lane not named; a lane without a figure never makes anybody wait
    mix         weight of each worked case by id or its leading number; empty = all alike
    choices     field, output or `NODE.field` -> weighted values, drawn anew at each visit
    minutes     hands-on office minutes of a step (path name or element id), instead of the assumption from its limit
    by_options  draw what the process routes by from the fields' own options, without the worked cases
    answer_minutes, register_minutes   how long the world outside and a register take on average
    """

    cases: int
    arrivals: Arrivals
    staff: Mapping[str, int] = field(default_factory=dict)
    starts_on: date = FIRST_DAY
    hours: Hours = OFFICE_HOURS
    seed: int = 1
    mix: Mapping[str, float] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    minutes: Mapping[str, float] = field(default_factory=dict)
    by_options: bool = False
    answer_minutes: float = 1440.0
    register_minutes: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.cases <= MOST_CASES:
            raise BadSetup(f"the number of cases is 1 to {MOST_CASES}, not {self.cases}")
        if self.answer_minutes <= 0 or self.register_minutes <= 0:
            raise BadSetup("how long an answer takes is more than 0 minutes")


def arrivals(text: str) -> Arrivals:
    """`40` a working day by chance, `even:40` evenly spaced, or by weekday `mon=60,tue=40,...` (others none)."""
    even = text.startswith("even:")
    plain = text.removeprefix("even:")
    if "=" in plain:
        rates = weights(plain)
        unknown = set(rates) - set(_DAYS)
        if unknown:
            raise BadSetup(f"a weekday is one of {', '.join(_DAYS)}, not {sorted(unknown)[0]!r}")
        found = tuple(rates.get(day, 0.0) for day in _DAYS)
    else:
        found = (_number(plain, "cases a day"),) * 7
    if not any(found[:5]) or max(found) > MOST_A_DAY:
        raise BadSetup(f"cases come on weekdays, more than 0 and at most {MOST_A_DAY:.0f} a day, not {text!r}")
    return Arrivals(found, even)


def staff(text: str) -> dict[str, int]:
    """`WIN=6,C1=4` or `WIN=6,*=2` -> persons by lane code."""
    found = weights(text)
    for lane, number in found.items():
        if number != int(number) or number < 1:
            raise BadSetup(f"a lane has 1 person or more; {lane} was given {number:g}")
    return {lane: int(number) for lane, number in found.items()}


def hours(text: str) -> Hours:
    """`09:00-12:00,13:30-17:00` -> opening hours in order."""
    spans: list[tuple[time, time]] = []
    for part in text.split(","):
        match = _HOURS.fullmatch(part.strip())
        try:
            first, last, to_hour, to_minute = (int(group) for group in match.groups()) if match else (24, 0, 0, 0)
            span = time(first, last), time(to_hour, to_minute)
        except ValueError:
            raise BadSetup(f"opening hours are written 09:00-12:00,13:30-17:00, not {text!r}") from None
        if span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
            raise BadSetup(f"opening hours follow one another within a day, not {text!r}")
        spans.append(span)
    return tuple(spans)


def choice(text: str) -> tuple[str, dict[str, float]]:
    """`result=pass:8|return:1` or `S40.result=pass:8|return:1` -> the name and its weighted values."""
    name, found, values = text.partition("=")
    if not found or not name.strip() or not values.strip():
        raise BadSetup(f"a choice is written FIELD=VALUE:WEIGHT|VALUE:WEIGHT, not {text!r}")
    drawn: dict[str, float] = {}
    for part in values.split("|"):
        value, weighted, weight = part.strip().rpartition(":")
        drawn[value if weighted else part.strip()] = _number(weight, text) if weighted else 1.0
    if not sum(drawn.values()) > 0:
        raise BadSetup(f"the weights of {name!r} are all 0")
    return name.strip(), drawn


def weights(text: str) -> dict[str, float]:
    """`A=6,B=4` -> figures by name, each 0 or more."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, is_pair, figure = part.partition("=")
        if not is_pair or not name.strip():
            raise BadSetup(f"expected NAME=NUMBER, found {part!r}")
        found[name.strip()] = _number(figure, part)
    return found


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadSetup(f"{what}: {text!r} is not a number") from None
    if not 0 <= value < 1e9:
        raise BadSetup(f"{what}: {text!r} is not a number from 0 up")
    return value
