"""A library of another deployment taken over: handed in by one person, published by another, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from bpm_core.commands import definitions, library_journal, loading
from bpm_core.commands.actors import person_key
from bpm_core.domain import authority, duty
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, WrongState
from bpm_core.models import LibraryFile, LibraryImport, ProcessDefinition, reference
from bpm_core.models.library import TURNED_DOWN
from bpm_core.notation import floors, standards
from bpm_core.notation.library import Library, Packed


class Standing(StrEnum):
    """How a process of the archive stands to ours."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    OLDER = "older"  # an earlier version of ours, or of a lower number than ours: never taken
    RENEWED = "renewed"  # its files are ours, but something it calls changes


TAKEN = frozenset({Standing.NEW, Standing.CHANGED, Standing.RENEWED})


@dataclass(frozen=True, slots=True)
class Compared:
    """A process of the archive beside ours. `ours` is the current version; None when there is none."""

    packed: Packed
    standing: Standing
    ours: ProcessDefinition | None


def compare(library: Library) -> tuple[Compared, ...]:
    """Every process of the archive beside ours, by code."""
    rows = ProcessDefinition.objects.exclude(status="draft").defer("archive")
    by_key: dict[str, list[ProcessDefinition]] = {}
    for row in rows.filter(key__in=[one.key for one in library.processes]):
        by_key.setdefault(row.key, []).append(row)
    found = {one.key: _standing(one, by_key.get(one.key, [])) for one in library.processes}
    _spread(found)
    return tuple(sorted(found.values(), key=lambda one: (one.packed.code, one.packed.key)))


def _standing(packed: Packed, rows: list[ProcessDefinition]) -> Compared:
    ours = next((row for row in rows if row.is_current), None)
    if ours is None:
        return Compared(packed, Standing.NEW, None)
    if ours.digest == packed.digest:
        return Compared(packed, Standing.SAME, ours)
    old = any(row.digest == packed.digest for row in rows) or _number(packed.version) < _number(_version(ours))
    return Compared(packed, Standing.OLDER if old else Standing.CHANGED, ours)


def _version(row: ProcessDefinition) -> str:
    guide = loading.read(row.digest, row.id).guide
    return guide.version if guide else ""


def _number(version: str) -> tuple[int, ...]:
    """ "1.10.2" as numbers; what is none counts as the lowest."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else ()


def _spread(found: dict[str, Compared]) -> None:
    """Callers of what changes get a new version of their own: a published version pins the versions it calls."""
    while True:
        taken = {key for key, one in found.items() if one.standing in TAKEN}
        callers = [
            key
            for key, one in found.items()
            if one.standing is Standing.SAME and one.ours is not None and taken & set(one.ours.called)
        ]
        if not callers:
            return
        for key in callers:
            found[key] = Compared(found[key].packed, Standing.RENEWED, found[key].ours)


def reference_changes(library: Library) -> tuple[tuple[str, str], ...]:
    """Reference files that differ from those that hold here: (path, "new", "changed" or "gone")."""
    ours = {
        f"{folder}/{path}": content
        for folder in reference.FOLDERS
        for path, content in reference.files(folder).items()
        if any(name.startswith(f"{folder}/") for name in library.reference)
    }
    told = []
    for path in sorted({*ours, *library.reference}):
        before, after = ours.get(path), library.reference.get(path)
        if before != after:
            told.append((path, "new" if before is None else "gone" if after is None else "changed"))
    return tuple(told)


def apply(library: Library, *, reports: Mapping[str, Mapping[str, Any]], actor: Actor, at: datetime) -> LibraryImport:
    """Hand in what is new or changed as drafts, which a second person publishes. All of it or nothing.

    reports   what the check of untrusted files found, by key, for every process that is new or changed
    """
    authority.require(actor, "library.import")
    _check_reference(library)
    compared = [one for one in compare(library) if one.standing in TAKEN]
    if not compared and not reference_changes(library):
        raise InvalidData("everything in the library is here already", code="nothing_new")
    bad = [one.packed.key for one in compared if one.standing is not Standing.RENEWED and not _ok(reports, one)]
    if bad:
        wrong = [FieldError(key, "check_failed") for key in bad]
        raise InvalidData(f"the check found errors in {', '.join(bad)}; nothing was taken", wrong, code="check_failed")
    note = f"library {library.digest[:12]} of {library.signer}"
    with transaction.atomic():
        for one in compared:
            if one.standing is Standing.RENEWED:
                definitions.renew(one.packed.key, note=note, actor=actor, at=at)
            else:
                report = reports[one.packed.key]
                definitions.upload(one.packed.files, note=note, report=report, actor=actor, at=at)
        row = LibraryImport.objects.create(
            digest=library.digest,
            signer=library.signer,
            contents={one.packed.key: one.packed.digest for one in compared},
            applied_by_id=actor.account_id,
            applied_at=at,
        )
        _tell("library.handed_in", row, actor, at, processes=row.contents)
    return row


def _ok(reports: Mapping[str, Mapping[str, Any]], one: Compared) -> bool:
    return reports.get(one.packed.key, {}).get("ok") is True


def publish(library: Library, *, actor: Actor, at: datetime) -> LibraryImport:
    """Publish what was handed in of this library, called processes first, and let its reference files hold.

    Takes another person than the one who handed it in; any refusal leaves everything as it was.
    """
    authority.require(actor, "definition.publish")
    row = _waiting(library.digest)
    first = person_key(row.applied_by)
    duty.check_second_person(first, actor.person_key, first_did="upload", second_does="publish")
    with transaction.atomic():
        _take_reference(library, at)
        drafts = _drafts(row)
        read = {draft.key: loading.read(draft.digest, draft.id) for draft in drafts.values()}
        for bundle in definitions.in_order(read):
            definitions.publish(drafts[bundle.key].pk, actor=actor, at=at)
        row.published_by_id, row.published_at = actor.account_id, at
        row.save(update_fields=["published_by", "published_at"])
        _tell("library.published", row, actor, at, reference=sorted(library.reference))
    return row


def turn_down(digest: str, *, note: str, actor: Actor, at: datetime) -> LibraryImport:
    """Send back what was handed in of the library of that digest: its drafts go, the journal keeps why.

    The second person does it, or whoever handed it in takes it back. The archive may be handed in again.
    Refuses with NotFound when nothing of it waits, with InvalidData without a reason.
    """
    row = _waiting(digest)
    if actor.account_id != row.applied_by_id:
        authority.require(actor, "definition.publish")
    else:
        authority.require(actor, "library.import")
    if not note.strip():
        raise InvalidData("a reason is needed", [FieldError("note", "required")])
    with transaction.atomic():
        made = ProcessDefinition.objects.filter(
            status="draft", uploaded_by_id=row.applied_by_id, uploaded_at=row.applied_at, key__in=row.contents
        )
        made.filter(digest__in=row.contents.values()).delete()
        _tell(TURNED_DOWN, row, actor, at, note=note.strip()[:500])
    return row


def _waiting(digest: str) -> LibraryImport:
    row = LibraryImport.objects.waiting().filter(digest=digest).order_by("-applied_at").first()
    if row is None:
        raise NotFound("nothing of this library was handed in and waits", kind="library")
    return row


def _drafts(row: LibraryImport) -> dict[str, ProcessDefinition]:
    """The drafts of an import that still wait; refuses when one was mended since, so that no other files slip in."""
    found: dict[str, ProcessDefinition] = {}
    for key, digest in row.contents.items():
        drafts = ProcessDefinition.objects.filter(key=key, digest=digest, status="draft")
        draft = drafts.defer("archive").order_by("-version").first()
        if draft is not None:
            found[key] = draft
        elif not ProcessDefinition.objects.filter(key=key, digest=digest, is_current=True).exists():
            raise WrongState(f"the draft of {key} is not the one handed in any more", code="draft_gone", key=key)
    return found


def _check_reference(library: Library) -> None:
    """The archive's standards and floors must be readable, or nothing of it is taken."""
    try:
        if data := library.reference.get(f"{reference.LIBRARY}/{floors.FILE}"):
            floors.read_bytes(data)
        prefix = f"{reference.STANDARDS}/"
        files = {p.removeprefix(prefix): data for p, data in library.reference.items() if p.startswith(prefix)}
        if files:
            standards.read_files(files)
    except (floors.FloorsRefused, standards.StandardsRefused) as error:
        raise InvalidData(str(error), [FieldError("files", error.code)], code=error.code) from error


def _take_reference(library: Library, at: datetime) -> None:
    folders = {path.split("/")[0] for path in library.reference}
    for folder in folders:
        gone = LibraryFile.objects.filter(path__startswith=f"{folder}/").exclude(path__in=library.reference)
        gone.delete()
    for path, content in library.reference.items():
        LibraryFile.objects.update_or_create(
            path=path, defaults={"content": content, "digest": hashlib.sha256(content).hexdigest(), "since": at}
        )


def _tell(action: str, row: LibraryImport, actor: Actor, at: datetime, **more: Any) -> None:
    library_journal.record(
        action, row.digest, actor=actor, at=at, signer=row.signer, identity=str(row.pk), count=len(row.contents), **more
    )
