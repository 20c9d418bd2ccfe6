"""What every page of one definition shows around its content: its name, state, tabs and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bpm_core.domain import authority
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.queries import definitions
from portal.templatetags.guicheng import bi


def frame(request: HttpRequest, definition_id: UUID, here: str) -> tuple[ProcessDefinition, dict[str, object]]:
    """The definition and the context of the page `here` ("" = overview)."""
    definition = definitions.get(definition_id)
    bundle = definitions.read(definition)
    tabs = [
        ("", _("Steps"), "studio:definition"),
        ("guide", _("Service guide"), "studio:guide"),
        ("forms", _("Forms"), "studio:forms"),
        ("rules", _("Decision tables"), "studio:rules"),
        ("examples", _("Worked cases"), "studio:examples"),
        ("local", _("Local values"), "studio:local-process"),
        ("versions", _("Versions"), "studio:versions"),
        ("report", _("Check report"), "studio:report"),
    ]
    varies = bundle.guide is not None and definition.is_current and not definition.callable_only
    there = {
        "local": varies,
        "guide": bundle.guide,
        "forms": bundle.forms,
        "rules": bundle.decisions,
        "examples": bundle.scenarios,
    }
    context: dict[str, object] = {
        "definition": definition,
        "tabs": [
            {
                "url": reverse(name, args=[definition.key if key == "local" else definition_id]),
                "label": label,
                "current": key == here,
            }
            for key, label, name in tabs
            if there.get(key, True)
        ],
        "crumbs": [
            (reverse("studio:library"), _("Procedures")),
            (reverse("studio:definition", args=[definition_id]) if here else "", title(definition)),
        ],
        **publication_of(request, definition),
    }
    if here:
        label = next(label for key, label, _name in tabs if key == here)
        context["crumbs"] = [*context["crumbs"], ("", label)]  # type: ignore[misc]
    return definition, context


def title(definition: ProcessDefinition) -> str:
    """Name and version as pages call it."""
    return _("%(name)s, version %(version)d") % {"name": bi(definition), "version": definition.version}


def publication_of(request: HttpRequest, definition: ProcessDefinition) -> Mapping[str, object]:
    """What this reader may do about the state of the definition, and why not where the rule says no."""
    errors = [problem for problem in definition.report.get("problems", []) if problem.get("severity") == "error"]
    draft = definition.status == "draft"
    publisher = authority.may(request.actor, "definition.publish")
    own = definition.uploaded_by_id is not None and definition.uploaded_by_id == request.user.pk
    return {
        "may_upload": authority.may(request.actor, "definition.upload"),
        "error_count": len(errors),
        "may_publish": draft and publisher and not own and not errors,
        "own_upload": draft and own,
        "awaits_publisher": draft and not errors and not publisher and not own,
        "may_retire": definition.status == "published" and authority.may(request.actor, "definition.retire"),
    }
