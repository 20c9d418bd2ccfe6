"""Files of a case: given only to who may see the case, with headers under which a browser runs nothing of them."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from bpm_core.commands import documents
from bpm_core.domain import attachments
from bpm_core.queries import papers
from portal.desk.access import for_readers

_SHOWN = {kind.content_type for kind in attachments.KINDS if kind.shown}


@for_readers
def file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The bytes of one file: pictures and PDF beside the page, everything else as a download."""
    document = papers.document(request.actor, document_id)
    try:
        content = documents.place_of(document.pk).open("rb")
    except FileNotFoundError:
        raise Http404("the file is not in the store") from None
    shown = document.content_type in _SHOWN and "download" not in request.GET
    response = FileResponse(content, content_type=document.content_type if shown else "application/octet-stream")
    disposition = "inline" if shown else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(document.name)}"
    response["Content-Length"] = str(document.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response
