"""Finding cases by number, name, pinyin initials, phone tail or ID number, and the list of cases."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bpm_core.commands import access
from bpm_core.domain.lifecycle import CaseStatus
from bpm_core.queries import deadlines, search, services
from bpm_core.queries.search import Filters
from portal import words
from portal.desk.access import for_readers, today
from portal.desk.showing import applicant


@for_readers
def cases(request: HttpRequest) -> HttpResponse:
    """Cases within reach, the newest first; a whole case number goes straight to the case."""
    get = request.POST if request.method == "POST" else request.GET
    text = get.get("q", "").strip()[:60]
    if request.method == "POST" and not search.is_personal(text):
        return redirect(f"{request.path}?{urlencode(asked_for(get, 'q', 'process', 'status', 'from', 'to'))}")
    filters = Filters(
        process=get.get("process", "")[:80],
        status=get.get("status", "") if get.get("status") in set(CaseStatus) else "",
        opened_from=_date(get.get("from", "")),
        opened_to=_date(get.get("to", "")),
    )
    record_look(request, text)
    found = search.find(request.actor, text, filters)
    if len(found) == 1 and found[0].number == text.upper():
        return redirect("desk:case", found[0].number)
    context = {
        "text": text,
        "filters": filters,
        "rows": [
            {"case": case, "stand": deadlines.of_case(case, today()), "applicant": applicant(case)} for case in found
        ],
        "more": len(found) >= search.LIMIT,
        "services": services.offered(),
        "statuses": [(status.value, words.STATUS[status.value]) for status in CaseStatus],
        "searched": bool(text or filters != Filters()),
    }
    return render(request, "portal/desk/search.html", context)


def asked_for(query: QueryDict, *names: str) -> dict[str, str]:
    """Those of the names that were filled in, for an address; personal texts never come here."""
    return {name: query[name][:80] for name in names if query.get(name)}


def record_look(request: HttpRequest, text: str) -> None:
    """A search by a whole ID number is an entry of the access journal, without the number."""
    if search.names_an_id(text):
        purpose = _("Search of cases")
        access.record("id_search", purpose=purpose, subject="search", actor=request.actor, at=timezone.now())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
