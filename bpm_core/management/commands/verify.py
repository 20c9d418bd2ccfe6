"""`manage.py verify`: check the journal's chains, replay every case and find any that is lost; exit 1 on a breach."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from bpm_core.queries import verify


class Command(BaseCommand):
    help = "Check that the journal is whole, that journal and state agree, and that no open case is lost."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "cases", nargs="*", metavar="NUMBER", help="case numbers; none = all, and the access journal"
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--stuck", action="store_true", help="only list open cases that nothing will ever move")
        parser.add_argument("--decisions", action="store_true", help="take every journaled decision again as well")

    def handle(self, *args: Any, cases: list[str], **options: Any) -> None:
        if options["stuck"]:
            self._stuck(as_json=options["json"])
            return
        began = time.monotonic()
        report = verify.run(cases or None)
        if options["decisions"]:
            verify.retake(report, cases or None)
        if options["json"]:
            self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        else:
            for breach in report.breaches:
                self.stdout.write(f"BREACH {breach.case or 'outside the cases'} {breach.rule}: {breach.message}")
            self.stdout.write(
                f"{report.cases} cases, {report.entries} journal entries, {report.access_entries} access entries "
                f"and {report.library_entries} of the library "
                f"checked in {time.monotonic() - began:.1f} s: "
                f"{_decided(report) if options['decisions'] else ''}"
                f"{'all whole' if report.ok else f'{len(report.breaches)} breaches'}"
            )
        if not report.ok:
            raise SystemExit(1)

    def _stuck(self, *, as_json: bool) -> None:
        """One query, quick enough for a monitor; exit 1 when it finds a case."""
        found = verify.stuck()
        self.stdout.write(json.dumps({"stuck": found}) if as_json else "\n".join([*found, f"{len(found)} stuck"]))
        if found:
            raise SystemExit(1)


def _decided(report: verify.Report) -> str:
    withheld = f" ({report.withheld} not: what they read is not told in the journal)" if report.withheld else ""
    return f"{report.decisions} decisions taken again{withheld}: "
