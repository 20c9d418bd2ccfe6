"""`manage.py api_token issue|revoke`: signed tokens for programs; the text is shown once and stored nowhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.utils import timezone

from bpm_core.commands import actors
from bpm_core.domain.actors import ActorKind
from bpm_core.domain.errors import Refused
from bpm_core.models import Account
from portal.api import tokens


class Command(BaseCommand):
    help = "Issue a token for an account, or revoke all tokens of an account at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="print a new token")
        issue.add_argument("username")
        issue.add_argument("--scope", action="append", required=True, choices=tokens.SCOPES, help="may be repeated")
        issue.add_argument("--days", type=int, default=90, help=f"how long it lives, at most {tokens.MAX_DAYS}")
        revoke = verbs.add_parser("revoke", help="make every token of the account worthless")
        revoke.add_argument("username")

    def handle(self, *args: Any, verb: str, username: str, **options: Any) -> None:
        account = Account.objects.select_related("person").filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"there is no active account {username}")
        if verb == "revoke":
            Account.objects.filter(pk=account.pk).update(token_version=F("token_version") + 1)
            self.stdout.write(f"all tokens of {username} are revoked")
            return
        machine = actors.actor_for(account, timezone.localdate()).kind is ActorKind.INTEGRATOR
        try:
            text = tokens.issue(
                account.pk,
                account.token_version,
                options["scope"],
                days=options["days"],
                at=timezone.now(),
                machine=machine,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(text)
