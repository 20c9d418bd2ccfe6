"""Which steps carry out which clause: of one process, and of the whole library for the index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bpm_core.manual.context import Chapter

Entry = tuple[str, tuple[str, ...]]
_CLAUSE = re.compile(r"^(?P<standard>.*?\d{4}(?:（[^）]*）)?)\s*(?:第|§|ch\.|cl\.|clause|Clause)\s*(?P<number>[\d.]+)")


@dataclass(frozen=True, slots=True)
class Named:
    """Clauses of standards and articles of law, each with the steps that name it, in order."""

    clauses: tuple[Entry, ...]
    laws: tuple[Entry, ...]


def of(chapter: Chapter) -> Named:
    """What the steps of one process name."""
    clauses: dict[str, list[str]] = {}
    laws: dict[str, list[str]] = {}
    for element in chapter.steps:
        for said in chapter.voice.clauses(element):
            clauses.setdefault(said, []).append(element.node)
        for said in chapter.voice.laws(element):
            laws.setdefault(said, []).append(element.node)
    return Named(_ordered(clauses), _ordered(laws))


def _ordered(found: dict[str, list[str]]) -> tuple[Entry, ...]:
    return tuple((said, tuple(found[said])) for said in sorted(found, key=sort_key))


def split(said: str) -> tuple[str, str]:
    """A clause as its standard and the rest: "Q/JZRS 221.1-2026 第5.1条" -> ("Q/JZRS 221.1-2026", "第5.1条")."""
    found = _CLAUSE.match(said)
    if found is None:
        return said, ""
    standard = found["standard"].strip()
    return standard, said[len(found["standard"]) :].strip()


def sort_key(said: str) -> tuple[str, tuple[int, ...], str]:
    """Standards by their names, clauses by their numbers: 5.2 before 5.10."""
    found = _CLAUSE.match(said)
    if found is None:
        return said, (), said
    numbers = tuple(int(part) for part in found["number"].split(".") if part)
    return found["standard"].strip(), numbers, said


def by_standard(chapters: Iterable[Chapter]) -> dict[str, dict[str, list[tuple[Chapter, str]]]]:
    """standard -> clause -> (chapter, step) of the whole library, standards and clauses in order."""
    found: dict[str, list[tuple[Chapter, str]]] = {}
    for chapter in chapters:
        for said, nodes in of(chapter).clauses:
            found.setdefault(said, []).extend((chapter, node) for node in nodes)
    ordered: dict[str, dict[str, list[tuple[Chapter, str]]]] = {}
    for said in sorted(found, key=sort_key):
        standard, number = split(said)
        ordered.setdefault(standard, {}).setdefault(number, []).extend(found[said])
    return ordered
