"""What people, registers and messages answer in a simulated case: from a worked case, field options, or drawn choices.

A case plays one of the process's worked cases, drawn by weight, so that its answers belong together; its dates are
moved by as many days as the case comes after the worked one. A choice of the setup goes before, drawn at each visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bpm_core import feel
from bpm_core.domain.calendar import add_months
from bpm_core.notation import forms
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.model import Element, ValueSpec
from bpm_core.notation.scenarios import Event, Scenario
from bpm_core.simulation.setup import BadSetup, Setup
from bpm_core.simulation.subject import Subject

Values = dict[str, Any]
# element (process, id), the call it is in and its visit, the node and its visit
Key = tuple[str, str, tuple[str, int] | None, str, int]

_DEFAULTS: Mapping[str, Any] = {
    "string": "sample",
    "text": "sample text",
    "file": "sample.pdf",
    "integer": "1",
    "decimal": "1",
    "money": "1000",
    "date": "2026-10-15",
    "month": "2026-10",
    "boolean": "true",
    "phone": "13800000000",
    "uscc": "91410800MA0000007L",
    "region": "410823901001",
    "id_number": "11010519491231002X",
}


class Unanswerable(Exception):
    """The worked case gives a form something it does not take; the text says what."""


@dataclass
class Script:
    """One worked case as the source of answers; cleaned once for each place and kept."""

    scenario: Scenario | None
    kept: dict[Key, tuple[Values, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its case something is asked."""

    element: Element
    process_key: str
    node: str
    visit: int
    call: tuple[str, int] | None  # path name and visit of the call activity around it

    @property
    def key(self) -> Key:
        return self.process_key, self.element.id, self.call, self.node, self.visit


class Answers:
    """Gives values and chooses branches for the cases of one simulation."""

    def __init__(self, subject: Subject, setup: Setup) -> None:
        self.subject, self.setup = subject, setup
        played = () if setup.by_options else subject.bundle.scenarios
        self.scripts = [Script(scenario) for scenario in played] or [Script(None)]
        self.weights = _weights(self.scripts, setup.mix)
        self.routing = {key: bundle.routing_names for key, bundle in subject.bundles.items()}
        fields = (f for bundle in subject.bundles.values() for form in bundle.forms.values() for f in form.fields)
        self._conditions = " ".join(f.show_when for f in fields if f.show_when)

    def script(self, rng: Random) -> Script:
        """A worked case, drawn by weight."""
        return rng.choices(self.scripts, self.weights)[0]

    # -- values

    def at_start(self, script: Script, on: date, figures: Values) -> tuple[Element | None, Values, Values]:
        """The event that begins the case (None: the plain start), its variables, and what a message brings."""
        process, scenario = self.subject.process, script.scenario
        given = dict(scenario.variables) if scenario is not None else {}
        known = {spec.name: spec for spec in process.variables if not spec.derived}
        today = scenario.at.date() if scenario is not None else on
        values = dict(figures)
        for name, spec in known.items():
            if name in given or spec.example is not None:
                values[name] = _typed(spec, given.get(name, spec.example), today)
        values |= {name: feel.values.from_python(value) for name, value in given.items() if name not in known}
        event = self._begun_by(scenario)
        payload: Values = {}
        if event is not None:
            inputs = scenario.given("", 1) if scenario is not None else {}
            payload = {spec.name: _typed(spec, _pick(spec, inputs), today) for spec in event.outputs}
        dated = {name: value for name, value in values.items() if name not in figures}
        return event, figures | self._moved(script, dated, on), self._moved(script, payload, on)

    def _begun_by(self, scenario: Scenario | None) -> Element | None:
        """The start event that is not the plain one: the worked case's, or the first where all are such."""
        process = self.subject.process
        if scenario is not None:
            return process.start_named(scenario.start)
        starts = process.starts
        return next(iter(starts), None) if all(e.events for e in starts) else None

    def values(self, script: Script, place: Place, facts: Values, rng: Random, on: date) -> Values:
        """FEEL values for the form of a step, the answer of a register or what a message carries."""
        schema = None
        if place.element.kind in ("userTask", "manualTask", "task"):
            schema = self.subject.bundles[place.process_key].form_of(place.element.id) or FormSchema("", ())
        specs: tuple[Field | ValueSpec, ...] = schema.fields if schema is not None else place.element.outputs
        drawn = self._drawn(specs, place, rng)
        found = script.kept.get(place.key) if not drawn else None
        if found is None:
            found = self._clean(script, place, specs, schema, drawn, facts, on)
            if not drawn:
                script.kept[place.key] = found
        values, dated = found
        if not dated or script.scenario is None or on == script.scenario.at.date():
            return values
        return values | self._moved(script, {name: values[name] for name in dated}, on)

    def _drawn(self, specs: tuple[Field | ValueSpec, ...], place: Place, rng: Random) -> dict[str, Any]:
        """Values that are drawn at this visit: the setup's choices, and options when no worked case is played."""
        choices, drawn = self.setup.choices, {}
        for spec in specs:
            name = _name(spec)
            weighted = choices.get(f"{place.node}.{name}") or choices.get(name)
            if weighted is not None:
                drawn[name] = rng.choices(list(weighted), list(weighted.values()))[0]
            elif self.setup.by_options and name in self.routing[place.process_key]:
                if spec.type == "enum" and spec.options:
                    drawn[name] = rng.choice(spec.options)[0]
                elif spec.type == "boolean":
                    drawn[name] = rng.choice(("true", "false"))
        return drawn

    def _clean(
        self,
        script: Script,
        place: Place,
        specs: tuple[Field | ValueSpec, ...],
        schema: FormSchema | None,
        drawn: dict[str, Any],
        facts: Values,
        on: date,
    ) -> tuple[Values, tuple[str, ...]]:
        inputs = {**self._given(script.scenario, place), **drawn}
        today = script.scenario.at.date() if script.scenario is not None else on
        if schema is not None:
            raw = {f.key: _raw(f, _pick(f, inputs)) for f in schema.fields}
            cleaned = forms.clean(schema, raw, context=facts, today=today)
            if not cleaned.ok:
                wrong = ", ".join(f"{error.key}: {error.code}" for error in cleaned.errors)
                raise Unanswerable(f"{place.element.id} was not taken ({wrong})")
            values = cleaned.values
        else:
            values = {_name(spec): _typed(spec, _pick(spec, inputs), today) for spec in specs}
        by_name = {_name(spec): spec for spec in specs}
        if schema is not None:  # all that the engine or the condition of a later field can ask for
            names = self.routing[place.process_key]
            values = {name: value for name, value in values.items() if name in names or name in self._conditions}
        return values, tuple(name for name, value in values.items() if _is_dated(by_name.get(name), value))

    def _given(self, scenario: Scenario | None, place: Place) -> Mapping[str, Any]:
        if scenario is None:
            return {}
        if place.call is not None:
            return {**scenario.inputs, **scenario.called(*place.call)}
        return scenario.given(place.node, place.visit)

    def _moved(self, script: Script, values: Values, on: date) -> Values:
        if script.scenario is None:
            return values
        began = script.scenario.at.date()
        days, months = (on - began).days, (on.year - began.year) * 12 + on.month - began.month
        return {
            name: value if "birth" in name else _later(value, days, months)  # people do not grow younger
            for name, value in values.items()
        }

    # -- branches

    def event(self, script: Script, place: Place) -> Event | None:
        """What the worked case says happens at a wait."""
        if script.scenario is None:
            return None
        if place.call is None:
            return script.scenario.event(place.node, place.visit)
        return script.scenario.called_event(*place.call, place.node, place.visit)


def _weights(scripts: list[Script], mix: Mapping[str, float]) -> list[float]:
    """A weight for each worked case; a mix names them by id or by the number their file name begins with."""
    if not mix:
        return [1.0] * len(scripts)
    names = [script.scenario.id if script.scenario is not None else "" for script in scripts]
    found = [next((w for key, w in mix.items() if n == key or n.startswith(f"{key}_")), 0.0) for n in names]
    unknown = [key for key in mix if not any(n == key or n.startswith(f"{key}_") for n in names)]
    if unknown:
        raise BadSetup(
            f"the process has no worked case {unknown[0]!r}; it has {', '.join(filter(None, names)) or 'none'}"
        )
    if not sum(found) > 0:
        raise BadSetup("the weights of the worked cases are all 0")
    return found


def _name(spec: Field | ValueSpec) -> str:
    return spec.key if isinstance(spec, Field) else spec.name


def _pick(spec: Field | ValueSpec, inputs: Mapping[str, Any]) -> Any:
    """What is given for the name, else the example, else a plain value of the type."""
    if _name(spec) in inputs:
        return inputs[_name(spec)]
    if spec.example is not None:
        return spec.example
    if spec.type == "enum":
        return spec.options[0][0] if spec.options else None
    return _DEFAULTS.get(spec.type)


def _raw(spec: Field | ValueSpec, value: Any) -> Any:
    """An answer as a page would send it: text, or a list of texts."""
    if value is None:
        return None
    if spec.type in ("list", "multi_enum"):
        return value if isinstance(value, list) else [part for part in str(value).replace("|", ",").split(",") if part]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(spec: ValueSpec | Field, value: Any, today: date) -> Any:
    """A register's or a message's value as a FEEL value of its type."""
    one = Field("value", spec.type, "", "", options=spec.options)
    cleaned = forms.clean(FormSchema("", (one,)), {"value": _raw(spec, value)}, today=today)
    if not cleaned.ok:
        raise Unanswerable(f"{_name(spec)} does not take {value!r} ({cleaned.errors[0].code})")
    return cleaned.values["value"]


def _is_dated(spec: Field | ValueSpec | None, value: Any) -> bool:
    return isinstance(value, date) or (spec is not None and spec.type == "month" and isinstance(value, str))


def _later(value: Any, days: int, months: int) -> Any:
    """A date or month moved on by the time the case comes after the worked one; anything else as it is."""
    if isinstance(value, datetime | date):
        return value + timedelta(days=days)
    if isinstance(value, str) and len(value) == 7 and value[4:5] == "-" and value.replace("-", "").isdecimal():
        return add_months(date.fromisoformat(f"{value}-01"), months).isoformat()[:7]
    return value
