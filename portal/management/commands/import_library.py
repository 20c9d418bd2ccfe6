"""`manage.py import_library FILE`: verify a signed library, show what differs here, and take it over by two persons."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from bpm_core.commands import actors, library_import
from bpm_core.commands.library_import import Compared, Standing
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import InvalidData, Refused
from bpm_core.models import Account
from bpm_core.notation import bpmn, gate, library
from bpm_core.notation.bundle import PROCESS
from bpm_core.notation.library import Library, LibraryRefused
from bpm_core.queries import definitions
from portal.diagrams.quickjs_runner import ToolFailed
from portal.studio import compare, kept


class Command(BaseCommand):
    help = (
        "Verify a library of another deployment (signature of a trusted key, every hash) and show what differs here: "
        "nothing is changed. With --apply --by LOGIN new and changed processes are handed in as drafts; with "
        "--publish --by LOGIN another person publishes them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--apply", action="store_true", help="hand in what is new or changed")
        act.add_argument("--publish", action="store_true", help="publish what was handed in of this file")
        parser.add_argument("--by", metavar="LOGIN", help="in whose name")
        parser.add_argument("--trust", action="append", default=[], metavar="NAME=KEY", help="trust this key as well")
        parser.add_argument("--json", action="store_true", help="print the comparison as JSON")
        parser.add_argument("--english", action="store_true", help="in English (else Chinese)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            found = library.unpack(self._read(options["file"]), self._trusted())
            with translation.override("en" if options["english"] else "zh-hans"):
                if options["apply"]:
                    self._apply(found, self._actor())
                elif options["publish"]:
                    row = library_import.publish(found, actor=self._actor(), at=timezone.now())
                    self.stdout.write(f"published: {', '.join(sorted(row.contents)) or 'reference files'}")
                else:
                    self._show(found)
        except LibraryRefused as refused:
            raise CommandError(f"{options['file']} is not taken: {refused} ({refused.code})") from refused
        except Refused as refused:
            raise CommandError(f"{refused} ({refused.reason})") from refused

    # -- what it stands on

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read(library.MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}") from error

    def _trusted(self) -> dict[str, str]:
        """Keys trusted here: the list of the settings, those named now, and this deployment's own."""
        named = {}
        for text in self.options["trust"]:
            name, sign, key = text.partition("=")
            if not sign:
                raise CommandError("--trust is written NAME=KEY, as export_library --public-key prints it")
            named[name] = key
        return {**kept.trusted(), **named}

    def _actor(self) -> Actor:
        login = self.options["by"]
        if not login:
            raise CommandError("--by names the account in whose name this is done")
        account = Account.objects.filter(username=login).first()
        if account is None:
            raise CommandError(f"there is no account {login}")
        return actors.actor_for(account, timezone.localdate())

    # -- what it does

    def _apply(self, found: Library, actor: Actor) -> None:
        compared = [one for one in library_import.compare(found) if one.standing in (Standing.NEW, Standing.CHANGED)]
        known = {*definitions.published_keys(), *(one.key for one in found.processes)}
        reports = {}
        for one in compared:
            reports[one.packed.key] = gate.check_untrusted(one.packed.files, known=known).to_json()
        try:
            row = library_import.apply(found, reports=reports, actor=actor, at=timezone.now())
        except InvalidData as refused:
            for error in refused.errors:
                for problem in reports.get(error.key, {}).get("problems", []):
                    if problem["severity"] == "error":
                        said = problem["message_en" if self.options["english"] else "message_zh"]
                        self.stdout.write(f"  {error.key} {problem['rule']} {problem['element']}: {said}")
            raise
        self.stdout.write(f"handed in: {', '.join(sorted(row.contents)) or 'reference files'}")
        self.stdout.write("another person publishes them: --publish --by LOGIN")

    def _show(self, found: Library) -> None:
        compared = library_import.compare(found)
        files = library_import.reference_changes(found)
        told = [self._told(one) for one in compared]
        if self.options["json"]:
            result = {
                "digest": found.digest,
                "signer": found.signer,
                "processes": told,
                "reference": [{"path": path, "change": change} for path, change in files],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"SHA-256 {found.digest}, signed by {found.signer}")
        for line in told:
            self._say(line)
        for path, change in files:
            self.stdout.write(f"{change:<8} {path}")
        counts = Counter(one.standing for one in compared)
        sums = [f"{counts[standing]} {standing}" for standing in Standing if counts[standing]]
        self.stdout.write(", ".join([*sums, f"{len(files)} reference files differ"]))

    # -- saying it

    def _told(self, one: Compared) -> dict[str, Any]:
        packed, ours = one.packed, one.ours
        told: dict[str, Any] = {
            "key": packed.key,
            "code": packed.code,
            "name": packed.name_en if self.options["english"] else packed.name_zh,
            "standing": one.standing,
            "theirs": packed.version,
            "ours": ours.version if ours else None,
        }
        if one.standing is Standing.CHANGED and ours is not None:
            told |= self._difference(definitions.files(ours), packed.files)
        return told

    def _difference(self, ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> dict[str, Any]:
        """Element by element where both diagrams can be read, and file by file."""
        try:
            models = [bpmn.read(files[PROCESS]) for files in (ours, theirs)]
            changes = compare.element_changes(ours, theirs, models)
        except (ValueError, ToolFailed) as error:
            return {"unreadable": str(error), "files": []}
        return {
            "elements": [
                {
                    "change": change.kind,
                    "element": change.element,
                    "what": change.what,
                    "name": change.name,
                    "attributes": [
                        {"name": item.name, "before": item.before, "after": item.after} for item in change.attributes
                    ],
                }
                for change in changes
                if change.kind != "moved"
            ],
            "moved": sum(change.kind == "moved" for change in changes),
            "files": [
                {
                    "path": file.path,
                    "change": file.kind,
                    "said": [{"where": said.where, "before": said.before, "after": said.after} for said in file.said],
                }
                for file in compare.file_changes(ours, theirs)
            ],
        }

    def _say(self, told: Mapping[str, Any]) -> None:
        ours = f"  (here: version {told['ours']})" if told["ours"] else ""
        self.stdout.write(f"{told['standing']:<8} {told['code']:<12} {told['key']}  {told['name']}{ours}")
        for change in told.get("elements", ()):
            self.stdout.write(f"    {compare.SIGNS[change['change']]} {change['element']} {change['name']}")
            for item in change["attributes"]:
                self.stdout.write(f"        {item['name']}: {item['before']} -> {item['after']}")
        for file in told.get("files", ()):
            self.stdout.write(f"    {compare.SIGNS[file['change']]} {file['path']}")
            for said in file["said"]:
                self.stdout.write(f"        {said['where']}: {said['before']} -> {said['after']}")
        if "unreadable" in told:
            self.stdout.write(f"    {told['unreadable']}")
