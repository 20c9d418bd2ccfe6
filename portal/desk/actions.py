"""What is done with a case besides its steps: each page says what it does to the clock and asks for a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bpm_core.commands import cases as commands
from bpm_core.commands import work_items
from bpm_core.domain import authority
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import InvalidData, Refused
from bpm_core.models.cases import Case
from bpm_core.queries import cases, facts, offices, staff, tasks
from bpm_core.queries.tasks import Task
from portal import pages, refusals
from portal.desk import explaining, menu, showing
from portal.desk.access import english, for_readers, for_workers, today
from portal.desk.case import crumbs
from portal.forms import messages as form_messages
from portal.forms import reading
from portal.templatetags.guicheng import bi

Text = str | Promise


@dataclass
class Ask:
    """One question of an action's page. kind: lines, choice, select, date or text."""

    name: str
    label: str
    kind: str = "lines"
    hint: str = ""
    required: bool = True
    options: list[tuple[str, str]] = field(default_factory=list)
    value: str = ""
    error: str = ""


@dataclass
class Action:
    """A page that does one thing: what it is, what it does to the clock, what it asks, what happened then."""

    title: str
    clock: str
    button: str
    asks: list[Ask]
    run: Callable[[dict[str, str]], str]
    crumbs: list[tuple[str, str]]
    back: str
    danger: bool = False
    then: str = ""


def _show(request: HttpRequest, action: Action) -> HttpResponse:
    """GET asks; POST does it once and goes on, or shows what was wrong with the answers kept."""
    status, summary = 200, []
    if request.method == "POST":
        answers = {ask.name: request.POST.get(ask.name, "").strip()[:4000] for ask in action.asks}
        try:
            done = action.run(answers)
        except InvalidData as refused:
            status, summary = 422, _refused(action, answers, refused)
        except Refused as refused:
            status, summary = pages.status_of(refused), [("", refusals.sentence(refused))]
            _fill(action, answers)
        else:
            messages.success(request, done)
            return redirect(action.then or action.back)
    context = {"action": action, "crumbs": action.crumbs, "summary": summary, "request_key": str(uuid4())}
    return render(request, "portal/desk/action.html", context, status=status)


def _fill(action: Action, answers: dict[str, str]) -> None:
    for ask in action.asks:
        ask.value = answers[ask.name]


def _refused(action: Action, answers: dict[str, str], refused: InvalidData) -> list[tuple[str, str]]:
    _fill(action, answers)
    by_name = {ask.name: ask for ask in action.asks}
    summary = []
    for error in refused.errors:
        ask = by_name.get(_SAME_FIELD.get(error.key, error.key))
        text = form_messages.sentence(error, ask.label if ask else "")
        if ask:
            ask.error = text
        summary.append((f"id-{ask.name}" if ask else "", text))
    return summary or [("", refusals.sentence(refused))]


#: Names the core gives what the page asks as "reason".
_SAME_FIELD = {"note": "reason", "proof": "reason"}


def _reason(label: Text = gettext_lazy("Reason"), hint: Text = gettext_lazy("It stays with the case.")) -> Ask:
    return Ask("reason", str(label), hint=str(hint))


def _told(request: HttpRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": timezone.now(), "key": request.POST.get("key") or None}


# -- on a work item


@for_workers
def transfer(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Hand a work item to a colleague, for good or in one's stead."""
    task = tasks.get(request.actor, item_id)
    item = task.item
    authority.require(request.actor, "item.transfer", Record(item.unit.path, item.lane, item.holder_id))
    language = "en" if english(request) else "zh"
    found = staff.able(task.item.lane, task.item.unit.code, today(), without=task.item.holder_id)
    colleagues = [(str(desk.account_id), desk.name(language)) for desk in found]
    ways = [("transfer", _("For good: it is theirs"))]
    if task.is_mine:
        ways.append(("entrust", _("In my stead: it stays on record that I entrusted it")))

    def run(answers: dict[str, str]) -> str:
        command = work_items.entrust if answers["way"] == "entrust" and task.is_mine else work_items.transfer
        to = reading.whole(answers["colleague"]) or 0
        command(item_id, to_account=to, reason=answers["reason"], **_told(request))
        return _("“{step}” is with {name} now.").format(
            step=bi(task.item), name=dict(colleagues).get(answers["colleague"], "")
        )

    asks = [
        Ask(
            "colleague",
            _("Colleague"),
            "choice",
            _("Those whose post does this step at this office."),
            options=colleagues,
        ),
        Ask("way", _("How"), "choice", options=ways, value="transfer"),
        _reason(),
    ]
    title = _("Hand “{step}” to a colleague").format(step=bi(task.item))
    clock = _("The clock goes on running.")
    return _show(request, _on_item(task, title, clock, _("Hand it over"), asks, run, to_queue=True))


@for_workers
def return_to(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Send the case back to an earlier step."""
    task = tasks.get(request.actor, item_id)
    authority.require(request.actor, "case.return", Record(task.case.unit.path))
    earlier = [(element.id, bi(element)) for element in tasks.earlier(task)]

    def run(answers: dict[str, str]) -> str:
        to, reason = answers["step"], answers["reason"]
        commands.return_to(task.case.pk, work_item_id=item_id, element_id=to, reason=reason, **_told(request))
        return _("The case went back to “{step}”.").format(step=dict(earlier).get(to, ""))

    asks = [
        Ask("step", _("Back to"), "choice", _("Steps this case has been at."), options=earlier),
        _reason(hint=_("Whoever does that step reads it.")),
    ]
    title, button = _("Return to an earlier step"), _("Return the case")
    return _show(request, _on_item(task, title, _("The clock goes on running."), button, asks, run))


def _on_item(
    task: Task,
    title: str,
    clock: str,
    button: str,
    asks: list[Ask],
    run: Callable[[dict[str, str]], str],
    *,
    to_queue: bool = False,
) -> Action:
    back = reverse("desk:task", args=[task.item.pk])
    way = crumbs(task.case, (back, bi(task.item)), ("", title))
    then = reverse("desk:queue") if to_queue else reverse("desk:case", args=[task.case.number])
    return Action(title, clock, button, asks, run, way, back, then=then)


# -- on a case


def _case(request: HttpRequest, number: str, action: str) -> cases.CaseView:
    """The case, if this actor may do the action with it: told before anything is typed, and checked again when done."""
    view = cases.get(request.actor, number)
    if not menu.may(request.actor, action, view.case):
        authority.require(request.actor, action, Record(view.case.unit.path))
    return view


@for_readers
def suspend(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number, "case.suspend").case
    grounds = [(code, str(text)) for code, text in explaining.GROUNDS.items() if code != "supplement"]

    def run(answers: dict[str, str]) -> str:
        until = date.fromisoformat(answers["until_on"]) if _is_date(answers["until_on"]) else None
        ground, note = answers["ground"] or "", answers["reason"]
        commands.suspend(case.pk, ground=ground, note=note, until_on=until, **_told(request))
        return _("The case is suspended and the clock stands still.")

    asks = [
        Ask("ground", _("Ground"), "choice", options=grounds),
        Ask("until_on", _("Until at the latest"), "date", required=False),
        _reason(hint=_("Name the paper that proves it; it stays with the case.")),
    ]
    clock = _("The clock stops today and goes on when somebody resumes the case.")
    return _show(request, _on_case(case, _("Suspend the case"), clock, _("Suspend"), asks, run))


@for_readers
def resume(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number, "case.resume").case

    def run(answers: dict[str, str]) -> str:
        commands.resume(case.pk, proof=answers["reason"], **_told(request))
        return _("The case goes on; the last day was counted anew.")

    asks = [_reason(_("What ended the stop"), _("For example the judgment, the letter, the date of the hearing."))]
    clock = _("The clock goes on today; days that stood still are added to the last day.")
    return _show(request, _on_case(case, _("Resume the case"), clock, _("Resume"), asks, run))


@for_readers
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number, "case.withdraw").case

    def run(answers: dict[str, str]) -> str:
        commands.withdraw(case.pk, reason=answers["reason"], **_told(request))
        return _("The withdrawal is recorded.")

    asks = [_reason(_("What the applicant wants and how it was said"), _("Written, on the phone, at the window."))]
    clock = _("The clock ends. The applicant may apply again later.")
    title, button = _("Withdraw at the applicant's wish"), _("Record the withdrawal")
    return _show(request, _on_case(case, title, clock, button, asks, run, danger=True))


@for_readers
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number, "case.cancel").case

    def run(answers: dict[str, str]) -> str:
        commands.cancel(case.pk, reason=answers["reason"], **_told(request))
        return _("The case is cancelled.")

    clock = _("The clock ends. The case stays readable.")
    title, button = _("Cancel: opened by mistake"), _("Cancel the case")
    return _show(request, _on_case(case, title, clock, button, [_reason()], run, danger=True))


@for_readers
def reject(request: HttpRequest, number: str) -> HttpResponse:
    view = _case(request, number, "case.reject")
    guide = view.bundle.guide
    in_english = english(request)
    codes = [
        (reason.code, f"{reason.code} {reason.text.en if in_english else reason.text.zh}")
        for reason in (guide.reason_codes if guide else ())
    ]

    def run(answers: dict[str, str]) -> str:
        code, reason = answers["reason_code"], answers["reason"]
        commands.reject(view.case.pk, reason_code=code, reason=reason, **_told(request))
        return _("The case is refused; the notice with the remedies is ready to print.")

    asks = [
        Ask("reason_code", _("Reason code"), "select", options=codes),
        _reason(hint=_("In words the applicant understands; it stands in the notice.")),
    ]
    clock = _("The clock ends. A notice with the reason and the remedies is issued.")
    title, button = _("Refuse with a reason code"), _("Refuse the case")
    return _show(request, _on_case(view.case, title, clock, button, asks, run, danger=True))


@for_readers
def correct(request: HttpRequest, number: str) -> HttpResponse:
    view = _case(request, number, "case.correct")
    in_english = english(request)
    known = facts.of_case(view.case)
    names = [
        (fact.name, f"{line.label}: {line.text}")
        for fact in known
        for line in showing.fact_lines([fact], english=in_english)
    ]
    chosen = request.GET.get("fact", "")

    def run(answers: dict[str, str]) -> str:
        name, value, reason = answers["fact"], answers["value"], answers["reason"]
        commands.correct_fact(view.case.pk, name=name, value=value, reason=reason, **_told(request))
        return _("The fact is corrected; what stood there before stays in the journal.")

    asks = [
        Ask("fact", _("Fact"), "select", options=names, value=chosen),
        Ask(
            "value",
            _("Right value"),
            "text",
            _("Dates as 2026-11-20; yes or no as true or false; choices by their code."),
        ),
        _reason(hint=_("What shows that the recorded value is wrong.")),
    ]
    clock = _("The clock goes on running. Rules that read the fact are applied anew at their next step.")
    return _show(request, _on_case(view.case, _("Correct a recorded fact"), clock, _("Correct"), asks, run))


@for_readers
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number, "case.transfer_unit").case
    language = "en" if english(request) else "zh"
    targets = [(code, name[language == "en"]) for code, name in offices.around(case.unit.code).items()]

    def run(answers: dict[str, str]) -> str:
        unit, reason = answers["unit"], answers["reason"]
        commands.transfer_unit(case.pk, unit_code=unit, reason=reason, **_told(request))
        return _("The case is with {office} now.").format(office=dict(targets).get(unit, unit))

    asks = [Ask("unit", _("Office"), "select", options=targets), _reason()]
    clock = _("The clock goes on running; open steps go to the other office's queue.")
    return _show(request, _on_case(case, _("Hand over to another office"), clock, _("Hand over"), asks, run))


def _on_case(
    case: Case,
    title: str,
    clock: str,
    button: str,
    asks: list[Ask],
    run: Callable[[dict[str, str]], str],
    *,
    danger: bool = False,
) -> Action:
    back = reverse("desk:case", args=[case.number])
    return Action(title, clock, button, asks, run, crumbs(case, ("", title)), back, danger)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
