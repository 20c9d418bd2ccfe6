"""decisions/*.dmn as people read them: tables, labels and notes in both languages. Deciding is bpm_core.dmn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bpm_core.notation.xml import GUICHENG, local, parse, text_of

_NAME_EN, _LABEL_EN, _NOTE_EN = (f"{{{GUICHENG}}}{name}" for name in ("nameEn", "labelEn", "descriptionEn"))


@dataclass(frozen=True, slots=True)
class Column:
    """One input or output of a table; `expression` is what an input looks at."""

    label_zh: str
    label_en: str
    expression: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. Cells are FEEL as written; "-" holds for everything."""

    id: str
    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision as a table, or as one expression (`text`) when it has none."""

    id: str
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    text: str
    file: str

    @property
    def by_rule(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}


def read(files: Mapping[str, bytes]) -> tuple[Table, ...]:
    """Every decision of the .dmn files, in order of path. Refuses with xml.XmlRefused."""
    found: list[Table] = []
    for path, data in sorted(files.items()):
        if path.endswith(".dmn"):
            found += [_decision(node, path) for node in parse(data).iter() if local_name(node) == "decision"]
    return tuple(found)


def local_name(node: etree._Element) -> str:
    return local(node) if isinstance(node.tag, str) else ""


def _children(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return (child for child in ([] if node is None else node) if local_name(child) == name)


def _first(node: etree._Element | None, name: str) -> etree._Element | None:
    return next(_children(node, name), None)


def _text(node: etree._Element | None) -> str:
    """The FEEL text in a cell or expression."""
    return text_of(_first(node, "text")) if node is not None else ""


def _decision(node: etree._Element, path: str) -> Table:
    table = _first(node, "decisionTable")
    name = str(node.get("name") or node.get("id", ""))
    note = text_of(_first(node, "description"))
    return Table(
        id=node.get("id", ""),
        name_zh=name,
        name_en=node.get(_NAME_EN, name),
        note_zh=note,
        note_en=node.get(_NOTE_EN, note),
        hit_policy="" if table is None else table.get("hitPolicy", "UNIQUE").replace("_", " "),
        aggregation="" if table is None else table.get("aggregation", ""),
        inputs=tuple(_input(each) for each in _children(table, "input")),
        outputs=tuple(_output(each) for each in _children(table, "output")),
        rules=tuple(_rule(each, number) for number, each in enumerate(_children(table, "rule"), 1)),
        text=_text(_first(node, "literalExpression")),
        file=path,
    )


def _input(node: etree._Element) -> Column:
    expression = _text(_first(node, "inputExpression"))
    label = node.get("label") or expression
    return Column(label, node.get(_LABEL_EN, label), expression)


def _output(node: etree._Element) -> Column:
    name = node.get("name", "")
    label = node.get("label") or name
    return Column(label, node.get(_LABEL_EN, label), name)


def _rule(node: etree._Element, number: int) -> Rule:
    """Notes are in the order of the table's annotations: Chinese, then English where there is a second one."""
    notes = [_text(each) for each in _children(node, "annotationEntry")] or [text_of(_first(node, "description"))]
    return Rule(
        id=node.get("id", ""),
        number=number,
        inputs=tuple(_text(each) for each in _children(node, "inputEntry")),
        outputs=tuple(_text(each) for each in _children(node, "outputEntry")),
        note_zh=notes[0],
        note_en=notes[1] if len(notes) > 1 else notes[0],
    )
