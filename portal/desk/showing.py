"""Facts and steps of a case as the desk's pages show them: values in words, names in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bpm_core.feel import values
from bpm_core.models.cases import Case
from bpm_core.notation.labels import Label
from bpm_core.queries.cases import Step
from bpm_core.queries.facts import Fact
from portal import words
from portal.templatetags.guicheng import bi, long_day, moment


def value_in_words(value: Any, label: Label, *, english: bool) -> str:
    """A fact's value as people say it: yes, 1 200.00 yuan, 20 November 2026, the name of the choice."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if label.options and isinstance(value, (str, list)):
        names = {code: (en if english else zh) for code, zh, en in label.options}
        chosen = [value] if isinstance(value, str) else value
        return (", " if english else "、").join(names.get(str(item), str(item)) for item in chosen)
    if isinstance(value, Decimal):
        places = 2 if label.type == "money" else None
        text = formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=label.type == "money")
        return _("{amount} yuan").format(amount=text) if label.type == "money" else text
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return long_day(value)
    if isinstance(value, (list, tuple)):
        return (", " if english else "、").join(value_in_words(item, label, english=english) for item in value)
    if isinstance(value, (str, time)):
        return str(value)
    return str(values.to_plain(value))


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as a line."""

    name: str
    label: str
    text: str
    source: str
    source_code: str
    personal: bool
    set_at: datetime


def fact_lines(facts: Iterable[Fact], *, english: bool) -> list[Line]:
    """Facts with their words; empty ones are left out, personal ones say that they are kept sealed."""
    return [
        Line(
            fact.name,
            (fact.label.en if english else fact.label.zh) or fact.name,
            _("kept sealed") if fact.personal else value_in_words(fact.value, fact.label, english=english),
            str(words.SOURCE.get(fact.source, fact.source)),
            fact.source,
            fact.personal,
            fact.set_at,
        )
        for fact in facts
        if not fact.empty
    ]


_SYSTEM = {"serviceTask", "businessRuleTask", "sendTask"}


def step_lines(steps: Iterable[Step], here: object = None, *, english: bool) -> list[dict[str, object]]:
    """The numbered steps for the list and the text twin of the diagram."""
    lines = [_step(step, here, english) for step in steps]
    now = next((number for number, line in enumerate(lines) if line["state"] == "now"), len(lines))
    for number, line in enumerate(lines):
        line["number"] = number + 1
        line["far"] = not -2 <= now - number <= 1  # a phone leaves these out
    return lines


def _step(step: Step, here: object, english: bool) -> dict[str, object]:
    automatic = step.element.kind in _SYSTEM
    who = _("System") if automatic else words.lane(step.lane) if step.lane and step.element.kind != "endEvent" else ""
    by = step.by[1 if english else 0]
    note = _("must be another person: {who}").format(who=who) if step.second_person else who
    return {
        "name_zh": step.name_zh,
        "name_en": step.name_en,
        "state": step.state,
        "css": step.state,
        "at": step.at,
        "by": by if step.state == "done" else (by or who),
        "visits": step.visits,
        "here": here is not None and here in step.items,
        "note": note if step.state == "todo" else "",
    }


def next_lines(following: Iterable[Any]) -> list[dict[str, object]]:
    """What may come next, as name and who."""
    return [
        {
            "name": bi(step.element),
            "who": _("System") if step.automatic else words.lane(step.lane) if step.lane and step.lane != "SYS" else "",
            "second_person": step.second_person,
            "ends": step.element.kind == "endEvent",
        }
        for step in following
    ]


def days(count: int) -> str:
    """A number of working days in words."""
    return ngettext("%(n)d working day", "%(n)d working days", count) % {"n": count}


def applicant(case: Case) -> str:
    """Whom the case is for, masked."""
    party = case.person or case.enterprise
    return party.name_masked if party else case.applicant_masked
