"""Handing many work items to a colleague at once, with one result for each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bpm_core.commands import work_items
from bpm_core.domain.errors import Refused
from bpm_core.queries import staff, tasks
from bpm_core.queries.tasks import Task
from portal import refusals
from portal.desk.access import english, for_workers, today
from portal.templatetags.guicheng import bi

MOST = 100


@for_workers
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """The picked work items: first the question to whom and why, then what became of each."""
    found = _picked(request)
    if not found:
        messages.error(request, _("Pick at least one row first."))
        return redirect("desk:queue")
    language = "en" if english(request) else "zh"
    colleagues = _colleagues(found, language)
    context: dict[str, object] = {
        "tasks": found,
        "colleagues": colleagues,
        "crumbs": [(reverse("desk:queue"), _("Queue")), ("", _("Transfer the picked ones"))],
    }
    if request.POST.get("act") != "transfer":
        return render(request, "portal/desk/batch.html", context)
    to, reason = request.POST.get("colleague", ""), request.POST.get("reason", "").strip()
    summary = [("colleague-0", _("Choose a colleague"))] * (to not in dict(colleagues))
    summary += [("reason", _("Fill in “{label}”").format(label=_("Reason")))] * (not reason)
    if summary:
        return render(request, "portal/desk/batch.html", context | {"summary": summary, "reason": reason, "to": to})
    context["results"] = [_transfer(request, task, int(to), reason) for task in found]
    context["to_name"] = dict(colleagues)[to]
    return render(request, "portal/desk/batch.html", context)


def _picked(request: HttpRequest) -> list[Task]:
    found = []
    for text in request.POST.getlist("item")[:MOST]:
        try:
            found.append(tasks.get(request.actor, UUID(text)))
        except (ValueError, Refused):
            continue
    return found


def _colleagues(found: list[Task], language: str) -> list[tuple[str, str]]:
    """Colleagues who can do every one of the picked steps."""
    able: dict[str, str] | None = None
    for lane, unit in {(task.item.lane, task.item.unit.code) for task in found}:
        here = {str(desk.account_id): desk.name(language) for desk in staff.able(lane, unit, today())}
        able = here if able is None else {key: name for key, name in able.items() if key in here}
    return sorted((able or {}).items(), key=lambda pair: pair[1])


def _transfer(request: HttpRequest, task: Task, to: int, reason: str) -> dict[str, object]:
    try:
        work_items.transfer(task.item.pk, to_account=to, reason=reason, actor=request.actor, at=timezone.now())
    except Refused as refused:
        return {"task": task, "ok": False, "said": refusals.sentence(refused)}
    return {"task": task, "ok": True, "said": _("“{step}” handed over").format(step=bi(task.item))}
