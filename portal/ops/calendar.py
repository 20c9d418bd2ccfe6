"""The working calendar: one year's exceptions with their notices, and the form that enters more."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bpm_core.commands import calendar_days
from bpm_core.domain import authority
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.queries import calendars
from portal.access import requires
from portal.ops import wording

_YEARS = range(2000, 2100)


@require_safe
@requires("health.read")
def year(request: HttpRequest) -> HttpResponse:
    """The exceptional days of a year; this one unless asked otherwise."""
    return _page(request, _year(request.GET.get("year", "")))


def _year(text: str) -> int:
    asked = int(text) if text.isdecimal() and len(text) == 4 else timezone.localdate().year
    return asked if asked in _YEARS else timezone.localdate().year


def _page(request: HttpRequest, shown: int, *, error: InvalidData | None = None) -> HttpResponse:
    calendar = calendars.fresh()
    context = {
        "year": shown,
        "years": sorted({*calendar.years, shown, timezone.localdate().year, timezone.localdate().year + 1}),
        "loaded": shown in calendar.years,
        "days": calendars.exceptions(shown),
        "working_days": calendar.working_days_between(date(shown - 1, 12, 31), date(shown, 12, 31)),
        "may_set": authority.may(request.actor, "calendar.set"),
        "summary": wording.summary(error) if error else [],
        "typed": request.POST,
        "crumbs": [(reverse("ops:home"), _("Operations")), ("", _("Working calendar"))],
    }
    return render(request, "portal/ops/calendar.html", context, status=422 if error else 200)


@require_POST
@requires("calendar.set")
def set_days(request: HttpRequest) -> HttpResponse:
    """Enter days as the notice has them."""
    typed = request.POST
    first = _day(typed.get("first", ""))
    last = _day(typed.get("last", "")) or first
    if first is None or last is None:
        problem = InvalidData("no day", [wording.missing("first")])
        return _page(request, _year(typed.get("year", "")), error=problem)
    try:
        rows = calendar_days.set_days(
            first,
            last,
            working=typed.get("working") == "yes",
            name=typed.get("name", ""),
            source=typed.get("source", ""),
            actor=request.actor,
            at=timezone.now(),
        )
    except InvalidData as error:
        return _page(request, first.year, error=error)
    text = ngettext("%(n)d day is entered.", "%(n)d days are entered.", len(rows)) % {"n": len(rows)}
    messages.success(request, text + " " + _("Running limits are counted anew within a minute."))
    return redirect(f"{reverse('ops:calendar')}?year={first.year}")


@require_POST
@requires("calendar.set")
def clear_day(request: HttpRequest) -> HttpResponse:
    """Take an exceptional day out again."""
    day = _day(request.POST.get("day", ""))
    if day is None:
        raise NotFound("there is no such day", kind="calendar day")
    try:
        calendar_days.clear_day(day, reason=request.POST.get("reason", ""), actor=request.actor, at=timezone.now())
    except InvalidData as error:
        return _page(request, day.year, error=error)
    messages.success(request, _("The day follows the plain week again."))
    return redirect(f"{reverse('ops:calendar')}?year={day.year}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
