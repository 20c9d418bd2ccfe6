"""`manage.py worker`: a worker on its own, without Celery and Redis; any number of them may run over PostgreSQL."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from workers import embedded
from workers.sweeper import Sweeper


class Command(BaseCommand):
    help = "Do what is due: timers, automatic steps, events, escalations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *, once: bool, **_options: Any) -> None:
        if once:
            self.stdout.write(f"{Sweeper().drain(most_s=3600.0)} rows done")
            return
        team, ended = embedded.start(), Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        self.stdout.write("Worker is running (stop with Ctrl-C)")
        while not ended.wait(1.0) and team.alive:
            pass
        team.stop()
