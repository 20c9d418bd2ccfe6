"""When one version's element can take the place of another's while a token stands there; what joins still can hope for.

Used by `migration`; nothing here changes anything.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bpm_core.engine.specs.gateways import EventBasedGateway, ParallelGateway


def loops_alike(old: Any, new: Any) -> bool:
    """True if a loop under way can go on as the other one: the same shape, whatever its conditions now say."""
    if old is None or new is None:
        return old is new
    return bool(
        (old.sequential, old.standard, old.item_variable, old.output_collection)
        == (new.sequential, new.standard, new.item_variable, new.output_collection)
    )


def events_alike(node: Any, other: Any, facts: Mapping[str, Any], start: Any) -> bool:
    """True if what a token waits for is of the same kind in both versions; names and times may differ."""
    if "sub" in facts:
        node, other = node.inside.task_specs[facts["sub"]], start
    kinds, others = ([rule.kind for rule in one.events] for one in (node, other))
    return kinds == others and node.all_events == other.all_events


def inputs_alike(node: Any, other: Any) -> bool:
    """True if both versions hand the same inputs to the activity."""
    ours, theirs = ([(item.variable, item.expression.text) for item in one.local_in] for one in (node, other))
    return ours == theirs


def chosen_alike(node: Any, other: Any, target: Callable[[str], str]) -> bool:
    """True if the event-based gateway a token's event stands behind still offers the same events."""
    ours, theirs = _choices(node), _choices(other)
    if not ours or not theirs:
        return not ours and not theirs  # several events at one element: compared with its events
    return any({target(name) for name in one} == two for one in ours for two in theirs)


def _choices(node: Any) -> list[set[str]]:
    specs = node._wf_spec.task_specs
    gateways = [specs[flow.source] for flow in node.incoming]
    return [{flow.target for flow in one.outgoing} for one in gateways if isinstance(one, EventBasedGateway)]


class Reach:
    """The parallel joins of one scope, and from which elements each flow into them can still get a token.

    A token carried to an element between a split and its join, whose sister tokens never were, would wait there for
    ever. (Known as the dynamic-change bug: Ellis, Keddara and Rozenberg 1995.)
    """

    def __init__(self, spec: Any) -> None:
        back: dict[str, set[str]] = defaultdict(set)
        for name, node in spec.task_specs.items():
            for flow in node.outgoing:
                back[flow.target].add(name)
            for edge in node.boundaries:
                back[edge.name].add(name)
            if getattr(node, "link_target", None) is not None:
                back[node.link_target].add(name)
        joins = [n for n in spec.task_specs.values() if isinstance(n, ParallelGateway) and n.joins]
        self.joins = {
            join.name: {flow.id: _before(back, flow.source, join.name) for flow in join.incoming} for join in joins
        }

    def starved(self, tokens: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str]]:
        """Joins that a token can reach or waits at, with a flow along which none can come any more."""
        found, standing = [], [(name, facts.get("via")) for name, facts in tokens if "sub" not in facts]
        for join, flows in self.joins.items():
            places = {name for name, _ in standing if name != join}
            waiting = {via for name, via in standing if name == join}
            fed = {flow for flow, sources in flows.items() if flow in waiting or places & sources}
            if fed and len(fed) < len(flows):
                found += [(join, flow) for flow in flows if flow not in fed]
        return found


def _before(back: Mapping[str, set[str]], source: str, join: str) -> frozenset[str]:
    """Elements from which `source` can be reached without passing the join."""
    seen, todo = {source}, deque([source])
    while todo:
        for name in back.get(todo.popleft(), ()):
            if name != join and name not in seen:
                seen.add(name)
                todo.append(name)
    return frozenset(seen - {join})
