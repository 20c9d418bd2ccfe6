"""`manage.py serve`: the embedded default - the portal, the worker inside it, the register simulator beside it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from bpm_core.queries import shelves
from workers import embedded


class Command(BaseCommand):
    help = "Serve the portal with the worker inside it; meant for one office or a trial, with SQLite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--no-simulator", action="store_true", help="registers are real, or not there")

    def handle(self, *, host: str, port: int, threads: int, no_simulator: bool, **_options: Any) -> None:
        simulator = None if no_simulator else self._start_simulator()
        worker = embedded.start(before=self._until_registers_answer if simulator else None)
        application, _addresses = get_wsgi_application(), get_resolver().url_patterns  # imports every page now
        try:
            self.stdout.write(self.style.SUCCESS(f"Guicheng 规程 is ready: http://{host}:{port}/  (stop with Ctrl-C)"))
            shelves.warm(settings.PROCESSES_DIR)
            waitress.serve(application, host=host, port=port, threads=threads, ident="guicheng")
        finally:
            worker.stop()
            if simulator is not None:
                simulator.terminate()

    def _start_simulator(self) -> subprocess.Popen[bytes]:
        """The registers' stand-in is a process of its own, so that its time-outs and errors are real ones."""
        command = [sys.executable, "manage.py", "simulator", "--parent", str(os.getpid())]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ.copy())

    def _until_registers_answer(self) -> None:
        """Steps that wait for a register should not lose a try because its stand-in was still starting."""
        parts = urlsplit(settings.SIMULATOR_URL)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection((parts.hostname, parts.port or 80), timeout=1):
                return
            time.sleep(0.1)
