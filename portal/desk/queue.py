"""The queue: what waits for me, for my office and below it; filters, counts and saved views."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bpm_core.commands import saved_views as saving
from bpm_core.domain import authority
from bpm_core.domain.errors import InvalidData
from bpm_core.domain.roles import Role
from bpm_core.queries import deadlines, saved_views, search, worklists
from bpm_core.queries.visibility import Scope
from bpm_core.queries.worklists import Counts, Filters
from portal import refusals, words
from portal.desk.access import english, for_workers, today
from portal.desk.search import asked_for, record_look
from portal.desk.showing import applicant

STATES = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "running": gettext_lazy("Running"),
    "stopped": gettext_lazy("Clock stopped"),
}
_NAMES = ("scope", "process", "state", "lane", "q")
_SIGNS = {"overdue": ("●", "red"), "today": ("▲", "amber"), "running": ("○", ""), "stopped": ("‖", "ok")}
_TITLES = {
    Scope.MINE: gettext_lazy("My queue"),
    Scope.OFFICE: gettext_lazy("My office's queue"),
    Scope.BELOW: gettext_lazy("Offices below mine"),
}
_TABS = {Scope.MINE: gettext_lazy("Mine"), Scope.OFFICE: gettext_lazy("My office"), Scope.BELOW: gettext_lazy("Below")}


@for_workers
def queue(request: HttpRequest) -> HttpResponse:
    """One page of a list, the item that is due first in front, with the counts above it."""
    if request.method == "POST" and not search.is_personal(request.POST.get("q", "")):
        return redirect(f"{request.path}?{urlencode(asked_for(request.POST, *_NAMES))}")
    counts = {each: worklists.counts(request.actor, each, today=today()) for each in _scopes(request)}
    scope = _scope(request, counts)
    filters = _filters(request)
    record_look(request, filters.text)
    after = request.GET.get("after", "")
    page = worklists.page(request.actor, scope, filters, today=today(), after=after)
    query = _query(filters)
    views = saved_views.of(request.user.pk)
    context = {
        "scope": scope.value,
        "scope_title": _TITLES[scope],
        "tabs": [
            {"url": f"?scope={each}", "label": _TABS[each], "count": _shown(count), "current": each is scope}
            for each, count in counts.items()
        ],
        "tiles": [_tile(state, counts.get(scope, Counts()), scope, filters) for state in STATES],
        "rows": [_row(row, english(request)) for row in page.rows],
        "filters": filters,
        "filtered": bool(query),
        "may_save": bool(query) and request.method != "POST",
        "saved_query": [*query.items(), ("scope", scope.value)],
        "processes": worklists.processes(request.actor, scope),
        "lanes": [(code, words.lane(code)) for code in worklists.lanes(request.actor, scope)],
        "state_options": STATES.items(),
        "views": [(view, f"?{urlencode(view.query)}") for view in views],
        "current_view": next((view for view in views if view.query == query | {"scope": scope.value}), None),
        "after": after,
        "next_after": "" if request.method == "POST" else page.after,
        "may_start": Role.CASEWORKER in request.actor.roles,
    }
    return render(request, "portal/desk/queue.html", context)


def _scope(request: HttpRequest, counts: Mapping[Scope, Counts]) -> Scope:
    """The list asked for; without a wish one's own, or the office's when one holds nothing."""
    asked = _asked(request).get("scope", "")
    if asked in set(Scope):
        return Scope(asked)
    return Scope.MINE if counts[Scope.MINE].total else Scope.OFFICE


def _asked(request: HttpRequest) -> QueryDict:
    """What is asked for: posted when the text is personal, so that it stands in no address and no log."""
    return request.POST if request.method == "POST" else request.GET


def _scopes(request: HttpRequest) -> list[Scope]:
    below = bool(authority.reach(request.actor, "case.read"))
    return [Scope.MINE, Scope.OFFICE, Scope.BELOW] if below else [Scope.MINE, Scope.OFFICE]


def _filters(request: HttpRequest) -> Filters:
    get = _asked(request)
    return Filters(
        process=get.get("process", "")[:80],
        state=get.get("state", "") if get.get("state") in STATES else "",
        lane=get.get("lane", "")[:12],
        text=get.get("q", "").strip()[:60],
    )


def _query(filters: Filters) -> dict[str, str]:
    found = {"process": filters.process, "state": filters.state, "lane": filters.lane, "q": filters.text}
    return {name: value for name, value in found.items() if value}


def _shown(counts: Counts) -> str:
    return f"{worklists.MOST:,}+" if counts.more else f"{counts.total:,}"


def _tile(state: str, counts: Counts, scope: Scope, filters: Filters) -> dict[str, object]:
    """A count that is also a filter; pressing the one that is on takes it off."""
    on = filters.state == state
    query = _query(filters) | {"scope": scope.value, "state": "" if on else state}
    sign, colour = _SIGNS[state]
    return {
        "count": f"{getattr(counts, state):,}",
        "label": STATES[state],
        "sign": sign,
        "colour": colour,
        "current": on,
        "url": "?" + urlencode({name: value for name, value in query.items() if value}),
    }


def _row(row: worklists.Row, in_english: bool) -> dict[str, object]:
    item, case = row.item, row.item.case
    holder = item.holder
    return {
        "item": item,
        "case": case,
        "definition": case.definition,
        "unit": item.unit,
        "sign": row.stand.sign.value,
        "days_left": row.stand.days_left,
        "due_on": row.stand.due_on,
        "case_due_on": deadlines.nearest(case) if case.clock_state in ("running", "stopped") else None,
        "applicant": applicant(case),
        "id_masked": (case.person or case.enterprise).id_masked if case.person or case.enterprise else "",
        "holder": ((holder.display_en if in_english else holder.display_zh) or holder.username) if holder else "",
    }


@for_workers
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name."""
    query = asked_for(request.POST, *_NAMES)
    try:
        view = saving.save(request.user.pk, name=request.POST.get("name", ""), query=query)
    except InvalidData as refused:
        messages.error(request, refusals.sentence(refused))
    else:
        messages.success(request, _("The view “{name}” is kept; it stands beside the lists.").format(name=view.name))
    return redirect(f"{reverse('desk:queue')}?{urlencode(query)}")


@for_workers
@require_POST
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget one of one's own views."""
    saving.drop(request.user.pk, view_id)
    messages.success(request, _("The view was deleted."))
    return redirect("desk:queue")
