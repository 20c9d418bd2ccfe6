"""What a case waits for from outside: the messages a window may record when they come on paper or by word of mouth."""

from __future__ import annotations

from dataclasses import dataclass

from bpm_core.models.waiting import Subscription
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.forms import TYPES
from bpm_core.notation.model import Element, ValueSpec
from bpm_core.queries.cases import CaseView


@dataclass(frozen=True, slots=True)
class Awaited:
    """One message the case waits for: its name, the element it comes to, and what it must say."""

    name: str
    element: Element
    schema: FormSchema
    interrupts: bool  # it ends what is going on, instead of being what the case waits for next


def messages(view: CaseView) -> list[Awaited]:
    """Messages the case would take now, those it stands still for first; a withdrawal has a page of its own."""
    found: dict[tuple[str, str], Awaited] = {}
    rows = Subscription.objects.filter(case=view.case, kind="message").exclude(name="WITHDRAW").order_by("id")
    for row in rows:
        element = view.element(row.process_key, row.element_id)
        if element is not None:
            schema = FormSchema(id=row.name, fields=tuple(_field(spec) for spec in element.outputs))
            boundary = element.kind == "boundaryEvent"
            found[row.name, row.element_id] = Awaited(row.name, element, schema, boundary)
    return sorted(found.values(), key=lambda awaited: awaited.interrupts)


def _field(spec: ValueSpec) -> Field:
    return Field(
        key=spec.name,
        type=spec.type if spec.type in TYPES else "string",
        label_zh=spec.label_zh or spec.name,
        label_en=spec.label_en or spec.name,
        options=spec.options,
        personal=spec.personal,
    )
