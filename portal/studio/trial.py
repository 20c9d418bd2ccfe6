"""One form as the desk shows it, to be tried: what is typed is read and judged as at the desk, and nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bpm_core.commands import documents
from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.feel import values
from bpm_core.notation import forms
from bpm_core.notation.cleaning import Cleaned
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.queries import definitions
from portal.access import requires
from portal.desk import uploads
from portal.forms import reading, rendering
from portal.studio.pages import is_english
from portal.studio.shared import frame


@require_http_methods(["GET", "HEAD", "POST"])
@requires("definition.read")
def form(request: HttpRequest, definition_id: UUID, form_id: str) -> HttpResponse:
    """The form; POST says whether the desk would take the answers, and what the process would be given."""
    definition, context = frame(request, definition_id, "forms")
    schema = _schema(definition_id, form_id)
    answers: dict[str, object] = {}
    errors: list[FieldError] = []
    taken: list[tuple[Field, str]] | None = None
    if request.method == "POST":
        answers, errors = _answers(request, schema)
        cleaned = forms.clean(schema, answers, today=timezone.localdate())
        errors = _together(errors, cleaned.errors)
        taken = _taken(schema, cleaned) if not errors else None
    shown = rendering.page(schema, answers, errors=errors, today=timezone.localdate(), english=is_english())
    context |= {
        "schema": schema,
        "form": shown,
        "summary": shown.summary,
        "taken": taken,
        "rerender": reverse("studio:form_fields", args=[definition.pk, form_id]),
    }
    return render(request, "portal/studio/form.html", context, status=422 if errors else 200)


@require_POST
@requires("definition.read")
def fields(request: HttpRequest, definition_id: UUID, form_id: str) -> HttpResponse:
    """The questions that come or go after an answer that decides about them."""
    schema = _schema(definition_id, form_id)
    answers = reading.raw(schema, request.POST)
    shown = rendering.page(schema, answers, today=timezone.localdate(), english=is_english())
    changed = shown.changed(request.POST.getlist("shown"))
    context = {"controls": changed, "rerender": request.path, "out_of_band": True}
    return render(request, "portal/forms/slots.html", context)


def _schema(definition_id: UUID, form_id: str) -> FormSchema:
    schema = definitions.read(definitions.get(definition_id)).forms.get(form_id)
    if schema is None:
        raise Http404
    return schema


def _answers(request: HttpRequest, schema: FormSchema) -> tuple[dict[str, object], list[FieldError]]:
    """What was typed; a file is looked at as at the desk, and its name stands for it."""
    answers, refused = reading.raw(schema, request.POST), []
    for field in schema.fields:
        upload = request.FILES.get(rendering.PREFIX + field.key) if field.type == "file" else None
        if upload is None:
            continue
        answers[field.key] = documents.tidy_name(upload.name or "file")
        try:
            documents.examine(upload, upload.name or "file")
        except InvalidData as error:
            refused.append(FieldError(field.key, "file_refused", {"reason": uploads.reason(error)}))
    return answers, refused


def _together(first: Iterable[FieldError], then: Iterable[FieldError]) -> list[FieldError]:
    """Every error once a field."""
    return list({error.key: error for error in (*then, *first)}.values())


def _taken(schema: FormSchema, cleaned: Cleaned) -> list[tuple[Field, str]]:
    """Values as the process would be given them, for fields that hold one."""
    given = ((field, cleaned.values[field.key]) for field in schema.fields)
    return [
        (field, json.dumps(values.to_plain(value), ensure_ascii=False))
        for field, value in given
        if value not in (None, [])
    ]
