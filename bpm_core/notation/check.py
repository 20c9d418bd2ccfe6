"""Whether files that were handed in make a process that will run as drawn: every breach of a rule, in both languages.

Nothing is executed. Hostile files are read in a limited child process: see gate.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from bpm_core.notation import bpmn, bundle, xml
from bpm_core.notation.model import ProcessModel
from bpm_core.notation.rules import (
    activities,
    data,
    events,
    exchanges,
    expressions,
    flow,
    gateways,
    office,
    parts,
    references,
    tokens,
)
from bpm_core.notation.rules.drawing import Drawing, Found
from bpm_core.notation.rules.words import RULES, TERMS, Severity

CONNECTORS = frozenset({"registers"})
SCHEMA = Path(__file__).parent / "schema" / "BPMN20.xsd"
MOST = 200  # problems in a report; a file with more is not mended one by one


@dataclass(frozen=True, slots=True)
class Problem:
    """One breach of a rule, for people: what it is, where, and how to mend it."""

    rule: str
    severity: str
    element: str
    name: str
    line: int
    message_zh: str
    message_en: str
    fix_zh: str
    fix_en: str
    file: str = bundle.PROCESS


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. `ok` = nothing that stops it from running."""

    ok: bool
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity == Severity.ERROR)

    def to_json(self) -> dict[str, Any]:
        """As JSON: {"ok", "problems": [...]}; `fix` says the mending in both languages at once."""
        return {"ok": self.ok, "problems": [asdict(p) | {"fix": f"{p.fix_zh} / {p.fix_en}"} for p in self.problems]}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Report:
        known = Problem.__dataclass_fields__
        return cls(
            bool(tree["ok"]), tuple(Problem(**{k: v for k, v in p.items() if k in known}) for p in tree["problems"])
        )


def check(
    files: Mapping[str, bytes], *, connectors: Collection[str] = CONNECTORS, known: Collection[str] | None = None
) -> Report:
    """The report on a bundle, or on a lone diagram under the name process.bpmn.

    connectors  topics that a service task may name; empty = not checked
    known       keys of processes that may be called; None = not checked
    """
    if bundle.PROCESS not in files:
        return report([Found("101")], None)
    try:
        root = xml.parse(files[bundle.PROCESS])
    except xml.XmlRefused as error:
        return refusal(error)
    drawing = Drawing(root)
    beside = parts.Parts(files)
    found = list(_schema(root))
    found += references.rules(drawing)
    found += flow.rules(drawing)
    found += tokens.rules(drawing)
    found += gateways.rules(drawing)
    found += events.rules(drawing)
    found += activities.rules(drawing, connectors, known)
    found += data.rules(drawing)
    found += exchanges.rules(drawing)
    process = None if any(RULES[f.rule].severity is Severity.ERROR for f in found) else _model(files)
    found += expressions.rules(drawing, _names(process, beside))
    has = None if beside.alone else set(beside.forms)
    tables = None if beside.alone else set(beside.decisions.decisions if beside.decisions else ())
    found += office.rules(drawing, has, tables)
    found += parts.rules(beside, process)
    return report(found, drawing)


def refusal(error: xml.XmlRefused) -> Report:
    """The report on a file that is not read at all."""
    rule = {"too_big": "102", "doctype": "104", "processing_instruction": "105"}.get(error.code, "103")
    facts = {"message": str(error), "found": "", "max": xml.MAX_BYTES}
    one = _problem(Found(rule, None, facts))
    return Report(False, (Problem(**{**asdict(one), "line": error.line}),))


def report(found: list[Found], drawing: Drawing | None) -> Report:
    """Problems in the order of the file, the gravest first, each said once."""
    problems = list(dict.fromkeys(_problem(f) for f in found))
    problems.sort(key=lambda p: (p.severity != Severity.ERROR, p.file != bundle.PROCESS, p.line, p.rule))
    return Report(all(p.severity != Severity.ERROR for p in problems), tuple(problems[:MOST]))


def _problem(found: Found) -> Problem:
    rule = RULES[found.rule]
    facts = {k: _said(v, 0) for k, v in found.facts.items()}
    english = {k: _said(found.facts.get(f"{k}_en", v), 1) for k, v in found.facts.items()}
    at = _named(found.at)
    return Problem(
        rule=found.rule,
        severity=rule.severity,
        element=str(facts.get("element") or (at.get("id") if at is not None else "") or ""),
        name=str((at.get("name") if at is not None else "") or facts.get("name") or ""),
        line=xml.line_of(found.at) if found.at is not None else int(facts.get("line", 0)),
        message_zh=_fill(rule.zh, facts),
        message_en=_fill(rule.en, english),
        fix_zh=_fill(rule.fix_zh, facts),
        fix_en=_fill(rule.fix_en, english),
        file=found.file or bundle.PROCESS,
    )


def _said(fact: Any, language: int) -> Any:
    """A fact as people say it; a code we have no word for stays as it is."""
    return TERMS[fact][language] if isinstance(fact, str) and fact in TERMS else fact


def _named(element: etree._Element | None) -> etree._Element | None:
    """The nearest element with an id: where the diagram can show the problem."""
    while element is not None and not element.get("id"):
        element = element.getparent()
    return element


def _fill(text: str, facts: Mapping[str, Any]) -> str:
    """The sentence with its facts. Facts come from strangers: they are put in as they are, never read as a format."""
    for key, value in facts.items():
        text = text.replace("{" + key + "}", str(value))
    return text


@cache
def _validator() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _schema(root: etree._Element) -> Iterator[Found]:
    """What the XML Schema of the OMG refuses, in the words of the validator."""
    schema = _validator()
    if schema.validate(root):
        return
    entries: Any = schema.error_log
    for entry in list(entries)[:20]:
        message = str(entry.message).replace(f"{{{xml.BPMN}}}", "")
        yield Found("106", _at(root, entry.path), {"message": message[:300]})


def _at(root: etree._Element, path: str | None) -> etree._Element:
    """The element a validator's path leads to; the whole file when it leads nowhere."""
    prefixes = {k: v for k, v in root.nsmap.items() if k}
    try:
        found: Any = root.getroottree().xpath(path or "/*", namespaces=prefixes)
    except etree.XPathError:
        return root
    return found[0] if found else root


def _model(files: Mapping[str, bytes]) -> ProcessModel | None:
    try:
        return bpmn.read(files[bundle.PROCESS])
    except (bpmn.NotationError, xml.XmlRefused):
        return None  # the rules have said why


def _names(process: ProcessModel | None, beside: parts.Parts) -> set[str] | None:
    """Names that anything in the process sets; None when a lone diagram can't tell."""
    if process is None or beside.alone:
        return None
    names = beside.names() | {v.name for v in process.variables}
    for element in process.elements.values():
        names |= {o.name for o in element.outputs} | {v for v, _ in element.assigns}
        names |= {target for _, target in element.call_outputs} | {target for _, target in element.call_inputs}
        if element.loop is not None:
            names |= {element.loop.item or "item", "loopCounter", "nrOfInstances", "nrOfCompletedInstances"}
            names |= {"nrOfActiveInstances"}
    return names
