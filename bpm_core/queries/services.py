"""The services people may expect of the office, with their guides, and which of them a window can open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bpm_core.domain.errors import NotFound
from bpm_core.models.cases import Case
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.guide import Guide
from bpm_core.queries import bundles

_ORGANISATIONS = {"employer", "institution", "agency"}


@dataclass(frozen=True, slots=True)
class Service:
    """A published procedure as an applicant meets it."""

    definition: ProcessDefinition
    bundle: Bundle

    @property
    def guide(self) -> Guide | None:
        return self.bundle.guide

    @property
    def on_application(self) -> bool:
        """Whether it begins when somebody applies; others begin by a message or by the calendar alone."""
        return any(not start.events for start in self.bundle.process.starts)

    @property
    def applicants(self) -> tuple[str, ...]:
        """Who can apply: "person", "enterprise" or both; the usual one first."""
        actors = {lane.actor for lane in self.bundle.process.lanes.values()}
        found = ("person",) if "citizen" in actors or not actors & _ORGANISATIONS else ()
        return found + (("enterprise",) if actors & _ORGANISATIONS else ())


def offered() -> list[Service]:
    """Current versions of public procedures, in the order of their codes."""
    rows = ProcessDefinition.objects.filter(is_current=True, callable_only=False).defer("archive")
    found = [Service(row, bundles.of(row)) for row in rows.order_by("code", "key")]
    return [service for service in found if service.guide is None or service.guide.public]


def openable() -> list[Service]:
    """Those of the offered that a window can open for an applicant."""
    return [service for service in offered() if service.on_application]


def often(units: Collection[str], *, of_last: int) -> dict[str, int]:
    """How often each service was opened at the windows of these offices, among their last cases: key -> count."""
    rows = Case.objects.filter(entry_unit__code__in=units, channel="window").order_by("-id")
    return Counter(rows.values_list("definition__key", flat=True)[:of_last])


def by_key(key: str) -> Service:
    """The current version of one procedure; refuses with NotFound."""
    row = ProcessDefinition.objects.filter(key=key, is_current=True, callable_only=False).defer("archive").first()
    if row is None:
        raise NotFound(f"no published procedure {key}", kind="definition")
    return Service(row, bundles.of(row))
