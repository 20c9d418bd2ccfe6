"""The portal as a Django app: templates, static files and translations; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
