"""The workers as a Django app: commands that run what happens later; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "workers"
