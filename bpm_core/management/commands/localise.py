"""`manage.py localise KEY --office CODE --set name=value --by LOGIN`: propose, approve and read local editions."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core.commands import actors, editions
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import InvalidData, Refused
from bpm_core.models import Account, LocalEdition
from bpm_core.queries import editions as told


class Command(BaseCommand):
    help = (
        "Values a county sets for itself within the locked core of a process. Without --set: what may vary there and "
        "what holds. With --set and --by: propose. --approve, --refuse or --withdraw ID with --by: decide; whoever "
        "proposed cannot approve."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", metavar="KEY", help="key of the process, unemployment_benefit for instance")
        parser.add_argument("--office", metavar="CODE", help="12 digits of the county (or the municipality)")
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help="may be repeated; NAME= takes it back"
        )
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first day, 2026-12-01 (else today)")
        parser.add_argument("--reason", default="", help="why, for the journal; needed to propose and to refuse")
        parser.add_argument("--by", metavar="LOGIN", help="in whose name")
        decide = parser.add_mutually_exclusive_group()
        decide.add_argument("--approve", type=UUID, metavar="ID", help="put a proposal into force")
        decide.add_argument("--refuse", type=UUID, metavar="ID", help="refuse a proposal, with --reason")
        decide.add_argument("--withdraw", type=UUID, metavar="ID", help="take one's own proposal back")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--english", action="store_true", help="in English (else Chinese)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            if options["approve"] or options["refuse"] or options["withdraw"]:
                self._edition(self._decide(self._actor()))
            elif options["set"]:
                self._edition(self._propose(self._actor()))
            else:
                self._show()
        except Refused as refused:
            raise CommandError(_said(refused)) from refused

    def _actor(self) -> Actor:
        login = self.options["by"]
        if not login:
            raise CommandError("--by names the account in whose name this is done")
        account = Account.objects.filter(username=login).first()
        if account is None:
            raise CommandError(f"there is no account {login}")
        return actors.actor_for(account, timezone.localdate())

    def _office(self) -> str:
        if not self.options["office"]:
            raise CommandError("--office names the office by its 12 digits")
        return str(self.options["office"])

    # -- the things it does

    def _propose(self, actor: Actor) -> LocalEdition:
        return editions.propose(
            self.options["process"],
            office=self._office(),
            changes=_pairs(self.options["set"]),
            reason=self.options["reason"],
            valid_from=self.options["since"],
            actor=actor,
            at=timezone.now(),
        )

    def _decide(self, actor: Actor) -> LocalEdition:
        at, reason = timezone.now(), self.options["reason"]
        identity = self.options["approve"] or self.options["refuse"] or self.options["withdraw"]
        if told.get(identity).key != self.options["process"]:
            raise CommandError(f"{identity} is an edition of another process")
        if self.options["approve"]:
            return editions.approve(identity, note=reason, actor=actor, at=at)
        if self.options["refuse"]:
            return editions.refuse(identity, note=reason, actor=actor, at=at)
        return editions.withdraw(identity, actor=actor, at=at)

    def _show(self) -> None:
        office, on = self._office(), self.options["since"] or civil_date(timezone.now())
        definition = told.names([self.options["process"]]).get(self.options["process"])
        if definition is None:
            raise CommandError(f"no published process {self.options['process']}")
        lines = told.lines(definition, office, on)
        if self.options["json"]:
            self._print([_line(one) for one in lines])
            return
        for one in lines:
            mark = "*" if one.differs else " "
            label = one.variable.label.en if self.options["english"] else one.variable.label.zh
            fixed = "  (set for all)" if one.variable.is_fixed else ""
            here = f"{one.here}  [{one.office} {one.since}]" if one.office else "-"
            unit = f" {one.variable.unit}" if one.variable.unit else ""
            self.stdout.write(f"{mark} {one.variable.name:<26} {one.variable.national}{unit}  {here}  {label}{fixed}")

    # -- saying it

    def _edition(self, row: LocalEdition) -> None:
        if self.options["json"]:
            self._print(
                {
                    "id": str(row.pk),
                    "process": row.key,
                    "office": row.unit.code,
                    "number": row.number,
                    "status": row.status,
                    "valid_from": row.valid_from.isoformat(),
                    "changes": row.changes,
                    "before": row.before,
                }
            )
            return
        self.stdout.write(f"{row.pk} {row.status}: {row.key} at {row.unit.code}, from {row.valid_from}")
        for name, value in row.changes.items():
            self.stdout.write(f"  {name}: {row.before.get(name, '')} -> {value or 'as above it'}")

    def _print(self, found: Any) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _pairs(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise CommandError(f"{text!r}: expected NAME=VALUE")
        if name.strip() in found:
            raise CommandError(f"{name.strip()} is named twice")
        found[name.strip()] = value.strip()
    return found


def _said(refused: Refused) -> str:
    errors = refused.errors if isinstance(refused, InvalidData) else ()
    lines = [f"{error.key}: {error.code}" for error in errors if error.code != "below_floor"]
    return "; ".join([f"{refused} ({refused.reason})", *lines])


def _line(one: told.Line) -> dict[str, Any]:
    variable = one.variable
    return {
        "name": variable.name,
        "label": {"zh": variable.label.zh, "en": variable.label.en},
        "unit": variable.unit,
        "national": variable.national,
        "here": one.here,
        "office": one.office,
        "since": one.since.isoformat() if one.since else None,
        "differs": one.differs,
        "fixed": variable.is_fixed,
        "floors": [
            {"rule": floor.rule, "bound": floor.bound, "clause": {"zh": floor.clause.zh, "en": floor.clause.en}}
            for floor in variable.floors
        ],
    }
