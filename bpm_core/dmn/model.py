"""A decision model: files, the graph between their elements, and taking a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bpm_core import feel
from bpm_core.dmn import elements as e
from bpm_core.dmn import reader
from bpm_core.dmn.boxes import BoxCompiler, Code, Env, Names, Place, Setting
from bpm_core.dmn.check import Problem, check_table
from bpm_core.dmn.datatypes import TypeBuilder, member_names
from bpm_core.dmn.errors import DecisionError, DmnError
from bpm_core.dmn.tables import Hit, TableCode, compiled
from bpm_core.feel.limits import Run
from bpm_core.feel.types import Type, coerce
from bpm_core.feel.values import Function, Value, check

DECISION_BUDGET = feel.Budget(steps=100_000, cells=400_000, cpu_s=0.4)
Target = tuple[str, str]  # namespace and id of an element
ScopeName = tuple[str, str]  # name of the import an element comes from, or "", and its own name


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision taken.

    outputs     value by output column; of a decision without table, its value under its name
    hits        the rules of its table that applied, in their order, with every cell
    inputs      values of the table's input columns by label
    requires    the decisions taken on the way, by id
    read        the variables it read, required decisions included: the same model decides the same on them again
    digest      SHA-256 of the file that holds the decision
    reasons     why anything became null
    """

    value: Value
    outputs: dict[str, Value]
    hits: tuple[Hit, ...]
    inputs: dict[str, Value]
    table_id: str
    digest: str
    requires: dict[str, Decided] = field(default_factory=dict)
    reasons: tuple[feel.Reason, ...] = ()
    read: dict[str, Value] = field(default_factory=dict)


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
class _Unit:
    """One file with what it takes to compile its elements."""

    definitions: e.Definitions
    setting: Setting
    imports: Mapping[str, str]  # name -> namespace


@dataclass(slots=True)
class _Node:
    """A decision, knowledge model or service, compiled when it is first needed."""

    unit: _Unit
    element: e.DecisionElement | e.KnowledgeElement | e.ServiceElement
    code: Code | None = None
    table: TableCode | None = None
    requires: tuple[tuple[ScopeName, Target], ...] = ()
    knowledge: tuple[tuple[ScopeName, Target], ...] = ()
    type: Type | None = None
    reads: frozenset[str] = frozenset()  # variables its own logic reads that are no elements it requires


class _Taking:
    """One evaluation of the graph: inputs, decisions already known, the account."""

    def __init__(self, variables: Mapping[str, Value], run: Run) -> None:
        self.variables = variables
        self.run = run
        self.values: dict[Target, Value] = {}
        self.decided: dict[Target, Decided] = {}
        self.under_way: list[Target] = []


class Model:
    """Decisions of one or several files. Immutable; safe to share between threads."""

    def __init__(self, units: list[_Unit]) -> None:
        self._units = {unit.definitions.namespace: unit for unit in units}
        self._nodes: dict[Target, _Node] = {}
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
        self._read_names = {target: self._reads(target) for target in self._nodes}
        self.main = units[0].definitions.namespace
        self.digests = {unit.definitions.file: unit.definitions.digest for unit in units}
        self.decisions: Mapping[str, Decision] = {
            target[1]: self._described(target, node)
            for target, node in reversed(self._nodes.items())
            if isinstance(node.element, e.DecisionElement)
        }

    # -- building ------------------------------------------------------------------------------------------------------

    def _collect(self, unit: _Unit) -> None:
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
            self._nodes[target] = _Node(unit, element)
            declared.add(element.name)
        self._declared |= declared

    def _target(self, node: _Node, href: str) -> Target | None:
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

    def _scope_name(self, node: _Node, target: Target) -> ScopeName:
        element = self._nodes[target].element if target in self._nodes else self._inputs[target]
        if target[0] == node.unit.definitions.namespace:
            return "", element.name
        prefix = next((name for name, namespace in node.unit.imports.items() if namespace == target[0]), "")
        return prefix, element.name

    def _named(self, node: _Node, hrefs: Iterable[str]) -> tuple[tuple[ScopeName, Target], ...]:
        targets = (self._target(node, href) for href in hrefs)
        return tuple((self._scope_name(node, target), target) for target in targets if target is not None)

    def _link(self, node: _Node) -> None:
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

    def _compile(self, target: Target, node: _Node) -> None:
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

    def _described(self, target: Target, node: _Node) -> Decision:
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

    def check(self) -> list[Problem]:
        """What is wrong or doubtful in the tables of all decisions and knowledge models, found without running them."""
        return [problem for table in self.tables() for problem in check_table(table)]

    def tables(self) -> list[TableCode]:
        """Every decision table: those that are a decision's logic, and those inside other boxes."""
        return [table for compiler in self._compilers for table in compiler.tables]

    # -- taking a decision ---------------------------------------------------------------------------------------------

    def find(self, name: str) -> Target:
        """The decision or service with that id or name, of the first file before the others."""
        for key in ("id", "name"):
            for namespace in (self.main, *self._units):
                for (own, identifier), node in self._nodes.items():
                    if own != namespace or isinstance(node.element, e.KnowledgeElement):
                        continue
                    if (identifier if key == "id" else node.element.name) == name:
                        return own, identifier
        raise DecisionError("unknown_decision", name)

    def decide(
        self,
        decision_id: str,
        variables: Mapping[str, Value],
        *,
        now: datetime,
        budget: feel.Budget | None = None,
    ) -> Decided:
        """Take a decision (or the outputs of a decision service).

        variables   FEEL values by name: input data, or whatever the expressions of the tables read
        Refuses with DecisionError (contradicting rules, no such decision) and feel.FeelBudgetError.
        """
        target = self.find(decision_id)
        run = Run(now, budget or DECISION_BUDGET)
        taking = _Taking({name: check(value) for name, value in variables.items()}, run)
        try:
            node = self._nodes[target]
            if isinstance(node.element, e.ServiceElement):
                decided = self._serve(target, taking)
            else:
                self._value(target, taking)
                decided = taking.decided[target]
        except RecursionError:
            raise feel.FeelBudgetError("calls", run.budget.calls) from None
        others = {key[1]: one for key, one in taking.decided.items() if key != target}
        return Decided(
            decided.value, decided.outputs, decided.hits, decided.inputs, decided.table_id, decided.digest, others,
            run.reasons, {name: value for name, value in taking.variables.items() if name in self._read_names[target]},
        )  # fmt: skip

    def _value(self, target: Target, taking: _Taking) -> Value:
        """The value of an input or decision, taken once."""
        if target in taking.values:
            return taking.values[target]
        node = self._nodes.get(target)
        if node is None:
            value = self._input(target, taking)
        elif isinstance(node.element, e.DecisionElement):
            value = self._take(target, node, taking)
        else:
            value = self._function(target, taking)
        taking.values[target] = value
        return value

    def _input(self, target: Target, taking: _Taking) -> Value:
        item = self._inputs[target]
        unit = self._units[target[0]]
        value = taking.variables.get(item.name)
        if item.name not in taking.variables:
            value = self._imported_input(target, item, taking)
        kind = BoxCompiler(unit.setting, Place(unit.definitions.file, item.name)).type_of(item.type_ref)
        if kind is None:
            return value
        value, fits = coerce(value, kind, unit.setting.types)
        return value if fits else taking.run.null("not_type", facts={"type": item.type_ref or ""})

    def _imported_input(self, target: Target, item: e.InputData, taking: _Taking) -> Value:
        """An input of another file, given as `prefix.name` or inside a context named by the prefix."""
        for unit in self._units.values():
            for prefix, namespace in unit.imports.items():
                if namespace != target[0] or not prefix:
                    continue
                if f"{prefix}.{item.name}" in taking.variables:
                    return taking.variables[f"{prefix}.{item.name}"]
                inside = taking.variables.get(prefix)
                if type(inside) is dict and item.name in inside:
                    return inside[item.name]
        return taking.run.null("no_variable", facts={"name": item.name})

    def _take(self, target: Target, node: _Node, taking: _Taking) -> Value:
        run, element = taking.run, node.element
        run.charge(1)
        env = self._scope(node, taking, passed=True)
        hits: tuple[Hit, ...] = ()
        inputs: dict[str, Value] = {}
        if node.table is not None:
            outcome = node.table.decide(env, run)
            value, outputs, hits, inputs = outcome.value, outcome.outputs, outcome.hits, outcome.inputs
        else:
            value = node.code(env, run) if node.code is not None else None
            outputs = {element.name: value}
        if node.type is not None:
            value, fits = coerce(value, node.type, node.unit.setting.types)
            if not fits:
                run.null("not_type", facts={"type": element.type_ref or ""})
        taking.decided[target] = Decided(
            value, outputs, hits, inputs, node.table.table.id if node.table else "", node.unit.definitions.digest
        )
        return value

    def _scope(self, node: _Node, taking: _Taking, *, passed: bool) -> Env:
        """What the logic of an element may see: what it requires and, for decisions, variables no element declares."""
        env: Env = {}
        if passed:
            env.update({name: value for name, value in taking.variables.items() if name not in self._declared})
        for name, target in node.requires:
            _place(env, name, self._value(target, taking))
        for name, target in node.knowledge:
            _place(env, name, self._function(target, taking))
        return env

    def _function(self, target: Target, taking: _Taking) -> Value:
        """A knowledge model or a decision service as a function."""
        node = self._nodes[target]
        if target in taking.values:
            return taking.values[target]
        if isinstance(node.element, e.ServiceElement):
            function = self._service_function(target, node, taking)
        else:
            found = self._knowledge_function(node, taking)
            if found is None:
                return None
            function = found
        function.name = node.element.name
        function.result = node.type
        taking.values[target] = function
        return function

    def _knowledge_function(self, node: _Node, taking: _Taking) -> Function | None:
        if node.code is None:
            return None
        env = self._scope(node, taking, passed=False)
        made = node.code(env, taking.run)
        env[node.element.name] = made  # a knowledge model may call itself
        inner, kind, types = made.call, node.type, node.unit.setting.types

        def call(run: Run, arguments: list[Value]) -> Value:
            value = inner(run, arguments)
            if kind is None:
                return value
            value, fits = coerce(value, kind, types)
            return value if fits else run.null("not_type", facts={"type": node.element.type_ref or ""})

        return Function(made.params, call, types=made.types)

    def _service_function(self, target: Target, node: _Node, taking: _Taking) -> Function:
        element = node.element
        assert isinstance(element, e.ServiceElement)
        given = self._named(node, (*element.input_data, *element.input_decisions))
        kinds = tuple(self._declared_type(one) for _, one in given)

        def call(run: Run, arguments: list[Value]) -> Value:
            inner = _Taking({}, run)
            inner.values.update({one: value for (_, one), value in zip(given, arguments, strict=True)})
            return self._serve(target, inner).value

        types = kinds if any(kind is not None for kind in kinds) else ()
        return Function(tuple(name for (_, name), _ in given), call, types=types)

    def _declared_type(self, target: Target) -> Type | None:
        node = self._nodes.get(target)
        if node is not None:
            return node.type
        unit = self._units[target[0]]
        place = Place(unit.definitions.file, "")
        return BoxCompiler(unit.setting, place).type_of(self._inputs[target].type_ref)

    def _serve(self, target: Target, taking: _Taking) -> Decided:
        """The outputs of a service; its input decisions are given, not taken."""
        node = self._nodes[target]
        element = node.element
        assert isinstance(element, e.ServiceElement)
        for (_, name), given in self._named(node, element.input_decisions):
            if given not in taking.values:
                value, fits = taking.variables.get(name), True
                kind = self._nodes[given].type if given in self._nodes else None
                if kind is not None:
                    value, fits = coerce(value, kind, node.unit.setting.types)
                if not fits:
                    taking.run.null("not_type", facts={"type": name})
                taking.values[given] = value
        outputs = {name: self._value(one, taking) for (_, name), one in self._named(node, element.outputs)}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        if node.type is not None:
            value, fits = coerce(value, node.type, node.unit.setting.types)
            if not fits:
                taking.run.null("not_type", facts={"type": element.type_ref or ""})
        return Decided(value, dict(outputs), (), {}, "", node.unit.definitions.digest)


def _place(env: Env, scope_name: ScopeName, value: Value) -> None:
    """Put a value in scope; that of an imported element goes into the context named by its import."""
    prefix, name = scope_name
    if prefix:
        env.setdefault(prefix, {})[name] = value
    else:
        env[name] = value


def load(
    files: Mapping[str, bytes], functions: feel.FunctionTable | None = None, *, lenient: bool = False
) -> Model:
    """The model of these files; the first is the main one, others may be imported by it or stand beside it.

    functions   functions written in FEEL that all expressions may call
    lenient     a faulty expression answers null instead of refusing the whole model
    Refuses with DmnError: file, decision, rule, column, position.
    """
    all_definitions = [reader.read(file, content) for file, content in files.items()]
    if not all_definitions:
        raise DmnError("incomplete", "DMN file")
    by_namespace: dict[str, e.Definitions] = {}
    for definitions in all_definitions:
        if definitions.namespace in by_namespace:
            definitions = _renamed(definitions)
        by_namespace[definitions.namespace] = definitions
    types: dict[str, feel.TypeTable] = {}
    for namespace in by_namespace:
        _build_types(namespace, by_namespace, types, ())
    units = []
    for namespace, definitions in by_namespace.items():
        members = frozenset().union(*(member_names(kind) for kind in types[namespace].values()))
        imports = {one.name: one.namespace for one in definitions.imports if one.namespace in by_namespace}
        imported = {
            element.name
            for other in imports.values()
            for group in (by_namespace[other].inputs, by_namespace[other].decisions, by_namespace[other].knowledge,
                          by_namespace[other].services)
            for element in group
        }  # fmt: skip
        setting = Setting(types[namespace], functions, members | imported, lenient)
        units.append(_Unit(definitions, setting, imports))
    return Model(units)


def _renamed(definitions: e.Definitions) -> e.Definitions:
    """Two files of one namespace that do not import each other: told apart by their file."""
    return replace(definitions, namespace=f"{definitions.namespace}#{definitions.file}")


def _build_types(
    namespace: str, files: Mapping[str, e.Definitions], built: dict[str, feel.TypeTable], path: tuple[str, ...]
) -> feel.TypeTable:
    if namespace in built:
        return built[namespace]
    definitions = files[namespace]
    if namespace in path:
        raise DmnError("cycle", " → ".join((*path, namespace)), file=definitions.file)
    imported: dict[str, Type] = {}
    for one in definitions.imports:
        if one.namespace in files:
            for name, kind in _build_types(one.namespace, files, built, (*path, namespace)).items():
                imported[f"{one.name}.{name}" if one.name else name] = kind
    built[namespace] = TypeBuilder(definitions.file, definitions.types, imported).build()
    return built[namespace]
