"""Automatic steps: one leased job at a time, its connector called with no transaction open, the result one command."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import DatabaseError

from bpm_core.commands import jobs, leasing
from bpm_core.domain import retries
from bpm_core.domain.actors import SYSTEM
from bpm_core.domain.errors import Refused
from bpm_core.feel import Value
from bpm_core.models import Job
from bpm_core.queries import jobs as questions
from workers import connectors
from workers.connectors import answers
from workers.connectors.contract import LONGEST_CALL_S, CallFailed, Request, Subject, Wanted

_log = logging.getLogger("guicheng.workers")


Now = Callable[[], datetime]


def run_next(worker: str, *, now: Now) -> bool:
    """Do the job longest due; False when none is. Whatever goes wrong is written at the job, never raised."""
    taken = leasing.take_jobs(worker=worker, at=now())
    for job in taken:
        run(job, now=now)
    return bool(taken)


def run(job: Job, *, now: Now) -> None:
    """Do one leased job and hand its result, or its failure, to the case."""
    if job.attempt > retries.TRIES:
        _failed(job, "worker_died", f"the worker ended during each of {retries.TRIES} tries", now, last=True)
        return
    try:
        outputs = answer(job)
    except CallFailed as failure:
        _failed(job, failure.code, str(failure), now)
        return
    except DatabaseError:
        raise
    except Exception as error:
        # A connector's own mistake must not end the worker: it counts as a try. Its text may hold personal data, so
        # only where it happened is logged.
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.error(
            "connector %s failed at job %s: %s in %s:%s",
            *(job.topic, job.pk, type(error).__name__, place.filename, place.lineno),
        )
        _failed(job, "connector_error", f"the connector {job.topic} failed: {type(error).__name__}", now)
        return
    try:
        jobs.finish(job.pk, outputs=outputs, actor=SYSTEM, at=now())
    except Refused as refusal:
        _failed(job, refusal.code, refusal.message, now)


def answer(job: Job) -> Mapping[str, Value]:
    """What the job's connector answers, as checked FEEL values by name; raises CallFailed."""
    connector = connectors.named(job.topic)
    request = _request(job)
    answers.check(request.arguments, connector.arguments, what="the step's arguments", code="bad_arguments")
    found = connector.call(request, timeout_s=LONGEST_CALL_S)
    answers.check(found, connector.result(request), what="the answer", code="bad_answer")
    return answers.values(found, request.wanted)


def _request(job: Job) -> Request:
    asked = questions.asked(job)
    return Request(
        key=asked.key,
        case_number=asked.case_number,
        process_key=asked.process_key,
        element_id=asked.element_id,
        subject=Subject(asked.about.kind, asked.about.number, asked.about.name),
        systems=tuple((system.code, system.query_en or system.query_zh) for system in asked.systems),
        wanted=tuple(
            Wanted(spec.name, spec.type, tuple(value for value, _, _ in spec.options)) for spec in asked.outputs
        ),
        arguments=asked.arguments,
    )


def _failed(job: Job, code: str, error: str, now: Now, *, last: bool = False) -> None:
    at = now()
    retry_at = None if last else retries.next_try(job.attempt, at)
    try:
        jobs.fail(job.pk, error=error, code=code, retry_at=retry_at, actor=SYSTEM, at=at)
    except Refused as refusal:
        # The case went on without this job in the meantime: nothing is left to be done.
        _log.info("job %s is no longer wanted: %s", job.pk, refusal.code)
