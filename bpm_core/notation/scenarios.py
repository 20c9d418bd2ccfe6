"""scenarios/*.toml -> Scenario: worked cases that are example, test and training material at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_BYTES = 256 * 1024
_VISIT = re.compile(r"^(?P<node>[^-]+)(-(?P<visit>[1-9][0-9]*))?$")


class ScenarioRefused(ValueError):
    """The file is not a worked case. `place` is the table and key."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at a wait: which branch of an event-based gateway (or boundary event) wins. `visit` None = every."""

    at: str
    visit: int | None = None
    timer: bool = False
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """A message that arrives just before the step `before` is done. `node` is the handler's name in the path."""

    message: str
    before: str
    node: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come out. `open`: the case itself goes on (the end belongs to a side path)."""

    end: str
    path: tuple[str, ...]
    values: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One worked case.

    start      "none", the name of the message that opens it, or the id of its start event (a schedule)
    variables  what the case is given at its start
    inputs     values of fields, outputs and payloads by name; inputs_at[(node, visit)] goes before (visit 0 = every)
    calls      the same for the process called at a node: (node, visit) -> inputs
    """

    name_zh: str
    name_en: str
    at: datetime
    expect: Expectation
    id: str = ""
    start: str = "none"
    variables: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    inputs_at: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    calls: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    call_events: Mapping[tuple[str, int], tuple[Event, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    interrupted_by: Interruption | None = None

    def given(self, node: str, visit: int) -> Mapping[str, Any]:
        """Values that hold at one visit of a node: the general ones, then those of the node, then of the visit."""
        return {**self.inputs, **self.inputs_at.get((node, 0), {}), **self.inputs_at.get((node, visit), {})}

    def called(self, node: str, visit: int) -> Mapping[str, Any]:
        """Values for the process called at one visit of a call activity."""
        return {**self.calls.get((node, 0), {}), **self.calls.get((node, visit), {})}

    def event(self, node: str, visit: int) -> Event | None:
        """What happens at one visit of a waiting node; None = its first branch."""
        return pick(self.events, node, visit)

    def called_event(self, call: str, call_visit: int, node: str, visit: int) -> Event | None:
        """The same inside the process called at one visit of a call activity."""
        own = self.call_events.get((call, call_visit), ()) or self.call_events.get((call, 0), ())
        return pick(own, node, visit)


def pick(events: tuple[Event, ...], node: str, visit: int) -> Event | None:
    """The event for one visit; one for exactly this visit goes before one for every visit."""
    here = [e for e in events if e.at == node]
    exact = [e for e in here if e.visit == visit]
    return next(iter(exact or [e for e in here if e.visit is None]), None)


def read(data: bytes, *, scenario_id: str = "") -> Scenario:
    """The worked case in a file. Refuses with ScenarioRefused: too_big, not_toml, missing, unknown, wrong_type."""
    if len(data) > MAX_BYTES:
        raise ScenarioRefused("too_big", f"the scenario has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ScenarioRefused("not_toml", f"not TOML: {error}") from None
    known = {"name_zh", "name_en", "at", "start", "variables", "inputs", "inputs_at", "calls", "events"}
    for key in tree:
        if key not in known | {"interrupted_by", "expect"}:
            raise ScenarioRefused("unknown", f"{key!r} is not known in a scenario", key)
    at = _need(tree, "at", datetime)
    if at.tzinfo is None:
        raise ScenarioRefused("wrong_type", "'at' needs an offset, e.g. 2026-11-20T09:00:00+08:00", "at")
    calls, call_events = _calls(_table(tree, "calls"))
    broken = tree.get("interrupted_by")
    return Scenario(
        id=scenario_id,
        name_zh=_need(tree, "name_zh", str),
        name_en=_need(tree, "name_en", str),
        at=at,
        start=str(tree.get("start", "none")),
        variables=_table(tree, "variables"),
        inputs=_table(tree, "inputs"),
        inputs_at={_visit(k): _dict(v, f"inputs_at.{k}") for k, v in _table(tree, "inputs_at").items()},
        calls=calls,
        call_events=call_events,
        events=_events(tree.get("events", []), "events"),
        interrupted_by=_interruption(broken) if broken is not None else None,
        expect=_expectation(_dict(_need(tree, "expect", dict), "expect")),
    )


def _calls(
    table: Mapping[str, Any],
) -> tuple[dict[tuple[str, int], Mapping[str, Any]], dict[tuple[str, int], tuple[Event, ...]]]:
    inputs: dict[tuple[str, int], Mapping[str, Any]] = {}
    events: dict[tuple[str, int], tuple[Event, ...]] = {}
    for key, value in table.items():
        body = dict(_dict(value, f"calls.{key}"))
        found = body.pop("events", [])
        inputs[_visit(key)] = body
        if found:
            events[_visit(key)] = _events(found, f"calls.{key}.events")
    return inputs, events


def _visit(key: str) -> tuple[str, int]:
    """`S40-2` -> ("S40", 2); `S40` -> ("S40", 0), every visit."""
    match = _VISIT.match(key)
    if match is None:
        raise ScenarioRefused("wrong_type", f"{key!r} is not a node or node-visit", key)
    return match["node"], int(match["visit"] or 0)


def _events(found: Any, place: str) -> tuple[Event, ...]:
    if not isinstance(found, list):
        raise ScenarioRefused("wrong_type", f"{place}: expected a list of tables", place)
    events = []
    for number, raw in enumerate(found):
        table = _dict(raw, f"{place}[{number}]")
        visit = table.get("visit", "every")
        events.append(
            Event(
                at=_need(table, "at", str),
                visit=visit if type(visit) is int else None,
                timer=table.get("timer") is True,
                message=table.get("message"),
            )
        )
    return tuple(events)


def _interruption(raw: Any) -> Interruption:
    table = _dict(raw, "interrupted_by")
    return Interruption(_need(table, "message", str), _need(table, "before", str), _need(table, "node", str))


def _expectation(table: Mapping[str, Any]) -> Expectation:
    return Expectation(
        end=_need(table, "end", str),
        path=tuple(str(p) for p in _need(table, "path", list)),
        values=tuple(str(v) for v in table.get("values", [])),
        open=table.get("open") is True,
    )


def _need(table: Mapping[str, Any], key: str, kind: type) -> Any:
    if key not in table:
        raise ScenarioRefused("missing", f"{key!r} is missing", key)
    if not isinstance(table[key], kind):
        raise ScenarioRefused("wrong_type", f"{key!r} is not a {kind.__name__}", key)
    return table[key]


def _table(tree: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return _dict(tree.get(key, {}), key)


def _dict(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ScenarioRefused("wrong_type", f"{place}: expected a table", place)
    return value
