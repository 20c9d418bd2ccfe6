"""`manage.py feel 'EXPRESSION' --context JSON`: evaluate a FEEL expression, and say why a value is null."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_core import feel
from bpm_core.notation import functions


class Command(BaseCommand):
    help = "Evaluate a FEEL expression; the value is printed as FEEL text"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("expression")
        parser.add_argument("--context", default="{}", help="variables as JSON, or @file")
        parser.add_argument("--test", metavar="FEEL", help="read the expression as unary tests of this value")
        parser.add_argument("--now", type=datetime.fromisoformat, help="what now() answers; default: the present")
        parser.add_argument("--strict", action="store_true", help="an error instead of null")
        parser.add_argument("--json", action="store_true", help="print JSON instead of FEEL")
        parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        language, now = options["language"], options["now"] or timezone.now()
        try:
            variables = read_variables(options["context"])
            kind = feel.Kind.EXPRESSION if options["test"] is None else feel.Kind.UNARY_TESTS
            expression = feel.compile(
                options["expression"], kind=kind, names=frozenset(variables), functions=functions.TABLE
            )
            if options["test"] is not None:
                variables["?"] = feel.compile(options["test"]).evaluate({}, now=now)
            if options["strict"]:
                value, reasons = expression.evaluate(variables, now=now, strict=True), ()
            else:
                value, reasons = expression.evaluate_with_reasons(variables, now=now)
        except feel.FeelSyntaxError as error:
            raise CommandError(f"{marked(error)}\n{error.text(language)}") from None
        except feel.FeelError as error:
            raise CommandError(error.text(language)) from None
        if options["json"]:
            self.stdout.write(json.dumps(feel.values.to_plain(value), ensure_ascii=False))
        else:
            self.stdout.write(feel.values.literal(value))
        for reason in reasons:
            self.stderr.write(f"  {reason.text(language)}")
        for problem in expression.problems({*variables, "?"}, functions.TABLE):
            self.stderr.write(f"  {problem.text(language)}")


def read_variables(text: str) -> dict[str, feel.Value]:
    """Variables from JSON text or from `@file`; tagged values ({"$d": ...}) are understood."""
    if text.startswith("@"):
        with open(text[1:], encoding="utf-8") as file:
            text = file.read()
    try:
        given = json.loads(text, parse_float=feel.values.number)
    except json.JSONDecodeError as error:
        raise CommandError(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise CommandError("the variables have to be a JSON object")
    return {name: read_value(value) for name, value in given.items()}


def read_value(value: Any) -> feel.Value:
    if isinstance(value, list):
        return [read_value(item) for item in value]
    if isinstance(value, dict):
        tagged = len(value) == 1 and next(iter(value)).startswith("$")
        return feel.values.decode(value) if tagged else {key: read_value(item) for key, item in value.items()}
    return feel.values.from_python(value)


def marked(error: feel.FeelSyntaxError) -> str:
    """The line of the text with a mark below the place."""
    start = error.source.rfind("\n", 0, error.position) + 1
    line = error.source[start:].partition("\n")[0]
    width = sum(2 if ord(sign) > 0x1100 else 1 for sign in error.source[start : error.position])
    return f"{line}\n{' ' * width}^"
