"""The operators' words: what stuck automation is called, entries of the access journal, what is wrong in a form."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bpm_core.domain.errors import FieldError, InvalidData


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
    "benefit_beside": Cause(
        _("A benefit stands beside another one"),
        _("Compare the two cases; when both are right, settle this with what was found; otherwise stop one."),
    ),
    "unhandled_error": Cause(_("An error nobody handles in the procedure"), _PROCESS),
}
_OTHER = Cause(_("Automation is stuck"), _PROCESS)


def cause(code: str) -> Cause:
    """The kind of incident in words."""
    return _CAUSES.get(code, _OTHER)


_LOOKS = {
    "unmask": _("Looked behind a mask"),
    "id_search": _("Searched by identity number"),
    "export": _("Took a list out"),
    "view_evidence": _("Took evidence out"),
    "calendar_set": _("Changed the working calendar"),
    "account_opened": _("Opened an account"),
    "account_locked": _("Locked an account"),
    "account_unlocked": _("Unlocked an account"),
    "password_given": _("Gave a password"),
    "post_granted": _("Granted a post"),
    "post_ended": _("Ended a post"),
}


def look(kind: str) -> str:
    """A kind of entry of the access journal in words."""
    return str(_LOOKS.get(kind, kind))


_FIELDS = {
    "first": _("First day"),
    "last": _("Last day"),
    "name": _("Holiday"),
    "source": _("Notice"),
    "reason": _("Reason"),
    "username": _("User name"),
    "display_zh": _("Name (Chinese)"),
    "display_en": _("Name (English)"),
    "staff_no": _("Staff number"),
    "role": _("Role"),
    "lane": _("Lane"),
    "from_on": _("From"),
    "to_on": _("To (empty = open)"),
}
_WRONG = {
    "required": _("“{label}” is needed"),
    "not_after": _("“{label}” must not lie before the beginning"),
    "not_date": _("“{label}” must be a date that exists, for example 2026-11-20"),
    "too_many_days": _("“{label}”: at most {max} days at once"),
    "too_long": _("“{label}” may have at most {max} characters; it has {found}"),
    "username": _("“{label}”: 3 to 40 small letters, digits, dots, hyphens; a letter first"),
    "staff_no": _("“{label}”: at most 12 letters, digits and hyphens"),
    "not_option": _("Choose one of the answers shown for “{label}”"),
    "lane_of_role": _("“{label}” must be one of the chosen role, or empty"),
}


def summary(error: InvalidData) -> list[tuple[str, str]]:
    """The error summary of a page: (anchor, sentence) for each field that is wrong."""
    return [(problem.key, _sentence(problem)) for problem in error.errors]


def _sentence(problem: FieldError) -> str:
    text = _WRONG.get(problem.code, _WRONG["required"])
    return str(text).format(
        label=_FIELDS.get(problem.key, problem.key), **{"max": "", "found": ""} | dict(problem.facts)
    )


def missing(key: str) -> FieldError:
    """A field that was left empty or cannot be read as a day."""
    return FieldError(key, "not_date")
