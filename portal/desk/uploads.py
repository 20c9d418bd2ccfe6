"""Files that come with a form: each is stored with the case at once, its field then holds the file's id."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from bpm_core.commands import documents
from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.notation.fields import FormSchema
from bpm_core.queries.tasks import Task
from portal import refusals
from portal.forms.rendering import PREFIX

_REASONS: Mapping[str, Promise] = {
    "file_empty": gettext_lazy("the file is empty"),
    "file_too_big": gettext_lazy("the file is bigger than {max_mb} MB; scan it in grey at 200 dpi or in parts"),
    "file_type": gettext_lazy("this kind of file is not accepted; these are: {accepted}"),
    "file_name": gettext_lazy("the content is a {found} file but the name ends in .{said}; rename or save it again"),
    "file_macros": gettext_lazy("the document carries a macro (a small program); save it without macros or as PDF"),
    "file_bomb": gettext_lazy("the file unpacks to far more than anybody could read"),
}


def reason(refused: InvalidData) -> str:
    """Why a file is not accepted, as a sentence."""
    known = _REASONS.get(refused.reason)
    return str(known).format(**refused.facts) if known else refusals.sentence(refused)


def store_all(request: HttpRequest, task: Task, schema: FormSchema) -> tuple[dict[str, object], list[FieldError]]:
    """Store every file of the form; gives the values of their fields, and what was refused."""
    stored: dict[str, object] = {}
    refused: list[FieldError] = []
    for field in schema.fields:
        upload = request.FILES.get(PREFIX + field.key) if field.type == "file" else None
        if upload is None:
            continue
        try:
            stored[field.key] = store(request, task.case.pk, upload, work_item_id=task.item.pk)
        except InvalidData as error:
            refused.append(FieldError(field.key, "file_refused", {"reason": reason(error)}))
    return stored, refused


def store(request: HttpRequest, case_id: int, upload: UploadedFile, **more: object) -> str:
    """Store one file with the case and give its id."""
    name = upload.name or "file"
    document = documents.add(case_id, upload=upload, name=name, actor=request.actor, at=timezone.now(), **more)
    return str(document.pk)
