"""Addresses of the studio."""

from __future__ import annotations

from django.urls import path, register_converter

from portal.studio import compare, import_details, imports, local, moves, pages, publication, standards, trial, uploads


class DigestConverter:
    """A SHA-256 in small hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DigestConverter, "digest")

app_name = "studio"
urlpatterns = [
    path("", pages.library, name="library"),
    path("upload/", uploads.upload, name="upload"),
    path("libraries/", imports.overview, name="imports"),
    path("libraries/export/", import_details.export_file, name="export"),
    path("libraries/<digest:digest>/", imports.one, name="import"),
    path("libraries/<digest:digest>/decide/", imports.decide, name="import-decide"),
    path("libraries/<digest:digest>/<slug:key>/", import_details.process, name="import-process"),
    path("standards/", standards.overview, name="standards"),
    path("standards/<str:slug>/", standards.standard, name="standard"),
    path("local/", local.overview, name="local"),
    path("local/<str:key>/", local.process, name="local-process"),
    path("editions/<uuid:edition_id>/", local.edition, name="edition"),
    path("editions/<uuid:edition_id>/decide/", local.decide, name="decide"),
    path("<uuid:definition_id>/", pages.overview, name="definition"),
    path("<uuid:definition_id>/guide/", pages.service_guide, name="guide"),
    path("<uuid:definition_id>/forms/", pages.forms, name="forms"),
    path("<uuid:definition_id>/forms/<str:form_id>/", trial.form, name="form"),
    path("<uuid:definition_id>/forms/<str:form_id>/fields/", trial.fields, name="form_fields"),
    path("<uuid:definition_id>/rules/", pages.rules, name="rules"),
    path("<uuid:definition_id>/examples/", pages.examples, name="examples"),
    path("<uuid:definition_id>/versions/", pages.versions, name="versions"),
    path("<uuid:definition_id>/report/", uploads.report, name="report"),
    path("<uuid:definition_id>/download/", pages.download, name="download"),
    path("<uuid:definition_id>/drawn.bpmn", pages.drawn, name="drawn"),
    path("<uuid:definition_id>/compare/", compare.choose, name="choose"),
    path("<uuid:definition_id>/compare/<uuid:other_id>/", compare.compare, name="compare"),
    path("<uuid:definition_id>/move/<uuid:old_id>/", moves.plan, name="move"),
    path("moves/<uuid:run_id>/", moves.progress, name="moving"),
    path("moves/<uuid:run_id>/undo/", moves.undo, name="move-undo"),
    path("<uuid:definition_id>/publish/", publication.publish, name="publish"),
    path("<uuid:definition_id>/retire/", publication.retire, name="retire"),
]
