"""`manage.py export_library --out FILE`: the published process library as one signed file for another deployment."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bpm_core.domain.errors import Refused
from bpm_core.notation import library
from bpm_core.notation.library import LibraryRefused
from bpm_core.queries import export


class Command(BaseCommand):
    help = (
        "Write the published processes with standards and floors into one signed file. The same library gives the same "
        "bytes. --public-key prints the line by which others trust this deployment (LIBRARY_TRUST)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write")
        parser.add_argument("--key", action="append", default=[], metavar="KEY", help="only this and what it calls")
        parser.add_argument("--public-key", action="store_true", help="print the public key and end")

    def handle(self, *args: Any, **options: Any) -> None:
        by = library.signer(settings.LIBRARY_SIGNER, settings.LIBRARY_KEY)
        if options["public_key"]:
            self.stdout.write(f"{by.name}={by.public}")
            return
        if options["out"] is None:
            raise CommandError("--out names the file to write")
        try:
            data, processes = export.export(by, keys=options["key"])
            options["out"].write_bytes(data)
        except (Refused, LibraryRefused, OSError) as error:
            raise CommandError(str(error)) from error
        digest = hashlib.sha256(data).hexdigest()
        self.stdout.write(f"{len(processes)} processes, {len(data)} bytes, SHA-256 {digest}")
        self.stdout.write(f"signed by {by.name}={by.public}")
