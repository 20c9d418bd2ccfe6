"""`manage.py simulator`: the stand-in for the outside registers, with synthetic people only."""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentParser
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workers import events
from workers.simulator.server import Simulator


class Command(BaseCommand):
    help = "Serve simulated registers over HTTP; knows synthetic people only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        port = urlsplit(settings.SIMULATOR_URL).port or 8009
        parser.add_argument("--port", type=int, default=port, help="that of SIMULATOR_URL unless said otherwise")
        parser.add_argument("--parent", type=int, default=0, help="end when the process of this id is gone")

    def handle(self, *, host: str, port: int, parent: int, **_options: Any) -> None:
        try:
            server = Simulator(host, port, event_secret=events.secret())
        except OSError as error:
            raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from None
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if parent:
            Thread(target=_end_without, args=(parent,), daemon=True).start()
        self.stdout.write(f"Simulated registers: http://{host}:{server.server_port}/  (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()


def _end_without(parent: int) -> None:
    """A portal that was killed cannot end its simulator any more: then it ends by itself and frees its port."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
