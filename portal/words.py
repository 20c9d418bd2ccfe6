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
    "mobile": _("Mobile app"),
    "village": _("At the village station"),
    "self_service": _("Self-service terminal"),
    "telephone": _("By telephone"),
    "post": _("By post"),
    "home_visit": _("Home visit"),
    "school": _("Through the school"),
    "bank": _("At a partner bank"),
    "api": _("Partner system"),
    "message": _("From another procedure"),
    "call": _("From another procedure"),
    "on_site": _("On site"),
    "data": _("From data"),
    "schedule": _("By the calendar"),
}

#: Units of policy figures, as a guide writes them; "" = the figure needs none.
FIGURE_UNIT = {
    "yuan": _("yuan"),
    "yuan/month": _("yuan a month"),
    "yuan/year": _("yuan a year"),
    "yuan/day": _("yuan a day"),
    "yuan/person": _("yuan a person"),
    "yuan/entity": _("yuan an entity"),
    "yuan/weight": _("yuan a weight"),
    "ratio": "",
    "ratio/day": _("a day"),
    "share of discharges": _("of the discharges"),
    "months": _("months"),
    "days": _("days"),
    "boolean": "",
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
    "signal": _("by a signal"),
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
    if unit == "immediate" or value == 0:
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


#: What an entry of the journal tells, by its action.
ACTION = {
    "case.started": _("Case opened"),
    "case.withdrawal": _("Withdrawn at the applicant's wish"),
    "case.withdrawn": _("Withdrawn"),
    "case.rejected": _("Refused"),
    "case.cancelled": _("Cancelled"),
    "case.suspended": _("Suspended"),
    "case.resumed": _("Resumed"),
    "case.corrected": _("Fact corrected"),
    "case.returned": _("Returned to an earlier step"),
    "case.handed_over": _("Handed to another office"),
    "case.urgent": _("Marked as urgent"),
    "case.not_urgent": _("No longer urgent"),
    "case.migrated": _("Moved to another version of the process"),
    "case.migration_undone": _("Put back to the earlier version of the process"),
    "case.variable_set": _("Value set by the operator"),
    "case.token_moved": _("Moved to another step by the operator"),
    "case.step_skipped": _("Step skipped by the operator"),
    "case.restarted": _("Started again as a new case"),
    "work_item.claimed": _("Taken"),
    "work_item.released": _("Put back"),
    "work_item.completed": _("Step done"),
    "work_item.transferred": _("Handed to a colleague"),
    "work_item.entrusted": _("Entrusted to a colleague"),
    "supplement.requested": _("One-time notice given"),
    "supplement.received": _("Missing materials handed in"),
    "document.added": _("File added"),
    "material.set": _("Material marked"),
    "notice.issued": _("Paper issued"),
    "message.received": _("Message received"),
    "signal.received": _("Signal received"),
    "clock.escalated": _("Reported to the level above"),
    "clock.recounted": _("Limits counted anew"),
    "timer.fired": _("Time reached"),
    "job.finished": _("Register answered"),
    "job.failed": _("Register did not answer"),
    "incident.retried": _("Tried again"),
    "incident.resolved": _("Problem settled"),
}

_ACTOR_KIND = {
    "system": _("System"),
    "timer": _("Clock"),
    "integrator": _("Partner system"),
    "person": _("Staff"),
}


def action(code: str) -> str:
    return str(ACTION.get(code, code))


def actor_kind(code: str) -> str:
    return str(_ACTOR_KIND.get(code, code))
