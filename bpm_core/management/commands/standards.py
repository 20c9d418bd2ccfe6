"""`manage.py standards list|show|coverage`: the standards system, and which of its clauses the diagrams carry out."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bpm_core.notation import bpmn, standards
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.coverage import Coverage, Sum, coverage
from bpm_core.notation.standards import Clause, Standard, Standards, StandardsRefused


class Command(BaseCommand):
    help = "The standards behind the processes: list them, show one, or see which clauses and steps have no partner."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="another process library than this installation's")
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="every standard, or those that govern a process")
        listing.add_argument("--process", default="", metavar="CODE", help="UNE-01, SUB-PAY ...")
        show = verbs.add_parser("show", help="one standard with its clauses")
        show.add_argument("number", help='"Q/JZRS 221-2026"; the year may be left out')
        covered = verbs.add_parser("coverage", help="clauses against steps; exit 1 when a clause or step is left over")
        covered.add_argument("--all", action="store_true", help="list the clauses of processes not drawn as well")
        for verb in (listing, show, covered):
            verb.add_argument("--json", action="store_true", help="print the result as JSON")
            verb.add_argument("--english", action="store_true", help="in English (else Chinese)")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        self.options = options
        folder = Path(options["folder"] or settings.PROCESSES_DIR)
        try:
            known = standards.read(folder / "_standards")
        except StandardsRefused as refused:
            raise CommandError(str(refused)) from refused
        {"list": self._list, "show": self._show, "coverage": self._coverage}[verb](known, folder)

    # -- the three things it does

    def _list(self, known: Standards, folder: Path) -> None:
        process = self.options["process"]
        found = known.governing(process) if process else known.standards
        if self.options["json"]:
            self._print([_standard(one, known) for one in found])
            return
        for one in found:
            self.stdout.write(self._line(one, known))
        self.stdout.write(f"{len(found)}")

    def _show(self, known: Standards, folder: Path) -> None:
        number = known.resolve(self.options["number"])
        if number is None:
            raise CommandError(f"there is no standard {self.options['number']}")
        clauses = known.clauses_of(number)
        one = known.by_number.get(number) or known.by_number[clauses[0].part_of]
        if self.options["json"]:
            self._print(_standard(one, known) | {"clauses": [_clause(clause) for clause in clauses]})
            return
        self.stdout.write(self._line(one, known))
        for clause in clauses:
            limit = f"  {clause.limit.value} {clause.limit.unit}" if clause.limit else ""
            law = f"  {self._words(clause.law)}" if clause.law else ""
            place = f"{clause.process} {clause.step}"
            self.stdout.write(f"  {clause.standard} {clause.number}  {place}  {self._words(clause.title)}{limit}{law}")

    def _coverage(self, known: Standards, folder: Path) -> None:
        drawn = [bpmn.read(path.read_bytes()) for path in sorted(folder.rglob(PROCESS))]
        found = coverage(known, drawn)
        if self.options["json"]:
            self._print(_coverage(found, all_of=self.options["all"]))
        else:
            self._say(found)
        if found.missing or found.without or found.unknown:
            raise SystemExit(1)

    # -- saying it

    def _say(self, found: Coverage) -> None:
        for clause in (*found.missing, *(found.undrawn if self.options["all"] else ())):
            place = f"{clause.process} {clause.step}"
            self.stdout.write(f"NO STEP    {clause.standard} {clause.number}  {place}  {self._words(clause.title)}")
        for step in found.without:
            self.stdout.write(f"NO CLAUSE  {step.process} {step.step}  {self._named(step.name_zh, step.name_en)}")
        for step in found.unknown:
            self.stdout.write(f"UNKNOWN    {step.process} {step.step}  {step.text}")
        for title, sums in (("standard", found.by_standard), ("process", found.by_process)):
            self.stdout.write(f"{title:<24}{'clauses':>8}{'carried':>8}{'steps':>8}")
            for one in sums:
                if one.clauses or one.steps:
                    self.stdout.write(f"{one.name:<24}{one.clauses:>8}{one.carried:>8}{one.steps:>8}{_mark(one)}")
        undrawn = len({clause.process for clause in found.undrawn})
        self.stdout.write(
            f"{found.carried} of {found.clauses} clauses carried out by {found.cited} of {found.steps} steps of "
            f"{len(found.processes)} processes; {len(found.missing)} clauses without a step, "
            f"{len(found.without)} steps without a clause, {len(found.unknown)} unknown"
            + (f"; {len(found.undrawn)} clauses of {undrawn} processes not drawn yet" if undrawn else "")
        )

    def _line(self, one: Standard, known: Standards) -> str:
        clauses = len(known.clauses_of(one.number))
        more = f"  {clauses} clauses" if clauses else ""
        return f"{one.number:<22} {one.level:<9} {one.status:<11} {one.certainty:<19} {self._words(one.title)}{more}"

    def _words(self, words: Any) -> str:
        return self._named(words.zh, words.en)

    def _named(self, zh: str, en: str) -> str:
        return en if self.options["english"] else zh

    def _print(self, told: Any) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _mark(one: Sum) -> str:
    return "" if one.drawn else "  not drawn"


def _standard(one: Standard, known: Standards) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": {"zh": one.title.zh, "en": one.title.en},
        "level": one.level,
        "status": one.status,
        "certainty": one.certainty,
        "governs": list(one.governs),
        "subjects": list(one.subjects),
        "superseded_by": one.superseded_by,
        "note": {"zh": one.note.zh, "en": one.note.en} if one.note else None,
        "clause_count": len(known.clauses_of(one.number)),
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "standard": clause.standard,
        "number": clause.number,
        "process": clause.process,
        "step": clause.step,
        "title": {"zh": clause.title.zh, "en": clause.title.en},
        "kind": clause.kind,
        "post": clause.post,
        "limit": {"value": clause.limit.value, "unit": clause.limit.unit} if clause.limit else None,
        "law": {"zh": clause.law.zh, "en": clause.law.en} if clause.law else None,
    }


def _coverage(found: Coverage, *, all_of: bool) -> dict[str, Any]:
    left = (*found.missing, *(found.undrawn if all_of else ()))
    step = lambda one: {"process": one.process, "step": one.step, "name": {"zh": one.name_zh, "en": one.name_en}}  # noqa: E731
    total = lambda one: {  # noqa: E731
        "name": one.name,
        "clauses": one.clauses,
        "carried": one.carried,
        "steps": one.steps,
        "drawn": one.drawn,
    }
    return {
        "complete": found.complete,
        "clauses": found.clauses,
        "carried": found.carried,
        "steps": found.steps,
        "cited": found.cited,
        "helpers": found.helpers,
        "processes": list(found.processes),
        "undrawn": len(found.undrawn),
        "clauses_without_step": [_clause(clause) for clause in left],
        "steps_without_clause": [step(one) for one in found.without],
        "unknown": [step(one) | {"text": one.text} for one in found.unknown],
        "by_standard": [total(one) for one in found.by_standard],
        "by_process": [total(one) for one in found.by_process],
    }
