"""3xx, second half: every way the tokens of a process can go, tried out without looking at the data.

Found are joins that wait for ever (deadlock), merges that let a step be done once too often (lack of synchronisation)
and places from which no end can be reached (livelock). Conditions are not known here, so what can only happen on some
paths is a warning; what must happen on every path is an error. Exploration stops at a bound and then says nothing.
Source of the notions: van der Aalst, The Application of Petri Nets to Workflow Management (1998): soundness.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice

from lxml import etree

from bpm_core.notation.bpmn import CONTAINERS
from bpm_core.notation.rules.drawing import Drawing, Found, Node, child

MOST_MOVES = 15_000  # about half a second
MOST_SUBSETS = 6  # flows out of an inclusive gateway whose every combination is tried

# how many tokens stand on which flow; flows without a token are left out
Marking = frozenset[tuple[int, int]]
END: Marking = frozenset()


@dataclass(slots=True)
class Explored:
    """What was found in one container."""

    follows: dict[Marking, set[Marking]] = field(default_factory=dict)
    stuck: set[Marking] = field(default_factory=set)
    doubled: set[int] = field(default_factory=set)  # flows on which two tokens can stand
    complete: bool = True


def rules(drawing: Drawing) -> Iterator[Found]:
    """Every breach of these rules, a container at a time."""
    containers = list(drawing.processes) + [n.xml for n in drawing.of(*CONTAINERS) if n.kind != "adHocSubProcess"]
    for container in containers:
        net = Net(drawing, container)
        if net.flows and net.starts:
            yield from _judge(net, explore(net))


class Net:
    """The flows and nodes of one container as places and transitions."""

    def __init__(self, drawing: Drawing, container: etree._Element) -> None:
        self.drawing = drawing
        self.nodes = [
            n for n in drawing.inside(container) if not n.is_event_sub_process and not n.is_compensation_handler
        ]
        mine = set(map(id, self.nodes))
        self.flows = [
            f for n in self.nodes for f in n.outgoing for t in [drawing.target(f)] if t is not None and id(t) in mine
        ]
        self.number = {f: i for i, f in enumerate(self.flows)}
        self.ins = {id(n): [self.number[f] for f in n.incoming if f in self.number] for n in self.nodes}
        self.outs = {id(n): [self.number[f] for f in n.outgoing if f in self.number] for n in self.nodes}
        self.target = [self._target(f) for f in self.flows]
        self.boundary = {id(n): [b for b in drawing.boundary_of(n) if b.outgoing] for n in self.nodes}
        self.reach = self._reach()
        self.starts = [marking(dict.fromkeys(self.outs[id(n)], 1)) for n in self._beginnings()]

    def _target(self, flow: etree._Element) -> Node:
        node = self.drawing.target(flow)
        assert node is not None  # only flows with a target are taken
        return node

    def _beginnings(self) -> list[Node]:
        starts = [n for n in self.nodes if n.kind == "startEvent"]
        instantiating = [n for n in self.nodes if n.xml.get("instantiate") == "true"]
        return [n for n in (starts or instantiating) if self.outs[id(n)]]

    def _reach(self) -> dict[int, set[int]]:
        """For each node, the flows that a token on a flow can come to without passing that node."""
        joins = [n for n in self.nodes if n.kind in ("inclusiveGateway", "complexGateway") and len(self.ins[id(n)]) > 1]
        return {id(join): self._upstream(join) for join in joins}

    def _upstream(self, join: Node) -> set[int]:
        """Flows from which a token can still come to the join, its own incoming flows left out."""
        found: set[int] = set()
        todo = list(self.ins[id(join)])
        while todo:
            flow = todo.pop()
            source = self.drawing.source(self.flows[flow])
            if source is None or source is join:
                continue
            for earlier in self._before(source):
                if earlier not in found:
                    found.add(earlier)
                    todo.append(earlier)
        return found - set(self.ins[id(join)])

    def _before(self, node: Node) -> list[int]:
        if node.kind == "boundaryEvent":
            attached = self.drawing.node(node.xml.get("attachedToRef"))
            return self.ins.get(id(attached), []) if attached is not None else []
        return self.ins[id(node)]

    # -- firing -----------------------------------------------------------------------------------------------------

    def moves(self, now: Marking) -> Iterator[Marking]:
        """Markings one step on: one node takes its tokens and gives others."""
        tokens = dict(now)
        for node in {id(self.target[f]): self.target[f] for f in tokens}.values():
            for taken in self._taking(node, tokens):
                left = dict(tokens)
                for flow in taken:
                    left[flow] -= 1
                for given in self._giving(node):
                    yield END if given is None else marking(_add(left, given))

    def _taking(self, node: Node, tokens: dict[int, int]) -> Iterator[list[int]]:
        here = [f for f in self.ins[id(node)] if tokens.get(f)]
        if node.kind == "parallelGateway":
            if len(here) == len(self.ins[id(node)]):
                yield here
        elif id(node) in self.reach:
            waiting = self.reach[id(node)] & {f for f, n in tokens.items() if n}
            if len(here) == len(self.ins[id(node)]) or not waiting:
                yield here
        else:
            yield from ([flow] for flow in here)

    def _giving(self, node: Node) -> Iterator[list[int] | None]:
        """Flows that get a token, for each thing that can happen; None = everything ends."""
        outs = self.outs[id(node)]
        if node.kind == "endEvent":
            yield None if "terminate" in node.events else []
        elif node.kind in ("exclusiveGateway", "eventBasedGateway"):
            yield from ([o] for o in outs) if outs else [[]]
        elif node.kind in ("inclusiveGateway", "complexGateway"):
            yield from _subsets(outs)
        elif "link" in node.events and node.kind == "intermediateThrowEvent":
            yield self._linked(node)
        else:
            yield from self._of_activity(node, outs)

    def _linked(self, node: Node) -> list[int]:
        names = {d.get("name") for d in node.definitions}
        ends = [n for n in self.nodes if n.kind == "intermediateCatchEvent" and "link" in n.events]
        return [o for n in ends if names & {d.get("name") for d in n.definitions} for o in self.outs[id(n)]]

    def _of_activity(self, node: Node, outs: list[int]) -> Iterator[list[int]]:
        """Done, with its conditional flows taken or not; or overtaken by a boundary event; or both."""
        always = [o for o in outs if child(self.flows[o], "conditionExpression") is None and not self._default(node, o)]
        other = [o for o in outs if o not in always]
        done = [always + chosen for chosen in (_subsets(other) if other else [[]])]
        yield from done
        for event in self.boundary[id(node)]:
            after = self.outs[id(event)]
            if event.xml.get("cancelActivity") in ("false", "0"):
                yield from (one + after for one in done)
            else:
                yield after

    def _default(self, node: Node, flow: int) -> bool:
        return self.drawing.resolve(node.xml.get("default")) is self.flows[flow]


def marking(tokens: dict[int, int]) -> Marking:
    return frozenset((flow, number) for flow, number in tokens.items() if number)


def _add(tokens: dict[int, int], given: list[int]) -> dict[int, int]:
    more = dict(tokens)
    for flow in given:
        more[flow] = more.get(flow, 0) + 1
    return more


def _subsets(outs: list[int]) -> Iterator[list[int]]:
    """Every non-empty choice of flows; of many flows only each alone and all together."""
    if len(outs) > MOST_SUBSETS:
        yield from ([o] for o in outs)
        yield outs
        return
    for size in range(1, len(outs) + 1):
        yield from map(list, combinations(outs, size))


def explore(net: Net) -> Explored:
    """Everything reachable from any of the beginnings, up to the bound."""
    found = Explored()
    todo, moves = deque(net.starts), 0
    while todo:
        now = todo.popleft()
        if now in found.follows:
            continue
        if moves > MOST_MOVES:
            found.complete = False
            return found
        double = {flow for flow, number in now if number > 1}
        if double:
            found.doubled |= double
            found.follows[now] = {END}  # said once; what follows from it is not followed up
            continue
        nexts = list(islice(net.moves(now), MOST_MOVES))
        moves += len(nexts)
        found.follows[now] = set(nexts)
        if now != END and not found.follows[now]:
            found.stuck.add(now)
        todo.extend(found.follows[now])
    return found


def _judge(net: Net, found: Explored) -> Iterator[Found]:
    if not found.complete:
        return
    good = _leading_to_an_end(found)
    doomed = not any(start in good for start in net.starts)
    for node in _nodes(net, {f for state in found.stuck for f, _ in state}):
        if node.kind in ("parallelGateway", "inclusiveGateway", "complexGateway"):
            yield Found("314" if doomed else "315", node.xml)
    for node in _nodes(net, found.doubled):
        yield Found("316", node.xml)
    hopeless = {s for s in found.follows if s not in good} - found.stuck
    if hopeless and not found.stuck:
        where = next(iter(_nodes(net, {f for state in hopeless for f, _ in state})), None)
        yield Found("317" if doomed else "318", where.xml if where is not None else None)


def _leading_to_an_end(found: Explored) -> set[Marking]:
    before: dict[Marking, set[Marking]] = {}
    for state, nexts in found.follows.items():
        for following in nexts:
            before.setdefault(following, set()).add(state)
    good, todo = {END}, [END]
    while todo:
        for earlier in before.get(todo.pop(), ()):
            if earlier not in good:
                good.add(earlier)
                todo.append(earlier)
    return good


def _nodes(net: Net, flows: set[int]) -> list[Node]:
    """Nodes that the flows lead to, each once, in the order of the file."""
    wanted = {id(net.target[f]) for f in flows}
    return [n for n in net.nodes if id(n) in wanted]
