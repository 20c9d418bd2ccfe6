"""Addresses of the manual."""

from __future__ import annotations

from django.urls import path

from portal.library import printed

app_name = "manual"
urlpatterns = [
    path("", printed.contents, name="contents"),
    path("pdf/", printed.whole_pdf, name="pdf"),
    path("clauses/", printed.index, {"name": "clauses"}, name="clauses"),
    path("posts/", printed.index, {"name": "posts"}, name="posts"),
    path("<slug:key>/", printed.chapter, name="chapter"),
    path("<slug:key>/pdf/", printed.chapter_pdf, name="chapter_pdf"),
]
