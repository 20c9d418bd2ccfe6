"""Finding cases to look at, and taking the list out as CSV (journaled)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bpm_core.commands import access
from bpm_core.domain import authority
from bpm_core.queries import heat, offices, quality, search
from bpm_core.queries.quality import Filters, Row
from portal import words
from portal.access import requires
from portal.quality import csvfile
from portal.quality.navigation import parts
from portal.templatetags.guicheng import bi

OVERDUE = (
    ("", gettext_lazy("any")),
    ("any", gettext_lazy("a limit was missed")),
    ("case", gettext_lazy("limit of the whole case missed")),
    ("step", gettext_lazy("limit of a step missed")),
)
FINDINGS = (("", gettext_lazy("any")), ("open", gettext_lazy("open findings")), ("any", gettext_lazy("has findings")))


def filters_of(query: QueryDict) -> tuple[Filters, list[tuple[str, str]]]:
    """Filters of the page's address, and what of it could not be read as (anchor, sentence)."""
    wrong: list[tuple[str, str]] = []

    def day(name: str) -> date | None:
        text = query.get(name, "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            wrong.append((name, _("Write the date as year-month-day, for example 2026-11-21.")))
            return None

    found = Filters(
        process=query.get("process", "")[:80],
        unit=query.get("unit", "").strip()[:12],
        opened_from=day("from"),
        opened_to=day("to"),
        outcome=query.get("outcome", "")[:16],
        overdue=query.get("overdue", "")[:8],
        returned=query.get("returned") == "1",
        staff=query.get("staff", "").strip()[:150],
        text=query.get("q", "").strip()[:60],
        findings=query.get("findings", "")[:8],
    )
    if found.opened_from and found.opened_to and found.opened_from > found.opened_to:
        wrong.append(("from", _("The first day lies after the last one.")))
    return found, wrong


@require_safe
@requires("stats.read")
def home(request: HttpRequest) -> HttpResponse:
    """The finder: filters, figures, the cases that fit. Who reads figures alone goes on to the heat map."""
    if not authority.may(request.actor, "journal.read"):
        return redirect("quality:heat")
    filters, wrong = filters_of(request.GET)
    today = timezone.localdate()
    if filters.text and search.names_an_id(filters.text):
        purpose = _("quality control")
        access.record("id_search", purpose=purpose, actor=request.actor, at=timezone.now())
    page = quality.page(request.actor, filters, today=today, after=request.GET.get("after", ""))
    context = {
        "parts": parts(request, "quality:home"),
        "summary": wrong,
        "filters": filters,
        "page": page,
        "overview": quality.overview(request.actor, filters, today=today),
        "offices": offices.below(authority.reach(request.actor, "journal.read")),
        "processes": heat.processes(),
        "outcomes": [("open", _("still open")), *words.STATUS.items()],
        "overdue_choices": OVERDUE,
        "finding_choices": FINDINGS,
        "may_export": authority.may(request.actor, "list.export"),
        "query": request.GET.urlencode(),
        "narrowed": any(bool(value) for name, value in request.GET.items() if name != "after"),
    }
    return render(request, "portal/quality/home.html", context)


@require_POST
@requires("list.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The cases that fit as CSV, masked; the act itself stands in the access journal with its purpose."""
    filters, _wrong = filters_of(request.POST)
    purpose = request.POST.get("purpose", "").strip()[:300] or _("quality control")
    access.record("export", purpose=purpose, subject="cases.csv", actor=request.actor, at=timezone.now())
    rows = quality.for_export(request.actor, filters, today=timezone.localdate())
    response = StreamingHttpResponse(
        csvfile.lines(_head(), _cells(rows, get_language() or "zh-hans")), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate():%Y%m%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _head() -> list[str]:
    return [
        _("Number"),
        _("Procedure"),
        _("Version"),
        _("Office"),
        _("Applicant"),
        _("Opened"),
        _("Ended"),
        _("State"),
        _("By law until"),
        _("Promised until"),
        _("Limit missed"),
        _("Late step"),
        _("Returned"),
        _("Open findings"),
    ]


def _cells(rows: Iterator[Row], language: str) -> Iterator[list[object]]:
    """Lines of the file; they are made while it is sent, when the request's own language is over."""
    for row in rows:
        with translation.override(language):
            line = _line(row)
        yield line


def _line(row: Row) -> list[object]:
    case = row.case
    said = {True: _("yes"), False: _("no")}
    return [
        case.number,
        bi(case.definition),
        case.definition.version,
        bi(case.unit),
        case.applicant_masked,
        timezone.localtime(case.opened_at).strftime("%Y-%m-%d %H:%M"),
        timezone.localtime(case.ended_at).strftime("%Y-%m-%d %H:%M") if case.ended_at else "",
        words.STATUS.get(case.status, case.status),
        case.legal_due_on,
        case.promised_due_on,
        said[row.missed_limit],
        said[row.late_step],
        said[row.returned],
        row.open_findings,
    ]
