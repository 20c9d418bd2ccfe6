"""What an operator may do to a case that automation can't carry on: each act has a reason, a record and an inverse.

set_variable    inverse: set_variable with the value it answers
move_token      inverse: move_token back to the step it answers
skip            inverse: move_token back to the skipped step
restart         inverse: cases.cancel of the case it opens; the ended one stays as it ended
incidents.retry needs none: what ran again is in the journal, and a step that fails again is an incident again
cases.cancel    final
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bpm_core import engine, feel
from bpm_core.commands import cases, ledger, work_items
from bpm_core.commands.applying import apply
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, WrongState
from bpm_core.domain.lifecycle import ENDED_CASE
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, Incident
from bpm_core.notation import functions, undeclared
from bpm_core.notation.model import Element


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token of a case stands."""

    token: str
    process_key: str
    element_id: str


def tokens(case_id: int, *, actor: Actor, at: datetime) -> list[Place]:
    """Every token of an open case: what waits, and what is stuck at an incident."""
    with on_case(case_id, actor=actor, at=at) as unit:
        _require(unit)
        places = _places(unit)
        unit.abandon()
    return list(places.values())


def _places(unit: Unit) -> dict[str, Place]:
    waits = engine.inspect(unit.loaded.executable, unit.state).waits
    found = {wait.token: Place(wait.token, wait.process_key, wait.element_id) for wait in waits}
    for incident in Incident.objects.filter(case_id=unit.head.case_id, resolved_at=None):
        token = str(incident.facts.get("token") or "")
        if token and token not in found:
            process = str(incident.facts.get("process_key") or unit.loaded.key)
            found[token] = Place(token, process, incident.element_id)
    return found


@command()
def set_variable(
    case_id: int,
    *,
    name: str,
    value: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Give a routing variable another value, written as a FEEL literal; answers the old one as `more["undo"]`."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit)
        lifecycle.move_case(unit.status, "correct")
        plain = unit.loaded.bundle.plain and 0 < len(name) <= undeclared.LONGEST_NAME
        if not (plain or name in unit.loaded.routing_names) or name in unit.loaded.personal:
            raise NotFound("the process has no such routing variable", kind="variable", name=name)
        fresh = _literal(value, at)
        before = engine.inspect(unit.loaded.executable, unit.state).variables.get(name)
        unit.more["undo"] = values.literal(before)
        unit.record("case.variable_set", reason=reason, name=name)
        unit.set_fact(name, fresh, source="correction", told=not unit.loaded.untold(name))
        routed = {name: fresh} if name in unit.loaded.routing_names else {}
        apply(unit, unit.ask(engine.set_variables, routed))
    return unit.result()


def _literal(text: str, at: datetime) -> Any:
    """The value of a FEEL text that reads no variable."""
    try:
        expression = feel.compile(text, functions=functions.TABLE)
        if expression.names:
            raise InvalidData("the value is a literal, not an expression", [FieldError("value", "feel")])
        return expression.evaluate({}, now=at)
    except feel.FeelError as error:
        raise InvalidData("the value is not a FEEL literal", [FieldError("value", "feel")]) from error


@command()
def move_token(
    case_id: int,
    *,
    token: str,
    to_element: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Take a token from where it waits or is stuck to another step of its process; its incidents are resolved."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        place = _movable(unit, token)
        target = unit.loaded.element(place.process_key, to_element)
        if target is None:
            raise InvalidData("the process has no such step", [FieldError("to_element", "unknown_step")])
        unit.record("case.token_moved", element_id=place.element_id, reason=reason, to=to_element)
        _go(unit, place, target)
    return unit.result()


@command()
def skip(
    case_id: int,
    *,
    token: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Go on behind a step that can't be done, as if it were; refused where more than one way leads on."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        place = _movable(unit, token)
        following = unit.loaded.process(place.process_key).following(place.element_id)
        if len(following) != 1:
            raise WrongState(
                "more than one way leads on from here: move the token to the step that is meant",
                code="ambiguous",
                ways=[element.id for element in following],
            )
        unit.record("case.step_skipped", element_id=place.element_id, reason=reason, to=following[0].id)
        _go(unit, place, following[0])
    return unit.result()


def _movable(unit: Unit, token: str) -> Place:
    _require(unit)
    lifecycle.move_case(unit.status, "return")
    place = _places(unit).get(token)
    if place is None:
        raise NotFound("the case has no such token", kind="token")
    return place


def _go(unit: Unit, place: Place, target: Element) -> None:
    unit.more["undo"] = place.element_id
    advance = unit.ask(engine.move, place.token, target.id)
    apply(unit, advance)
    ledger.after(unit, advance)
    for incident in Incident.objects.filter(case_id=unit.head.case_id, resolved_at=None):
        if incident.facts.get("token") == place.token or (
            incident.job is not None and incident.job.token == place.token
        ):
            unit.rows.patch(
                Incident,
                {
                    "id": incident.pk,
                    "resolved_at": unit.at,
                    "resolved_by_id": unit.actor.account_id,
                    "resolution": f"token moved to {target.id}",
                },
            )


def _restarted(answer: Mapping[str, Any]) -> Case:
    return Case.objects.get(pk=answer["more"]["case"])


@command(recall=_restarted)
def restart(case_id: int, *, reason: str, actor: Actor, at: datetime, key: str | None = None) -> Case:
    """Open a new case with what an ended one knew, when it ended by mistake; the ended one stays and names the new.

    Takes somebody who may start a case at the entry office.
    """
    work_items.require_reason(reason)
    with transaction.atomic(), on_case(case_id, actor=actor, at=at, key=key) as unit:
        if unit.status not in ENDED_CASE:
            raise WrongState("only a case that has ended is started again", noun="case", state=unit.status)
        old = Case.objects.select_related("entry_unit", "definition").get(pk=case_id)
        opened = cases.start(
            old.definition.key,
            unit_code=old.entry_unit.code,
            person_id=old.person_id,
            enterprise_id=old.enterprise_id,
            variables=_given_at_start(old),
            channel=old.channel,
            despite_open=reason,
            synthetic=old.synthetic,
            actor=actor,
            at=at,
        )
        unit.more["case"] = opened.pk
        unit.record("case.restarted", reason=reason, as_case=opened.number)
    return opened


def _given_at_start(old: Case) -> dict[str, Any]:
    """What the ended case began with; what was found out since is found out again."""
    rows = CaseFact.objects.filter(case=old, source="start", personal=False).values_list("name", "value")
    return {name: values.decode(value) for name, value in rows}


def _require(unit: Unit) -> None:
    authority.require(unit.actor, "case.repair", Record(path=unit.handling.path))
