"""`manage.py demo`: a few hundred synthetic residents with cases in every state; a second run changes nothing."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from bpm_core.seed import demo


class Command(BaseCommand):
    help = "Make demonstration cases through the real commands, once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        self.stdout.write("-- demonstration cases ...")
        self.stdout.flush()
        made = demo.load(timezone.now(), lambda text: self.stdout.write(f"   {text}"))
        self.stdout.write(f"   {made} new, {time.monotonic() - began:.1f} s" if made else "   up to date")
