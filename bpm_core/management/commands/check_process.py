"""`manage.py check_process FILE...`: says whether process folders, zips or diagrams will run as drawn."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import get_language

from bpm_core.notation import bundle, gate
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.check import Report, report
from bpm_core.notation.rules.drawing import Found
from bpm_core.notation.rules.words import RULES


class Command(BaseCommand):
    help = "Check process folders, zips or .bpmn files against the rules; exit 1 when one of them would not run."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--rules", action="store_true", help="list the rules and how to mend a breach")
        parser.add_argument("--json", action="store_true", help="print the reports as one JSON object")
        parser.add_argument("--english", action="store_true", help="say it in English")

    def handle(self, *args: Any, **options: Any) -> None:
        english = options["english"] or (get_language() or "").startswith("en")
        if options["rules"]:
            self._list(english)
        reports = [(path, examine(path)) for path in options["paths"]]
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(reports), ensure_ascii=False, indent=2))
        else:
            for path, found in reports:
                self._say(path, found, english)
        if not all(found.ok for _, found in reports):
            sys.exit(1)

    def _list(self, english: bool) -> None:
        for number, rule in sorted(RULES.items()):
            said, fix = (rule.en, rule.fix_en) if english else (rule.zh, rule.fix_zh)
            self.stdout.write(f"{number} {rule.severity}  {said} -> {fix}")

    def _say(self, path: Path, found: Report, english: bool) -> None:
        words = ("runs", "refused") if english else ("可以运行", "不予接受")
        self.stdout.write(f"{path}: {words[0] if found.ok else words[1]}")
        for p in found.problems:
            message, fix = (p.message_en, p.fix_en) if english else (p.message_zh, p.fix_zh)
            place = f"{p.file}:{p.line}" if p.line else p.file
            self.stdout.write(f"  {p.rule} {p.severity}  {place}  {p.name or p.element}  {message} -> {fix}")


def _as_json(reports: list[tuple[Path, Report]]) -> dict[str, Any]:
    """All reports as one: `path` says of each problem which of the given paths it is in; `files` sums each up."""
    problems = [{"path": str(path), **one} for path, found in reports for one in found.to_json()["problems"]]
    files = [{"path": str(path), "ok": found.ok} for path, found in reports]
    return {"ok": all(found.ok for _, found in reports), "problems": problems, "files": files}


def examine(path: Path) -> Report:
    """The report on a folder, a zip or a lone diagram."""
    if path.is_dir():
        return gate.check_untrusted(bundle.files_of(path))
    try:
        data = path.read_bytes()
        return gate.check_untrusted(bundle.unzip(data) if path.suffix == ".zip" else {bundle.PROCESS: data})
    except OSError as error:
        return report([Found("103", None, {"message": str(error.strerror)})], None)
    except NotationError as error:
        return report([Found("101" if error.code == "no_process_file" else "107", None, {"message": str(error)})], None)
