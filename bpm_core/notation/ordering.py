"""The steps of a process in the order in which the work can reach them, and the ways on from each."""

from __future__ import annotations

from collections.abc import Iterator

from bpm_core.notation.model import Element, Flow, ProcessModel


def ways(process: ProcessModel, element: Element) -> Iterator[tuple[Flow, Element]]:
    """The ways on from an element to the next that people see, through helper nodes that they do not."""
    yield from _ways(process, element, set())


def _ways(process: ProcessModel, element: Element, seen: set[str]) -> Iterator[tuple[Flow, Element]]:
    for flow_id in element.outgoing:
        flow = process.flow_by_id[flow_id]
        target = process.elements[flow.target]
        if target.shown:
            yield flow, target
        elif target.id not in seen:
            seen.add(target.id)
            for later, beyond in _ways(process, target, seen):
                yield (flow if flow.condition or flow.name_zh or flow.default else later), beyond


def in_order(process: ProcessModel) -> list[Element]:
    """Elements so that each comes after what leads to it, loops aside; what nothing leads to comes last."""
    after: list[str] = []
    seen: set[str] = set()
    children: dict[str | None, list[Element]] = {}
    for element in process.elements.values():
        children.setdefault(element.parent, []).append(element)

    def roots(container: str | None) -> list[Element]:
        return [e for e in children.get(container, []) if not e.incoming and e.attached_to is None]

    def visit(start: Element) -> None:
        stack: list[tuple[Element, Iterator[Element]]] = [(start, _successors(process, start))]
        seen.add(start.id)
        while stack:
            element, following = stack[-1]
            onward = next((e for e in following if e.id not in seen), None)
            if onward is not None:
                seen.add(onward.id)
                stack.append((onward, _successors(process, onward)))
                continue
            stack.pop()
            for child in reversed(roots(element.id)):
                if child.id not in seen:
                    visit(child)
            after.append(element.id)

    everything = [*roots(None), *process.elements.values()]
    for element in reversed(everything[: len(roots(None))]):
        if element.id not in seen:
            visit(element)
    order = list(reversed(after))
    order += [element.id for element in process.elements.values() if element.id not in seen]
    return [process.elements[identity] for identity in order]


def _successors(process: ProcessModel, element: Element) -> Iterator[Element]:
    """What can follow: along the flows last first, so that the reversed order begins with the first flow."""
    attached = [e for e in process.elements.values() if e.attached_to == element.id]
    yield from attached
    for flow_id in reversed(element.outgoing):
        yield process.elements[process.flow_by_id[flow_id].target]
