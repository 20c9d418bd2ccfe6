"""Why a decision came out as it did, as one sentence: what was decided, by which rule, and what met its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bpm_core import dmn
from bpm_core.feel import values
from bpm_core.feel.values import Value
from bpm_core.notation.labels import Label
from bpm_core.queries.decisions import Retaken, Verdict
from portal.templatetags.guicheng import bi, english


@dataclass(frozen=True, slots=True)
class Sentence:
    """A decision for people. `sound` is False when its table answers something else now than the journal says."""

    decision: str
    process_key: str
    table: str
    text: str
    again: str
    sound: bool


def sentence(retaken: Retaken, labels: Mapping[str, Label]) -> Sentence:
    """The decision in the reader's words; `labels` are those of the case."""
    table = bi(retaken.table) if retaken.table else retaken.decision
    again = {
        Verdict.SAME: _("taken again: the same"),
        Verdict.DIFFERS: _("taken again: another result"),
        Verdict.WITHHELD: _("rests on values kept out of the journal"),
        Verdict.GONE: _("its table is kept no more"),
    }[retaken.verdict]
    sound = retaken.verdict in (Verdict.SAME, Verdict.WITHHELD)
    return Sentence(retaken.decision, retaken.process_key, table, _said(retaken, labels), again, sound)


def _said(retaken: Retaken, labels: Mapping[str, Label]) -> str:
    result = _(", ").join(_outputs(retaken, labels))
    because = _("; ").join(_rules(retaken, labels))
    if not because:
        return result
    return _("{result}, because {rules}").format(result=result, rules=because) if result else because


def _outputs(retaken: Retaken, labels: Mapping[str, Label]) -> Iterator[str]:
    """What was decided, under the names of the table's columns; what stayed empty is left out."""
    columns = {column.expression: column for column in retaken.table.outputs} if retaken.table else {}
    for name, value in retaken.outputs.items():
        if value not in (None, ""):
            column = columns.get(name)
            word = bi(column, "label") if column else name
            yield _("{name}: {value}").format(name=word, value=shown(value, labels.get(name)))


def _rules(retaken: Retaken, labels: Mapping[str, Label]) -> Iterator[str]:
    if retaken.table is not None and retaken.table.rules and not retaken.rules:
        yield _("no rule applied")
    hits = {hit.rule: hit for hit in retaken.decided.hits} if retaken.decided else {}
    for rule in retaken.rules:
        said = _("rule {number}").format(number=rule.number)
        note = bi(rule, "note")
        if note:
            said += _(" ({note})").format(note=note)
        hit = hits.get(rule.number)
        met = _(", ").join(_met(retaken, hit, labels)) if hit else ""
        yield _("{rule}: {conditions}").format(rule=said, conditions=met) if met else said


def _met(retaken: Retaken, hit: dmn.Hit, labels: Mapping[str, Label]) -> Iterator[str]:
    """Each condition of the rule with the value that met it; `-` asks nothing."""
    assert retaken.table is not None
    for column, cell in zip(retaken.table.inputs, hit.cells, strict=False):
        if cell.test != "-":
            label = labels.get(column.expression)
            words = {"column": bi(column, "label"), "value": shown(cell.value, label), "test": tested(cell, label)}
            same = cell.test == values.literal(cell.value)
            said = _("{column} is {value}") if same else _("{column} {value} meets {test}")
            yield said.format(**words)


def tested(cell: dmn.Cell, label: Label | None) -> str:
    """A cell as it is written, codes that a list of the process explains in the list's words."""
    known = {f'"{code}"': code for code, *_words in label.options} if label else {}
    parts = [part.strip() for part in cell.test.split(",")]
    if not known.keys() >= set(parts):
        return cell.test
    return _(", ").join(shown(known[part], label) for part in parts)


def shown(value: Value, label: Label | None) -> str:
    """A value in words."""
    plain = values.to_plain(value)
    options = {code: (zh, en) for code, zh, en in label.options} if label else {}
    if isinstance(plain, str) and plain in options:
        return options[plain][1 if english() else 0]
    if plain is None:
        return _("nothing")
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if isinstance(plain, list):
        return "、".join(shown(item, label) for item in value) or _("nothing")
    return str(plain)
