"""Papers for the applicant: what is missing, acceptance, completion, refusal; on screen, in print, as PDF with a QR."""

from __future__ import annotations

from uuid import UUID, uuid4

import segno
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bpm_core.commands import notices, people, supplements
from bpm_core.domain import money
from bpm_core.domain.errors import Refused
from bpm_core.models.documents import Notice
from bpm_core.queries import cases, facts, papers, tasks
from bpm_core.queries.cases import CaseView
from bpm_core.queries.visibility import Access
from portal import refusals, words
from portal.desk import showing
from portal.desk.access import english, for_readers, for_workers
from portal.desk.case import crumbs
from portal.forms import messages as form_messages
from portal.forms import reading
from portal.templatetags.guicheng import bi, lang


@for_workers
def one_time(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Tick what is missing; the whole notice is written, the clock stops, and the page says until when."""
    task = tasks.get(request.actor, item_id)
    found = papers.materials(task.case)
    earlier = [notice for notice in papers.notices(task.case) if notice.kind == "one_time"]
    here = reverse("desk:task", args=[item_id])
    context: dict[str, object] = {
        "task": task,
        "case": task.case,
        "materials": found,
        "earlier": earlier[-1] if earlier else None,
        "days": supplements.DEFAULT_DAYS,
        "most": supplements.MAX_DAYS,
        "chosen": [checked.material.code for checked in found if checked.material.state == "missing"],
        "crumbs": crumbs(task.case, (here, bi(task.item)), ("", str(words.NOTICE["one_time"]))),
        "request_key": str(uuid4()),
    }
    if request.method != "POST":
        return render(request, "portal/desk/notice.html", context)
    post = request.POST
    try:
        notice = supplements.request(
            item_id,
            missing=post.getlist("missing"),
            note=post.get("note", "").strip()[:1000],
            until_days=reading.whole(post.get("days", "")) or 0,
            new_ground=post.get("new_ground", "").strip()[:500],
            actor=request.actor,
            at=timezone.now(),
            key=post.get("key") or None,
        )
    except Refused as refused:
        context |= {"summary": _summary(refused), "chosen": post.getlist("missing"), "note": post.get("note", "")}
        context["days"] = post.get("days", "")
        return render(request, "portal/desk/notice.html", context, status=422)
    messages.success(request, _("The notice is ready. The clock stands still until the materials are in."))
    return redirect("desk:paper", notice.number)


def _summary(refused: Refused) -> list[tuple[str, str]]:
    labels = {"missing": _("What is missing"), "until_days": _("Working days to answer")}
    anchors = {"missing": "missing-0", "until_days": "days"}
    found = [
        (anchors.get(error.key, ""), form_messages.sentence(error, labels.get(error.key, ""), "multi_enum"))
        for error in getattr(refused, "errors", ())
    ]
    return found or [("new-ground", refusals.sentence(refused))]


@for_readers
@require_POST
def issue(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give out the notice of acceptance or completion, or open the one given out before."""
    case = cases.get(request.actor, number).case
    notice = notices.issue(case.pk, kind=kind, actor=request.actor, at=timezone.now())
    return redirect("desk:paper", notice.number)


@for_readers
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The paper on screen, laid out as it prints."""
    notice = papers.notice(request.actor, number)
    context = _context(request, notice, full_name="")
    way = crumbs(notice.case, ("", str(words.NOTICE[notice.kind])))
    return render(request, "portal/desk/paper.html", context | {"crumbs": way})


@for_readers
@require_POST
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The paper as PDF with the applicant's full name; that look behind the mask is recorded with its purpose."""
    notice = papers.notice(request.actor, number)
    context = _context(request, notice, full_name=_full_name(request, notice))
    try:
        content = _as_pdf(render_to_string("portal/desk/paper_pdf.html", context, request))
    except (ImportError, OSError):  # Pango is a system library; without it the browser prints the page
        messages.warning(request, _("No PDF can be made here (the system library Pango is missing). Print this page."))
        return redirect("desk:paper", number)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{notice.number}.pdf"'
    return response


def _full_name(request: HttpRequest, notice: Notice) -> str:
    party = notice.case.person
    if party is None:
        return notice.case.enterprise.name_masked if notice.case.enterprise else ""
    purpose = _("Printing notice {number}").format(number=notice.number)
    told = {"purpose": purpose, "case_id": notice.case_id, "actor": request.actor, "at": timezone.now()}
    try:
        return people.reveal(party.pk, field="name", **told)
    except Refused:
        return party.name_masked


def _as_pdf(html: str) -> bytes:
    from weasyprint import CSS, HTML

    sheet = finders.find("portal/css/paper.css")
    return HTML(string=html, url_fetcher=_nothing).write_pdf(stylesheets=[CSS(filename=sheet)])


def _nothing(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    """No paper fetches anything: neither from the network nor from the disk."""
    raise ValueError(f"a paper asks for {url}")


def _context(request: HttpRequest, notice: Notice, *, full_name: str) -> dict[str, object]:
    case = notice.case
    view = CaseView(case, Access.FULL)
    party = case.person or case.enterprise
    in_english = english(request)
    guide = view.bundle.guide
    address = request.build_absolute_uri(reverse("desk:paper", args=[notice.number]))
    proof = _proof(view, notice)
    body = notice.body
    codes = {reason.code: reason for reason in (guide.reason_codes if guide else ())}
    reason = codes.get(body.get("reason_code", ""))
    return {
        "notice": notice,
        "case": case,
        "definition": case.definition,
        "title": str(words.NOTICE[notice.kind]),
        "name": full_name or (party.name_masked if party else case.applicant_masked),
        "id_masked": party.id_masked if party else "",
        "office": case.unit,
        "missing": [item["name_en" if in_english else "name_zh"] for item in body.get("missing", ())],
        "note": body.get("note", ""),
        "reason": body.get("reason", ""),
        "reason_text": lang(reason.text) if reason else "",
        "reason_basis": lang(reason.basis) if reason else "",
        "remedies": [(lang(each.name), lang(each.limit)) for each in (guide.remedies if guide else ())],
        "materials": [bi(each.material) for each in papers.materials(case) if each.material.state != "missing"],
        "legal_due_on": case.legal_due_on,
        "promised_due_on": case.promised_due_on,
        "outcome": _outcome(view),
        "result": lang(guide.result) if guide and guide.result else "",
        "facts": _result_facts(view, in_english) if notice.kind == "completion" else [],
        "proof": proof,
        "qr": SafeString(segno.make(f"{address}#{proof}", error="m").svg_inline(scale=3, border=0, omitsize=True)),
    }


def _proof(view: CaseView, notice: Notice) -> str:
    """The start of the hash of the journal entry that tells of the notice: whoever holds the paper can compare it."""
    for entry in reversed(view.journal):
        if any(told.get("number") == notice.number for told in entry.body.get("notices", ())):
            return bytes(entry.hash).hex()[:16]
    return ""


def _outcome(view: CaseView) -> str:
    element = view.bundle.process.elements.get(view.case.end_element)
    return bi(element) if element else str(words.STATUS.get(view.case.status, ""))


#: Types of what a decision gives; routing words that rules work out on the way are no part of a paper.
_RESULT_TYPES = {"money", "date", "month", "integer"}


def _result_facts(view: CaseView, in_english: bool) -> list[tuple[str, str]]:
    """What rules worked out for the applicant, as (name, value); amounts in Chinese capitals besides, as papers do."""
    found = []
    for fact in facts.of_case(view.case):
        if fact.source != "decision" or fact.label.type not in _RESULT_TYPES or fact.empty or fact.personal:
            continue
        text = showing.value_in_words(fact.value, fact.label, english=in_english)
        if fact.label.type == "money" and not in_english:
            text += f"（{money.capitals(money.to_fen(fact.value))}）"
        found.append(((fact.label.en if in_english else fact.label.zh) or fact.name, text))
    return found[:12]
