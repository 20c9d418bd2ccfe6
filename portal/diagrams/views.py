"""Pictures of process definitions as BPMN XML, for the browser island."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from bpm_core.queries import definitions
from portal.access import requires
from portal.diagrams import drawing, quickjs_runner

_STATUS_NOT_DRAWABLE = 422


def _etag(_request: HttpRequest, definition_id: UUID) -> str:
    digest = definitions.get(definition_id).digest
    return f'"{digest[:24]}-{get_language()}"'


@require_safe
@requires("definition.read")
@condition(etag_func=_etag)
def definition_picture(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """The picture of one version, names in the reader's language; unchanged until another language is chosen."""
    return picture_response(definitions.files(definitions.get(definition_id))["process.bpmn"])


def picture_response(xml: bytes) -> HttpResponse:
    """A BPMN file as its picture; 422 when it cannot be drawn (the page then shows its text twin only)."""
    try:
        shown = drawing.drawing(xml, get_language() or "zh-hans")
    except (ValueError, quickjs_runner.ToolFailed) as error:
        return HttpResponse(str(error), status=_STATUS_NOT_DRAWABLE, content_type="text/plain; charset=utf-8")
    response = HttpResponse(shown, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    return response
