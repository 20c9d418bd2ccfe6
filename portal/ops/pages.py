"""The operators' page: is everything being done, what is stuck and why, and the buttons that set it going again."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bpm_core.commands import incidents, outbox
from bpm_core.domain import authority
from bpm_core.domain.errors import InvalidData, NotFound, Refused
from bpm_core.queries import operations
from portal import refusals
from portal.access import requires
from portal.ops import wording


@require_safe
@requires("incident.read")
def home(request: HttpRequest) -> HttpResponse:
    """How the machinery stands, and open incidents by cause."""
    return _page(request)


def _page(request: HttpRequest, *, summary: list[tuple[str, str]] | None = None) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    context = {
        "health": operations.health(actor, now=now, today=timezone.localdate()),
        "groups": [(group, wording.cause(group.code)) for group in operations.incidents(actor)],
        "may_retry": authority.may(actor, "incident.retry", authority.Record(path=actor.posts[0].path)),
        "may_resolve": authority.may(actor, "incident.resolve", authority.Record(path=actor.posts[0].path)),
        "may_tell_again": authority.may(actor, "event.tell_again"),
        "may_read_cases": authority.may(actor, "case.read", authority.Record(path=actor.posts[0].path)),
        "may_see_calendar": authority.may(actor, "health.read"),
        "summary": summary or [],
    }
    return render(request, "portal/ops/home.html", context, status=422 if summary else 200)


@require_POST
@requires("incident.retry")
def retry(request: HttpRequest) -> HttpResponse:
    """Let the chosen stuck steps run again; those that cannot say why, the others go on."""
    done, refused = 0, list[Refused]()
    for incident_id in _chosen(request):
        try:
            incidents.retry(incident_id, actor=request.actor, at=timezone.now())
            done += 1
        except Refused as refusal:
            refused.append(refusal)
    if done:
        text = ngettext("%(n)d step is tried again.", "%(n)d steps are tried again.", done)
        messages.success(request, text % {"n": done})
    for sentence in dict.fromkeys(refusals.sentence(refusal) for refusal in refused):
        messages.error(request, sentence)
    return redirect("ops:home")


def _chosen(request: HttpRequest) -> Iterable[int]:
    """Ids of the incidents a button stands for; refuses with NotFound what the reader may not see."""
    wanted = {int(text) for text in request.POST.getlist("incident") if text.isdecimal() and len(text) < 19}
    seen = {row.pk for group in operations.incidents(request.actor) for row in group.incidents}
    if not wanted or not wanted <= seen:
        raise NotFound("there is no such incident", kind="incident")
    return sorted(wanted)


@require_POST
@requires("incident.resolve")
def resolve(request: HttpRequest) -> HttpResponse:
    """Close an incident that needs no more, with what was done about it."""
    (incident_id, *_others) = _chosen(request)
    try:
        incidents.resolve(
            incident_id,
            resolution=request.POST.get("resolution", ""),
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData:
        return _page(request, summary=[(f"resolution-{incident_id}", _("Say what was done about it."))])
    messages.success(request, _("The problem is settled."))
    return redirect("ops:home")


@require_POST
@requires("event.tell_again")
def tell_again(request: HttpRequest) -> HttpResponse:
    """Hand the events nobody took out again now."""
    count = outbox.tell_again(actor=request.actor, at=timezone.now())
    text = ngettext("%(n)d event is told again.", "%(n)d events are told again.", count)
    messages.success(request, text % {"n": count})
    return redirect("ops:home")
