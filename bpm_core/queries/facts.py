"""What is known of a case, in the words of its process: facts with their labels, and what forms may read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpm_core.feel import values
from bpm_core.models.cases import Case, CaseFact
from bpm_core.notation.labels import Label, labels
from bpm_core.queries import bundles


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact. A personal one has no value here: it is unsealed only by a journaled act."""

    name: str
    label: Label
    value: Any
    personal: bool
    source: str
    element_id: str
    set_at: datetime

    @property
    def empty(self) -> bool:
        return not self.personal and self.value in (None, "", [])


def labels_of_case(case: Case) -> dict[str, Label]:
    """Labels of the case's process and of those it calls; its own words win."""
    found: dict[str, Label] = {}
    for key in case.definition.called:
        found |= labels(bundles.of_process(case.definition, key))
    return found | labels(bundles.of(case.definition))


def of_case(case: Case, *, order: Iterable[str] = ()) -> list[Fact]:
    """Facts of the case that have a word, in the order the process declares them."""
    words = labels_of_case(case)
    rows = {row.name: row for row in CaseFact.objects.filter(case=case)}
    return [_fact(rows[name], words[name]) for name in words if name in rows]


def _fact(row: CaseFact, label: Label) -> Fact:
    value = None if row.personal else values.decode(row.value)
    return Fact(row.name, label, value, row.personal, row.source, row.element_id, row.set_at)


def variables(case: Case) -> dict[str, Any]:
    """The values that forms' conditions may read: everything recorded that is not personal."""
    rows = CaseFact.objects.filter(case=case, personal=False).values_list("name", "value")
    return {name: values.decode(value) for name, value in rows}


def known(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of the names that have a value."""
    return {name: facts[name] for name in names if facts.get(name) not in (None, "", [])}
