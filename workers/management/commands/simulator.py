"""`manage.py simulator`: the stand-in for the outside registers, with synthetic people only."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workers import events
from workers.simulator.server import Simulator


class Command(BaseCommand):
    help = "Serve simulated registers over HTTP; knows synthetic people only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8009)

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        try:
            server = Simulator(host, port, event_secret=events.secret())
        except OSError as error:
            raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from None
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.stdout.write(f"Simulated registers: http://{host}:{server.server_port}/  (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
