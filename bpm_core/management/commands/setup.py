"""`manage.py setup`: everything a fresh installation needs, told step by step; a second run changes nothing."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from bpm_core.seed import calendar, library, offices, staff


class Command(BaseCommand):
    help = "Create or renew the database: tables, calendar, offices, staff, process library; --demo adds cases."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also make synthetic residents and cases")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        at = timezone.now()
        fresh = not connection.introspection.table_names()
        if fresh:
            self._sync_to_disk(False)
        self._do("tables", self._migrate)
        self._do("calendar days", calendar.load)
        self._do("offices", offices.load)
        self._do("staff accounts", staff.load)
        self._do("processes published", lambda: library.load(settings.PROCESSES_DIR, at=at))
        if demo:
            call_command("demo", stdout=self.stdout)
        if fresh:
            self._sync_to_disk(True)

    def _sync_to_disk(self, on: bool) -> None:
        """A first set-up on SQLite need not wait for the disk after each of its thousands of commits, only at its end:
        cut off half-way it holds nothing that a second run would not make again."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={'FULL' if on else 'OFF'}")
                if on:
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _do(self, what: str, work: Callable[[], int]) -> None:
        began = time.monotonic()
        self.stdout.write(f"-- {what} ...", ending=" ")
        self.stdout.flush()
        fresh = work()
        self.stdout.write(f"{fresh} new, {time.monotonic() - began:.1f} s" if fresh else "up to date")

    def _migrate(self) -> int:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", verbosity=0, interactive=False)
        return len(plan)
