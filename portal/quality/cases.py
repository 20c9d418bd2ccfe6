"""One case under control: its history against the standard, its chain, its evidence file. Nothing here writes to it."""

from __future__ import annotations

import json
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_core.commands import access
from bpm_core.domain import authority
from bpm_core.domain.authority import Record
from bpm_core.models.work import WorkItem
from bpm_core.notation.bpmn import CONTAINERS
from bpm_core.queries import cases, deadlines, evidence
from bpm_core.queries import history as histories
from bpm_core.queries.cases import CaseView
from bpm_core.queries.history import History
from portal import deciding, words
from portal.access import requires
from portal.quality import wording
from portal.templatetags.diagrams import Mark
from portal.templatetags.guicheng import bi, english

__all__ = ["chain", "evidence_file", "history", "seen"]


#: What of the history is shown: its name, and whether a line belongs to it.
VIEWS = {
    "all": (gettext_lazy("Everything"), lambda line: True),
    "steps": (gettext_lazy("Steps done"), lambda line: line["measure"] is not None),
    "departures": (gettext_lazy("Departures only"), lambda line: bool(line["departures"] or line["findings"])),
}


def seen(request: HttpRequest, number: str, action: str = "journal.read") -> CaseView:
    """The case, for those who may do `action` on it; refuses with NotFound or NotAllowed."""
    view = cases.get(request.actor, number)
    authority.require(request.actor, action, Record(path=view.case.unit.path))
    return view


def crumbs(view: CaseView, here: str = "") -> list[tuple[str, str]]:
    trail = [(reverse("quality:home"), _("Quality"))]
    if not here:
        return [*trail, ("", view.case.number)]
    return [*trail, (reverse("quality:case", args=[view.case.number]), view.case.number), ("", here)]


@require_safe
@requires("journal.read")
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Each step against the standard, departures marked."""
    view = seen(request, number)
    today = timezone.localdate()
    told = histories.of_case(view, today=today)
    may_raise = authority.may(request.actor, "finding.raise", Record(path=view.case.unit.path))
    shown = request.GET.get("show", "all")
    shown = shown if shown in VIEWS else "all"
    context = {
        "case": view.case,
        "crumbs": crumbs(view),
        "lines": [line for line in lines(told) if VIEWS[shown][1](line)],
        "shown": shown,
        "views": [(code, label) for code, (label, _wanted) in VIEWS.items()],
        "whole": [wording.departure(each) for each in told.departures],
        "departures": len(told.all_departures),
        "findings": told.findings,
        "stand": deadlines.of_case(view.case, today),
        "explanations": deadlines.explain(view.case, today),
        "marks": marks(view, told, today),
        "may_raise": may_raise,
        "may_export": authority.may(request.actor, "evidence.export", Record(path=view.case.unit.path)),
        "kinds": wording.KINDS.items(),
        "severities": wording.SEVERITY.items(),
        "whole_findings": [each for each in told.findings if each.entry_seq is None],
    }
    return render(request, "portal/quality/case.html", context)


def lines(told: History) -> list[dict[str, object]]:
    """The history's lines in the reader's words."""
    index = 1 if english() else 0
    return [
        {
            "event": line.event,
            "seq": line.event.seq,
            "action": words.action(line.event.action),
            "actor": line.event.actor[index] or words.actor_kind(line.event.actor_kind),
            "office": line.event.office[index],
            "step": line.event.step[index] or line.event.step[0],
            "element": line.event.item.element_id if line.event.item else "",
            "who_should": words.who_does(line.event.item.lane) if line.event.item else "",
            "measure": line.measure,
            "limit": words.limit(line.measure.limit, line.measure.unit) if line.measure else "",
            "automatic": [names[index] or names[0] for names in line.event.passed],
            "changed": [
                (wording.changed_name(each), wording.changed_value(each), each.source) for each in line.changed
            ],
            "ruled": [deciding.sentence(each, told.words) for each in line.ruled],
            "departures": [wording.departure(each) for each in line.departures],
            "findings": line.findings,
        }
        for line in told.lines
    ]


def marks(view: CaseView, told: History, today: date) -> list[Mark]:
    """On the diagram: what was done, where the case left the standard, where it waits now.

    What happens within a called process is marked at the call.
    """
    elements, key = view.bundle.process.elements, view.case.definition.key
    found: dict[str, Mark] = {}
    for line in told.lines:
        for process_key, element_id, event, *_path in line.event.body.get("passed", ()):
            element = elements.get(element_id) if process_key == key and event == "completed" else None
            if element is not None and element.kind not in CONTAINERS:
                found[element_id] = Mark(id=element_id, tone="done")
        if line.departures and line.event.item is not None:
            sentence = "; ".join(wording.departure(each) for each in line.departures)
            place = _place(view, line.event.item)
            found[place] = Mark(id=place, tone="late", badge="●", title=sentence, href=f"#entry-{line.event.seq}")
    for item in view.open_items:
        overdue = item.due_on is not None and item.due_on < today
        tone, sign = ("late", "●") if overdue else ("now", "○")
        place = _place(view, item)
        found[place] = Mark(id=place, tone=tone, badge=f"{sign} {_('now')}", title=bi(item))
    return list(found.values())


def _place(view: CaseView, item: WorkItem) -> str:
    """Where a step stands on the case's own diagram: itself, or the call it is done within."""
    elements = view.bundle.process.elements
    if item.process_key == view.case.definition.key:
        return item.element_id
    inside = [part for part in item.path.split("/") if part in elements and elements[part].called_key]
    callers = [element.id for element in elements.values() if element.called_key == item.process_key]
    return next(iter([*inside, *callers]), item.element_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("journal.verify")
def chain(request: HttpRequest, number: str) -> HttpResponse:
    """Check the case's chain now: green, or red with the first entry that breaks it."""
    view = seen(request, number)
    context = {
        "case": view.case,
        "crumbs": crumbs(view, _("Chain")),
        "verdict": evidence.verify(view.case) if request.method == "POST" else None,
        "checked_at": timezone.now(),
        "may_export": authority.may(request.actor, "evidence.export", Record(path=view.case.unit.path)),
    }
    return render(request, "portal/quality/chain.html", context)


@require_POST
@requires("evidence.export")
def evidence_file(request: HttpRequest, number: str) -> HttpResponse:
    """The evidence file; taking it is itself an entry of the access journal."""
    view = seen(request, number, "evidence.export")
    now = timezone.now()
    purpose = request.POST.get("purpose", "").strip()[:300] or _("quality control")
    access.record("view_evidence", purpose=purpose, subject=number, case_id=view.case.pk, actor=request.actor, at=now)
    document = evidence.document(view.case, exported_at=now, exported_by=request.user.get_username())
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}-evidence.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
