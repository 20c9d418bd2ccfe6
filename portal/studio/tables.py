"""Decision tables for pages: hit policies in plain words, and codes in the cells with the words they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bpm_core.notation import labels, tables
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.labels import Label
from bpm_core.notation.tables import Column, Table

POLICIES: dict[str, Promise] = {
    "UNIQUE": _("Exactly one rule can apply."),
    "FIRST": _("Read from the top: the first rule that applies decides."),
    "PRIORITY": _("Several rules may apply; the outcome listed first wins."),
    "ANY": _("Several rules may apply if they say the same."),
    "COLLECT": _("Every rule that applies counts."),
    "RULE ORDER": _("Every rule that applies counts, in the order of the table."),
    "OUTPUT ORDER": _("Every rule that applies counts, in the order of the outcomes."),
}
AGGREGATIONS: dict[str, Promise] = {
    "SUM": _("Every rule that applies counts; the outcomes are added up."),
    "MIN": _("Every rule that applies counts; the smallest outcome is taken."),
    "MAX": _("Every rule that applies counts; the largest outcome is taken."),
    "COUNT": _("The outcome is how many rules apply."),
}
_TRUTH = {"true": _("yes"), "false": _("no")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as written, and in words where its codes have some. `any`: it holds for everything."""

    text: str
    words: str = ""
    any: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    number: int
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as the page writes it."""

    table: Table
    policy: str
    rows: tuple[Row, ...]
    has_notes: bool


def of(bundle: Bundle, *, english: bool) -> list[Shown]:
    """Every decision table of the bundle in the reader's language."""
    known = labels.labels(bundle)
    return [_shown(table, known, english) for table in tables.read(bundle.files)]


def _shown(table: Table, known: Mapping[str, Label], english: bool) -> Shown:
    ins, outs = (_words(columns, known, english) for columns in (table.inputs, table.outputs))
    rows = tuple(
        Row(
            id=rule.id,
            number=rule.number,
            inputs=_cells(rule.inputs, ins, english),
            outputs=_cells(rule.outputs, outs, english),
            note=(rule.note_en if english else rule.note_zh) or rule.note_zh,
        )
        for rule in table.rules
    )
    return Shown(table, policy(table), rows, any(row.note for row in rows))


def policy(table: Table) -> str:
    """What the hit policy means for somebody who reads the table."""
    return str(AGGREGATIONS.get(table.aggregation) or POLICIES.get(table.hit_policy, table.hit_policy))


def _words(columns: tuple[Column, ...], known: Mapping[str, Label], english: bool) -> list[dict[str, str]]:
    """For each column, its codes and their words."""
    found = []
    for column in columns:
        label = known.get(column.expression)
        found.append({value: en if english else zh for value, zh, en in label.options} if label else {})
    return found


def _cells(texts: tuple[str, ...], words: list[dict[str, str]], english: bool) -> tuple[Cell, ...]:
    between = ", " if english else "、"
    return tuple(_cell(text, words[at] if at < len(words) else {}, between) for at, text in enumerate(texts))


def _cell(text: str, words: Mapping[str, str], between: str) -> Cell:
    if text in ("", "-"):
        return Cell(text, any=True)
    if text in _TRUTH:
        return Cell(text, str(_TRUTH[text]))
    return Cell(text, labels.in_words(text, words, between))
