"""How a time limit was counted, in sentences: the lines of domain.clocks.explain put into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bpm_core.domain.clocks import Line
from bpm_core.queries.deadlines import Explanation
from portal import words
from portal.templatetags.guicheng import bi, day, long_day

_KINDS = {
    "legal": gettext_lazy("Limit set by law for the whole case"),
    "promised": gettext_lazy("Limit promised by the office for the whole case"),
    "step": gettext_lazy("Limit of a step"),
}
GROUNDS = {
    "supplement": gettext_lazy("the applicant hands in what was missing"),
    "hearing": gettext_lazy("hearing or inquiry"),
    "expert": gettext_lazy("expert review or appraisal"),
    "publicity": gettext_lazy("public disclosure"),
    "arbitration": gettext_lazy("arbitration or court case pending"),
    "force_majeure": gettext_lazy("circumstances beyond anybody's control"),
    "other_office": gettext_lazy("another authority has to answer first"),
}


def page(explained: Explanation, *, english: bool) -> dict[str, object]:
    """One limit for the page: its heading, its result, its lines."""
    clock, stand = explained.clock, explained.deadline
    title = str(_KINDS[clock.kind])
    if clock.work_item:
        title = _("Limit of the step “{step}”").format(step=bi(clock.work_item))
    return {
        "title": title,
        "due_on": stand.due_on,
        "light": stand.light.value,
        "lines": [{"code": line.code, "text": sentence(line)} for line in explained.lines],
    }


def ground(code: str) -> str:
    """Why a clock stands still."""
    return str(GROUNDS.get(code, code))


def _span(facts: Mapping[str, Any]) -> str:
    first, last = facts["first"], facts["last"]
    return day(first) if first == last else _("{first} to {last}").format(first=day(first), last=day(last))


def sentence(line: Line) -> str:
    """One line of an explanation in words; a code without words is shown as it is."""
    facts = line.facts
    match line.code:
        case "limit":
            limit = words.limit(facts["value"], facts["unit"])
            basis = f" — {facts['basis']}" if facts.get("basis") else ""
            certainty = f" ({words.CERTAINTY.get(facts['certainty'], '')})" if facts.get("certainty") else ""
            return _("The limit is {limit}").format(limit=limit) + basis + certainty
        case "started":
            return _("It began on {day}; that day itself is not counted").format(day=long_day(facts["on"]))
        case "counted":
            days = ngettext("%(n)d day counts", "%(n)d days count", facts["days"]) % {"n": facts["days"]}
            return _("{span}: {days}, {total} in all").format(span=_span(facts), days=days, total=facts["total"])
        case "make_up":
            text = _("{span}: a weekend worked in exchange for a holiday counts ({name}), {total} in all")
            return text.format(span=_span(facts), name=facts.get("name", ""), total=facts["total"])
        case "weekend":
            return _("{span}: weekend, not counted").format(span=_span(facts))
        case "holiday":
            return _("{span}: public holiday, not counted ({name})").format(
                span=_span(facts), name=facts.get("name", "")
            )
        case "stopped":
            text = _("{span}: the clock stood still, because: {ground}").format(
                span=_span(facts), ground=ground(facts["ground"])
            )
            return text + (_(" (notice {number})").format(number=facts["notice"]) if facts.get("notice") else "")
        case "due":
            return _("The last day is {day}").format(day=long_day(facts["on"]))
        case "provisional":
            years = ", ".join(map(str, facts["years"]))
            return _("Provisional: the holidays of {years} are not loaded yet").format(years=years)
        case _:
            return _outcome(line.code, facts)


def _outcome(code: str, facts: Mapping[str, Any]) -> str:
    count = int(facts.get("days") or facts.get("left") or 0)
    days = ngettext("%(n)d working day", "%(n)d working days", abs(count)) % {"n": abs(count)}
    match code:
        case "running":
            return _("Today {days} are left").format(days=days)
        case "overdue":
            return _("Overdue by {days}").format(days=days)
        case "met":
            return _("The case ended in time, on {day}").format(day=long_day(facts["on"]))
        case "missed":
            return _("The case ended on {day}, {days} late").format(day=long_day(facts["on"]), days=days)
        case "stopped_now":
            until = facts.get("until")
            text = _("The clock stands still since {day}: {ground}").format(
                day=long_day(facts["since"]), ground=ground(facts["ground"])
            )
            return text + (_(", until {day} at the latest").format(day=long_day(until)) if until else "")
        case _:
            return code


def clock_event(event: Mapping[str, Any]) -> str:
    """What an entry of the journal did to the clock."""
    on = day(date.fromisoformat(event["on"])) if event.get("on") else ""
    match event.get("event"):
        case "started":
            return _("The clock began to run ({day})").format(day=on)
        case "stopped":
            return _("The clock stopped: {ground}").format(ground=ground(event.get("ground", "")))
        case "resumed":
            return _("The clock went on ({day})").format(day=on)
        case _:
            return str(event.get("event", ""))
