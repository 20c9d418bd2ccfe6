"""Process definitions for those who read or design them: the library, a process's versions, a bundle's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from bpm_core.domain.errors import NotFound
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.bundle import Bundle
from bpm_core.queries import bundles

_OPEN = Q(cases__ended_at__isnull=True, cases__isnull=False)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One process in the library: the version new cases get (or the newest draft), and what else there is of it."""

    definition: ProcessDefinition
    versions: int
    drafts: int
    open_cases: int


def _rows(**filters: object) -> list[ProcessDefinition]:
    """Definitions without their archives, each with `open_cases` and `all_cases`."""
    rows = ProcessDefinition.objects.filter(**filters).defer("archive")
    rows = rows.select_related("uploaded_by", "published_by")
    return list(rows.annotate(open_cases=Count("cases", filter=_OPEN), all_cases=Count("cases")))


def library() -> list[Shelf]:
    """Every process once, by family and code; shared parts after those that people apply for."""
    by_key: dict[str, list[ProcessDefinition]] = {}
    for row in _rows():
        by_key.setdefault(row.key, []).append(row)
    shelves = []
    for rows in by_key.values():
        shown = next((row for row in rows if row.is_current), max(rows, key=lambda row: row.version))
        drafts = sum(row.status == "draft" for row in rows)
        shelves.append(Shelf(shown, len(rows), drafts, sum(row.open_cases for row in rows)))
    return sorted(shelves, key=lambda s: (s.definition.callable_only, s.definition.code, s.definition.key))


def versions(key: str) -> list[ProcessDefinition]:
    """Every version of a process, newest first, each with `open_cases` and `all_cases`."""
    return _rows(key=key)


def get(definition_id: UUID) -> ProcessDefinition:
    """One definition; its archive is read when it is asked for. Refuses with NotFound."""
    rows = ProcessDefinition.objects.select_related("uploaded_by", "published_by").defer("archive")
    found = rows.filter(pk=definition_id).first()
    if found is None:
        raise NotFound("no process definition has that id", definition=str(definition_id))
    return found


def published_keys() -> frozenset[str]:
    """Keys of the processes that others may call."""
    return frozenset(ProcessDefinition.objects.filter(is_current=True).values_list("key", flat=True))


def at_version(key: str, version: int) -> ProcessDefinition | None:
    """The definition of a key at a version, without its archive."""
    return ProcessDefinition.objects.filter(key=key, version=version).defer("archive").first()


def files(definition: ProcessDefinition) -> Mapping[str, bytes]:
    """The bundle's files by path, exactly as they were handed in."""
    return bundles.of(definition).files


def read(definition: ProcessDefinition) -> Bundle:
    """The definition's bundle as facts."""
    return bundles.of(definition)
