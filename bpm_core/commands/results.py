"""What a command answers: plain facts that can be stored under an idempotency key and given again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from bpm_core.models import Case, WorkItem


@dataclass(frozen=True)
class Opened:
    """A work item that the step opened."""

    id: str
    element_id: str
    name_zh: str
    name_en: str
    lane: str
    unit_code: str
    due_on: str | None


@dataclass(frozen=True)
class Moved:
    """A case after a step. `ended` is the path name of the end reached, if one was."""

    case_id: int
    number: str
    status: str
    version: int
    work_item_id: str | None = None
    opened: tuple[Opened, ...] = ()
    ended: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    @cached_property
    def work_item(self) -> WorkItem | None:
        return WorkItem.objects.get(pk=UUID(self.work_item_id)) if self.work_item_id else None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Moved:
        opened = tuple(Opened(**item) for item in stored["opened"])
        return cls(**(stored | {"opened": opened}))
