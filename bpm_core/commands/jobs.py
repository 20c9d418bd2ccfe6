"""What became of an automatic step: its answer moves the case on, its failure is tried again or shown to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bpm_core import engine
from bpm_core.commands import ledger
from bpm_core.commands.applying import apply
from bpm_core.commands.messages import declared, keep_values
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import NotFound
from bpm_core.domain.lifecycle import JobState
from bpm_core.models import Incident, Job

_OVER = (JobState.DONE, JobState.CANCELLED)


def _job(job_id: int) -> Job:
    for job in Job.objects.filter(pk=job_id):
        return job
    raise NotFound("there is no such job", kind="job")


def _case_and_state(job_id: int) -> tuple[int, str]:
    for found in Job.objects.filter(pk=job_id).values_list("case_id", "state"):
        return found
    raise NotFound("there is no such job", kind="job")


def finish(
    job_id: int, *, outputs: Mapping[str, Any], actor: Actor, at: datetime, key: str | None = None
) -> Moved | None:
    """Take a connector's answer and move the case on; None when the job is over already, so twice is as once.

    outputs   FEEL values by the names the step declares; what it does not declare is left out (a step of a plain
              diagram declares none and takes all)
    """
    case_id, state = _case_and_state(job_id)
    if state in _OVER:
        return None
    return _finish(case_id, job_id=job_id, outputs=dict(outputs), actor=actor, at=at, key=key)


@command()
def _finish(
    case_id: int, *, job_id: int, outputs: dict[str, Any], actor: Actor, at: datetime, key: str | None = None
) -> Moved | None:
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "job.finish")
        job = _job(job_id)
        if job.state in _OVER:
            unit.abandon()
            return None
        read = declared(unit, job.process_key, job.element_id, outputs)
        unit.record("job.finished", element_id=job.element_id, topic=job.topic, attempt=job.attempt)
        keep_values(unit, read, source="register", element_id=job.element_id)
        routed = {name: value for name, value in read.items() if name in unit.loaded.routing_names}
        advance = unit.ask(engine.finish_job, job.token, routed)
        apply(unit, advance)
        ledger.after(unit, advance)
    return unit.result()


def fail(
    job_id: int, *, error: str, code: str | None = None, retry_at: datetime | None = None, actor: Actor, at: datetime
) -> Moved | None:
    """Record a failed try: again at `retry_at`; without it the process's own error path, else an incident."""
    case_id, state = _case_and_state(job_id)
    if state in _OVER:
        return None
    if retry_at is not None:
        authority.require(actor, "job.fail")
        Job.objects.filter(pk=job_id, state__in=[JobState.WAITING, JobState.LEASED]).update(
            state=JobState.WAITING.value, due_at=retry_at, lease_until=None, last_error=error[:500]
        )
        return None
    return _fail(case_id, job_id=job_id, error=error, code=code, actor=actor, at=at)


@command()
def _fail(case_id: int, *, job_id: int, error: str, code: str | None, actor: Actor, at: datetime) -> Moved | None:
    with on_case(case_id, actor=actor, at=at) as unit:
        authority.require(actor, "job.fail")
        job = _job(job_id)
        if job.state in _OVER:
            unit.abandon()
            return None
        unit.record("job.failed", element_id=job.element_id, topic=job.topic, attempt=job.attempt, code=code or "")
        advance = unit.ask(engine.fail_job, job.token, error_code=code, message=error[:500])
        apply(unit, advance)
        ledger.after(unit, advance)
        if not any(closed.token == job.token for closed in advance.closed):
            _hold(unit, job, error)
    return unit.result()


def _hold(unit: Unit, job: Job, error: str) -> None:
    """Out of tries and no error path: the job waits for a person, and its incident says where."""
    state = lifecycle.move_job(job.state, "give_up") if job.state == JobState.LEASED else JobState.FAILED
    unit.rows.patch(Job, {"id": job.pk, "state": state.value, "lease_until": None, "last_error": error[:500]})
    for row in unit.rows.of(Incident):
        row["job_id"] = job.pk
