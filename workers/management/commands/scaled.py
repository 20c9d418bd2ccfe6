"""`manage.py scaled`: web processes and Celery workers on this machine over PostgreSQL and Redis, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_PATIENCE_S = 25.0


class Command(BaseCommand):
    help = "Run web, Celery workers and the register simulator; DATABASE_URL and REDIS_URL must name servers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web", type=int, default=2, help="web processes")
        parser.add_argument("--workers", type=int, default=2, help="Celery worker processes")
        parser.add_argument("--no-simulator", action="store_true", help="registers are real, or not there")

    def handle(self, *, host: str, port: int, web: int, workers: int, no_simulator: bool, **_options: Any) -> None:
        if "sqlite" in settings.DATABASES["default"]["ENGINE"] or not settings.REDIS_URL:
            raise CommandError(
                "Set DATABASE_URL to a PostgreSQL database and REDIS_URL to a Redis; for SQLite use `manage.py serve`."
            )
        module = [sys.executable, "-m"]
        commands = {
            "web": [
                *module,
                "gunicorn",
                "portal.wsgi:application",
                "--bind",
                f"{host}:{port}",
                "--workers",
                str(web),
                "--threads",
                "4",
            ],
            "workers": [
                *module,
                "celery",
                "-A",
                "workers.celery",
                "worker",
                "--beat",
                "--concurrency",
                str(workers),
                "--loglevel",
                "WARNING",
            ],
        }
        if not no_simulator:
            commands["simulator"] = [sys.executable, "manage.py", "simulator", "--parent", str(os.getpid())]
        herd = {name: self._start(command) for name, command in commands.items()}
        self.stdout.write(
            self.style.SUCCESS(
                f"Guicheng 规程 is ready: http://{host}:{port}/  ({web} web, {workers} workers; stop with Ctrl-C)"
            )
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while True:
                time.sleep(1.0)
                self._replace_ended(herd, commands)
        except KeyboardInterrupt:
            self._end(herd)

    def _replace_ended(self, herd: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str]]) -> None:
        """As a service manager would: whoever ended by itself is started again."""
        for name, child in herd.items():
            if child.poll() is not None:
                self.stderr.write(f"{name} ended with code {child.returncode}; started again")
                herd[name] = self._start(commands[name])

    def _end(self, herd: dict[str, subprocess.Popen[bytes]]) -> None:
        """Let everybody end in peace, and whoever does not within a while the hard way: leases see to the rest."""
        for child in herd.values():
            child.terminate()
        for child in herd.values():
            try:
                child.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ.copy())
