"""Addresses for operators and their monitors."""

from __future__ import annotations

from django.urls import path

from portal.ops import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
