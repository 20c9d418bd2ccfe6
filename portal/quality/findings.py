"""Findings and corrective actions: raise on a step, give to an office with a date, close with evidence."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bpm_core.commands import quality as commands
from bpm_core.domain import authority
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.models.quality import Finding
from bpm_core.queries import quality, staff
from portal import refusals
from portal.access import requires
from portal.quality import wording
from portal.quality.cases import seen
from portal.quality.navigation import parts


@require_safe
@requires("finding.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Findings with their actions; open ones unless asked otherwise."""
    state = request.GET.get("state", "open")
    context = {
        "parts": parts(request, "quality:findings"),
        "state": state,
        "findings": quality.findings(request.actor, state="" if state == "all" else state),
        "today": timezone.localdate(),
        "states": [("open", _("Not closed")), ("closed", _("Closed")), ("all", _("All"))],
    }
    return render(request, "portal/quality/findings.html", context)


def _get(request: HttpRequest, finding_id: int) -> Finding:
    found = next((row for row in quality.findings(request.actor) if row.pk == finding_id), None)
    if found is None:
        raise NotFound("there is no such finding", kind="finding")
    return found


@require_safe
@requires("finding.read")
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: what was found, what is to be done by whom until when, and how it was closed."""
    return _page(request, _get(request, finding_id))


def _page(request: HttpRequest, found: Finding, *, summary: list[tuple[str, str]] | None = None) -> HttpResponse:
    record = Record(path=found.case.unit.path)
    context = {
        "finding": found,
        "case": found.case,
        "crumbs": [
            (reverse("quality:home"), _("Quality")),
            (reverse("quality:findings"), _("Findings")),
            ("", _("Finding %(number)d") % {"number": found.pk}),
        ],
        "summary": summary or [],
        "typed": request.POST,
        "today": timezone.localdate(),
        "may_assign": found.state != "closed" and authority.may(request.actor, "finding.assign", record),
        "may_close": authority.may(request.actor, "finding.close", record),
        "colleagues": _colleagues(found),
    }
    return render(request, "portal/quality/finding.html", context, status=422 if summary else 200)


def _colleagues(found: Finding) -> list[staff.Desk]:
    """Whom the action can be given to: those with a post at the office that handles the case."""
    return staff.of_office(found.case.unit.code, timezone.localdate())


@require_POST
@requires("finding.raise")
def raise_on_case(request: HttpRequest, number: str) -> HttpResponse:
    """Record a finding on a case or on one entry of its journal."""
    view = seen(request, number, "finding.raise")
    post = request.POST
    text = post.get("text", "").strip()
    if not text or post.get("kind") not in wording.KINDS or post.get("severity") not in wording.SEVERITY:
        messages.error(request, _("A finding needs a kind, a weight and a sentence that says what was found."))
        return redirect(reverse("quality:case", args=[number]) + f"#entry-{post.get('seq') or ''}")
    seq = post.get("seq", "")
    raised = commands.raise_finding(
        view.case.pk,
        entry_seq=int(seq) if seq.isdecimal() and len(seq) < 10 else None,
        element_id=post.get("element", "")[:80],
        severity=post["severity"],
        kind=post["kind"],
        text=text[:4000],
        actor=request.actor,
        at=timezone.now(),
    )
    messages.success(request, _("The finding is recorded. Say now who puts it right, and until when."))
    return redirect("quality:finding", raised.pk)


@require_POST
@requires("finding.assign")
def assign(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Give a corrective action to somebody of the office, with a date."""
    found = _get(request, finding_id)
    text = request.POST.get("text", "").strip()
    due_on = _day(request.POST.get("due_on", ""))
    summary = []
    if not text:
        summary.append(("text", _("Say what is to be done.")))
    if due_on is None or due_on < timezone.localdate():
        summary.append(("due_on", _("Give a date that is not in the past.")))
    if summary or due_on is None:
        return _page(request, found, summary=summary)
    who = request.POST.get("assigned_to", "")
    try:
        commands.assign_action(
            found.pk,
            assigned_to=int(who) if who.isdecimal() and len(who) < 10 else None,
            unit_code=found.case.unit.code,
            due_on=due_on,
            text=text[:4000],
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData as refused:
        return _page(request, found, summary=[("", refusals.sentence(refused))])
    messages.success(request, _("The corrective action is assigned."))
    return redirect("quality:finding", found.pk)


@require_POST
@requires("finding.close")
def close(request: HttpRequest, action_id: int) -> HttpResponse:
    """Close a corrective action with its evidence; with the last one the finding is closed."""
    found = next(
        (row for row in quality.findings(request.actor) if any(each.pk == action_id for each in row.actions.all())),
        None,
    )
    if found is None:
        raise NotFound("there is no such action", kind="action")
    evidence = request.POST.get("evidence", "").strip()
    if not evidence:
        return _page(request, found, summary=[(f"evidence-{action_id}", _("Say what shows that it was put right."))])
    file = request.FILES.get("file")
    try:
        commands.close_action(
            action_id,
            evidence=evidence[:4000],
            upload=file,
            name=file.name if file else "",
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData as refused:
        return _page(request, found, summary=[(f"file-{action_id}", refusals.sentence(refused))])
    messages.success(request, _("The corrective action is closed."))
    return redirect("quality:finding", found.pk)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
