"""The standards system in the studio: every standard with what is known of it, and which clauses have their step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.coverage import Coverage, Sum
from bpm_core.notation.standards import ALL, Clause, Standard, StandardsRefused
from bpm_core.queries import standards
from portal.access import requires
from portal.studio.pages import is_english

LEVELS: Mapping[str, Promise] = {
    "national": gettext_lazy("National"),
    "industry": gettext_lazy("Industry"),
    "local": gettext_lazy("Local"),
    "group": gettext_lazy("Group"),
    "internal": gettext_lazy("Internal"),
}
STATUSES: Mapping[str, Promise] = {
    "in_force": gettext_lazy("In force"),
    "superseded": gettext_lazy("Superseded"),
    "sample": gettext_lazy("Sample of this library"),
}
STATUS_TONES = {"in_force": "ok", "superseded": "plain", "sample": "amber"}
SUBJECTS: Mapping[str, Promise] = {
    "organisation": gettext_lazy("offices and windows"),
    "standards_system": gettext_lazy("the standards system"),
    "evaluation": gettext_lazy("evaluation"),
    "platform": gettext_lazy("the platform"),
    "fields": gettext_lazy("form fields"),
    "training": gettext_lazy("training"),
    "systems": gettext_lazy("outside systems"),
    "posts": gettext_lazy("posts"),
    "quality": gettext_lazy("quality control"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One standard of the list."""

    standard: Standard
    slug: str
    level: str
    status: str
    tone: str
    total: Sum
    governs: str


@dataclass(frozen=True, slots=True)
class Line:
    """One clause of a standard with the process of its step, if that is published."""

    clause: Clause
    process: ProcessDefinition | None
    carried: bool


def slug_of(number: str) -> str:
    """The number as it stands in an address: "GB/T 33527-2017" is GB-T_33527-2017."""
    return number.replace("/", "-").replace(" ", "_")


@require_safe
@requires("definition.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Every standard, or those of a level or of a text, with the sums of coverage."""
    known, covered, processes = _everything()
    asked = {"q": request.GET.get("q", "").strip()[:60], "level": request.GET.get("level", "")}
    sums = {one.name: one for one in covered.by_standard}
    rows = [_row(one, sums[one.number]) for one in known.standards if _fits(one, asked)]
    context = {
        "asked": asked,
        "levels": [(code, word, sum(one.level == code for one in known.standards)) for code, word in LEVELS.items()],
        "rows": rows,
        "covered": covered,
        "standards": len(known.standards),
        "by_process": [(one, processes.get(one.name)) for one in covered.by_process],
        "missing": covered.missing[:100],
        "without": [(step, processes.get(step.process)) for step in covered.without[:100]],
        "unknown": [(step, processes.get(step.process)) for step in covered.unknown[:100]],
        "undrawn": len({clause.process for clause in covered.undrawn}),
        "english": is_english(),
        "crumbs": [(reverse("library:index"), _("Procedures")), ("", _("Standards"))],
    }
    return render(request, "portal/studio/standards.html", context)


@require_safe
@requires("definition.read")
def standard(request: HttpRequest, slug: str) -> HttpResponse:
    """One standard: what is known of it, what it governs, and its clauses with their steps."""
    known, covered, processes = _everything()
    found = next((one for one in known.standards if slug_of(one.number) == slug), None)
    if found is None:
        raise Http404
    left = {*covered.missing, *covered.undrawn}
    newer = next((one for one in known.standards if one.number == found.superseded_by), None)
    context = {
        "row": _row(found, next(one for one in covered.by_standard if one.name == found.number)),
        "newer": (slug_of(newer.number), newer) if newer else None,
        "governed": [(code, processes.get(code)) for code in found.governs if code != ALL],
        "governs_all": ALL in found.governs,
        "subjects": [SUBJECTS[code] for code in found.subjects],
        "lines": [
            Line(clause, processes.get(clause.process), clause not in left) for clause in known.clauses_of(found.number)
        ],
        "crumbs": [
            (reverse("library:index"), _("Procedures")),
            (reverse("studio:standards"), _("Standards")),
            ("", found.number),
        ],
    }
    return render(request, "portal/studio/standard.html", context)


def _everything() -> tuple[standards.Standards, Coverage, dict[str, ProcessDefinition]]:
    try:
        return standards.known(), standards.published(), standards.processes()
    except StandardsRefused as refused:
        raise Http404 from refused


def _row(one: Standard, total: Sum) -> Row:
    governs = _("every procedure") if ALL in one.governs else str(len(one.governs) or "")
    status = str(one.status)
    return Row(
        one, slug_of(one.number), str(LEVELS[one.level]), str(STATUSES[status]), STATUS_TONES[status], total, governs
    )


def _fits(one: Standard, asked: Mapping[str, str]) -> bool:
    if asked["level"] and one.level != asked["level"]:
        return False
    text = asked["q"].lower()
    return not text or any(text in said.lower() for said in (one.number, one.title.zh, one.title.en))
