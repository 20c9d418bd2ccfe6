"""`manage.py library_table [--write|--check]`: the table of the process library in docs/library.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bpm_core.notation import bundle as bundles
from bpm_core.notation import census
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.census import Census

BEGIN, END = "<!-- library_table: begin -->", "<!-- library_table: end -->"
HEAD = (
    "| Code | Process | 流程 | Nodes | User tasks | Forms | Tables | Rules | Worked cases | Ends reached | "
    "Boundary paths |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


class Command(BaseCommand):
    help = "Print the table of the process library; write it into docs/library.md, or check that it is in step."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--check", action="store_true", help="exit 1 when the file says something else")

    def handle(self, *args: Any, **options: Any) -> None:
        table, page = text(Path(settings.PROCESSES_DIR)), Path(settings.BASE_DIR) / "docs" / "library.md"
        if not (options["write"] or options["check"]):
            self.stdout.write(table)
            return
        written = page.read_text(encoding="utf-8")
        before, _, rest = written.partition(BEGIN)
        whole = f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
        if options["check"] and whole != written:
            raise CommandError("docs/library.md is not in step with processes/: manage.py library_table --write")
        if options["write"]:
            page.write_text(whole, encoding="utf-8")


def text(folder: Path) -> str:
    """The table in Markdown: unified processes, the parts they share, and all together."""
    found = sorted((bundles.read_folder(p.parent) for p in folder.rglob("process.bpmn")), key=lambda b: b.code)
    services = [bundle for bundle in found if not bundle.code.startswith("SUB-")]
    shared = [bundle for bundle in found if bundle.code.startswith("SUB-")]
    return "\n".join(
        [HEAD, *_lines(services, "unified processes"), *_lines(shared, "shared parts"), _sum(found, "all")]
    )


def _lines(found: list[Bundle], what: str) -> Iterator[str]:
    for bundle in found:
        yield _line(bundle.code, bundle.process.name_en, bundle.process.name_zh, census.count(bundle))
    if found:
        yield _sum(found, what)


def _sum(found: list[Bundle], what: str) -> str:
    return _line("", f"**{len(found)} {what}**", "", census.together(map(census.count, found)))


def _line(code: str, english: str, chinese: str, c: Census) -> str:
    figures = [c.nodes, c.user_tasks, c.forms, c.tables, c.rules, c.scenarios]
    cells = [code, english, chinese, *map(str, figures)]
    return f"| {' | '.join([*cells, f'{c.ends_reached}/{c.ends}', f'{c.boundaries_covered}/{c.boundaries}'])} |"
