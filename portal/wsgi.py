"""WSGI entry point of web processes under gunicorn; `manage.py serve` is the other door."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from bpm_core.queries import shelves  # noqa: E402 - models can be imported only now

_addresses = get_resolver().url_patterns  # every page is imported before the first request, not during it
shelves.warm(settings.PROCESSES_DIR)
