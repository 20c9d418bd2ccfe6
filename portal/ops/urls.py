"""Addresses for operators and their monitors."""

from __future__ import annotations

from django.urls import include, path

from portal.ops import health, pages

_pages = (
    [
        path("", pages.home, name="home"),
        path("retry/", pages.retry, name="retry"),
        path("resolve/", pages.resolve, name="resolve"),
        path("tell-again/", pages.tell_again, name="tell_again"),
    ],
    "ops",
)

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("ops/", include(_pages)),
]
