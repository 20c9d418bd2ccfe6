"""`manage.py decide FILE DECISION --inputs JSON [--explain]`: take a decision and say which rules hit, cell by cell."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core import dmn, feel
from bpm_core.management.commands.feel import read_variables
from bpm_core.notation import functions


class Command(BaseCommand):
    help = "Take a decision of a DMN file"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="DMN file, or a folder of them")
        parser.add_argument("decision", help="id or name of a decision or decision service")
        parser.add_argument("--inputs", default="{}", help="variables as JSON, or @file")
        parser.add_argument("--explain", action="store_true", help="which rules hit and why")
        parser.add_argument("--now", type=datetime.fromisoformat, help="what now() answers; default: the present")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        try:
            model = dmn.load(read_files(options["file"]), functions=functions.TABLE)
            variables = read_variables(options["inputs"])
            decided = model.decide(options["decision"], variables, now=options["now"] or timezone.now())
        except (dmn.DmnError, feel.FeelError) as error:
            raise CommandError(error.text(language)) from None
        if options["json"]:
            self.stdout.write(json.dumps(dmn.as_data(decided), ensure_ascii=False, indent=2))
            return
        self.stdout.write(feel.values.literal(decided.value))
        if options["explain"]:
            for line in dmn.as_lines(decided, language):
                self.stdout.write(f"  {line}")
            self.stdout.write(f"  {decided.table_id} sha256:{decided.digest}")


def read_files(path: str) -> dict[str, bytes]:
    """The file first, then the other DMN files beside it, which it may import."""
    found = Path(path)
    if not found.exists():
        raise CommandError(f"no such file: {path}")
    if found.is_dir():
        return {one.name: one.read_bytes() for one in sorted(found.glob("**/*.dmn"))}
    return {found.name: found.read_bytes()}
