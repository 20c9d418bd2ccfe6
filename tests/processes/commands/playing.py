"""Worked cases played through the real commands, a process at a time."""

from __future__ import annotations

from django.utils import timezone

from bpm_core.commands import loading
from bpm_core.models import ProcessDefinition
from bpm_core.notation.bundle import Bundle
from bpm_core.queries import verify
from bpm_core.seed import outcomes, staff
from bpm_core.seed.cast import Cast
from tests.processes.walk import library


def codes(*families: str) -> list[str]:
    """Codes of the processes of those families, as far as the library holds them."""
    return sorted(bundle.code for bundle in library().values() if bundle.code.split("-")[0] in families)


class Play:
    """The stage with its cast."""

    def __init__(self) -> None:
        self.cast = Cast(timezone.localdate())
        self.definitions = dict(ProcessDefinition.objects.filter(is_current=True).values_list("code", "pk"))

    def __call__(self, code: str) -> dict[str, tuple[str, ...]]:
        """What is wrong, by worked case: nothing."""
        found = {}
        for scenario in self.bundle(code).scenarios:
            outcome = outcomes.play(self.definitions[code], scenario, cast=self.cast, unit_code=staff.COUNTY)
            if outcome.wrong:
                found[scenario.id] = outcome.wrong
        return found

    def bundle(self, code: str) -> Bundle:
        """The process as it was published."""
        return loading.load(self.definitions[code]).bundle

    def breaches(self) -> list[verify.Breach]:
        """What the cases that were played break of the invariants of the house: nothing."""
        return verify.run().breaches
