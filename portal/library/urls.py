"""Addresses of the library."""

from __future__ import annotations

from django.urls import path

from portal.library import pages

app_name = "library"
urlpatterns = [
    path("", pages.index, name="index"),
    path("<slug:key>/", pages.process, name="process"),
    path("<slug:key>/versions/", pages.versions, name="versions"),
    path("<slug:key>/<slug:part>/", pages.process, name="part"),
]
