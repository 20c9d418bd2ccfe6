"""BPMN files to process specs: SpiffWorkflow's parser classes, with nodes built first and connected afterwards.

Stock parsing follows the flows recursively (a sequence of 500 steps ends in a RecursionError); here depth is that of
sub-processes only.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from bpm_core.engine import building, reading
from bpm_core.engine.reading import Source, children
from bpm_core.engine.specs.base import Flow, Node
from bpm_core.engine.specs.events import Boundary, CatchEvent, StartEvent, ThrowEvent
from bpm_core.engine.specs.gateways import ComplexGateway, EventBasedGateway, ExclusiveGateway, InclusiveGateway
from bpm_core.engine.specs.process import ProcessSpec
from bpm_core.engine.specs.subprocess import CallActivity, EventSubProcess, SubProcess, Transaction
from bpm_core.notation.xml import BPMN, GUICHENG, ZEEBE, local, text_of

Drawn = dict[str, Any]  # name of a node -> the element it was read from


class DiagramProcessParser(ProcessParser):  # type: ignore[misc]
    """One process of a file."""

    def _parse(self) -> None:
        self.spec = build(self.node, self.parser.source)


class DiagramParser(BpmnParser):  # type: ignore[misc]
    """The processes of one bundle."""

    PROCESS_PARSER_CLASS = DiagramProcessParser

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source

    def add_bpmn_xml(self, bpmn: Any, filename: str | None = None) -> None:
        """Take in a normalised file: what its events refer to by id, and its processes."""
        for kind in ("message", "signal"):
            for node in bpmn.iter(f"{{{BPMN}}}{kind}"):
                self.source.names[node.get("id", "")] = node.get("name") or node.get("id", "")
                for box in node.iter(f"{{{ZEEBE}}}subscription"):
                    self.source.correlations[node.get("id", "")] = box.get("correlationKey", "")
        for kind, attribute in (("error", "errorCode"), ("escalation", "escalationCode")):
            for node in bpmn.iter(f"{{{BPMN}}}{kind}"):
                self.source.codes[node.get("id", "")] = node.get(attribute) or node.get("name") or node.get("id")
        self._add_correlations(bpmn)
        self._add_processes(bpmn, filename)

    def _add_correlations(self, bpmn: Any) -> None:
        """The standard's correlation: what of a message identifies the conversation, and what the process expects."""
        expected = {
            binding.get("correlationPropertyRef"): text_of(binding.find(f"{{{BPMN}}}dataPath"))
            for binding in bpmn.iter(f"{{{BPMN}}}correlationPropertyBinding")
        }
        for prop in bpmn.iter(f"{{{BPMN}}}correlationProperty"):
            for retrieval in prop.iter(f"{{{BPMN}}}correlationPropertyRetrievalExpression"):
                message, path = retrieval.get("messageRef", ""), text_of(retrieval.find(f"{{{BPMN}}}messagePath"))
                waits_for = expected.get(prop.get("id"))
                if waits_for:
                    self.source.correlations.setdefault(message, waits_for)
                if path:
                    self.source.sent.setdefault(message, path)


def build(container: Any, source: Source) -> ProcessSpec:
    """The spec of a process or sub-process element."""
    spec = ProcessSpec(container.get("id"), container.get("name"))
    drawn: Drawn = {}
    for element in container:
        if not isinstance(element.tag, str) or not element.tag.startswith(f"{{{BPMN}}}"):
            continue
        kind = local(element)
        make = building.BUILDERS.get(kind)
        if make is None:
            continue
        if not element.get("id"):
            raise source.refuse(element, "no_id", f"a {kind} has no id")
        reading.refuse_code(element, source)
        node = make(spec, element, source)
        drawn[node.name] = element
        if isinstance(node, SubProcess) and not isinstance(node, CallActivity):
            node.inside = build(element, source)
    _connect(container, spec, source)
    _attach(spec, drawn, source)
    _compensate(container, spec, drawn, source)
    _begin(container, spec, source)
    _check(container, spec, drawn, source)
    for node in spec.task_specs.values():
        if isinstance(node, InclusiveGateway) and node.joins:
            node.reach = {flow.id: _reaching(spec, flow, node) for flow in node.incoming}
    spec.mergers = tuple(n for n in spec.task_specs.values() if isinstance(n, InclusiveGateway) and n.joins)
    return spec


def _connect(container: Any, spec: ProcessSpec, source: Source) -> None:
    defaults = {e.get("default") for e in container if isinstance(e.tag, str) and e.get("default")}
    outgoing: dict[str, list[Flow]] = {name: [] for name in spec.task_specs}
    incoming: dict[str, list[Flow]] = {name: [] for name in spec.task_specs}
    for element in children(container, BPMN, "sequenceFlow"):
        ends = element.get("sourceRef"), element.get("targetRef")
        for end in ends:
            if end not in spec.task_specs:
                raise source.refuse(element, "dangling", f"the flow leads from or to {end!r}, which is not there")
        text = text_of(element.find(f"{{{BPMN}}}conditionExpression"))
        is_default = element.get("id") in defaults
        condition = None if is_default else source.optional(text, element)
        flow = Flow(element.get("id"), ends[0], ends[1], condition, is_default)
        outgoing[flow.source].append(flow)
        incoming[flow.target].append(flow)
        spec.task_specs[flow.source].connect(spec.task_specs[flow.target])
    for name, node in spec.task_specs.items():
        node.outgoing, node.incoming = tuple(outgoing[name]), tuple(incoming[name])


def _attach(spec: ProcessSpec, drawn: Drawn, source: Source) -> None:
    """Boundary events to their activities, links to their targets, `activeUntil` to the nodes that end it."""
    nodes = spec.task_specs
    targets = {
        n.event.name: n.name for n in nodes.values() if isinstance(n, CatchEvent) and n.event and n.event.kind == "link"
    }
    for node in list(nodes.values()):
        element = drawn[node.name]
        if isinstance(node, Boundary):
            host = nodes.get(node.attached_to)
            if host is None or not host.is_activity:
                raise source.refuse(element, "dangling", f"there is no activity {node.attached_to!r} to attach to")
            host.boundaries = (*host.boundaries, node)
        if isinstance(node, ThrowEvent) and _is_link(node):
            if node.event is None or node.event.name not in targets:
                raise source.refuse(element, "link", "there is no catching link event of that name in this scope")
            node.link_target = targets[node.event.name]


def _compensate(container: Any, spec: ProcessSpec, drawn: Drawn, source: Source) -> None:
    """Activities to what undoes them, by the association of their compensation event; cancel events to transactions."""
    ends = {a.get("sourceRef"): a.get("targetRef") for a in children(container, BPMN, "association")}
    for node in spec.task_specs.values():
        kinds = {rule.kind for rule in node.events}
        if isinstance(node, Boundary) and "compensate" in kinds:
            handler = spec.task_specs.get(ends.get(node.name, ""))
            if handler is None or not getattr(handler, "for_compensation", False):
                message = "the compensation event is not associated with an activity marked isForCompensation"
                raise source.refuse(drawn[node.name], "compensation", message)
            spec.task_specs[node.attached_to].compensator = handler.name
        if isinstance(node, Boundary) and "cancel" in kinds:
            if not isinstance(spec.task_specs[node.attached_to], Transaction):
                raise source.refuse(drawn[node.name], "cancel", "only a transaction can be cancelled")
        elif "cancel" in kinds and local(container) != "transaction":
            raise source.refuse(drawn[node.name], "cancel", "a cancel event ends a transaction, and this is none")
        if isinstance(node, Transaction) and _cancels(node) and not any("cancel" in _kinds(e) for e in node.boundaries):
            raise source.refuse(
                drawn[node.name], "cancel", "the transaction is cancelled inside but has no cancel event"
            )


def _cancels(node: Transaction) -> bool:
    return any("cancel" in _kinds(inner) for inner in node.inside.task_specs.values())


def _kinds(node: Node) -> set[str]:
    return {rule.kind for rule in node.events}


def _is_link(node: Node) -> bool:
    return node.event is not None and node.event.kind == "link"


def _begin(container: Any, spec: ProcessSpec, source: Source) -> None:
    nodes = list(spec.task_specs.values())
    spec.starts = tuple(n for n in nodes if isinstance(n, StartEvent))
    spec.handlers = tuple(n for n in nodes if isinstance(n, EventSubProcess))
    plain = [n.name for n in spec.starts if n.event is None]
    if plain or spec.starts:
        spec.begins = tuple(plain)
        return
    free = [n for n in nodes if not n.incoming and not isinstance(n, (Boundary, EventSubProcess)) and not _is_link(n)]
    free = [n for n in free if not getattr(n, "for_compensation", False)]
    if not free:
        raise source.refuse(container, "no_start", "nothing here can begin: there is no start event")
    spec.begins = tuple(n.name for n in free)


def _check(container: Any, spec: ProcessSpec, drawn: Drawn, source: Source) -> None:
    starts = [rule.name for node in spec.starts for rule in node.events if rule.kind == "message"]
    if len(starts) != len(set(starts)):
        raise source.refuse(container, "duplicate_message", "two start events wait for the same message")
    for node in spec.task_specs.values():
        element = drawn[node.name]
        if isinstance(node, ExclusiveGateway) and len(node.outgoing) > 1:
            for flow in node.outgoing:
                if flow.condition is None and not flow.default:
                    message = f"flow {flow.id!r} has no condition and is not the default"
                    raise source.refuse(element, "condition", message)
        edges = [rule.name for edge in node.boundaries for rule in edge.events if rule.kind == "message"]
        if len(edges) != len(set(edges)):
            raise source.refuse(element, "duplicate_message", "two boundary events wait for the same message")
        if isinstance(node, ComplexGateway) and node.joins and node.activation is None:
            raise source.refuse(element, "condition", "a complex gateway that joins needs an activation condition")
        if isinstance(node, EventBasedGateway):
            for flow in node.outgoing:
                target = spec.task_specs[flow.target]
                if not target.events or any(rule.wait is None for rule in target.events):
                    raise source.refuse(element, "event_gateway", f"{flow.target!r} does not wait for an event")


def _reaching(spec: ProcessSpec, flow: Flow, join: Node) -> frozenset[str]:
    """Nodes from which a token can come along `flow` without passing `join`."""
    nodes, found, todo = spec.task_specs, set[str](), [flow.source]
    links = [n for n in nodes.values() if isinstance(n, ThrowEvent) and n.link_target is not None]
    while todo:
        name = todo.pop()
        if name in found or name == join.name:
            continue
        found.add(name)
        node = nodes[name]
        todo.extend(f.source for f in node.incoming)
        todo.extend(link.name for link in links if link.link_target == name)
        if isinstance(node, Boundary):
            todo.append(node.attached_to)
    return frozenset(found)


def drop_lists(specs: list[ProcessSpec], roots: list[Any]) -> None:
    """Tell each node which boundary events are over once it has begun (`guicheng:activeUntil`)."""
    for root in roots:
        for element in root.iter(f"{{{BPMN}}}boundaryEvent"):
            until = element.get(f"{{{GUICHENG}}}activeUntil")
            for spec in specs:
                if until in spec.task_specs:
                    node = spec.task_specs[until]
                    node.drops = (*node.drops, element.get("id"))
