"""The standards system as it holds here, and what of it the published processes carry out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from bpm_core.models import ProcessDefinition, reference
from bpm_core.notation import bpmn, bundle, standards
from bpm_core.notation.coverage import Coverage, coverage
from bpm_core.notation.model import ProcessModel
from bpm_core.notation.standards import Standards

_read: dict[str, Standards] = {}
_covered: dict[tuple[str, frozenset[str]], Coverage] = {}


def known() -> Standards:
    """The standards; parsed again only when a file of them has changed."""
    return _known()[1]


def published() -> Coverage:
    """The standards against the current version of every process."""
    mark, found = _known()
    rows = ProcessDefinition.objects.filter(is_current=True).values_list("digest", "pk")
    key = (mark, frozenset(digest for digest, _ in rows))
    if key not in _covered:
        _covered.clear()
        _covered[key] = coverage(found, [_diagram(digest, identity) for digest, identity in rows])
    return _covered[key]


def processes() -> dict[str, ProcessDefinition]:
    """The current version of each process by its code, without archives."""
    rows = ProcessDefinition.objects.filter(is_current=True).defer("archive", "report")
    return {row.code: row for row in rows}


def _known() -> tuple[str, Standards]:
    files = reference.files(reference.STANDARDS)
    mark = _mark(files)
    if mark not in _read:
        _read.clear()
        _read[mark] = standards.read_files(files)
    return mark, _read[mark]


def _mark(files: Mapping[str, bytes]) -> str:
    return bundle.digest(files)


@lru_cache(maxsize=256)
def _diagram(digest: str, definition_id: UUID) -> ProcessModel:
    """The diagram of a version alone: forms, tables and worked cases are not read for it."""
    archive = ProcessDefinition.objects.values_list("archive", flat=True).get(pk=definition_id)
    return bpmn.read(bundle.unzip(bytes(archive))[bundle.PROCESS])
