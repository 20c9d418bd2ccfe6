"""Suites of others, asked of the product. Their runners know nothing of the framework: we set it up for them here."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import django
from django.apps import apps

if not apps.ready:
    _data = tempfile.mkdtemp(prefix="guicheng-conformance-")
    _owner = os.getpid()
    atexit.register(lambda: os.getpid() == _owner and shutil.rmtree(_data, ignore_errors=True))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("GUICHENG_DATA", _data)
    django.setup()
