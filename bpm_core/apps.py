"""The core as a Django app: tables, migrations and management commands."""

from __future__ import annotations

from django.apps import AppConfig


class BpmCoreConfig(AppConfig):
    name = "bpm_core"
    label = "bpm_core"
    default_auto_field = "django.db.models.BigAutoField"
