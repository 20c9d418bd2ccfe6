"""One process of another deployment's library beside ours, and our own library as a file for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bpm_core.commands import library_import
from bpm_core.commands.library_import import Compared
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.notation import bpmn, library
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.library import LibraryRefused
from bpm_core.queries import definitions, export
from portal.access import requires
from portal.diagrams import drawing, quickjs_runner
from portal.studio import compare, import_words, kept
from portal.studio.imports import for_keepers
from portal.templatetags.guicheng import bi


@require_safe
@for_keepers
def process(request: HttpRequest, digest: str, key: str) -> HttpResponse:
    """What differs in one process: on the drawing, element by element, file by file."""
    data = kept.read(digest)
    try:
        found = library_import.compare(kept.verified(data)) if data else ()
    except LibraryRefused:
        raise Http404 from None  # the page of the library says why
    each = next((one for one in found if one.packed.key == key), None)
    if each is None:
        raise Http404
    context = {
        "digest": digest,
        "packed": each.packed,
        "ours": each.ours,
        "standing": import_words.STANDINGS[each.standing],
        **_difference(each),
        "crumbs": [
            (reverse("studio:library"), _("Procedures")),
            (reverse("studio:imports"), _("Libraries of other deployments")),
            (reverse("studio:import", args=[digest]), digest[:12]),
            ("", f"{each.packed.code} {bi(each.packed)}"),
        ],
    }
    return render(request, "portal/studio/import_process.html", context)


def _difference(each: Compared) -> dict[str, Any]:
    ours, theirs = _files(each.ours), each.packed.files
    told: dict[str, Any] = {
        "files": list(compare.file_changes(ours, theirs)) if ours else [],
        "names": [] if ours else sorted(theirs),
        "changes": [],
        "moved": [],
        "picture": "",
        "marks": [],
        "unreadable": "",
    }
    try:
        if ours:
            models = [bpmn.read(files[PROCESS]) for files in (ours, theirs)]
            changes = compare.element_changes(ours, theirs, models)
            told["changes"] = [change for change in changes if change.kind != "moved"]
            told["moved"] = [change for change in changes if change.kind == "moved"]
            told["marks"] = compare.marks(changes, {"added", "changed"})
        told["picture"] = drawing.drawing(theirs[PROCESS], get_language() or "zh-hans").decode("utf-8")
    except (ValueError, quickjs_runner.ToolFailed) as error:
        told["unreadable"] = str(error)
    return told


def _files(ours: ProcessDefinition | None) -> Mapping[str, bytes]:
    return definitions.files(ours) if ours is not None else {}


@require_safe
@requires("definition.publish")
def export_file(request: HttpRequest) -> HttpResponse:
    """Everything published here as one signed file, the same as `manage.py export_library` writes."""
    data, _processes = export.export(library.signer(settings.LIBRARY_SIGNER, settings.LIBRARY_KEY))
    response = HttpResponse(data, content_type="application/zip")
    name = f"{settings.LIBRARY_SIGNER}-library-{timezone.localdate():%Y%m%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
