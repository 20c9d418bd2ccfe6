"""The words of quality: actions of the journal, departures from the standard, severities, durations."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bpm_core.feel import values
from bpm_core.queries.history import Changed, Departure
from portal import words
from portal.templatetags.guicheng import day, english

SEVERITY = {"minor": gettext_lazy("Minor"), "major": gettext_lazy("Major"), "critical": gettext_lazy("Critical")}
SEVERITY_TONE = {"minor": "", "major": "amber", "critical": "red"}
#: What a finding is about, after the audit points of the unified processes.
KINDS = {
    "time_limit": gettext_lazy("Time limit"),
    "evidence": gettext_lazy("Evidence and materials"),
    "decision": gettext_lazy("Decision and its ground"),
    "procedure": gettext_lazy("Course of the procedure"),
    "separation": gettext_lazy("Separation of duty"),
    "notice": gettext_lazy("Notices to the applicant"),
    "data": gettext_lazy("Recorded facts"),
    "service": gettext_lazy("Service at the window"),
}
FINDING_STATE = {
    "open": gettext_lazy("Open"),
    "assigned": gettext_lazy("Being put right"),
    "closed": gettext_lazy("Closed"),
}
FINDING_TONE = {"open": "red", "assigned": "amber", "closed": "ok"}
FINDING_SIGN = {"open": "●", "assigned": "▲", "closed": "✓"}


def departure(found: Departure) -> str:
    """A departure as a sentence."""
    told: Mapping[str, Any] = found.facts
    days = int(told.get("days") or 0)
    if found.code == "late_step":
        sentence = ngettext(
            "%(n)d working day over the limit of this step", "%(n)d working days over the limit of this step", days
        )
        return sentence % {"n": days} + f" ({words.limit(told['limit'], told['unit'])})"
    if found.code == "late_case":
        kind = _("the limit by law") if told["kind"] == "legal" else _("the promised limit")
        if told["unit"] == "working_day":
            sentence = ngettext(
                "%(n)d working day over %(kind)s (%(on)s)", "%(n)d working days over %(kind)s (%(on)s)", days
            )
        else:
            sentence = ngettext("%(n)d day over %(kind)s (%(on)s)", "%(n)d days over %(kind)s (%(on)s)", days)
        return sentence % {"n": days, "kind": kind, "on": day(told["due_on"])}
    if found.code == "open_overdue":
        name = told["name_en"] if english() else told["name_zh"]
        sentence = ngettext("“%(step)s” is %(n)d working day overdue", "“%(step)s” is %(n)d working days overdue", days)
        return sentence % {"n": days, "step": name}
    if found.code == "repeated":
        return _("Done for the %(visit)s. time") % {"visit": told["visit"]}
    if found.code == "incident":
        return _("Automation stood still: a person had to look (%(code)s)") % {"code": told["code"]}
    if found.code == "same_hands":
        return _("The same person also did %(step)s, which must be another one") % {"step": told["step"]}
    return str(_PLAIN.get(found.code, found.code))


_PLAIN = {
    "returned": gettext_lazy("The case was returned to an earlier step"),
    "corrected": gettext_lazy("A recorded fact was corrected afterwards"),
}


def duration(seconds: float | None) -> str:
    """A span of time as people say it: minutes, hours, or days with one decimal."""
    if seconds is None:
        return "—"
    if seconds < 3600:
        minutes = max(1, round(seconds / 60))
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 36 * 3600:
        hours = round(seconds / 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return _("%(n)s days") % {"n": formats.number_format(seconds / 86400, 1)}


def changed_value(changed: Changed) -> str:
    """The new value of a fact in words; what the journal does not tell is said to be so."""
    if not changed.told:
        return _("recorded, not shown here")
    plain = values.to_plain(changed.value)
    options = {value: (zh, en) for value, zh, en in changed.label.options} if changed.label else {}
    if isinstance(plain, str) and plain in options:
        return options[plain][1 if english() else 0]
    if plain is None:
        return "—"
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if isinstance(plain, list):
        return "、".join(str(options.get(str(item), (item, item))[1 if english() else 0]) for item in plain) or "—"
    if isinstance(plain, int | float | Decimal):
        return str(plain)
    return str(plain)


def changed_name(changed: Changed) -> str:
    if changed.label is None:
        return changed.name
    return (changed.label.en if english() else changed.label.zh) or changed.name
