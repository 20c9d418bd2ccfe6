"""Definitions: a bundle and the bundles it calls, parsed once per content, guarded against change."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

from bpm_core.engine.contract import NotExecutable
from bpm_core.engine.decisions import Decisions
from bpm_core.engine.normaliser import normalise
from bpm_core.engine.parser import DiagramParser, drop_lists
from bpm_core.engine.reading import Source
from bpm_core.engine.specs.process import ProcessSpec
from bpm_core.engine.specs.subprocess import CallActivity, SubProcess
from bpm_core.engine.step import Budget

_KEPT = 256


class BundleLike(Protocol):
    """What the engine needs of a bundle."""

    @property
    def key(self) -> str: ...

    @property
    def files(self) -> Mapping[str, bytes]: ...

    @property
    def digest(self) -> str: ...


class Definition:
    """A process ready to run, with everything it calls. Sealed: cases share it and only read it.

    digest       of the bundle and all called ones; a state belongs to exactly one
    specs        every process and sub-process in it
    reads        names of the variables that its expressions and mappings ask for
    fingerprint  of the parsed structure, taken when it was parsed; `intact` compares
    """

    def __init__(
        self,
        key: str,
        digest: str,
        spec: ProcessSpec,
        specs: tuple[ProcessSpec, ...],
        functions: Any,
        reads: frozenset[str] = frozenset(),
    ) -> None:
        self.functions = functions  # held, so that the identity it is known by is not given to another table
        self.key = key
        self.digest = digest
        self.spec = spec
        self.specs = specs
        self.reads = reads
        self.budget = Budget()
        self.elements_executable = frozenset(name for one in specs for name in one.task_specs)
        self.has_mergers = any(one.mergers for one in specs)
        rules = [rule for one in specs for node in one.task_specs.values() for rule in node.events]
        #: What begins a case from outside: (kind, name) of the message and signal start events.
        self.triggers = frozenset((rule.kind, rule.name or "") for node in spec.starts for rule in node.events)
        self.has_conditions = any(rule.kind == "condition" for rule in rules)
        for one in specs:
            one.seal()
        self.fingerprint = self._fingerprint()

    def intact(self) -> bool:
        """True while no run has changed the definition. (Stock SpiffWorkflow connects nodes while a case runs.)"""
        return self._fingerprint() == self.fingerprint

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for spec in self.specs:
            digest.update(repr((spec.name, spec.begins, len(spec.handlers), len(spec.mergers))).encode())
            for node in spec.task_specs.values():
                edges = tuple(edge.name for edge in node.boundaries)
                parts = (node.name, type(node).__name__, node._inputs, node._outputs, node.incoming, node.outgoing)
                digest.update(repr((parts, edges, node.events, node.drops, node.data, node.loop)).encode())
        return digest.hexdigest()


_lock = threading.Lock()
_known: OrderedDict[tuple[str, int], Definition] = OrderedDict()


def load(bundle: BundleLike, called: Mapping[str, BundleLike] | None = None, *, functions: Any = None) -> Definition:
    """The definition of a bundle, parsed once for the same content.

    called      bundles of the processes that are called, by process key, directly or further down
    functions   FEEL functions that every expression may use
    Refuses with NotExecutable: element, rule, line and file of what will not run.
    """
    others = {key: other for key, other in (called or {}).items() if key != bundle.key}
    digest = hashlib.sha256(
        "\n".join([bundle.digest, *(f"{key} {others[key].digest}" for key in sorted(others))]).encode()
    ).hexdigest()
    known = digest, id(functions)
    with _lock:
        found = _known.get(known)
        if found is not None:
            _known.move_to_end(known)
            return found
    definition = _parse(bundle, others, digest, functions)
    with _lock:
        definition = _known.setdefault(known, definition)
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return definition


def _parse(bundle: BundleLike, others: Mapping[str, BundleLike], digest: str, functions: Any) -> Definition:
    processes: dict[str, ProcessSpec] = {}
    reached: list[ProcessSpec] = []
    reads: set[str] = set()
    own = _processes(bundle, functions, reads)
    if bundle.key not in own:
        message = f"the bundle has no process {bundle.key!r}"
        raise NotExecutable(message, element=None, rule="no_process", line=None, file=None)
    processes.update(own)
    todo = [own[bundle.key]]
    while todo:
        spec = todo.pop()
        if spec in reached:
            continue
        reached.append(spec)
        for node in spec.task_specs.values():
            if isinstance(node, CallActivity):
                node.inside = _called(node, processes, others, functions, reads)
            if isinstance(node, SubProcess):
                todo.append(node.inside)
    return Definition(bundle.key, digest, own[bundle.key], tuple(reached), functions, frozenset(reads))


def _called(
    node: CallActivity,
    processes: dict[str, ProcessSpec],
    others: Mapping[str, BundleLike],
    functions: Any,
    reads: set[str],
) -> ProcessSpec:
    if node.called not in processes:
        if node.called not in others:
            message = f"{node.name} calls {node.called!r}, which is not among the processes"
            raise NotExecutable(message, element=node.name, rule="called_element", line=node.line, file=None)
        for name, spec in _processes(others[node.called], functions, reads).items():
            processes.setdefault(name, spec)
    if node.called not in processes:
        message = f"the bundle {node.called!r} has no process of that name"
        raise NotExecutable(message, element=node.name, rule="called_element", line=node.line, file=None)
    return processes[node.called]


def _processes(bundle: BundleLike, functions: Any, reads: set[str]) -> dict[str, ProcessSpec]:
    """The processes of one bundle's files, their sub-processes inside them; `reads` gains the names they ask for."""
    decisions = Decisions(bundle.files, functions)
    specs: dict[str, ProcessSpec] = {}
    for path in sorted(path for path in bundle.files if path.endswith(".bpmn")):
        root = normalise(bundle.files[path], path)
        source = Source(path, decisions, functions)
        parser = DiagramParser(source)
        parser.add_bpmn_xml(root, path)
        for name in parser.process_parsers:
            specs[name] = parser.get_spec(name)
        drop_lists(_with_inner(list(specs.values())), [root])
        reads |= source.reads
    return specs


def _with_inner(specs: list[ProcessSpec]) -> list[ProcessSpec]:
    found = list(specs)
    for spec in found:
        for node in spec.task_specs.values():
            if isinstance(node, SubProcess) and not isinstance(node, CallActivity):
                found.append(node.inside)
    return found
