"""The services a window can open: published procedures that begin with an applicant, with their guides."""

from __future__ import annotations

from dataclasses import dataclass

from bpm_core.domain.errors import NotFound
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.guide import Guide
from bpm_core.queries import bundles


@dataclass(frozen=True, slots=True)
class Service:
    """A published procedure as an applicant meets it."""

    definition: ProcessDefinition
    guide: Guide | None


def offered() -> list[Service]:
    """Current versions a window can open, in the order of their codes."""
    rows = ProcessDefinition.objects.filter(is_current=True, callable_only=False).defer("archive")
    found = [Service(row, bundles.of(row).guide) for row in rows.order_by("code", "key")]
    return [service for service in found if service.guide is None or service.guide.public]


def by_key(key: str) -> Service:
    """The current version of one procedure; refuses with NotFound."""
    row = ProcessDefinition.objects.filter(key=key, is_current=True, callable_only=False).defer("archive").first()
    if row is None:
        raise NotFound(f"no published procedure {key}", kind="definition")
    return Service(row, bundles.of(row).guide)
