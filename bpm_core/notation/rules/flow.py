"""3xx: that a case can begin, get everywhere, come to an end and never run in circles by itself."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpm_core.notation.bpmn import ACTIVITIES, CONTAINERS
from bpm_core.notation.rules.drawing import Drawing, Found, Node
from bpm_core.notation.xml import local

MAX_NODES = 1000
MAX_NESTING = 20
WAITS = frozenset({"userTask", "manualTask", "serviceTask", "receiveTask", "callActivity"})


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of the 3xx rules, and the budgets of 1xx."""
    yield from _budgets(drawing)
    for process in drawing.processes:
        yield from _container(drawing, process)
    for node in drawing.of(*CONTAINERS):
        yield from _container(drawing, node.xml)
    yield from _borders(drawing)
    yield from _loops(drawing)


def _budgets(drawing: Drawing) -> Iterator[Found]:
    if len(drawing.nodes) > MAX_NODES:
        yield Found("110", drawing.root, {"found": len(drawing.nodes), "max": MAX_NODES})
    for node in drawing.of(*CONTAINERS):
        depth = sum(1 for a in node.xml.iterancestors() if local(a) in CONTAINERS) + 1
        if depth == MAX_NESTING + 1:
            yield Found("111", node.xml, {"found": depth, "max": MAX_NESTING})


def _container(drawing: Drawing, container: etree._Element) -> Iterator[Found]:
    nodes = drawing.inside(container)
    if local(container) == "adHocSubProcess":
        return
    starts = [n for n in nodes if n.kind == "startEvent"]
    ends = [n for n in nodes if n.kind == "endEvent"]
    is_process = local(container) == "process"
    begins = any(n.xml.get("instantiate") == "true" for n in nodes)
    if (ends and not starts and not begins) or (is_process and nodes and not starts and not any(map(_begins, nodes))):
        yield Found("301", container)
    if starts and not ends:
        yield Found("302", container)
    for node in nodes:
        yield from _node(drawing, node, has_start=bool(starts), has_end=bool(ends))


def _begins(node: Node) -> bool:
    """Whether a process may begin at a node although it has no start event."""
    if node.kind in ("receiveTask", "eventBasedGateway"):
        return node.xml.get("instantiate") == "true"
    return not node.incoming and node.kind in ACTIVITIES and not node.is_event_sub_process


def _node(drawing: Drawing, node: Node, *, has_start: bool, has_end: bool) -> Iterator[Found]:
    if node.kind == "startEvent":
        if node.incoming:
            yield Found("305", node.xml)
        if not node.outgoing:
            yield Found("522", node.xml)
        return
    if node.kind == "endEvent":
        if node.outgoing:
            yield Found("306", node.xml)
        if not node.incoming:
            yield Found("521", node.xml)
        return
    if node.kind not in ACTIVITIES:
        return
    if node.is_event_sub_process:
        if node.incoming or node.outgoing:
            yield Found("621", node.xml)
        return
    if node.is_compensation_handler:
        if node.incoming or node.outgoing:
            yield Found("617", node.xml)
        return
    if has_start and not node.incoming and not _begins_by_message(node):
        yield Found("303", node.xml)
    if has_end and not node.outgoing:
        yield Found("312", node.xml)
    elif not node.outgoing:
        yield Found("304", node.xml)


def _begins_by_message(node: Node) -> bool:
    return node.kind == "receiveTask" and node.xml.get("instantiate") == "true"


def _borders(drawing: Drawing) -> Iterator[Found]:
    for flow in drawing.flows:
        source, target = drawing.source(flow), drawing.target(flow)
        if source is not None and target is not None and source.container is not target.container:
            yield Found("307", flow)
        if flow.get("isImmediate") is not None and _runnable(flow):
            yield Found("313", flow)


def _runnable(element: etree._Element) -> bool:
    return any(local(a) == "process" and a.get("isExecutable") == "true" for a in element.iterancestors())


def _loops(drawing: Drawing) -> Iterator[Found]:
    """Circles of steps none of which waits for anybody, and whose every turn the machine would do by itself."""
    automatic = [n for n in drawing.nodes if not _waits(drawing, n)]
    ids = {n.id for n in automatic}
    follows = {n.id: [t.id for t in _following(drawing, n) if t.id in ids] for n in automatic}
    for circle in _circles(follows):
        if not _bounded(drawing, circle):
            first = drawing.by_id[circle[0]]
            names = [drawing.by_id[i].xml.get("name") or i for i in circle[:6]]
            yield Found("308", first.xml, {"nodes": "、".join(names), "nodes_en": ", ".join(names)})


def _following(drawing: Drawing, node: Node) -> list[Node]:
    return [t for f in node.outgoing for t in [drawing.target(f)] if t is not None]


def _waits(drawing: Drawing, node: Node) -> bool:
    if node.kind in CONTAINERS:
        return any(_waits(drawing, inner) for inner in drawing.inside(node.xml))
    if node.kind in ("intermediateCatchEvent", "eventBasedGateway"):
        return True
    return node.kind in WAITS


def _bounded(drawing: Drawing, circle: list[str]) -> bool:
    """A way out that depends on something the circle itself changes: it may end; the engine's budget watches it."""
    members = set(circle)
    for identity in circle:
        node = drawing.by_id[identity]
        leaves = any(t is None or t.id not in members for f in node.outgoing for t in [drawing.target(f)])
        if leaves and node.kind in ("exclusiveGateway", "inclusiveGateway", "complexGateway", *ACTIVITIES):
            return True
    return False


def _circles(follows: dict[str, list[str]]) -> Iterator[list[str]]:
    """Strongly connected groups of nodes, or one with a flow to itself (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in follows:
        if root in index:
            continue
        work = [(root, iter(follows[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            nxt = next(rest, None)
            if nxt is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    if len(group) > 1 or node in follows[node]:
                        yield list(reversed(group))
            elif nxt not in index:
                index[nxt] = low[nxt] = len(index)
                stack.append(nxt)
                on_stack.add(nxt)
                work.append((nxt, iter(follows[nxt])))
            elif nxt in on_stack:
                low[node] = min(low[node], index[nxt])
