"""The single window, once a service is chosen: read the card, see what is open already, open the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bpm_core.commands import access, people, work_items
from bpm_core.commands import cases as case_commands
from bpm_core.domain import enterprise_code, identity
from bpm_core.domain.actors import PostFact
from bpm_core.domain.errors import Duplicate, FieldError, InvalidData, Refused
from bpm_core.domain.roles import Role
from bpm_core.models.cases import Case
from bpm_core.models.people import Person
from bpm_core.queries import cases, offices, services, tasks
from bpm_core.queries import people as register
from bpm_core.queries.services import Service
from portal import refusals, words
from portal.desk.access import english, for_windows, today
from portal.forms import messages as form_messages
from portal.templatetags.guicheng import bi

#: A number on an old card; while fewer characters stand in the field nothing is said about them.
_SHORTEST_NUMBER = 15


@dataclass
class Typed:
    """What stands in the form, and what the number on the card says."""

    kind: str = "person"
    name: str = ""
    id_number: str = ""
    phone: str = ""
    unit: str = ""
    despite: str = ""
    number: str = ""  # the checked form of id_number
    born_on: date | None = None
    age: int | None = None
    sex: str = ""
    warnings: tuple[str, ...] = ()
    person: Person | None = None
    open_cases: list[Case] = field(default_factory=list)


@for_windows
def open_case(request: HttpRequest, key: str) -> HttpResponse:
    """The form of one service; POST checks the card, or opens the case."""
    service = services.by_key(key)
    if request.method != "POST":
        return _page(request, service, Typed(kind=service.applicants[0]))
    typed = _typed(request, service)
    errors = _check(request, service, typed)
    if request.headers.get("HX-Request"):
        half_typed = len("".join(typed.id_number.split())) < _SHORTEST_NUMBER
        return _card(request, service, typed, [] if half_typed else errors)
    if request.POST.get("act") != "open":
        return _page(request, service, typed, errors)
    errors += _missing(typed)
    if errors:
        return _page(request, service, typed, errors, status=422)
    try:
        case = _start(request, service, typed)
    except InvalidData as refused:
        return _page(request, service, typed, refused.errors, status=422)
    except Duplicate as refused:
        return _page(request, service, typed, duplicate=refused, status=409)
    return _onwards(request, case, typed)


def _typed(request: HttpRequest, service: Service) -> Typed:
    post = request.POST
    kind = post.get("kind", "")
    return Typed(
        kind=kind if kind in service.applicants else service.applicants[0],
        name=post.get("name", "").strip()[:60],
        id_number=post.get("id_number", "").strip()[:30],
        phone=post.get("phone", "").strip()[:20],
        unit=post.get("unit", ""),
        despite=post.get("despite", "").strip()[:500],
    )


def _check(request: HttpRequest, service: Service, typed: Typed) -> list[FieldError]:
    """Read the number and look the applicant up; the look is journaled, as every search by a number is."""
    if not typed.id_number:
        return [FieldError("id_number", "required")]
    try:
        if typed.kind == "enterprise":
            typed.number = enterprise_code.read(typed.id_number, key="id_number").code
        else:
            read = identity.read(typed.id_number, today=today())
            typed.number, typed.born_on, typed.warnings = read.number, read.born_on, read.warnings
            typed.age = identity.age_on(read.born_on, today())
            typed.sex = "m" if read.sex is identity.Sex.MALE else "f"
    except InvalidData as refused:
        return list(refused.errors)
    purpose = _("Window: {service}").format(service=service.definition.name_zh)
    typed.person = register.by_number(typed.number)
    subject = f"person:{typed.person.pk}" if typed.person else "nobody"
    access.record("id_search", purpose=purpose, subject=subject, actor=request.actor, at=timezone.now())
    if typed.person:
        typed.open_cases = cases.open_of_person(request.actor, typed.person.pk)
    return []


def _missing(typed: Typed) -> list[FieldError]:
    return [] if typed.name else [FieldError("name", "required")]


def _start(request: HttpRequest, service: Service, typed: Typed) -> Case:
    now = timezone.now()
    desks = {post.unit_code for post in _desks(request)}
    unit = typed.unit if typed.unit in desks else next(iter(post.unit_code for post in _desks(request)))
    party = people.register(
        typed.kind, name=typed.name, id_number=typed.number, phone=typed.phone, actor=request.actor, at=now
    )
    return case_commands.start(
        service.definition.key,
        unit_code=unit,
        **{f"{typed.kind}_id": party.pk},
        channel="window",
        despite_open=typed.despite,
        actor=request.actor,
        at=now,
        key=request.POST.get("key") or None,
    )


def _desks(request: HttpRequest) -> list[PostFact]:
    """Posts at which this person may open a case."""
    return [post for post in request.actor.posts if post.role is Role.CASEWORKER]


def _onwards(request: HttpRequest, case: Case, typed: Typed) -> HttpResponse:
    """To the first step when this desk does it, with what the card said already typed in; else to the case."""
    messages.success(request, _("Case {number} is open.").format(number=case.number))
    for item in case.work_items.filter(closed_at__isnull=True).order_by("opened_at"):
        found = tasks.get(request.actor, item.pk)
        if not found.may_claim:
            continue
        now = timezone.now()
        try:
            work_items.claim(item.pk, actor=request.actor, at=now)
            answers = _known_answers(found, typed)
            if answers:
                work_items.save_draft(item.pk, data=answers, actor=request.actor, at=now)
        except Refused as refused:
            messages.warning(request, refusals.sentence(refused))
            break
        return redirect("desk:task", item.pk)
    return redirect("desk:case", case.number)


#: Names under which procedures ask for what the window has just read, so that nothing is asked twice.
_NAMES = {"person_name", "full_name", "applicant_name", "employer_name", "enterprise_name"}


def _known_answers(found: tasks.Task, typed: Typed) -> dict[str, object]:
    answers: dict[str, object] = {}
    for each in found.schema.fields if found.schema else ():
        holds_number = each.type == "id_number" if typed.kind == "person" else each.key in ("uscc", "credit_code")
        if holds_number:
            answers[each.key] = typed.number
        elif each.key in _NAMES:
            answers[each.key] = typed.name
        elif each.type == "phone" and typed.phone:
            answers[each.key] = typed.phone
    return answers


def _labels() -> dict[str, str]:
    return {
        "id_number": _("Identity number"),
        "name": _("Full name"),
        "phone": _("Phone"),
        "despite": _("Reason for a second case"),
    }


def _sentences(errors: Iterable[FieldError]) -> dict[str, str]:
    labels = _labels()
    return {error.key: form_messages.sentence(error, labels.get(error.key, "")) for error in errors}


#: What the check of the number noticed without refusing it.
_WARNINGS = {
    "lengthened": gettext_lazy("Old card with 15 digits: the longer number is worked out; compare it with a new card."),
    "unknown_region": gettext_lazy("The first two digits are of no known province; compare the number with the card."),
}


def _card(request: HttpRequest, service: Service, typed: Typed, errors: Iterable[FieldError]) -> HttpResponse:
    """What the number says, as the fragment beside the form."""
    return render(request, "portal/desk/_card.html", _context(request, service, typed, _sentences(errors)))


def _page(
    request: HttpRequest,
    service: Service,
    typed: Typed,
    errors: Iterable[FieldError] = (),
    *,
    duplicate: Duplicate | None = None,
    status: int = 200,
) -> HttpResponse:
    sentences = _sentences(errors)
    summary = [(f"id-{key}", sentence) for key, sentence in sentences.items()]
    if duplicate is not None:
        summary.append(("id-despite", refusals.sentence(duplicate)))
    context = _context(request, service, typed, sentences) | {"summary": summary, "duplicate": duplicate}
    return render(request, "portal/desk/intake_form.html", context, status=status)


def _context(request: HttpRequest, service: Service, typed: Typed, sentences: dict[str, str]) -> dict[str, object]:
    language = "en" if english(request) else "zh"
    desks = dict.fromkeys(post.unit_code for post in _desks(request))
    crumbs = [
        (reverse("desk:queue"), _("Queue")),
        (reverse("desk:intake"), _("Window")),
        ("", bi(service.definition)),
    ]
    return {
        "service": service,
        "definition": service.definition,
        "guide": service.guide,
        "typed": typed,
        "sex": words.SEX.get(typed.sex, ""),
        "same_matter": [case for case in typed.open_cases if case.definition.key == service.definition.key],
        "errors": sentences,
        "warnings": [_WARNINGS[code] for code in typed.warnings if code in _WARNINGS],
        "desks": [(code, offices.name(code, language)) for code in desks],
        "request_key": str(uuid4()),
        "crumbs": crumbs,
    }
