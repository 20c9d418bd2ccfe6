"""`manage.py manual --lang zh|en --out DIR`: the manual as HTML pages and one PDF, or the check that it is in step."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core.domain.errors import NotFound
from bpm_core.manual import pdf, site
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Library, read_library
from bpm_core.manual.voice import LANGUAGES
from bpm_core.notation.guide import Words
from bpm_core.queries import editions, offices

PDF = "manual.pdf"


class Command(BaseCommand):
    help = "Write the manual of the process library, or check that one written earlier is in step with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", choices=LANGUAGES, default="zh")
        parser.add_argument("--out", type=Path, help="folder to write; the portal offers what lies in its own folder")
        parser.add_argument(
            "--check", type=Path, metavar="DIR", help="compare DIR with the library; exit 1 if it is old"
        )
        parser.add_argument(
            "--key", action="append", default=[], help="only this process (key or code); may be repeated"
        )
        parser.add_argument(
            "--office", metavar="CODE", help="local edition: what this office sets differently is marked"
        )
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DAY", help="local values in force that day; today"
        )
        parser.add_argument("--processes", type=Path, help="the process library; that of the installation if left out")
        parser.add_argument("--no-pdf", action="store_true", help="HTML alone")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        library = read_library(options["processes"] or settings.PROCESSES_DIR)
        unknown = [key for key in options["key"] if library.get(key) is None]
        if unknown:
            raise CommandError(f"no such process: {', '.join(unknown)}")
        edition = edition_of(options["office"], options["on"])
        if options["check"]:
            self._check(library, edition, options)
            return
        out: Path = options["out"] or settings.MANUAL_DIR / options["lang"]
        files = self._files(library, edition, options, with_pdf=not options["no_pdf"])
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
        self.stdout.write(f"{len(files)} files in {out}, {time.monotonic() - began:.1f} s")

    def _files(
        self, library: Library, edition: Edition, options: dict[str, Any], *, with_pdf: bool
    ) -> dict[str, bytes]:
        """Every file of the manual, its seal last."""
        lang, keys = options["lang"], options["key"]
        files = site.pages(library, lang, edition, keys=keys, pdf=with_pdf)
        if with_pdf:
            told = self.stdout.write if options["verbosity"] > 1 else (lambda line: None)
            printed = pdf.one(library, lang, keys, edition) if keys else pdf.whole(library, lang, edition, told=told)
            files[PDF] = printed.content
            self.stdout.write(f"{PDF}: {printed.pages} pages, {len(printed.content) / 1e6:.1f} MB")
        return files | {site.SEAL: site.seal(library, lang, edition, files)}

    def _check(self, library: Library, edition: Edition, options: dict[str, Any]) -> None:
        """Every file of the folder is what the library gives now; says which are not."""
        folder: Path = options["check"]
        with_pdf = (folder / PDF).exists() and not options["no_pdf"]
        expected = self._files(library, edition, options, with_pdf=with_pdf)
        there = {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()
        wrong = [f"{name} is missing" for name in sorted(expected.keys() - there)]
        wrong += [
            f"{name} is of no process" for name in sorted(there - expected.keys() - ({PDF} if not with_pdf else set()))
        ]
        wrong += [
            f"{name} is not what the library gives"
            for name in sorted(expected.keys() & there)
            if (folder / name).read_bytes() != expected[name]
        ]
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            sys.exit(1)
        self.stdout.write(f"{folder} is in step with the library ({len(expected)} files)")


def edition_of(office: str | None, on: date | None) -> Edition:
    """The edition of an office on a day, from its approved local values; the unified one without an office."""
    if not office:
        return UNIFIED
    try:
        found = editions.differences(office, on or timezone.localdate())
    except NotFound as refused:
        raise CommandError(str(refused)) from None
    return Edition(Words(offices.name(office, "zh"), offices.name(office, "en")), office, found)
