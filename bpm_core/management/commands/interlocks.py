"""`manage.py interlocks`: who sends what to whom in the library: the generated part of docs/interlocks.md."""

from __future__ import annotations

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from bpm_core.notation import bpmn, wiring
from bpm_core.notation.model import ProcessModel

BEGIN, END = "<!-- generated: manage.py interlocks -->\n", "<!-- end -->\n"


def models(folder: Path) -> list[ProcessModel]:
    """Every process below the folder, by code."""
    found = [bpmn.read(place.read_bytes()) for place in folder.rglob("process.bpmn")]
    return sorted(found, key=lambda model: model.code)


def written(folder: Path) -> str:
    """The generated part."""
    found = models(folder)
    wires = wiring.wires(found)
    families = tomllib.loads((folder / "_library" / "families.toml").read_text(encoding="utf-8"))["family"]
    groups = [
        (f"{one['name']['zh']} {one['name']['en']}", [m.code for m in found if m.code[:3] in one["codes"]])
        for one in families
    ]
    picture = wiring.picture(wires, {model.code: model.name_zh for model in found}, groups)
    return f"```mermaid\n{picture}```\n\n{wiring.table(wires)}"


class Command(BaseCommand):
    help = "Print who sends what to whom, or write it between the marks of a document."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", type=Path, metavar="FILE", help="document to renew")

    def handle(self, *args: Any, write: Path | None, **options: Any) -> None:
        text = written(Path(settings.PROCESSES_DIR))
        if write is None:
            self.stdout.write(text)
            return
        before, rest = write.read_text(encoding="utf-8").split(BEGIN, 1)
        write.write_text(before + BEGIN + text + END + rest.split(END, 1)[1], encoding="utf-8")
