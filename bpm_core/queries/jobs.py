"""What a connector has to know of a job: the registers its step asks, the values wanted, and about whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpm_core.feel import values
from bpm_core.models import Job, Person
from bpm_core.models.sealing import unseal
from bpm_core.notation.model import SystemQuery, ValueSpec
from bpm_core.queries import bundles


@dataclass(frozen=True, slots=True)
class About:
    """The person or enterprise of a case, unsealed for one call to a register; never to be logged or kept."""

    kind: str = "person"
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One job as its connector needs it. `key` is the same for every try."""

    key: str
    case_number: str
    process_key: str
    element_id: str
    systems: tuple[SystemQuery, ...]
    outputs: tuple[ValueSpec, ...]
    about: About
    arguments: Mapping[str, Any]


def asked(job: Job) -> Asked:
    """What the step of this job asks, with the subject unsealed."""
    case = job.case
    element = bundles.of_process(case.definition, job.process_key).process.elements[job.element_id]
    return Asked(
        key=f"{case.number}:{job.token}",
        case_number=case.number,
        process_key=job.process_key,
        element_id=job.element_id,
        systems=element.systems,
        outputs=element.outputs,
        about=_about(case.person or case.enterprise),
        arguments={name: values.to_plain(values.decode(value)) for name, value in job.arguments.items()},
    )


def _about(person: Person | None) -> About:
    if person is None:
        return About()
    place = {"table": "person", "row": person.pk}
    return About(
        kind=person.kind,
        number=unseal(person.id_number_enc, column="id_number", **place),
        name=unseal(person.name_enc, column="name", **place),
    )
