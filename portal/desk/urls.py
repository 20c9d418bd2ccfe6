"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from portal.desk import actions, batch, case, choosing, files, intake, letters, materials, papers, queue, search, task

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("views/", queue.save_view, name="views"),
    path("views/<int:view_id>/delete/", queue.drop_view, name="view-delete"),
    path("batch/", batch.batch, name="batch"),
    path("new/", choosing.choose, name="intake"),
    path("new/<slug:key>/", intake.open_case, name="intake-open"),
    path("items/<uuid:item_id>/", task.task, name="task"),
    path("items/<uuid:item_id>/claim/", task.claim, name="claim"),
    path("items/<uuid:item_id>/release/", task.release, name="release"),
    path("items/<uuid:item_id>/draft/", task.draft, name="draft"),
    path("items/<uuid:item_id>/fields/", task.fields, name="fields"),
    path("items/<uuid:item_id>/notice/", papers.one_time, name="notice"),
    path("items/<uuid:item_id>/transfer/", actions.transfer, name="transfer"),
    path("items/<uuid:item_id>/return/", actions.return_to, name="return"),
    path("cases/", search.cases, name="search"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/deadline/", case.deadline, name="deadline"),
    path("cases/<str:number>/reveal/", case.reveal, name="reveal"),
    path("cases/<str:number>/materials/", materials.checklist, name="materials"),
    path("cases/<str:number>/receive/", materials.receive, name="receive"),
    path("cases/<str:number>/suspend/", actions.suspend, name="suspend"),
    path("cases/<str:number>/resume/", actions.resume, name="resume"),
    path("cases/<str:number>/withdraw/", actions.withdraw, name="withdraw"),
    path("cases/<str:number>/reject/", actions.reject, name="reject"),
    path("cases/<str:number>/correct/", actions.correct, name="correct"),
    path("cases/<str:number>/hand-over/", actions.hand_over, name="hand-over"),
    path("cases/<str:number>/cancel/", actions.cancel, name="cancel"),
    path("cases/<str:number>/message/", letters.record, name="message"),
    path("cases/<str:number>/papers/<slug:kind>/", papers.issue, name="issue"),
    path("papers/<str:number>/", papers.paper, name="paper"),
    path("papers/<str:number>/pdf/", papers.pdf, name="pdf"),
    path("files/<uuid:document_id>/", files.file, name="file"),
]
