"""Addresses of quality."""

from __future__ import annotations

from django.urls import path

from portal.quality import cases, finder, findings, heat

app_name = "quality"
urlpatterns = [
    path("", finder.home, name="home"),
    path("export.csv", finder.export, name="export"),
    path("heat/", heat.heat_map, name="heat"),
    path("findings/", findings.overview, name="findings"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("findings/<int:finding_id>/action/", findings.assign, name="assign"),
    path("actions/<int:action_id>/close/", findings.close, name="close"),
    path("cases/<str:number>/", cases.history, name="case"),
    path("cases/<str:number>/chain/", cases.chain, name="chain"),
    path("cases/<str:number>/evidence.json", cases.evidence_file, name="evidence"),
    path("cases/<str:number>/findings/", findings.raise_on_case, name="raise"),
]
