"""`manage.py check_decisions FILE ... [--json]`: gaps, overlaps, masked rules and wrong types in decision tables."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bpm_core import dmn
from bpm_core.notation import functions


class Command(BaseCommand):
    help = "Check decision tables without running them; ends with an error if a table is wrong"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", help="DMN files or folders; default: the process library")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        reports = [report(path, language) for path in find(options["files"] or ["processes"])]
        if options["json"]:
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=2))
        else:
            for one in reports:
                self.stdout.write(f"{one['file']}: {one['tables']} table(s), {len(one['problems'])} problem(s)")
                for problem in one["problems"]:
                    self.stdout.write(f"  {problem['severity']}: {problem['decision']}: {problem['text']}")
        wrong = sum(problem["severity"] != "note" for one in reports for problem in one["problems"])
        if wrong:
            raise CommandError(f"{wrong} problem(s) in {len(reports)} file(s)")


def find(names: list[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if not path.exists():
            raise CommandError(f"no such file: {name}")
        found.extend(sorted(path.glob("**/*.dmn")) if path.is_dir() else [path])
    return found


def report(path: Path, language: str) -> dict[str, Any]:
    """What there is to say of one file; a file that cannot be read is one problem of its own."""
    try:
        model = dmn.load({path.name: path.read_bytes()}, functions=functions.TABLE)
    except dmn.DmnError as error:
        problem = {
            "code": error.code, "severity": "error", "decision": error.decision,
            "rules": [] if error.rule is None else [error.rule],
            "column": error.column or "", "line": error.line, "position": error.position, "text": error.text(language),
            "example": {},
        }  # fmt: skip
        return {"file": str(path), "tables": 0, "problems": [problem]}
    problems = [
        {
            "code": one.code, "severity": str(one.severity), "decision": one.decision, "rules": list(one.rules),
            "column": one.column, "example": one.example, "text": one.text(language),
        }
        for one in model.check()
    ]  # fmt: skip
    return {"file": str(path), "tables": len(model.tables()), "problems": problems}
