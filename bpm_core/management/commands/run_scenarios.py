"""`manage.py run_scenarios [KEY|CODE ...]`: every worked case of the process library through the real commands."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core.commands import loading
from bpm_core.models import ProcessDefinition
from bpm_core.seed import outcomes, staff, stage
from bpm_core.seed.cast import Cast


class Command(BaseCommand):
    help = "Play every scenarios/*.toml on a throw-away database; exit 1 when one does not come out as it says."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("processes", nargs="*", metavar="KEY", help="keys or codes; none = the whole library")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, processes: list[str], **options: Any) -> None:
        began = time.monotonic()
        with stage.built(settings.PROCESSES_DIR, at=timezone.now()):
            result = self._play(processes, quiet=options["json"])
        result["seconds"] = round(time.monotonic() - began, 1)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(
                f"{result['passed']} of {result['scenarios']} scenarios of {result['processes']} processes passed "
                f"in {result['seconds']} s"
            )
        if result["failed"]:
            raise SystemExit(1)

    def _play(self, wanted: list[str], *, quiet: bool) -> dict[str, Any]:
        definitions = list(_chosen(wanted))
        passed, failed, played = 0, [], 0
        cast = Cast(timezone.localdate())
        for definition in definitions:
            loaded = loading.load(definition.pk)
            reached = set()
            for scenario in loaded.bundle.scenarios:
                played += 1
                outcome = outcomes.play(definition.pk, scenario, cast=cast, unit_code=staff.COUNTY)
                reached.add(scenario.expect.end)
                if outcome.wrong:
                    failed.append({"process": definition.code, "scenario": scenario.id, "wrong": list(outcome.wrong)})
                    if not quiet:
                        self.stdout.write(f"FAILED {definition.code} {scenario.id}: {'; '.join(outcome.wrong)}")
                else:
                    passed += 1
            missed = sorted(outcomes.end_nodes(loaded) - reached)
            if missed:
                failed.append({"process": definition.code, "scenario": "", "wrong": [f"no scenario ends at {missed}"]})
        return {"processes": len(definitions), "scenarios": played, "passed": passed, "failed": failed}


def _chosen(wanted: list[str]) -> Iterator[ProcessDefinition]:
    found = list(ProcessDefinition.objects.filter(is_current=True).defer("archive").order_by("code"))
    unknown = [name for name in wanted if not any(name in (row.key, row.code) for row in found)]
    if unknown:
        raise CommandError(f"no such process: {', '.join(unknown)}")
    yield from (row for row in found if not wanted or row.key in wanted or row.code in wanted)
