"""The heat map: counts and times at each element on the diagram, and the same as a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bpm_core.domain import authority
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation.bpmn import CONTAINERS
from bpm_core.queries import definitions, offices
from bpm_core.queries import heat as figures
from bpm_core.queries.heat import HeatMap, Spot
from portal import words
from portal.access import requires
from portal.quality import wording
from portal.quality.finder import filters_of
from portal.quality.navigation import parts
from portal.studio import steps as text_twin
from portal.templatetags.diagrams import Mark
from portal.templatetags.guicheng import english

#: What the colour shows, and how it is read off an element's figures.
MEASURES = {
    "passed": gettext_lazy("How often"),
    "median": gettext_lazy("Median time"),
    "p90": gettext_lazy("Time of the slowest tenth"),
    "late": gettext_lazy("Limit missed"),
    "open": gettext_lazy("Waiting now"),
}


def _figure(spot: Spot, measure: str) -> float:
    return {
        "passed": float(spot.passed),
        "median": spot.median_s or 0.0,
        "p90": spot.p90_s or 0.0,
        "late": float(spot.late),
        "open": float(spot.open),
    }[measure]


def _badge(spot: Spot, measure: str) -> str:
    return {
        "passed": str(spot.passed),
        "median": wording.duration(spot.median_s),
        "p90": wording.duration(spot.p90_s),
        "late": f"{spot.late} · {spot.late_percent}%",
        "open": str(spot.open),
    }[measure]


@require_safe
@requires("stats.read")
def heat_map(request: HttpRequest) -> HttpResponse:
    """Where cases pile up, how long steps take, where limits are missed."""
    filters, wrong = filters_of(request.GET)
    processes = figures.processes()
    key = filters.process or (processes[0].key if processes else "")
    versions = figures.versions(key)
    definition = _definition(versions, request.GET.get("version", ""))
    measure = request.GET.get("measure", "passed")
    measure = measure if measure in MEASURES else "passed"
    context: dict[str, object] = {
        "parts": parts(request, "quality:heat"),
        "summary": wrong,
        "filters": filters,
        "offices": offices.below(authority.reach(request.actor, "stats.read")),
        "processes": processes,
        "versions": versions,
        "definition": definition,
        "measures": MEASURES.items(),
        "measure": measure,
        "measure_name": MEASURES[measure],
    }
    if definition is not None:
        found = figures.of_process(request.actor, definition, filters, today=timezone.localdate())
        elements = definitions.read(definition).process.elements
        levels = figures.levels(
            {
                name: _figure(spot, measure)
                for name, spot in found.spots.items()
                if name in elements and elements[name].kind not in CONTAINERS
            }
        )
        context |= {
            "found": found,
            "rows": _rows(definition, found, levels),
            "marks": _marks(found, levels, measure),
            "url": reverse("diagram", args=[definition.pk]),
        }
    return render(request, "portal/quality/heat.html", context)


def _definition(versions: list[ProcessDefinition], wanted: str) -> ProcessDefinition | None:
    """The version asked for, else the one most cases ran on."""
    if wanted.isdecimal() and len(wanted) < 10:
        chosen = next((row for row in versions if row.version == int(wanted)), None)
        if chosen is not None:
            return chosen
    return max(versions, key=lambda row: (row.all_cases, row.version), default=None)


def _rows(definition: ProcessDefinition, found: HeatMap, levels: dict[str, int]) -> list[dict[str, object]]:
    """Every step in the order of the work with its figures: the text twin of the heat map."""
    process = definitions.read(definition).process
    nothing = Spot("")
    return [
        {
            "step": step,
            "spot": spot,
            "level": levels.get(step.element.id, 0),
            "median": wording.duration(spot.median_s),
            "p90": wording.duration(spot.p90_s),
            "limit": words.limit(spot.limit_value, spot.limit_unit) if spot.limit_value is not None else step.limit,
        }
        for step in text_twin.steps(process, english=english())
        for spot in [found.spots.get(step.element.id, nothing)]
        if spot.passed or spot.open or step.element.kind == "userTask"
    ]


def _marks(found: HeatMap, levels: dict[str, int], measure: str) -> list[Mark]:
    return [
        Mark(id=name, tone=f"heat{level}", badge=_badge(found.spots[name], measure), href=f"#step-{name}", under=True)
        for name, level in levels.items()
    ]
