"""Pages of the library: all processes by family with search, and one process with its parts and versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bpm_core.domain import authority
from bpm_core.models import ProcessDefinition
from bpm_core.queries import definitions, shelves
from portal.access import requires
from portal.library import parts, search
from portal.templatetags.guicheng import bi


@require_safe
@requires("definition.read")
def index(request: HttpRequest) -> HttpResponse:
    """Every process in force, by family; with a query those that it does not fit are there too, but hidden."""
    rows = shelves.in_force()
    query = request.GET.get("q", "").strip()[: search.MAX_QUERY]
    found = search.find(rows, query)
    context = {
        "query": query,
        "shelves": [(shelf, any(row in found for row in shelf.definitions)) for shelf in shelves.by_family(rows)],
        "found_rows": found,
        "found": len(found),
        "services": sum(not row.callable_only for row in rows),
        "shared": sum(row.callable_only for row in rows),
        "designs": authority.may(request.actor, "definition.upload")
        or authority.may(request.actor, "definition.publish"),
    }
    return render(request, "portal/library/index.html", context)


@require_safe
@requires("definition.read")
def process(request: HttpRequest, key: str, part: str = "") -> HttpResponse:
    """One process as it is in force: its course with the diagram, or one of its other parts."""
    definition = shelves.current(key)
    if part not in parts.BY_NAME:
        raise Http404
    chapter = parts.chapter_of(definition, parts.online)
    body = parts.read(chapter, parts.BY_NAME[part])
    context = frame(definition, part) | {"body": body, "is_course": part == "", "rows": definition.code.lower()}
    return render(request, "portal/library/process.html", context)


@require_safe
@requires("definition.read")
def versions(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the process: when it came into force, who handed it in and who published it."""
    definition = shelves.current(key)
    context = frame(definition, "versions") | {"versions": definitions.versions(definition.key)}
    return render(request, "portal/library/versions.html", context)


def frame(definition: ProcessDefinition, here: str) -> dict[str, object]:
    """What every page of one process shows around its content."""
    tabs = [
        (part.name, part.label, reverse("library:part", args=[definition.key, part.name]) if part.name else "")
        for part in parts.PARTS
    ]
    tabs.append(("versions", _("Versions"), reverse("library:versions", args=[definition.key])))
    top = reverse("library:process", args=[definition.key])
    label = next(label for name, label, _url in tabs if name == here)
    return {
        "definition": definition,
        "tabs": [{"url": url or top, "label": label, "current": name == here} for name, label, url in tabs],
        "crumbs": [
            (reverse("library:index"), _("Procedures")),
            (top if here else "", f"{definition.code} {bi(definition)}"),
            *([("", label)] if here else []),
        ],
    }
