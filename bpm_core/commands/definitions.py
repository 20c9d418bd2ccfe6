"""Versions of processes: handed in as a draft, published by a second person, retired; running cases stay."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from bpm_core import engine
from bpm_core.commands import below_floor, library_journal, loading
from bpm_core.commands.actors import actor_for, person_key
from bpm_core.domain import authority, duty
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import EngineRefused, FieldError, InvalidData, NotFound, WrongState
from bpm_core.models import Account, BenefitRule, Parameter, ProcessDefinition, reference
from bpm_core.notation import bundle as bundles
from bpm_core.notation import floors, functions
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.bundle import Bundle

MAX_NOTE = 2000
LONGEST_CODE, LONGEST_NAME = 20, 120
#: Figures that come with a process hold from here until the office sets its own with their day.
FIGURES_FROM = date(2019, 1, 1)
CALLS_RENEWED = "called processes renewed"
#: In a draft's report: the keys of the processes that were handed in with it and are published with it.
TOGETHER = "together"
#: A zip says the same for the same files: entries carry this time, not that of the upload.
_STAMP = (2020, 1, 1, 0, 0, 0)


def upload(
    files: Mapping[str, bytes] | bytes,
    *,
    note: str = "",
    report: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> ProcessDefinition:
    """A draft version of the process in `files` (paths as in a process folder) or in a zip of them.

    report   what the check found (notation.check); a draft with errors is kept but can't be published
    Where the diagram holds several processes, each gets its draft, and this answers the first: see `upload_all`.
    Files equal to a version that exists give that version again; the same person's unpublished draft of the process is
    replaced, so that mending a draft ten times does not make ten versions.
    """
    reports = {bundles.PROCESS: report} if report is not None else {}
    return upload_all(files, note=note, reports=reports, actor=actor, at=at)[0]


def upload_all(
    files: Mapping[str, bytes] | bytes,
    *,
    note: str = "",
    reports: Mapping[str, Mapping[str, Any]] | None = None,
    actor: Actor,
    at: datetime,
) -> list[ProcessDefinition]:
    """A draft of every process that can be started in the diagrams among `files`, in their order.

    reports  what the check found, by the path of the diagram
    They belong together: publishing one publishes all of them, the called ones first, so that a pool finds the others
    and a call finds what it was drawn with. Decisions and forms belong to each, guide and worked cases to the first.
    """
    authority.require(actor, "definition.upload")
    found = _bundles(files)
    keys = sorted(bundle.key for _, bundle in found)
    together = {TOGETHER: keys} if len(keys) > 1 else {}
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InvalidData(f"two processes are called {twice}", code="two_of_a_key", key=twice)
    with transaction.atomic():
        return [
            _draft(
                bundle,
                note=note,
                report=dict((reports or {}).get(path, {})) | together,
                uploader=actor.account_id,
                at=at,
            )
            for path, bundle in found
        ]


def _bundles(files: Mapping[str, bytes] | bytes) -> list[tuple[str, Bundle]]:
    """Every process among the files as a bundle of its own, with the path of its diagram."""
    try:
        given = bundles.unzip(files) if isinstance(files, bytes) else dict(files)
        return list(bundles.each(given))
    except NotationError as error:
        raise InvalidData(
            str(error), [FieldError("files", error.code, {"line": error.line, **error.facts})], code=error.code
        ) from error
    except ValueError as error:
        code = getattr(error, "code", "unreadable")
        raise InvalidData(str(error), [FieldError("files", code)], code=code) from error


def _draft(
    bundle: Bundle, *, note: str, report: dict[str, Any], uploader: int | None, at: datetime
) -> ProcessDefinition:
    same = ProcessDefinition.objects.filter(key=bundle.key, digest=bundle.digest).exclude(status="retired").first()
    if same is not None and not (same.status == "draft" and same.uploaded_by_id == uploader):
        return same
    guide, process = bundle.guide, bundle.process
    said = {
        "code": _code(bundle),
        "name_zh": (process.name_zh or bundle.key)[:LONGEST_NAME],
        "name_en": (process.name_en or process.name_zh or bundle.key)[:LONGEST_NAME],
        "family_zh": guide.family.zh if guide else "",
        "family_en": guide.family.en if guide else "",
        "digest": bundle.digest,
        "callable_only": guide is not None and not guide.public and bundle.code.startswith("SUB-"),
        "archive": zipped(bundle.files),
        "report": report,
        "uploaded_at": at,
        "note": note[:MAX_NOTE],
    }
    with transaction.atomic():
        mended = ProcessDefinition.objects.filter(key=bundle.key, status="draft", uploaded_by_id=uploader).first()
        if mended is not None:
            ProcessDefinition.objects.filter(pk=mended.pk).update(**said)
            mended.refresh_from_db()
            return mended
        last = ProcessDefinition.objects.filter(key=bundle.key).aggregate(last=Max("version"))["last"] or 0
        return ProcessDefinition.objects.create(
            key=bundle.key, version=last + 1, status="draft", uploaded_by_id=uploader, **said
        )


def _code(bundle: Bundle) -> str:
    """The code that case numbers begin with: what the diagram says, else its key in the letters of a number."""
    if bundle.process.code:
        return bundle.process.code[:LONGEST_CODE]
    return re.sub("[^A-Z0-9]+", "-", bundle.key.upper()).strip("-")[:LONGEST_CODE].strip("-") or "CASE"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip that is the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, _STAMP), files[path], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def publish(definition_id: UUID, *, actor: Actor, at: datetime) -> ProcessDefinition:
    """Make a draft the version new cases get. Takes another person than the one who handed it in.

    Drafts that were handed in together are published together, each after those it calls, or none of them is.
    """
    authority.require(actor, "definition.publish")
    row = _row(definition_id)
    if row.status == "draft" and row.report.get(TOGETHER):
        return _publish_together(row, actor, at)
    return _publish_checked(row, actor, at)


def _publish_together(row: ProcessDefinition, actor: Actor, at: datetime) -> ProcessDefinition:
    drafts = ProcessDefinition.objects.defer("archive").filter(
        status="draft", uploaded_by_id=row.uploaded_by_id, uploaded_at=row.uploaded_at, key__in=row.report[TOGETHER]
    )
    rows = {draft.key: draft for draft in drafts}
    with transaction.atomic():
        ordered = in_order({key: loading.read(draft.digest, draft.pk) for key, draft in rows.items()})
        published = {bundle.key: _publish_checked(rows[bundle.key], actor, at) for bundle in ordered}
    return published[row.key]


def _publish_checked(row: ProcessDefinition, actor: Actor, at: datetime) -> ProcessDefinition:
    if row.status != "draft":
        raise WrongState(f"the version is {row.status} already", noun="definition", state=row.status)
    if row.uploaded_by is not None:
        first = person_key(row.uploaded_by)
        duty.check_second_person(first, actor.person_key, first_did="upload", second_does="publish")
    if row.report.get("ok") is False:
        raise WrongState("the check found errors in this version", code="check_failed", noun="definition")
    return _publish(row, actor, at)


def _publish(row: ProcessDefinition, publisher: Actor, at: datetime) -> ProcessDefinition:
    bundle = loading.read(row.digest, row.id)
    if bundle.guide is not None:
        below_floor.refuse(floors.of_guide(bundle.guide, reference.national_floors()))
    called = {key: _current_version(key) for key in bundle.called}
    _executable(bundle, called)
    with transaction.atomic():
        ProcessDefinition.objects.filter(key=row.key, is_current=True).update(is_current=False)
        row.called, row.status, row.is_current = called, "published", True
        row.published_by_id, row.published_at = publisher.account_id, at
        row.save(update_fields=["called", "status", "is_current", "published_by", "published_at"])
        _seed_parameters(bundle, at)
        _seed_rule(bundle)
        _tell("definition.published", row, publisher, at)
    return row


def renew(key: str, *, note: str = "", actor: Actor, at: datetime) -> ProcessDefinition:
    """A draft with the files of the current version: published, it calls others in the versions then current.

    Refuses with NotFound when no version is current.
    """
    authority.require(actor, "definition.upload")
    row = ProcessDefinition.objects.filter(key=key, is_current=True).first()
    if row is None:
        raise NotFound(f"no published process {key}", kind="definition", definition=key)
    return _draft_again(row, loading.read(row.digest, row.id), actor.account_id, at, note or CALLS_RENEWED)


def _tell(action: str, row: ProcessDefinition, actor: Actor, at: datetime) -> None:
    library_journal.record(action, row.key, actor=actor, at=at, version=row.version, digest=row.digest)


def _current_version(key: str) -> int:
    version = ProcessDefinition.objects.filter(key=key, is_current=True).values_list("version", flat=True).first()
    if version is None:
        raise NotFound(f"the called process {key} is not published", kind="definition", key=key)
    return version


def _executable(bundle: Bundle, called: Mapping[str, int]) -> None:
    """Refuse with EngineRefused what the engine will not run: nothing unrunnable is ever published."""
    found: dict[str, Bundle] = {bundle.key: bundle}
    loading.collect(called, found)
    try:
        engine.load(bundle, {k: b for k, b in found.items() if k != bundle.key}, functions=functions.TABLE)
    except engine.EngineError as error:
        raise EngineRefused(str(error), engine=error.code, **error.facts) from error


def _seed_parameters(bundle: Bundle, at: datetime) -> None:
    """Enter figures the process declares that nobody has set yet, with their own source and certainty."""
    specs = bundle.guide.parameters if bundle.guide else ()
    known = set(Parameter.objects.filter(name__in=[s.name for s in specs]).values_list("name", flat=True))
    Parameter.objects.bulk_create(
        [
            Parameter(
                name=spec.name,
                value=spec.value,
                unit=spec.unit,
                label_zh=spec.label.zh,
                label_en=spec.label.en,
                certainty=str(spec.certainty),
                source=spec.source.zh,
                valid_from=FIGURES_FROM,
            )
            for spec in specs
            if spec.name not in known
        ]
    )


def _seed_rule(bundle: Bundle) -> None:
    """Enter the benefit the process grants in the ledger's rules, if it is not there yet."""
    benefit = bundle.guide.benefit if bundle.guide else None
    if benefit is not None:
        BenefitRule.objects.get_or_create(
            benefit=benefit.benefit,
            defaults={
                "exclusion_group": benefit.exclusion_group,
                "name_zh": benefit.name.zh,
                "name_en": benefit.name.en,
                "source": benefit.source,
            },
        )


def retire(definition_id: UUID, *, actor: Actor, at: datetime) -> ProcessDefinition:
    """Take a published version out of use for new cases; cases that run on it finish on it."""
    authority.require(actor, "definition.retire")
    row = _row(definition_id)
    if row.status != "published":
        raise WrongState(f"only a published version is retired, this one is {row.status}", state=row.status)
    with transaction.atomic():
        row.status, row.is_current = "retired", False
        row.save(update_fields=["status", "is_current"])
        _tell("definition.retired", row, actor, at)
    return row


def _row(definition_id: UUID) -> ProcessDefinition:
    row = ProcessDefinition.objects.defer("archive").filter(pk=definition_id).first()
    if row is None:
        raise NotFound("there is no such process definition", kind="definition")
    return row


def install_library(folder: Path, *, designer: Account, publisher: Account, at: datetime) -> list[ProcessDefinition]:
    """Publish every process folder below `folder` whose files were never a version here; called ones come first.

    What the office published since, or brought from elsewhere, stays: an old folder never replaces it.
    Two persons hand in and publish, as for any version. Gives the versions that are new.
    """
    return install(
        [bundles.read_folder(place.parent) for place in sorted(folder.rglob("process.bpmn"))],
        designer=designer,
        publisher=publisher,
        at=at,
    )


def install(found: Iterable[Bundle], *, designer: Account, publisher: Account, at: datetime) -> list[ProcessDefinition]:
    """Publish those of the bundles that are not the current version; called ones come first."""
    fresh = []
    second = actor_for(publisher, civil_date(at))
    for bundle in in_order({one.key: one for one in found}):
        if not _is_news(bundle):
            continue
        row = _draft(bundle, note="process library", report={}, uploader=designer.pk, at=at)
        if row.status == "published":
            row = _draft_again(row, bundle, designer.pk, at, CALLS_RENEWED)
        duty.check_second_person(person_key(designer), person_key(publisher), first_did="upload", second_does="publish")
        loading.remember(bundle)
        fresh.append(_publish(row, second, at))
    return fresh


def _is_news(bundle: Bundle) -> bool:
    """Files that were no published version yet, or are the current one and call others in versions that have passed."""
    versions = ProcessDefinition.objects.filter(key=bundle.key, digest=bundle.digest).exclude(status="draft")
    if not versions.exists():
        return True
    current = ProcessDefinition.objects.filter(key=bundle.key, is_current=True).defer("archive").first()
    return current is not None and current.digest == bundle.digest and _calls_old(current)


def _calls_old(current: ProcessDefinition) -> bool:
    """True when a process it calls has a newer version: what it calls is pinned, so it needs a version of its own."""
    return any(_current_version(key) != version for key, version in current.called.items())


def _draft_again(
    row: ProcessDefinition, bundle: Bundle, designer: int | None, at: datetime, note: str
) -> ProcessDefinition:
    last = ProcessDefinition.objects.filter(key=row.key).aggregate(last=Max("version"))["last"]
    return ProcessDefinition.objects.create(
        key=row.key,
        version=last + 1,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        family_zh=row.family_zh,
        family_en=row.family_en,
        digest=bundle.digest,
        callable_only=row.callable_only,
        archive=zipped(bundle.files),
        uploaded_by_id=designer,
        uploaded_at=at,
        report=row.report,
        note=note[:MAX_NOTE],
    )


def in_order(found: Mapping[str, Bundle]) -> list[Bundle]:
    """Bundles so that each comes after those it calls."""
    ordered: dict[str, Bundle] = {}

    def place(key: str) -> None:
        if key in found and key not in ordered:
            for called in found[key].called:
                if called != key:
                    place(called)
            ordered[key] = found[key]

    for key in sorted(found):
        place(key)
    return list(ordered.values())
