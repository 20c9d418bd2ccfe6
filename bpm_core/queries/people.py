"""People of the real-name register by what a window reads from their card; values stay masked here."""

from __future__ import annotations

from bpm_core.models import sealing
from bpm_core.models.people import Person


def by_number(number: str) -> Person | None:
    """The person or enterprise of a whole, checked number; the caller journals the look (commands/access.py)."""
    return Person.objects.filter(id_index=sealing.blind_index(number)).first()
