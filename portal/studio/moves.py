"""Open cases taken to another version: the plan, a trial that writes nothing, the run, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_core.commands import migration
from bpm_core.domain.errors import InvalidData, NotFound, WrongState
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.model import Element
from bpm_core.queries import definitions, migrations
from portal.access import requires
from portal.studio import steps as text_twin
from portal.studio.pages import is_english
from portal.studio.shared import frame, title

TRIED = 200  # cases a trial looks at; the run looks at every one before it moves it
_FIELD = "becomes-"


@dataclass(frozen=True, slots=True)
class Line:
    """One element of the old version without a counterpart, and what it may become."""

    field: str
    name: str
    kind: str
    chosen: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the trial says of one case."""

    number: str
    ok: bool
    said: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("case.migrate")
def plan(request: HttpRequest, definition_id: UUID, old_id: UUID) -> HttpResponse:
    """The page of the plan; with `try` it says of each case what would become of it, and POST begins the run."""
    new, context = frame(request, definition_id, "versions")
    old = definitions.get(old_id)
    if old.key != new.key or old.pk == new.pk:
        return redirect("studio:versions", definition_id)
    given = request.POST if request.method == "POST" else request.GET
    lines = _lines(old, new, given)
    context |= {
        "old": old,
        "lines": lines,
        "open_cases": next(row.open_cases for row in definitions.versions(old.key) if row.pk == old.pk),
        "reason": given.get("reason", "").strip()[:2000],
        "limit": TRIED,
    }
    summary = []
    try:
        mapping = {line.field: line.chosen for line in lines if line.chosen}
        way = migration.route(old.key, old.version, new.version, mapping)
        if request.method == "POST":
            run = migration.begin(way, reason=context["reason"], actor=request.actor, at=timezone.now())
            migration.carry_on(run.pk, "move", actor=request.actor, at=timezone.now())
            return redirect("studio:moving", run.pk)
        if "try" in request.GET:
            context["tried"] = _tried(way, old, request)
    except InvalidData as refused:
        reason_missing = any(error.key == "reason" for error in refused.errors)
        said = _("Say why the cases are moved.") if reason_missing else _("This plan can't be carried out: {why}")
        summary = [("reason" if reason_missing else "lines", said.format(why=refused.message))]
    except WrongState as refused:
        summary = [("reason", _wrong(refused))]
    context["summary"] = summary
    return render(request, "portal/studio/move.html", context, status=422 if summary else 200)


def _wrong(refused: WrongState) -> str:
    if refused.reason == "other_mapping":
        return _("A run between these versions with another plan is not finished. Let it end, or undo it.")
    return _("Cases go only to a version that is published.")


def _lines(old: ProcessDefinition, new: ProcessDefinition, given: QueryDict) -> list[Line]:
    english = is_english()

    def said(element: Element) -> str:
        return f"{text_twin.name_of(element, english)} ({element.id})"

    lines = []
    for element, others in migrations.without_counterpart(old, new):
        chosen = given.get(_FIELD + element.id, "")
        choices = tuple((other.id, said(other)) for other in others)
        known = chosen if chosen in dict(choices) else ""
        lines.append(Line(element.id, said(element), text_twin.kind_words(element), known, choices))
    return lines


def _tried(way: migration.Route, old: ProcessDefinition, request: HttpRequest) -> Mapping[str, object]:
    english = is_english()
    rows = []
    for outcome in islice(migration.dry_run(way, actor=request.actor, at=timezone.now()), TRIED):
        reasons = [
            migrations.reason(old, one.code, one.element_id, one.process_key, dict(one.facts), english=english)
            for one in outcome.obstacles
        ]
        changes = [f"{before} → {after}" for before, after in outcome.renamed]
        changes += [f"－ {place}" for place in outcome.ends] + [f"＋ {place}" for place in outcome.begins]
        rows.append(Tried(outcome.number, outcome.ok, tuple(reasons or changes)))
    moves, stays = [row for row in rows if row.ok], [row for row in rows if not row.ok]
    return {"moves": moves, "stays": stays, "move": len(moves), "stay": len(stays)}


@require_safe
@requires("case.migrate")
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, what stays and why; asks for itself again while a worker is at it."""
    found = migrations.of_run(run_id)
    new, context = frame(request, found.run.new_id, "versions")
    old = definitions.get(found.run.old_id)
    context |= {
        "progress": found,
        "old": old,
        "old_title": title(old),
        "new_title": title(new),
        "stays": migrations.staying(found.run, english=is_english()),
        "shown": migrations.SHOWN,
        "may_undo": found.moved > found.kept and not (found.going and found.undoing),
        "here": reverse("studio:moving", args=[run_id]),
    }
    part = "portal/studio/_moving.html" if request.headers.get("HX-Request") else "portal/studio/moving.html"
    return render(request, part, context)


@require_POST
@requires("case.migrate")
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Put back what the run has moved and nobody has worked on since."""
    try:
        migration.carry_on(run_id, "undo", actor=request.actor, at=timezone.now())
    except NotFound:
        return redirect("studio:library")
    return redirect("studio:moving", run_id)
