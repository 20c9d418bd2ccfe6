"""Reading pages of the studio: the library, and one definition with diagram, guide, forms, tables, worked cases."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bpm_core.domain import authority
from bpm_core.notation.bundle import PROCESS
from bpm_core.queries import definitions, imports, migrations
from portal.access import requires
from portal.diagrams import drawing, quickjs_runner
from portal.studio import steps as text_twin
from portal.studio import tables
from portal.studio.shared import frame


def is_english() -> bool:
    return (get_language() or "").startswith("en")


@require_safe
@requires("definition.read")
def library(request: HttpRequest) -> HttpResponse:
    """Every process with its version in force, drafts and open cases."""
    shelves = definitions.library()
    keeps = any(authority.may(request.actor, each) for each in ("library.import", "definition.publish"))
    context = {
        "services": [shelf for shelf in shelves if not shelf.definition.callable_only],
        "shared": [shelf for shelf in shelves if shelf.definition.callable_only],
        "drafts": [shelf for shelf in shelves if shelf.drafts],
        "may_upload": authority.may(request.actor, "definition.upload"),
        "may_import": keeps,
        "libraries": imports.all_waiting() if keeps else [],
    }
    return render(request, "portal/studio/library.html", context)


@require_safe
@requires("definition.read")
def overview(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The diagram and its text twin."""
    definition, context = frame(request, definition_id, "")
    bundle = definitions.read(definition)
    steps = text_twin.steps(bundle.process, english=is_english())
    context |= {
        "steps": steps,
        "people": sum(step.element.kind == "userTask" for step in steps),
        "automatic": sum(step.element.kind in ("serviceTask", "businessRuleTask", "scriptTask") for step in steps),
        "ends": sum(step.element.kind == "endEvent" for step in steps),
        "guide": bundle.guide,
        "forms": set(bundle.forms),
        "called": {
            key: reverse("studio:definition", args=[found.pk])
            for key, version in definition.called.items()
            if (found := definitions.at_version(key, version))
        },
    }
    return render(request, "portal/studio/definition.html", context)


@require_safe
@requires("definition.read")
def service_guide(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """What the public may expect, generated from the same version that is carried out."""
    definition, context = frame(request, definition_id, "guide")
    guide = definitions.read(definition).guide
    if guide is None:
        raise Http404
    return render(request, "portal/studio/guide.html", context | {"guide": guide})


@require_safe
@requires("definition.read")
def forms(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """Every form with the steps that ask it."""
    definition, context = frame(request, definition_id, "forms")
    bundle = definitions.read(definition)
    english = is_english()
    asked = [element for element in bundle.process.elements.values() if element.form_id]
    context["forms"] = [
        {
            "schema": schema,
            "steps": [text_twin.name_of(element, english) for element in asked if element.form_id == identity],
        }
        for identity, schema in bundle.forms.items()
    ]
    return render(request, "portal/studio/forms.html", context)


@require_safe
@requires("definition.read")
def rules(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The decision tables as tables."""
    definition, context = frame(request, definition_id, "rules")
    context["tables"] = tables.of(definitions.read(definition), english=is_english())
    return render(request, "portal/studio/rules.html", context)


@require_safe
@requires("definition.read")
def examples(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The worked cases that are also the tests of the process."""
    definition, context = frame(request, definition_id, "examples")
    bundle = definitions.read(definition)
    english = is_english()
    by_node = {element.node: element for element in bundle.process.elements.values() if element.node}
    context["examples"] = [
        {
            "case": case,
            "name": case.name_en if english else case.name_zh,
            "end": text_twin.name_of(by_node[case.expect.end], english)
            if case.expect.end in by_node
            else case.expect.end,
            "path": [
                text_twin.name_of(by_node[node], english) if node in by_node else node for node in case.expect.path
            ],
        }
        for case in bundle.scenarios
    ]
    return render(request, "portal/studio/examples.html", context)


@require_safe
@requires("definition.read")
def versions(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """Every version of the process: who handed it in, who published it, which cases run on it."""
    definition, context = frame(request, definition_id, "versions")
    rows = definitions.versions(definition.key)
    context |= {
        "versions": rows,
        "may_move": definition.status == "published" and authority.may(request.actor, "case.migrate"),
        "runs": migrations.of_key(definition.key),
    }
    return render(request, "portal/studio/versions.html", context)


@require_safe
@requires("definition.read")
def download(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The bundle as a zip, exactly as it was handed in."""
    definition = definitions.get(definition_id)
    return _file(bytes(definition.archive), "application/zip", f"{definition.key}-{definition.version}.zip")


@require_safe
@requires("definition.read")
def drawn(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The diagram alone, with an automatic layout when it had none: to go on from in a modelling program."""
    definition = definitions.get(definition_id)
    try:
        content = drawing.with_layout(definitions.files(definition)[PROCESS])
    except quickjs_runner.ToolFailed:
        raise Http404 from None
    return _file(content, "application/xml", f"{definition.key}-{definition.version}.bpmn")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
