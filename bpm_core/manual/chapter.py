"""A chapter of the manual: the sections of one process in the order they are printed."""

from __future__ import annotations

from collections.abc import Callable

from bpm_core.manual.context import Chapter, Section, anchor
from bpm_core.manual.markup import Html, tag
from bpm_core.manual.sections import control, course, guide, overview, relations, rules

SECTIONS: tuple[Callable[[Chapter], Section | None], ...] = (
    overview.facts,
    overview.differences,
    overview.evidence,
    overview.law,
    relations.standards,
    overview.figures,
    course.picture,
    course.steps,
    rules.tables,
    rules.forms,
    control.exceptions,
    control.timers,
    control.registers,
    control.audit,
    control.separation,
    control.refusals,
    control.remedies,
    relations.relations,
    relations.messages,
    relations.worked_cases,
    guide.guide,
)


def sections(chapter: Chapter, which: tuple[Callable[[Chapter], Section | None], ...] = SECTIONS) -> list[Section]:
    """The sections that the process has something to say in."""
    return [section for each in which if (section := each(chapter)) is not None]


def markup_of(chapter: Chapter, section: Section) -> Html:
    """A section under its heading."""
    ident = anchor(chapter.bundle, section.name)
    kind = f"sheet {section.name}" + (" new-page" if section.new_page else "")
    return tag("section", tag("h2", section.title), section.body, id=ident, class_=kind)


def article(chapter: Chapter, parts: list[Section] | None = None) -> Html:
    """The whole chapter. `parts`: its sections, where they were made already."""
    title = tag("h1", tag("span", chapter.bundle.code, class_="code"), " ", chapter.title, id=anchor(chapter.bundle))
    body = [markup_of(chapter, section) for section in (sections(chapter) if parts is None else parts)]
    return tag("article", title, body, class_="chapter")


def places(chapter: Chapter, parts: list[Section]) -> list[tuple[str, str]]:
    """The sections of a chapter as (anchor, title)."""
    return [(anchor(chapter.bundle, section.name), section.title) for section in parts]
