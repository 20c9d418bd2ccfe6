"""The process library as people read it: what is in force, by family, and each process ready for the manual."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from bpm_core.domain.errors import NotFound
from bpm_core.manual import library as libraries
from bpm_core.manual.library import Common, Entry, Library
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation import bundle as bundle_files
from bpm_core.notation import guide as guides
from bpm_core.notation.bundle import GUIDE
from bpm_core.notation.guide import Guide
from bpm_core.queries import bundles

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A family with its processes in force, in order of their codes."""

    name_zh: str
    name_en: str
    shared: bool
    definitions: tuple[ProcessDefinition, ...]


def in_force() -> list[ProcessDefinition]:
    """The version of every process that new cases get, shared parts too; without archives, in order of the manual."""
    rows = ProcessDefinition.objects.filter(is_current=True).defer("archive", "report")
    return sorted(rows, key=place_of)


def place_of(row: ProcessDefinition) -> tuple[bool, int, str, str]:
    """Where a process stands in the manual and in every list of it: by family, then by code, shared parts last."""
    return libraries.place(row.code, row.key, shared=row.callable_only)


def by_family(rows: Iterable[ProcessDefinition]) -> list[Shelf]:
    """The rows by family, families in the order of their first process."""
    found: dict[tuple[bool, str], list[ProcessDefinition]] = {}
    for row in rows:
        found.setdefault((row.callable_only, row.family_zh), []).append(row)
    return [
        Shelf(members[0].family_zh, members[0].family_en, shared, tuple(members))
        for (shared, _name), members in found.items()
    ]


def current(key: str) -> ProcessDefinition:
    """The version in force of a process, by key or code, shared parts too; refuses with NotFound."""
    rows = ProcessDefinition.objects.filter(is_current=True).defer("archive")
    found = rows.filter(key=key).first() or rows.filter(code=key.upper()).first()
    if found is None:
        raise NotFound(f"no published process {key}", kind="definition", definition=key)
    return found


def one(definition: ProcessDefinition, folder: Path) -> Library:
    """A library in which only this process was read; the others are known by name."""
    found = _common(folder)
    return libraries.library(
        [bundles.of(definition)], found.contacts, found.order, found.standards, entries(in_force())
    )


def whole(folder: Path) -> Library:
    """The library of everything in force. The first call after a publication reads every bundle."""
    rows = in_force()
    return _whole(tuple((row.digest, str(row.pk)) for row in rows), folder)


def warm(folder: Path, *, rest: float = 1.0) -> threading.Thread:
    """Read everything in force in the background, so that the first reader of a list need not wait for it.

    rest   pause after each process, as a multiple of the time it took: requests come first
    """

    def read() -> None:
        try:
            for row in in_force():
                began = time.monotonic()
                bundles.of(row)
                time.sleep(rest * (time.monotonic() - began))
            _common(folder)
        except (DatabaseError, NotFound, ValueError) as error:  # without a library yet: the first reader reads it
            logger.warning("the library was not read ahead: %s", type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=read, name="library", daemon=True)
    thread.start()
    return thread


@lru_cache(maxsize=2)
def _whole(rows: tuple[tuple[str, str], ...], folder: Path) -> Library:
    found = {str(row.pk): row for row in in_force()}
    common = _common(folder)
    return libraries.library(
        [bundles.of(found[pk]) for _digest, pk in rows if pk in found], common.contacts, common.order, common.standards
    )


@lru_cache(maxsize=2)
def _common(folder: Path) -> Common:
    """What lies beside the processes: read once, since it comes with the installation."""
    return libraries.read_common(folder)


def entries(rows: Iterable[ProcessDefinition]) -> list[Entry]:
    return [Entry(row.key, row.code, row.name_zh, row.name_en, tuple(sorted(row.called))) for row in rows]


def guide_of(definition: ProcessDefinition) -> Guide | None:
    """The guide of a version, read alone: what a list of many services needs."""
    return _guide(definition.digest, str(definition.pk))


@lru_cache(maxsize=256)
def _guide(digest: str, definition_id: str) -> Guide | None:
    archive: Any = ProcessDefinition.objects.values_list("archive", flat=True).get(pk=definition_id)
    files = bundle_files.unzip(bytes(archive))
    return guides.read(files[GUIDE]) if GUIDE in files else None


def public() -> list[tuple[ProcessDefinition, Guide]]:
    """What residents and employers can apply for by themselves, with its guide."""
    found = ((row, guide_of(row)) for row in in_force() if not row.callable_only)
    return [(row, guide) for row, guide in found if guide is not None and guide.public]
