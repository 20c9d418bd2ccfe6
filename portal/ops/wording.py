"""What stuck automation is called, and what usually helps."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of incident in words."""

    name: Promise
    help: Promise


_RETRY = _("When the other system answers again, try again.")
_PROCESS = _("The procedure or its data need mending: correct the fact, or publish a mended version, then try again.")
_CAUSES = {
    "job_failed": Cause(_("A register did not answer"), _RETRY),
    "expression": Cause(_("A condition could not be worked out"), _PROCESS),
    "decision": Cause(_("A decision table gave no answer"), _PROCESS),
    "no_flow": Cause(_("No way on: none of the conditions holds"), _PROCESS),
    "budget": Cause(_("Too many automatic steps at once"), _PROCESS),
    "stuck": Cause(_("Nothing moves the case any more"), _PROCESS),
    "unhandled_error": Cause(_("An error nobody handles in the procedure"), _PROCESS),
}
_OTHER = Cause(_("Automation is stuck"), _PROCESS)


def cause(code: str) -> Cause:
    """The kind of incident in words."""
    return _CAUSES.get(code, _OTHER)
