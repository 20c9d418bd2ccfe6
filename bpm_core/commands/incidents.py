"""A person looks at automation that is stuck: let it try again, or record why it needs no more."""

from __future__ import annotations

from datetime import datetime

from bpm_core import engine
from bpm_core.commands import ledger, work_items
from bpm_core.commands.applying import apply
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import command, on_case
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import NotFound, WrongState
from bpm_core.domain.lifecycle import JobState
from bpm_core.models import Incident, Job


def _incident(incident_id: int) -> Incident:
    incident = Incident.objects.filter(pk=incident_id).select_related("job").first()
    if incident is None:
        raise NotFound("there is no such incident", kind="incident")
    return incident


def retry(incident_id: int, *, actor: Actor, at: datetime, key: str | None = None) -> Moved:
    """Let the stuck step run again: a job gets its tries anew, any other node is run by the engine once more."""
    return _retry(_incident(incident_id).case_id, incident_id=incident_id, actor=actor, at=at, key=key)


@command()
def _retry(case_id: int, *, incident_id: int, actor: Actor, at: datetime, key: str | None = None) -> Moved:
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "incident.retry", Record(path=unit.handling.path))
        incident = _open(incident_id)
        unit.record("incident.retried", element_id=incident.element_id, code=incident.code, incident=incident.pk)
        unit.rows.patch(
            Incident,
            {"id": incident.pk, "resolved_at": at, "resolved_by_id": actor.account_id, "resolution": "retried"},
        )
        job = incident.job
        if job is not None and job.state == JobState.FAILED:
            unit.rows.patch(
                Job,
                {
                    "id": job.pk,
                    "state": JobState.WAITING.value,
                    "attempt": 0,
                    "due_at": at,
                    "lease_until": None,
                },
            )
        else:
            advance = unit.ask(engine.retry, incident.facts.get("token") or incident.element_id)
            apply(unit, advance)
            ledger.after(unit, advance)
    return unit.result()


def _open(incident_id: int) -> Incident:
    incident = _incident(incident_id)
    if incident.resolved_at is not None:
        raise WrongState("the incident is resolved already", noun="incident", state="resolved")
    return incident


def resolve(incident_id: int, *, resolution: str, actor: Actor, at: datetime, key: str | None = None) -> Moved:
    """Close an incident that needs no more, with what was done about it; refused while it alone holds the case."""
    work_items.require_reason(resolution)
    case_id = _incident(incident_id).case_id
    return _resolve(case_id, incident_id=incident_id, resolution=resolution, actor=actor, at=at, key=key)


@command()
def _resolve(
    case_id: int, *, incident_id: int, resolution: str, actor: Actor, at: datetime, key: str | None = None
) -> Moved:
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "incident.resolve", Record(path=unit.handling.path))
        incident = _open(incident_id)
        if not unit.items and not engine.inspect(unit.loaded.executable, unit.state).waits:
            raise WrongState("nothing else keeps this case going: retry it, or end the case", code="last_hold")
        unit.record("incident.resolved", element_id=incident.element_id, code=incident.code, incident=incident.pk)
        unit.rows.patch(
            Incident,
            {"id": incident.pk, "resolved_at": at, "resolved_by_id": actor.account_id, "resolution": resolution},
        )
    return unit.result()
