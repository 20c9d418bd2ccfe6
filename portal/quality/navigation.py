"""The parts of quality that are open to a reader."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bpm_core.domain import authority

_PARTS = (
    ("quality:home", _("Cases"), "journal.read"),
    ("quality:findings", _("Findings"), "finding.read"),
    ("quality:heat", _("Heat map"), "stats.read"),
)


def parts(request: HttpRequest, here: str) -> list[dict[str, object]]:
    """Links to the parts whose pages open for this reader; `here` is the current one's address name."""
    return [
        {"url": reverse(name), "label": label, "current": name == here}
        for name, label, action in _PARTS
        if authority.may(request.actor, action)
    ]
