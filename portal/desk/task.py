"""The guided task: where the case is, what to do and why, this step's form, what is known, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bpm_core.commands import work_items
from bpm_core.commands.results import Moved
from bpm_core.domain.errors import InvalidData, Refused, SeparationOfDuty
from bpm_core.domain.lifecycle import CaseStatus
from bpm_core.notation.fields import FormSchema
from bpm_core.notation.model import Element
from bpm_core.queries import cases, deadlines, facts, papers, tasks
from bpm_core.queries.tasks import Task
from bpm_core.queries.visibility import Access
from portal import pages, refusals, words
from portal.desk import menu, showing, uploads
from portal.desk.access import english, for_workers, today
from portal.forms import messages as form_messages
from portal.forms import reading, rendering
from portal.templatetags.guicheng import bi, clock

NO_FORM = FormSchema(id="", fields=())
Answers = Mapping[str, object]


@for_workers
def task(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The page of one work item; POST saves its draft or completes it."""
    found = tasks.get(request.actor, item_id)
    if request.method != "POST":
        return _page(request, found)
    answers, refused_files = _answers(request, found)
    if request.POST.get("act") == "draft":
        return _keep(request, found, answers)
    if refused_files:
        return _page(request, found, answers, errors=refused_files, status=422)
    return _complete(request, found, answers)


def _answers(request: HttpRequest, found: Task) -> tuple[dict[str, object], list[form_messages.Error]]:
    """What was typed, with files stored at once so that a mistake elsewhere does not cost another upload."""
    schema = found.schema or NO_FORM
    answers = reading.raw(schema, request.POST)
    if not found.is_mine:
        return answers, []
    stored, refused = uploads.store_all(request, found, schema)
    return answers | stored, refused


def _keep(request: HttpRequest, found: Task, answers: Answers) -> HttpResponse:
    work_items.save_draft(found.item.pk, data=_known(found, answers), actor=request.actor, at=timezone.now())
    messages.success(request, _("The draft is kept. It is here when you log in again."))
    return redirect("desk:task", found.item.pk)


def _known(found: Task, answers: Answers) -> dict[str, object]:
    fields = (found.schema or NO_FORM).by_key
    return {key: value for key, value in answers.items() if key in fields}


def _complete(request: HttpRequest, found: Task, answers: Answers) -> HttpResponse:
    try:
        moved = work_items.complete(
            found.item.pk,
            data=answers,
            actor=request.actor,
            at=timezone.now(),
            key=request.POST.get("key") or None,
            version=_version(request),
        )
    except InvalidData as refused:
        _keep_quietly(request, found, answers)
        return _page(request, found, answers, errors=refused.errors, status=422)
    except Refused as refused:
        _keep_quietly(request, found, answers)
        sentence = refusals.sentence(_with_names(found, refused))
        again = tasks.get(request.actor, found.item.pk)
        return _page(request, again, answers, notice=sentence, status=pages.status_of(refused))
    return _onwards(request, found, moved)


def _version(request: HttpRequest) -> int | None:
    return reading.whole(request.POST.get("version", ""))


def _keep_quietly(request: HttpRequest, found: Task, answers: Answers) -> None:
    """Typing is never lost, whatever was refused; when even the draft can't be kept the page still shows it."""
    try:
        work_items.save_draft(found.item.pk, data=_known(found, answers), actor=request.actor, at=timezone.now())
    except Refused:
        return


def _onwards(request: HttpRequest, found: Task, moved: Moved) -> HttpResponse:
    """After a step: to the next one when it is for the same desk, else to the case, saying who has it now."""
    done = _("“{step}” is done.").format(step=bi(found.item))
    if moved.status not in (CaseStatus.RUNNING, CaseStatus.SUPPLEMENT, CaseStatus.SUSPENDED):
        end = _("The case is closed: {status}.").format(status=words.STATUS.get(moved.status, moved.status))
        messages.success(request, f"{done} {end}")
        return redirect("desk:case", moved.number)
    for opened in moved.opened:
        if _can_go_on(request, UUID(opened.id)):
            messages.success(request, f"{done} {_('Next: {step}.').format(step=bi(opened))}")
            return redirect("desk:task", opened.id)
    for opened in moved.opened:
        name, who = bi(opened), words.lane(opened.lane)
        done += " " + _("Next: {step}, by {who}.").format(step=name, who=who)
    messages.success(request, done)
    return redirect("desk:case", moved.number)


def _can_go_on(request: HttpRequest, item_id: UUID) -> bool:
    try:
        following = tasks.get(request.actor, item_id)
    except Refused:
        return False
    return (following.is_mine or following.may_claim) and not _blocked(request, following)


def _blocked(request: HttpRequest, found: Task) -> str:
    """Why this person may not do this step although their post fits: told before they type, not after."""
    if not found.is_open:
        return ""
    if found.case.status == CaseStatus.SUPPLEMENT:
        return _("The applicant has been asked for what is missing; the step goes on when it has come in.")
    if found.case.status == CaseStatus.SUSPENDED:
        return _("The case is suspended. It goes on when somebody resumes it.")
    try:
        tasks.check_duty(request.actor, found)
    except SeparationOfDuty as refused:
        return refusals.sentence(_with_names(found, refused))
    return ""


def _with_names(found: Task, refused: Refused) -> Refused:
    """The refusal with the name of the step it speaks of instead of its id."""
    element = found.process.elements.get(str(refused.facts.get("element_id", "")))
    if element is not None:
        refused.facts["element_id"] = bi(element)
    return refused


def _page(
    request: HttpRequest,
    found: Task,
    answers: Answers | None = None,
    *,
    errors: Iterable[form_messages.Error] = (),
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    case, item = found.case, found.item
    view = cases.CaseView(case, Access.FULL)
    draft = tasks.draft(item.pk, request.user.pk) if found.is_mine and answers is None else None
    known = facts.variables(case)
    form = _form(request, found, answers, draft, known, errors)
    blocked = _blocked(request, found)
    following = showing.next_lines(found.following)
    context = {
        "task": found,
        "item": item,
        "case": case,
        "element": found.element,
        "sources": _sources(found.element, english(request)),
        "crumbs": _crumbs(request, found),
        "stand": deadlines.of_item(item, case, today()),
        "progress": showing.step_lines(cases.progress(view), item.pk, english=english(request)),
        "form": form,
        "disabled": not found.is_mine or bool(blocked),
        "rerender": reverse("desk:fields", args=[item.pk]),
        "summary": [*form.summary, *([("", notice)] if notice else [])] if form else [],
        "summary_title": _("This could not be done") if notice else "",
        "draft_saved_at": draft.saved_at if draft else None,
        "request_key": str(uuid4()),
        "facts": _beside(case, found, english(request)),
        "materials": [checked.material for checked in papers.materials(case)],
        "following": following,
        "primary_label": _primary(following),
        "blocked": blocked,
        "holder_name": _name(item.holder, english(request)),
        "menu": menu.of_task(request.actor, found),
        "may_reveal": found.is_mine,
    }
    return render(request, "portal/desk/task.html", context, status=status)


def _form(
    request: HttpRequest,
    found: Task,
    answers: Answers | None,
    draft: tasks.SavedDraft | None,
    known: Mapping[str, object],
    errors: Iterable[form_messages.Error],
) -> rendering.FormPage:
    schema = found.schema or NO_FORM
    if answers is None:
        recorded = facts.known(known, schema.by_key)
        answers = {key: rendering.as_typed(value) for key, value in recorded.items()} | (draft.answers if draft else {})
    return rendering.page(schema, answers, context=known, errors=errors, today=today(), english=english(request))


def _sources(element: Element, in_english: bool) -> str:
    """The law and the clause of the standard a step rests on."""
    laws = (element.laws_en or element.laws) if in_english else element.laws
    clauses = (element.clauses_en or element.clauses) if in_english else element.clauses
    return ("; " if in_english else "；").join((*laws, *clauses))


def _primary(following: list[dict[str, object]]) -> str:
    """What the button says it does."""
    if len(following) == 1 and not following[0]["ends"]:
        return _("Complete this step, on to “{step}”").format(step=following[0]["name"])
    return _("Complete this step") if following else _("Complete and close the case")


def _beside(case: object, found: Task, in_english: bool) -> list[showing.Line]:
    """Facts beside the form: what registers and rules said, without what this form asks itself."""
    asked = (found.schema or NO_FORM).by_key
    lines = showing.fact_lines(facts.of_case(found.case), english=in_english)
    return [line for line in lines if line.source_code != "start" and line.name not in asked and not line.personal][:14]


def _name(account: object, in_english: bool) -> str:
    if account is None:
        return ""
    return (account.display_en if in_english else account.display_zh) or account.username


def _crumbs(request: HttpRequest, found: Task) -> list[tuple[str, str]]:
    case = found.case
    return [
        (reverse("desk:queue"), _("Queue")),
        (reverse("desk:case", args=[case.number]), f"{bi(case.definition)} {case.number}"),
        ("", bi(found.item)),
    ]


@for_workers
@require_POST
def claim(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take the work item and open its form."""
    work_items.claim(item_id, actor=request.actor, at=timezone.now())
    return redirect("desk:task", item_id)


@for_workers
@require_POST
def release(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Put the work item back into the office's queue; the draft stays."""
    work_items.release(item_id, actor=request.actor, at=timezone.now())
    messages.success(request, _("The work item is back in the office's queue. Your draft is kept."))
    return redirect("desk:queue")


@for_workers
@require_POST
def draft(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Keep what is typed while it is being typed; answers with the line under the form."""
    found = tasks.get(request.actor, item_id)
    answers = _known(found, reading.raw(found.schema or NO_FORM, request.POST))
    saved = work_items.save_draft(item_id, data=answers, actor=request.actor, at=timezone.now())
    kept = _("Draft kept at {time}").format(time=clock(saved.saved_at))
    return HttpResponse(kept, content_type="text/plain; charset=utf-8")


@for_workers
@require_POST
def fields(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The questions that come or go after an answer that decides about them."""
    found = tasks.get(request.actor, item_id)
    schema = found.schema or NO_FORM
    known = facts.variables(found.case)
    answers = reading.raw(schema, request.POST)
    form = rendering.page(schema, answers, context=known, today=today(), english=english(request))
    context = {
        "controls": form.changed(request.POST.getlist("shown")),
        "rerender": request.path,
        "disabled": not found.is_mine,
        "out_of_band": True,
    }
    return render(request, "portal/forms/slots.html", context)
