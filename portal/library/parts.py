"""The parts of a process page: which sections of its chapter each shows, and where a place of the manual is online."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bpm_core.manual import chapter as chapters
from bpm_core.manual.context import Address, Chapter, Section
from bpm_core.manual.library import Library
from bpm_core.manual.markup import Html
from bpm_core.manual.sections import control, course, guide, overview, relations, rules
from bpm_core.manual.voice import Voice
from bpm_core.models import ProcessDefinition
from bpm_core.queries import shelves

Sections = tuple[Callable[[Chapter], Section | None], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a process. `needs`: it is left out when none of its sections has anything to say."""

    name: str
    label: Promise | str
    sections: Sections


def service_guide(chapter: Chapter) -> Section | None:
    """The guide for residents; of what nobody applies for, what the office has to know."""
    return guide.guide(chapter) or overview.facts(chapter)


PARTS = (
    Part("", _("Course"), (overview.facts, overview.differences, course.steps)),
    Part("guide", _("Service guide"), (service_guide, overview.evidence, overview.law, overview.figures)),
    Part("forms", _("Forms"), (rules.forms,)),
    Part("tables", _("Decision tables"), (rules.tables,)),
    Part("clauses", _("Clauses"), (relations.clause_list, relations.standards)),
    Part(
        "control",
        _("Safeguards"),
        (control.exceptions, control.timers, control.registers, control.audit, control.separation, control.refusals,
         control.remedies, relations.relations, relations.messages),
    ),
    Part("cases", _("Worked cases"), (relations.worked_cases,)),
)  # fmt: skip
BY_NAME = {part.name: part for part in PARTS}


def lang() -> str:
    """The manual's name of the reader's language."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def chapter_of(definition: ProcessDefinition, address: Callable[[Library], Address]) -> Chapter:
    """A process in force as a chapter in the reader's language."""
    library = shelves.one(definition, settings.PROCESSES_DIR)
    return Chapter(library.bundles[0], library, Voice(lang()), address(library))


def online(library: Library) -> Address:
    """Places of the manual as they are found on process pages: forms and tables have pages of their own."""

    def address(key: str, place: str) -> str:
        entry = library.entry(key)
        rest = place[len(entry.code) + 1 :] if entry else ""
        part = {"f-": "forms", "t-": "tables"}.get(rest[:2], "")
        page = reverse("library:part", args=[key, part]) if part else reverse("library:process", args=[key])
        return f"{page}#{place}" if rest else page

    return address


def read(chapter: Chapter, part: Part) -> SafeString:
    """The sections of a part as markup; empty when the process has nothing of them."""
    found = chapters.sections(chapter, part.sections)
    return safe(Html("".join(chapters.markup_of(chapter, section) for section in found)))


def safe(markup: Html) -> SafeString:
    """Markup of the manual for a template: escaped where it was made (bpm_core.manual.markup)."""
    return mark_safe(markup)
