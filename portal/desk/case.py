"""The case page: where it stands, what happened, what is known, how each time limit was counted."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bpm_core.commands import people
from bpm_core.domain import authority
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import InvalidData
from bpm_core.models.cases import Case
from bpm_core.queries import bundles, cases, deadlines, decisions, facts, papers
from bpm_core.queries.cases import CaseView, Event, Step
from bpm_core.queries.visibility import Access
from portal import deciding, refusals, words
from portal.deciding import Sentence
from portal.desk import explaining, menu, showing
from portal.desk.access import english, for_readers, today
from portal.templatetags.guicheng import bi

_BAD = {"case.rejected", "case.cancelled", "job.failed", "incident.opened"}
_STOPS = {"case.suspended", "supplement.requested"}
_ENDS = {"case.withdrawn", "case.withdrawal"}


@for_readers
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case on one page."""
    view = cases.get(request.actor, number)
    full = view.access is Access.FULL
    progress = cases.progress(view)
    in_english = english(request)
    context = {
        "case": view.case,
        "definition": view.case.definition,
        "full": full,
        "crumbs": crumbs(view.case),
        "stand": deadlines.of_case(view.case, today()),
        "progress": showing.step_lines(progress, english=in_english),
        "marks": marks(progress),
        "within": _within(view, progress),
        "open_items": [_open_item(view, item, in_english) for item in view.open_items],
        "waits": _waits(view, progress),
        "incidents": view.incidents,
        "events": _lines(view, in_english) if full else [],
        "facts": showing.fact_lines(facts.of_case(view.case), english=in_english) if full else [],
        "materials": papers.materials(view.case),
        "documents": papers.documents(view.case) if full else [],
        "notices": papers.notices(view.case),
        "menu": menu.of_case(request.actor, view.case),
        "may_reveal": full and _may_reveal(request, view.case),
        "outcome": _outcome(view),
    }
    return render(request, "portal/desk/case.html", context)


def crumbs(of: Case, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a case, and on to a page of it."""
    here = f"{bi(of.definition)} {of.number}"
    found = [(reverse("desk:search"), _("Cases")), (reverse("desk:case", args=[of.number]) if more else "", here)]
    return [*found, *more]


def _may_reveal(request: HttpRequest, of: Case) -> bool:
    return bool(of.person) and any(
        authority.may(request.actor, "person.reveal", Record(path)) for path in (of.unit.path, of.entry_unit.path)
    )


def _open_item(view: CaseView, item: object, in_english: bool) -> dict[str, object]:
    holder = item.holder
    return {
        "item": item,
        "stand": deadlines.of_item(item, view.case, today()),
        "holder": ((holder.display_en if in_english else holder.display_zh) or holder.username) if holder else "",
    }


def _waits(view: CaseView, progress: Iterable[Step]) -> list[str]:
    """What the case waits for when no person has to do anything."""
    if view.open_items or view.case.ended_at:
        return []
    return [bi(step) for step in progress if step.state == "now"]


def _outcome(view: CaseView) -> str:
    element = view.bundle.process.elements.get(view.case.end_element)
    return bi(element) if element else ""


def marks(progress: Iterable[Step]) -> list[dict[str, str]]:
    """Where the case is and was, for the diagram."""
    tones = {"done": "done", "now": "now"}
    return [
        {"id": step.element.id, "tone": tones[step.state], "title": bi(step)}
        for step in progress
        if step.state in tones
    ]


def _within(view: CaseView, progress: Iterable[Step]) -> list[dict[str, object]]:
    """The called processes in which the case stands now, each with its own diagram."""
    found = []
    for step in progress:
        key, element_id = step.called
        if step.state == "now" and key:
            process = bundles.of_process(view.case.definition, key).process
            found.append(
                {
                    "name": bi(process),
                    "definition_id": bundles.id_of_process(view.case.definition, key),
                    "ident": f"within-{len(found)}",
                    "marks": [{"id": element_id, "tone": "now", "title": bi(step)}],
                }
            )
    return found


def _lines(view: CaseView, in_english: bool) -> list[dict[str, object]]:
    """The timeline, newest first."""
    retaker, labels = decisions.Retaker(view.case.definition), facts.labels_of_case(view.case)
    decided = lambda event: [  # noqa: E731
        deciding.sentence(retaker.retake(taken, event.at), labels) for taken in event.decisions
    ]
    return [_line(event, decided(event), in_english) for event in reversed(cases.timeline(view))]


def _line(event: Event, decided: list[Sentence], in_english: bool) -> dict[str, object]:
    which = 1 if in_english else 0
    item = event.item
    spent = ""
    if item is not None and event.action == "work_item.completed":
        worked = deadlines.working_days_spent(civil_date(item.opened_at), civil_date(event.at))
        spent = _("took {spent}").format(spent=showing.days(worked)) if worked else _("done the same day")
        if item.limit_value is not None and item.limit_unit:
            spent += _(", limit {limit}").format(limit=words.limit(item.limit_value, item.limit_unit))
    return {
        "seq": event.seq,
        "at": event.at,
        "what": words.action(event.action),
        "step": event.step[which],
        "who": event.actor[which] or words.actor_kind(event.actor_kind),
        "office": event.office[which],
        "spent": spent,
        "late": bool(
            item and item.due_on and event.action == "work_item.completed" and civil_date(event.at) > item.due_on
        ),
        "passed": [names[which] for names in event.passed],
        "rules": decided,
        "clock": [explaining.clock_event(each) for each in event.clock],
        "incidents": event.incidents,
        "reason": event.body.get("reason", ""),
        "css": "bad" if event.action in _BAD or event.incidents else _css(event),
        "ended": words.STATUS.get(event.ended.get("status", ""), "") if event.ended else "",
    }


def _css(event: Event) -> str:
    if event.ended or event.action in _ENDS:
        return "end"
    return "stop" if event.action in _STOPS or any(each.get("event") == "stopped" for each in event.clock) else ""


@for_readers
def deadline(request: HttpRequest, number: str) -> HttpResponse:
    """Every time limit of the case, line by line."""
    view = cases.get(request.actor, number)
    found = [explaining.page(each, english=english(request)) for each in deadlines.explain(view.case, today())]
    context = {
        "case": view.case,
        "definition": view.case.definition,
        "crumbs": crumbs(view.case, ("", _("How the time limits are counted"))),
        "limits": found,
        "stand": deadlines.of_case(view.case, today()),
    }
    return render(request, "portal/desk/deadline.html", context)


@for_readers
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Look behind the mask: asks for the purpose, records it, shows the values on this one page."""
    view = cases.get(request.actor, number)
    context = {"case": view.case, "crumbs": crumbs(view.case, ("", _("Show in full")))}
    if request.method == "POST" and view.case.person:
        purpose = request.POST.get("purpose", "")
        try:
            context["revealed"] = {
                name: people.reveal(
                    view.case.person.pk,
                    field=name,
                    purpose=purpose,
                    case_id=view.case.pk,
                    actor=request.actor,
                    at=timezone.now(),
                )
                for name in request.POST.getlist("field")
            }
        except InvalidData as refused:
            messages.error(request, refusals.sentence(refused))
            return redirect("desk:reveal", number)
    return render(request, "portal/desk/reveal.html", context)
