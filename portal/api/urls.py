"""Addresses of the API."""

from __future__ import annotations

from django.urls import path, re_path

from portal.api import cases, docs, exchange, messages, processes, work_items
from portal.api.asked import NUMBER

app_name = "api"
urlpatterns = [
    path("", docs.Root.as_view(), name="root"),
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs/", docs.docs, name="docs"),
    path("processes", processes.Processes.as_view(), name="processes"),
    re_path(rf"^processes/(?P<key>{processes.KEY})$", processes.Process.as_view(), name="process"),
    path("cases", cases.Cases.as_view(), name="cases"),
    re_path(rf"^cases/(?P<number>{NUMBER})$", cases.Case.as_view(), name="case"),
    re_path(rf"^cases/(?P<number>{NUMBER})/timeline$", cases.Timeline.as_view(), name="timeline"),
    path("work-items", work_items.WorkItems.as_view(), name="work-items"),
    path("work-items/<uuid:work_item_id>", work_items.WorkItem.as_view(), name="work-item"),
    path("work-items/<uuid:work_item_id>/claim", work_items.Claim.as_view(), name="claim"),
    path("work-items/<uuid:work_item_id>/release", work_items.Release.as_view(), name="release"),
    path("work-items/<uuid:work_item_id>/complete", work_items.Complete.as_view(), name="complete"),
    path("messages", messages.Messages.as_view(), name="messages"),
    path("exchange", exchange.Exchange.as_view(), name="exchange"),
    path("signals", messages.Signals.as_view(), name="signals"),
    re_path(r"", docs.Nothing.as_view(), name="nothing"),
]
