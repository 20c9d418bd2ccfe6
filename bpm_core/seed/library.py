"""The process library published, and the benefits its guides name entered in the ledger's rules."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bpm_core.commands import definitions, loading
from bpm_core.models import Account, BenefitRule, ProcessDefinition
from bpm_core.notation import bundle as bundles


def load(folder: Path, *, at: datetime) -> int:
    """Publish every process whose files are new, handed in and published by two persons; gives how many were."""
    digests = {bundles.digest(bundles.files_of(place.parent)) for place in folder.rglob("process.bpmn")}
    current = set(ProcessDefinition.objects.filter(is_current=True).values_list("digest", flat=True))
    if digests <= current:
        return 0
    designer = Account.objects.get(username="designer")
    publisher = Account.objects.get(username="publisher")
    fresh = definitions.install_library(folder, designer=designer, publisher=publisher, at=at)
    for row in fresh:
        _rules(row)
    return len(fresh)


def _rules(row: ProcessDefinition) -> None:
    guide = loading.read(row.digest, row.id).guide
    benefit = guide.benefit if guide else None
    if benefit is not None:
        BenefitRule.objects.get_or_create(
            benefit=benefit.benefit,
            defaults={
                "exclusion_group": benefit.exclusion_group,
                "name_zh": benefit.name.zh,
                "name_en": benefit.name.en,
                "source": benefit.source,
            },
        )
