"""Finding cases to control: by process, office, time, outcome, overdue, return, staff and findings; masked rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import InvalidData
from bpm_core.models.cases import Case
from bpm_core.models.clocks import Clock
from bpm_core.models.offices import OrgUnit
from bpm_core.models.quality import CorrectiveAction, Finding
from bpm_core.models.work import WorkItem
from bpm_core.queries import calendars, deadlines, search
from bpm_core.queries.deadlines import Stand
from bpm_core.queries.visibility import in_reach

PAGE = 50
MOST = 9_999  # figures are of so many cases at most, the newest
EXPORT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What cases are looked for; every empty one is left out.

    unit      code of an office: it and all below it
    outcome   "open", or a status a case can end in
    overdue   "case" (the legal or promised limit was missed), "step" (a step took longer than its limit), "any"
    returned  the case came back to an earlier step
    staff     user name of somebody who had a hand in it
    text      number, name, initials, phone tail or ID number of the applicant (queries.search)
    findings  "open" or "any"
    """

    process: str = ""
    unit: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    outcome: str = ""
    overdue: str = ""
    returned: bool = False
    staff: str = ""
    text: str = ""
    findings: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One case with the signs a controller looks for."""

    case: Case
    stand: Stand
    missed_limit: bool
    late_step: bool
    returned: bool
    open_findings: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; `after` asks for the next one, "" on the last."""

    rows: Sequence[Row]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures above the list; with `more` they are of the newest MOST cases."""

    cases: int
    more: bool
    missed_limit: int
    late_step: int
    returned: int
    open_findings: int
    overdue_actions: int


def _missed_limit(today: date) -> Exists:
    """Cases whose legal or promised limit ended before they did, or has ended while they still run."""
    whole = Clock.objects.filter(case=OuterRef("pk"), work_item__isnull=True)
    return Exists(whole.filter(Q(ended_on__gt=F("due_on")) | Q(state="running", due_on__lt=today)))


def _late_step(today: date) -> Exists:
    items = WorkItem.objects.filter(case=OuterRef("pk"), due_on__isnull=False)
    done_late = Q(state="completed", closed_at__date__gt=F("due_on"))
    return Exists(items.filter(done_late | Q(closed_at__isnull=True, due_on__lt=today)))


#: Sent back by a person, or by the course of the process itself: a step of its own done a second time. Steps of called
#: processes are left out: a benefit that is paid monthly calls the payment every month.
_AGAIN = Q(visit__gt=1, process_key=OuterRef("definition__key"))
_RETURNED = Exists(WorkItem.objects.filter(case=OuterRef("pk")).filter(~Q(returned_reason="") | _AGAIN))
_OPEN_FINDINGS = Coalesce(
    Subquery(
        Finding.objects.filter(case=OuterRef("pk"))
        .exclude(state="closed")
        .order_by()
        .values("case")
        .annotate(number=Count("pk"))
        .values("number")
    ),
    0,
)
_OPEN_FINDING = Exists(Finding.objects.filter(case=OuterRef("pk")).exclude(state="closed"))


def cases(actor: Actor, filters: Filters, *, today: date) -> QuerySet[Case]:
    """Cases the actor may control that fit the filters, with `missed_limit`, `late_step` and `returned`."""
    found = in_reach(actor, "journal.read")
    found = found.filter(*_conditions(filters))
    found = found.annotate(missed_limit=_missed_limit(today), late_step=_late_step(today), returned=_RETURNED)
    overdue = {
        "case": Q(missed_limit=True),
        "step": Q(late_step=True),
        "any": Q(missed_limit=True) | Q(late_step=True),
    }
    if filters.overdue in overdue:
        found = found.filter(overdue[filters.overdue])
    if filters.returned:
        found = found.filter(returned=True)
    return found


def _conditions(filters: Filters) -> Iterator[Q]:
    if filters.process:
        yield Q(definition__key=filters.process)
    if filters.unit:
        yield _below(filters.unit)
    if filters.opened_from:
        yield Q(opened_at__date__gte=filters.opened_from)
    if filters.opened_to:
        yield Q(opened_at__date__lte=filters.opened_to)
    if filters.outcome == "open":
        yield Q(ended_at__isnull=True)
    elif filters.outcome:
        yield Q(status=filters.outcome)
    if filters.staff:
        hand = Q(closed_by__username=filters.staff) | Q(holder__username=filters.staff)
        yield Q(pk__in=WorkItem.objects.filter(hand).values("case"))
    if filters.text.strip():
        yield search.condition(filters.text)
    if filters.findings == "open":
        yield Q(_OPEN_FINDING)
    elif filters.findings:
        yield Q(pk__in=Finding.objects.values("case"))


def _below(code: str) -> Q:
    """Cases of an office and those below it; an unknown office has none."""
    level = OrgUnit.objects.filter(code=code).values_list("level", flat=True).first()
    return Q(**{f"l{level}": code}) if level else Q(pk__in=())


def page(actor: Actor, filters: Filters, *, today: date, after: str = "", limit: int = PAGE) -> Page:
    """A page of cases, the newest first; `after` is the key that the page before gave."""
    found = (
        cases(actor, filters, today=today).select_related("definition", "unit").defer("state", "definition__archive")
    )
    if after:
        opened_at, pk = _key(after)
        found = found.filter(Q(opened_at__lt=opened_at) | Q(opened_at=opened_at, pk__lt=pk))
    found = found.annotate(open_findings=_OPEN_FINDINGS)
    rows = list(found.order_by("-opened_at", "-pk")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(_rows(rows, today), f"{rows[-1].opened_at.isoformat()}|{rows[-1].pk}" if more else "")


def _rows(found: Sequence[Case], today: date) -> list[Row]:
    calendar = calendars.current()
    return [
        Row(
            case=case,
            stand=deadlines.of_case(case, today, calendar),
            missed_limit=case.missed_limit,
            late_step=case.late_step,
            returned=case.returned,
            open_findings=case.open_findings,
        )
        for case in found
    ]


def _key(after: str) -> tuple[datetime, int]:
    try:
        moment, pk = after.split("|")
        opened_at, case_id = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        raise InvalidData("the page key is none of ours", code="bad_page") from None
    if opened_at.tzinfo is None:
        raise InvalidData("the page key is none of ours", code="bad_page")
    return opened_at, case_id


def overview(actor: Actor, filters: Filters, *, today: date) -> Overview:
    """How many cases fit, and how many of them carry each sign."""
    found = cases(actor, filters, today=today).order_by("-opened_at", "-pk")[: MOST + 1]
    counted = found.aggregate(
        whole=Count("pk"),
        late_cases=Count("pk", filter=Q(missed_limit=True)),
        late_steps=Count("pk", filter=Q(late_step=True)),
        returns=Count("pk", filter=Q(returned=True)),
    )
    seen = in_reach(actor, "finding.read").values("pk")
    return Overview(
        cases=min(counted["whole"], MOST),
        more=counted["whole"] > MOST,
        missed_limit=counted["late_cases"],
        late_step=counted["late_steps"],
        returned=counted["returns"],
        open_findings=Finding.objects.filter(case__in=seen).exclude(state="closed").count(),
        overdue_actions=CorrectiveAction.objects.filter(finding__case__in=seen, state="open", due_on__lt=today).count(),
    )


def for_export(actor: Actor, filters: Filters, *, today: date) -> Iterator[Row]:
    """Rows for an export, the newest first, at most EXPORT_LIMIT; read in portions."""
    after, left = "", EXPORT_LIMIT
    while left > 0:
        portion = page(actor, filters, today=today, after=after, limit=min(500, left))
        yield from portion.rows
        left -= len(portion.rows)
        after = portion.after
        if not after:
            return


def findings(actor: Actor, *, state: str = "", limit: int = 200) -> list[Finding]:
    """Findings on cases the actor may see, open ones first, each with its actions."""
    seen = in_reach(actor, "finding.read").values("pk")
    rows = Finding.objects.filter(case__in=seen).select_related("case", "case__unit", "raised_by")
    if state:
        rows = rows.exclude(state="closed") if state == "open" else rows.filter(state=state)
    rows = rows.defer("case__state").prefetch_related("actions__assigned_to", "actions__unit", "actions__closed_by")
    return list(rows.order_by("-raised_at", "-pk")[:limit])
