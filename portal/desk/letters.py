"""Recording at the window what came from outside: an award, a new job, an objection; the case then goes its way."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bpm_core.commands import messages as commands
from bpm_core.domain.errors import InvalidData, Refused
from bpm_core.queries import cases, waiting
from portal import refusals
from portal.desk.access import english, for_windows, today
from portal.desk.case import crumbs
from portal.forms import reading, rendering
from portal.templatetags.guicheng import bi


@for_windows
def record(request: HttpRequest, number: str) -> HttpResponse:
    """What the case waits for; ?message=NAME asks what it says, POST records it."""
    view = cases.get(request.actor, number)
    awaited = waiting.messages(view)
    name = request.GET.get("message", "")
    chosen = next((each for each in awaited if each.name == name), None)
    context: dict[str, object] = {
        "case": view.case,
        "crumbs": crumbs(view.case, ("", _("Record what came in"))),
        "awaited": awaited,
        "chosen": chosen,
        "request_key": str(uuid4()),
    }
    status = 200
    if chosen is not None:
        answers = reading.raw(chosen.schema, request.POST) if request.method == "POST" else {}
        errors = []
        if request.method == "POST":
            try:
                commands.deliver(
                    chosen.name,
                    case_id=view.case.pk,
                    payload={key: value for key, value in answers.items() if value != ""},
                    actor=request.actor,
                    at=timezone.now(),
                    key=request.POST.get("key") or None,
                )
            except InvalidData as refused:
                errors, status = list(refused.errors), 422
            except Refused as refused:
                messages.error(request, refusals.sentence(refused))
                return redirect("desk:case", number)
            else:
                messages.success(request, _("“{message}” is recorded.").format(message=bi(chosen.element)))
                return redirect("desk:case", number)
        form = rendering.page(chosen.schema, answers, errors=errors, today=today(), english=english(request))
        context |= {"form": form, "summary": form.summary}
    return render(request, "portal/desk/letter.html", context, status=status)
