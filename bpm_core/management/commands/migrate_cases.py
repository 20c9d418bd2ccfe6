"""`manage.py migrate_cases KEY --from 1 --to 2`: take running cases to another version of their process, and back."""

from __future__ import annotations

import json
import tomllib
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core.commands import actors, loading, migration
from bpm_core.domain import obstacles
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Refused
from bpm_core.models import Account, MigratedCase, MigrationRun


class Command(BaseCommand):
    help = (
        "Take the running cases of one version of a process to another: look first with --dry-run; interrupted, the "
        "same command goes on where it stopped; --undo RUN puts back every case that has not gone on since."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", metavar="KEY", help="key of the process")
        parser.add_argument("--from", dest="old", type=int, help="version the cases run on")
        parser.add_argument("--to", dest="new", type=int, help="published version they go to")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="publisher in whose name this is done")
        parser.add_argument("--map", type=Path, metavar="FILE", help='TOML: [elements] with lines "S40" = "S45"')
        parser.add_argument("--reason", default="", help="why, for the journal; needed to move")
        parser.add_argument(
            "--dry-run", action="store_true", help="say for each case whether it can move; write nothing"
        )
        parser.add_argument(
            "--batch", type=int, default=migration.BATCH, help="cases a batch (progress is told between)"
        )
        parser.add_argument("--undo", type=UUID, metavar="RUN", help="put back what this run has moved")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--english", action="store_true", help="reasons in English (else Chinese)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            actor = _actor(options["by"])
            if options["undo"]:
                self._undo(options["undo"], actor)
                return
            if not options["old"] or not options["new"]:
                raise CommandError("--from and --to name the two versions")
            way = migration.route(options["process"], options["old"], options["new"], _mapping(options["map"]))
            self._look(way, actor) if options["dry_run"] else self._move(way, actor)
        except Refused as refusal:
            raise CommandError(f"{refusal} ({refusal.reason})") from refusal

    # -- the three things it does

    def _look(self, way: migration.Route, actor: Actor) -> None:
        """One line a case, then the sum; exit 1 when a case can't move."""
        cases, stay = [], 0
        for outcome in migration.dry_run(way, actor=actor, at=timezone.now()):
            stay += not outcome.ok
            reasons = [
                self._reason(way.old, one.code, one.element_id, one.process_key, dict(one.facts))
                for one in outcome.obstacles
            ]
            changes = [f"{old} -> {new}" for old, new in outcome.renamed]
            changes += [f"- {place}" for place in outcome.ends] + [f"+ {place}" for place in outcome.begins]
            cases.append({"case": outcome.number, "ok": outcome.ok, "changes": changes, "reasons": reasons})
            if not self.options["json"]:
                said = "; ".join(reason["text"] for reason in reasons) or "; ".join(changes)
                self.stdout.write(f"{'ok  ' if outcome.ok else 'STAY'} {outcome.number}  {said}".rstrip())
        self._sum({"move": len(cases) - stay, "stay": stay, "cases": cases})
        if stay:
            raise SystemExit(1)

    def _move(self, way: migration.Route, actor: Actor) -> None:
        run = migration.begin(way, reason=self.options["reason"], actor=actor, at=timezone.now())
        self._say(f"run {run.pk}")
        left = True
        while left:
            tally = migration.move_batch(run.pk, size=self.options["batch"], actor=actor, at=timezone.now())
            left = tally.left
            if tally.done or tally.refused:
                self._say(f"{tally.done} moved, {tally.refused} stay")
        self._sum({"run": str(run.pk), **self._of_run(run, way.old)})

    def _undo(self, run_id: UUID, actor: Actor) -> None:
        run = migration.run_of(run_id)
        left = True
        while left:
            tally = migration.undo_batch(run.pk, size=self.options["batch"], actor=actor, at=timezone.now())
            left = tally.left
            if tally.done or tally.refused:
                self._say(f"{tally.done} put back, {tally.refused} stay")
        self._sum({"run": str(run.pk), **self._of_run(run, loading.load(run.old_id))})

    # -- saying it

    def _of_run(self, run: MigrationRun, old: loading.Loaded) -> dict[str, Any]:
        rows = (
            MigratedCase.objects.filter(run=run)
            .order_by("pk")
            .select_related("case")
            .defer("prior_state", "case__state")
        )
        counts: Counter[str] = Counter()
        stay = []
        for row in rows.iterator():
            counts[row.outcome] += 1
            told = row.reasons or ([[row.kept_because, "", "", {}]] if row.kept_because else [])
            if told:
                reasons = [self._reason(old, *reason) for reason in told]
                stay.append({"case": row.case.number, "reasons": reasons})
                text = "; ".join(reason["text"] for reason in reasons)
                self._say(f"STAY {row.case.number}  {text}")
        found = {"moved": counts["moved"], "refused": counts["refused"], "undone": counts["undone"]}
        return {**found, "finished": MigrationRun.objects.get(pk=run.pk).finished_at is not None, "stay": stay}

    def _reason(
        self, old: loading.Loaded, code: str, element_id: str, process_key: str, facts: dict[str, Any]
    ) -> dict[str, Any]:
        element = old.element(process_key, element_id) if element_id else None
        english = self.options["english"]
        name = (element.name_en if english else element.name_zh) if element else None
        step = f"{element_id} {name}" if name else element_id
        text = obstacles.sentence(code, step, facts, english=english)
        return {"code": code, "element": element_id, "process": process_key, "text": text}

    def _say(self, text: str) -> None:
        if not self.options["json"]:
            self.stdout.write(text)

    def _sum(self, result: dict[str, Any]) -> None:
        if self.options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        numbers = [f"{name} {value}" for name, value in result.items() if type(value) is int]
        self.stdout.write(", ".join(numbers))


def _actor(username: str) -> Actor:
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise CommandError(f"there is no account {username}")
    return actors.actor_for(account, timezone.localdate())


def _mapping(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(f"{path} can't be read: {error}") from error
    elements = table.pop("elements", None)
    if table or type(elements) is not dict or not all(type(value) is str for value in elements.values()):
        raise CommandError(f'{path} holds one table, [elements], with lines like "S40" = "S45"')
    return elements
