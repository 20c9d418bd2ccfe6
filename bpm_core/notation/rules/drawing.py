"""An uploaded diagram as the rules see it: every node and flow found, whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from bpm_core.notation.bpmn import CONTAINERS, NODES
from bpm_core.notation.xml import BPMN, GUICHENG, local, namespace, text_of

ALL_CONTAINERS = CONTAINERS | {"process"}


@dataclass(frozen=True, slots=True)
class Found:
    """One breach of a rule: which, at which XML element, and the facts that fill its sentence."""

    rule: str
    at: etree._Element | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""


@dataclass(slots=True)
class Node:
    """A flow node. `container` is its process or sub-process; flows are found by their own ends, not by lists."""

    xml: etree._Element
    id: str
    kind: str
    container: etree._Element
    definitions: list[etree._Element]
    incoming: list[etree._Element] = field(default_factory=list)
    outgoing: list[etree._Element] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [local(d).removesuffix("EventDefinition") for d in self.definitions]

    @property
    def is_event_sub_process(self) -> bool:
        return self.kind in CONTAINERS and self.xml.get("triggeredByEvent") == "true"

    @property
    def is_compensation_handler(self) -> bool:
        return self.xml.get("isForCompensation") == "true"

    def text(self, name: str) -> str:
        """A guicheng attribute."""
        return self.xml.get(f"{{{GUICHENG}}}{name}") or ""


class Drawing:
    """Index of one BPMN file: ids, nodes, flows, definitions, in the order of the file."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.bpmn = [e for e in root.iter() if isinstance(e.tag, str) and namespace(e) == BPMN]
        self.ids: dict[str, etree._Element] = {}
        for element in self.bpmn:
            if element.get("id"):
                self.ids.setdefault(str(element.get("id")), element)
        self.processes = [e for e in self.bpmn if local(e) == "process"]
        shared = [e for e in root if isinstance(e.tag, str) and _is_definition(e)]
        self.shared = {str(e.get("id")): e for e in shared if e.get("id")}
        self.nodes = [self._node(e) for e in self.bpmn if local(e) in NODES and self._container(e) is not None]
        self.by_id = {n.id: n for n in self.nodes if n.id}
        self.by_xml = {n.xml: n for n in self.nodes}
        self.flows = [e for e in self.bpmn if local(e) == "sequenceFlow"]
        for flow in self.flows:
            source, target = self.node(flow.get("sourceRef")), self.node(flow.get("targetRef"))
            if source is not None:
                source.outgoing.append(flow)
            if target is not None:
                target.incoming.append(flow)

    def named(self, *kinds: str) -> Iterator[etree._Element]:
        """BPMN elements of some kinds."""
        return (e for e in self.bpmn if local(e) in kinds)

    def of(self, *kinds: str) -> Iterator[Node]:
        return (n for n in self.nodes if n.kind in kinds)

    def resolve(self, reference: str | None) -> etree._Element | None:
        """The element a reference names, with or without a prefix."""
        if not reference:
            return None
        exact = self.ids.get(reference)
        return exact if exact is not None else self.ids.get(reference.split(":", 1)[-1])

    def node(self, reference: str | None) -> Node | None:
        element = self.resolve(reference)
        return self.by_xml.get(element) if element is not None else None

    def target(self, flow: etree._Element) -> Node | None:
        return self.node(flow.get("targetRef"))

    def source(self, flow: etree._Element) -> Node | None:
        return self.node(flow.get("sourceRef"))

    def boundary_of(self, node: Node) -> list[Node]:
        """Boundary events on an activity."""
        return [b for b in self.of("boundaryEvent") if self.resolve(b.xml.get("attachedToRef")) is node.xml]

    def inside(self, container: etree._Element) -> list[Node]:
        """Nodes directly in a process or sub-process."""
        return [n for n in self.nodes if n.container is container]

    def definitions(self, element: etree._Element) -> list[etree._Element]:
        """Event definitions of an event, those it refers to included."""
        own = [c for c in element if isinstance(c.tag, str) and _is_definition(c)]
        refs = (text_of(c).split(":", 1)[-1] for c in element.findall(f"{{{BPMN}}}eventDefinitionRef"))
        return own + [self.shared[r] for r in refs if r in self.shared]

    def _node(self, element: etree._Element) -> Node:
        container = self._container(element)
        assert container is not None
        return Node(element, element.get("id") or "", local(element), container, self.definitions(element))

    def _container(self, element: etree._Element) -> etree._Element | None:
        parent = element.getparent()
        return parent if parent is not None and local(parent) in ALL_CONTAINERS else None


def _is_definition(element: etree._Element) -> bool:
    return local(element).endswith("EventDefinition")


def child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(f"{{{BPMN}}}{name}")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.findall(f"{{{BPMN}}}{name}"))
