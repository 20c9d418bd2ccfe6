"""The checklist of materials: what is there, where it came from, what is promised or missing; files beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bpm_core.commands import documents, supplements
from bpm_core.domain import attachments, authority
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import InvalidData, Refused
from bpm_core.domain.lifecycle import OPEN_CASE, CaseStatus
from bpm_core.models.cases import Case
from bpm_core.queries import cases, papers
from portal import refusals, words
from portal.desk import uploads
from portal.desk.access import for_readers
from portal.desk.case import crumbs

_BY_HAND = ("received", "promised", "waived", "returned", "missing")


@for_readers
def checklist(request: HttpRequest, number: str) -> HttpResponse:
    """Every material with its state and files; POST adds a file or sets a state."""
    case = cases.get(request.actor, number).case
    if request.method == "POST":
        _change(request, case)
        return redirect("desk:materials", number)
    found = papers.materials(case)
    context = {
        "case": case,
        "crumbs": crumbs(case, ("", _("Materials"))),
        "materials": found,
        "missing": sum(checked.material.state == "missing" for checked in found),
        "others": [document for document in papers.documents(case) if document.material_id is None],
        "states": [(code, words.MATERIAL[code]) for code in _BY_HAND],
        "may_change": _may(request, case),
        "accepted": attachments.accepted(),
        "waits_for_applicant": case.status == CaseStatus.SUPPLEMENT,
    }
    return render(request, "portal/desk/materials.html", context)


def _may(request: HttpRequest, case: Case) -> bool:
    near = (case.unit.path, case.entry_unit.path)
    allowed = any(authority.may(request.actor, "material.set", Record(path)) for path in near)
    return allowed and CaseStatus(case.status) in OPEN_CASE


def _change(request: HttpRequest, case: Case) -> None:
    """One change of the checklist; what is refused is said above it."""
    code = request.POST.get("material", "")
    upload = request.FILES.get("file")
    try:
        if upload is not None:
            uploads.store(request, case.pk, upload, material_code=code)
            messages.success(request, _("The file is kept with the case."))
        elif state := request.POST.get("state", ""):
            note = request.POST.get("note", "")
            documents.set_material(case.pk, code=code, state=state, note=note, actor=request.actor, at=timezone.now())
            messages.success(
                request, _("The material is marked: {state}.").format(state=words.MATERIAL.get(state, state))
            )
        else:
            messages.error(request, _("Choose a file first."))
    except InvalidData as refused:
        messages.error(request, _said(refused))
    except Refused as refused:
        messages.error(request, refusals.sentence(refused))


def _said(refused: InvalidData) -> str:
    if any(error.key == "note" for error in refused.errors):
        return _("Say why: a promise, a waiver and a return need a note.")
    return _("The file was not kept: {reason}.").format(reason=uploads.reason(refused))


@for_readers
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """Record what the applicant handed in after the one-time notice; the clock goes on."""
    case = cases.get(request.actor, number).case
    asked = [checked for checked in papers.materials(case) if checked.material.state == "missing"]
    if request.method == "POST":
        codes = [code for code in request.POST.getlist("received") if code]
        try:
            supplements.receive(
                case.pk,
                received=codes,
                note=request.POST.get("note", "").strip()[:500],
                actor=request.actor,
                at=timezone.now(),
                key=request.POST.get("key") or None,
            )
        except Refused as refused:
            messages.error(request, refusals.sentence(refused))
            return redirect("desk:receive", number)
        messages.success(request, _("Recorded. The clock goes on from today."))
        return redirect("desk:case", number)
    notices = [notice for notice in papers.notices(case) if notice.kind == "one_time"]
    context = {
        "case": case,
        "crumbs": crumbs(case, ("", _("Record what was handed in"))),
        "asked": asked,
        "notice": notices[-1] if notices else None,
    }
    return render(request, "portal/desk/receive.html", context)
