"""`manage.py simulate PROCESS --cases N --arrivals 40 --staff "WIN=6,C1=4" --seed S`: how a procedure would run."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bpm_core import dmn, engine, feel
from bpm_core.domain.calendar import WorkCalendar
from bpm_core.notation import bundle as bundles
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.bundle import Bundle
from bpm_core.seed import calendar
from bpm_core.simulation import chart, report, run, setup, subject, text


class Command(BaseCommand):
    help = "Run many cases of a process in the real engine on a virtual clock, with limited staff; needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", help="key or code of the library, or the folder of a process")
        parser.add_argument("--cases", type=int, default=1000)
        parser.add_argument("--arrivals", default="40", help="a working day: 40, even:40, or mon=60,tue=40,...")
        parser.add_argument("--staff", default="", help="persons a lane: WIN=6,C1=4; *=2 for the others; none = any")
        parser.add_argument("--hours", default="", help="office hours, e.g. 09:00-12:00,13:30-17:00 (the default)")
        parser.add_argument("--start", type=date.fromisoformat, default=setup.FIRST_DAY, help="first day")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--mix", default="", help="weights of the worked cases: 01=80,08=20")
        parser.add_argument(
            "--choose", action="append", default=[], help="result=pass:8|return:1, S40.result=... (again)"
        )
        parser.add_argument("--minutes", default="", help="hands-on minutes a step: S10=12,S40=30")
        parser.add_argument("--by-options", action="store_true", help="draw from the fields' options, no worked cases")
        parser.add_argument("--answer-hours", type=float, default=24.0, help="how long people outside take, on average")
        parser.add_argument("--register-minutes", type=float, default=1.0, help="how long a register takes, on average")
        parser.add_argument("--json", dest="json_file", metavar="FILE", help="write the figures (- = print them)")
        parser.add_argument("--svg", dest="svg_file", metavar="FILE", help="write a chart")
        parser.add_argument("--language", choices=("en", "zh"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        days = WorkCalendar(calendar.rows())
        try:
            one = subject.subject_of(*_find(options["process"]))
            found = report.report(run.simulate(one, _setup(options), days), days)
        except (setup.BadSetup, engine.EngineError, NotationError) as refused:
            raise CommandError(str(refused)) from None
        except (feel.FeelError, dmn.DmnError) as refused:
            raise CommandError(refused.text(options["language"])) from None
        figures = json.dumps(found.as_data(), ensure_ascii=False, indent=1) + "\n"
        if options["json_file"] == "-":
            self.stdout.write(figures, ending="")
        else:
            self.stdout.write(text.as_text(found, options["language"]), ending="")
            if options["json_file"]:
                _write(options["json_file"], figures)
        if options["svg_file"]:
            _write(options["svg_file"], chart.as_svg(found, options["language"]))


def _setup(options: Mapping[str, Any]) -> setup.Setup:
    plain = setup.Setup(options["cases"], setup.arrivals(options["arrivals"]))
    return setup.Setup(
        cases=options["cases"],
        arrivals=plain.arrivals,
        staff=setup.staff(options["staff"]),
        starts_on=options["start"],
        hours=setup.hours(options["hours"]) if options["hours"] else plain.hours,
        seed=options["seed"],
        mix=setup.weights(options["mix"]),
        choices=dict(setup.choice(text) for text in options["choose"]),
        minutes=setup.weights(options["minutes"]),
        by_options=options["by_options"],
        answer_minutes=options["answer_hours"] * 60,
        register_minutes=options["register_minutes"],
    )


def _find(name: str) -> tuple[Bundle, dict[str, Bundle]]:
    """The process of that key, code or folder, and the library around it."""
    places = sorted(path.parent for path in Path(settings.PROCESSES_DIR).rglob(bundles.PROCESS))
    library = {one.key: one for one in map(bundles.read_folder, places)}
    known = {one.code: one for one in library.values()} | library
    if name in known:
        return known[name], library
    folder = Path(name)
    if not (folder / bundles.PROCESS).is_file():
        raise CommandError(f"no process {name!r}: it is neither a folder nor one of {', '.join(sorted(library))}")
    return bundles.read_folder(folder), library


def _write(name: str, content: str) -> None:
    try:
        Path(name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name} can't be written: {error.strerror}") from None
