"""Bundles of published versions for those who only read: parsed once a version and kept by content hash."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from bpm_core.domain.errors import NotFound
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation import bundle
from bpm_core.notation.bundle import Bundle


@lru_cache(maxsize=128)
def _read(digest: str, definition_id: UUID) -> Bundle:
    archive, key = ProcessDefinition.objects.values_list("archive", "key").get(pk=definition_id)
    return bundle.read_zip(bytes(archive), key=key)


def of(definition: ProcessDefinition) -> Bundle:
    """The bundle of a version. Its archive is read only when no page of this process has asked for it before."""
    return _read(definition.digest, definition.pk)


def _called(key: str, version: int) -> tuple[str, UUID] | None:
    return ProcessDefinition.objects.filter(key=key, version=version).values_list("digest", "pk").first()


def of_process(definition: ProcessDefinition, process_key: str) -> Bundle:
    """The bundle of the process itself, or of one it calls in the version it has pinned; refuses with NotFound."""
    own = of(definition)
    if process_key == definition.key:
        return own
    return own.inner.get(process_key) or _read(*_pinned(definition, process_key))


def id_of_process(definition: ProcessDefinition, process_key: str) -> UUID:
    """The version's own id, or that of the process it calls in the version it has pinned; refuses with NotFound."""
    own = process_key == definition.key or process_key in of(definition).inner
    return definition.pk if own else _pinned(definition, process_key)[1]


def _pinned(definition: ProcessDefinition, process_key: str) -> tuple[str, UUID]:
    version = definition.called.get(process_key)
    found = _called(process_key, version) if version is not None else None
    return found or _current(process_key)


def _current(process_key: str) -> tuple[str, UUID]:
    """A part called by a part: its pin stands at the caller, which pinned it when it was published."""
    rows = ProcessDefinition.objects.filter(key=process_key, is_current=True).values_list("digest", "pk")
    found = rows.first()
    if found is None:
        raise NotFound(f"no published process {process_key}", key=process_key)
    return found
