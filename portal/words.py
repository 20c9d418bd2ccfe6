"""The office's words for codes: roles, lanes, states, units. A code without a word here is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bpm_core.domain import roles

ROLE = {
    "caseworker": _("Caseworker"),
    "reviewer": _("Reviewer"),
    "finance": _("Finance officer"),
    "designer": _("Process designer"),
    "publisher": _("Publisher"),
    "quality_controller": _("Quality controller"),
    "auditor": _("Auditor"),
    "manager": _("Manager"),
    "integrator": _("Integrator"),
    "system_admin": _("System administrator"),
    "security_admin": _("Security administrator"),
    "audit_admin": _("Audit administrator"),
}

#: Posts by lane code of the unified processes.
LANE = {
    "APP": _("Applicant (person)"),
    "EMPR": _("Employer"),
    "FAMILY": _("Family member or survivor"),
    "RESP": _("Respondent"),
    "TRN": _("Training institution"),
    "HOSP": _("Designated hospital"),
    "BANK": _("Paying bank"),
    "VIL": _("Village service officer"),
    "TWN": _("Township window"),
    "WIN": _("County window"),
    "C1": _("County first review"),
    "C2": _("County second review"),
    "CD": _("County signing officer"),
    "CFIN": _("County finance"),
    "COACH": _("Career adviser"),
    "MATCH": _("Job matching"),
    "FIELD": _("Field verification (two persons)"),
    "SUPV": _("Training supervision"),
    "INSP": _("Labour inspection (two persons)"),
    "MWIN": _("Municipal window"),
    "M1": _("Municipal first review"),
    "M2": _("Municipal second review"),
    "MD": _("Municipal signing officer"),
    "MFIN": _("Municipal finance"),
    "QCM": _("Quality control"),
    "SYS": _("System"),
}

STATUS = {
    "running": _("In progress"),
    "supplement": _("Waiting for the applicant"),
    "suspended": _("Suspended"),
    "completed": _("Completed"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "cancelled": _("Cancelled"),
    "transferred": _("Handed to another office"),
}
STATUS_TAG = {"running": "", "supplement": "ok", "suspended": "amber", "completed": "ok", "rejected": "red"}
STATUS_SIGN = {
    "running": "○",
    "supplement": "‖",
    "suspended": "‖",
    "completed": "✓",
    "rejected": "✕",
    "withdrawn": "↩",
    "cancelled": "✕",
    "transferred": "→",
}

ITEM_STATE = {
    "offered": _("Nobody has taken it"),
    "allocated": _("Taken"),
    "suspended": _("Stands still"),
    "completed": _("Done"),
    "cancelled": _("Dropped"),
}

MATERIAL = {
    "missing": _("Missing"),
    "received": _("Handed in"),
    "shared": _("Read from a register"),
    "promised": _("Promised in writing"),
    "waived": _("Not needed"),
    "returned": _("Given back"),
}
MATERIAL_TAG = {
    "missing": "red",
    "received": "",
    "shared": "ok",
    "promised": "amber",
    "waived": "plain",
    "returned": "plain",
}
MATERIAL_SIGN = {"missing": "✕", "received": "○", "shared": "✓", "promised": "✎", "waived": "–", "returned": "↩"}

NOTICE = {
    "one_time": _("One-time notice of what is missing"),
    "acceptance": _("Notice of acceptance"),
    "completion": _("Notice of completion"),
    "rejection": _("Notice of refusal"),
    "stop": _("Notice that the clock stands still"),
}

CHANNEL = {
    "window": _("At the window"),
    "online": _("Online"),
    "app": _("Mobile app"),
    "api": _("Partner system"),
    "message": _("From another procedure"),
    "call": _("From another procedure"),
}

SEX = {"m": _("male"), "f": _("female")}

CERTAINTY = {
    "verified": _("verified: official text read"),
    "verified-secondary": _("verified from a public page that quotes it"),
    "statute-knowledge": _("known from the statute, text not read"),
    "illustrative": _("illustrative sample of this library"),
    "mixed": _("mixed, see the note"),
}

SOURCE = {
    "form": _("typed in"),
    "register": _("from a register"),
    "decision": _("worked out by a rule"),
    "correction": _("corrected"),
    "call": _("from a called procedure"),
    "start": _("given at the start"),
    "message": _("from a message"),
}


def role(code: str) -> str:
    return str(ROLE.get(code, code))


def lane(code: str) -> str:
    return str(LANE.get(code, code))


def post(role_code: str, lane_code: str) -> str:
    """A post as people call it: by its lane when it has one, else by its role."""
    return lane(lane_code) if lane_code in LANE else role(role_code)


def who_does(lane_code: str) -> str:
    """Who a step is for: the lane; a step of people outside names the window that enters it with them."""
    return lane(lane_code) if lane_code in LANE or lane_code in roles.LANES else lane_code


def limit(value: int | None, unit: str) -> str:
    """A time limit in words: "3 working days"."""
    if value is None:
        return ""
    if unit == "immediate":
        return str(_("at once"))
    forms = {
        "working_day": ngettext("%(n)d working day", "%(n)d working days", value),
        "calendar_day": ngettext("%(n)d day", "%(n)d days", value),
        "working_hour": ngettext("%(n)d working hour", "%(n)d working hours", value),
        "minute": ngettext("%(n)d minute", "%(n)d minutes", value),
        "month": ngettext("%(n)d month", "%(n)d months", value),
        "year": ngettext("%(n)d year", "%(n)d years", value),
    }
    return forms.get(unit, f"%(n)d {unit}") % {"n": value}
