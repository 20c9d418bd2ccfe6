"""The elements of a model and how they require each other: found, linked, compiled, described; nothing is decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import bpm_core.dmn.elements as e
from bpm_core.dmn.boxes import BoxCompiler, Code, Names, Place, Setting
from bpm_core.dmn.check import Problem, check_table
from bpm_core.dmn.errors import DmnError
from bpm_core.dmn.tables import TableCode, compiled
from bpm_core.feel.types import Type

Target = tuple[str, str]  # namespace and id of an element
ScopeName = tuple[str, str]  # name of the import an element comes from, or "", and its own name


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    type_ref: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be known of a decision without taking it. Without a table hit_policy is "" and inputs is empty."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    reads: frozenset[str]  # variables it needs from outside, those of required decisions included
    file: str
    digest: str
    question: str


@dataclass(slots=True)
class Unit:
    """One file with what it takes to compile its elements."""

    definitions: e.Definitions
    setting: Setting
    imports: Mapping[str, str]  # name -> namespace


@dataclass(slots=True)
class Node:
    """A decision, knowledge model or service, compiled when it is first needed."""

    unit: Unit
    element: e.DecisionElement | e.KnowledgeElement | e.ServiceElement
    code: Code | None = None
    table: TableCode | None = None
    requires: tuple[tuple[ScopeName, Target], ...] = ()
    knowledge: tuple[tuple[ScopeName, Target], ...] = ()
    type: Type | None = None
    reads: frozenset[str] = frozenset()  # variables its own logic reads that are no elements it requires


class Graph:
    """All elements of one or several files, compiled."""

    def __init__(self, units: list[Unit]) -> None:
        self._units = {unit.definitions.namespace: unit for unit in units}
        self._nodes: dict[Target, Node] = {}
        self._inputs: dict[Target, e.InputData] = {}
        self._declared: frozenset[str] = frozenset()
        self._compilers: list[BoxCompiler] = []
        for unit in units:
            self._collect(unit)
        for node in self._nodes.values():
            self._link(node)
        self._check_cycles()
        for target, node in self._nodes.items():
            self._compile(target, node)
        self._input_types = {target: self._declared_type(target) for target in self._inputs}
        self._read_names = {target: self._reads(target) for target in self._nodes}
        self._prefixes = frozenset(name for unit in units for name in unit.imports if name)
        self.main = units[0].definitions.namespace
        self._by_name = self._names()
        self.digests = {unit.definitions.file: unit.definitions.digest for unit in units}
        self.decisions: Mapping[str, Decision] = {
            target[1]: self._described(target, node)
            for target, node in reversed(self._nodes.items())
            if isinstance(node.element, e.DecisionElement)
        }

    # -- building ------------------------------------------------------------------------------------------------------

    def _collect(self, unit: Unit) -> None:
        definitions = unit.definitions
        declared = {item.name for item in definitions.inputs}
        for item in definitions.inputs:
            self._inputs[definitions.namespace, item.id] = item
        elements: list[e.DecisionElement | e.KnowledgeElement | e.ServiceElement] = [
            *definitions.decisions, *definitions.knowledge, *definitions.services,
        ]  # fmt: skip
        for element in elements:
            target = (definitions.namespace, element.id)
            if target in self._nodes:
                raise DmnError("duplicate_id", element.id, file=definitions.file, line=element.line)
            self._nodes[target] = Node(unit, element)
            declared.add(element.name)
        self._declared |= declared

    def _target(self, node: Node, href: str) -> Target | None:
        """The element a reference means; None if there is none (in a lenient model)."""
        namespace, sharp, identifier = href.rpartition("#")
        definitions = node.unit.definitions
        target = (namespace or definitions.namespace, identifier if sharp else href)
        if target in self._nodes or target in self._inputs:
            return target
        if node.unit.setting.lenient:
            return None
        raise DmnError(
            "unknown_reference", href, file=definitions.file, decision=node.element.name, line=node.element.line
        )

    def _scope_name(self, node: Node, target: Target) -> ScopeName:
        element = self._nodes[target].element if target in self._nodes else self._inputs[target]
        if target[0] == node.unit.definitions.namespace:
            return "", element.name
        prefix = next((name for name, namespace in node.unit.imports.items() if namespace == target[0]), "")
        return prefix, element.name

    def _named(self, node: Node, hrefs: Iterable[str]) -> tuple[tuple[ScopeName, Target], ...]:
        targets = (self._target(node, href) for href in hrefs)
        return tuple((self._scope_name(node, target), target) for target in targets if target is not None)

    def _link(self, node: Node) -> None:
        element = node.element
        if isinstance(element, e.DecisionElement):
            node.requires = self._named(node, element.requires)
        if isinstance(element, (e.DecisionElement, e.KnowledgeElement)):
            node.knowledge = self._named(node, element.knowledge)

    def _check_cycles(self) -> None:
        state: dict[Target, int] = {}

        def visit(target: Target, path: tuple[str, ...]) -> None:
            node = self._nodes.get(target)
            if node is None or state.get(target) == 2:
                return
            path = (*path, node.element.name)
            if state.get(target) == 1:
                raise DmnError("cycle", " → ".join(path), file=node.unit.definitions.file)
            if len(path) > 200:
                raise DmnError("cycle", f"{len(path)}", file=node.unit.definitions.file)
            state[target] = 1
            for _, required in (*node.requires, *node.knowledge):
                if required != target:  # a knowledge model may call itself
                    visit(required, path)
            state[target] = 2

        for target in self._nodes:
            visit(target, ())

    def _compile(self, target: Target, node: Node) -> None:
        element, unit = node.element, node.unit
        compiler = BoxCompiler(unit.setting, Place(unit.definitions.file, element.name))
        self._compilers.append(compiler)
        node.type = compiler.type_of(element.type_ref)
        if isinstance(element, e.ServiceElement):
            return
        names: Names = frozenset(prefix or name for (prefix, name), _ in (*node.requires, *node.knowledge))
        if isinstance(element, e.KnowledgeElement):
            if element.logic is not None:
                node.code = compiler.function(element.logic, names | {element.name})
        elif isinstance(element.logic, e.Table):
            node.table = compiled(compiler, element.logic, names)
        elif element.logic is not None:
            node.code = compiler.box(element.logic, names)
        node.reads = frozenset(compiler.reads - self._declared)

    def _described(self, target: Target, node: Node) -> Decision:
        element, definitions = node.element, node.unit.definitions
        assert isinstance(element, e.DecisionElement)
        table = node.table
        return Decision(
            id=element.id,
            name=element.name,
            hit_policy=table.policy if table else "",
            inputs=tuple(
                Column(column.expression.text, column.label, column.type_ref) for column in table.table.inputs
            ) if table else (),
            outputs=tuple(
                Column(name, column.label, column.type_ref)
                for name, column in zip(table.output_names, table.table.outputs, strict=True)
            ) if table else (Column(element.name, element.name, element.type_ref),),
            reads=self._read_names[target],
            file=definitions.file,
            digest=definitions.digest,
            question=element.question,
        )  # fmt: skip

    def _reads(self, target: Target) -> frozenset[str]:
        """Variables an element needs from outside, by way of everything it requires."""
        names: set[str] = set()
        waiting, seen = [target], {target}
        while waiting:
            node = self._nodes.get(one := waiting.pop())
            if node is None:
                names.add(self._inputs[one].name)
                continue
            names |= node.reads
            links = [required for _, required in (*node.requires, *node.knowledge)]
            if isinstance(node.element, e.ServiceElement):
                links += [output for _, output in self._named(node, node.element.outputs)]
                names |= {name for (_, name), _ in self._named(node, node.element.input_decisions)}
            waiting.extend(link for link in links if link not in seen)
            seen.update(links)
        return frozenset(names)

    def _declared_type(self, target: Target) -> Type | None:
        node = self._nodes.get(target)
        if node is not None:
            return node.type
        unit = self._units[target[0]]
        place = Place(unit.definitions.file, "")
        return BoxCompiler(unit.setting, place).type_of(self._inputs[target].type_ref)

    def _names(self) -> dict[str, Target]:
        """Decisions and services by id and by name: an id before a name, the first file before the others."""
        found: dict[str, Target] = {}
        for by_id in (True, False):
            for target, node in self._nodes.items():
                if not isinstance(node.element, e.KnowledgeElement):
                    found.setdefault(target[1] if by_id else node.element.name, target)
        return found

    def check(self) -> list[Problem]:
        """What is wrong or doubtful in the tables of all decisions and knowledge models, found without running them."""
        return [problem for table in self.tables() for problem in check_table(table)]

    def tables(self) -> list[TableCode]:
        """Every decision table: those that are a decision's logic, and those inside other boxes."""
        return [table for compiler in self._compilers for table in compiler.tables]
