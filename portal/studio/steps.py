"""The text twin of a process: its steps in the order of the work, each with who, limit, form and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bpm_core.notation import ordering
from bpm_core.notation.model import Element, ProcessModel
from portal import words

#: What a step is, in the words of the office; told apart by kind and, for events, by what they wait for.
KINDS: dict[str, Promise] = {
    "userTask": gettext_lazy("a person does this"),
    "manualTask": gettext_lazy("a person does this without a form"),
    "serviceTask": gettext_lazy("the system asks a register"),
    "businessRuleTask": gettext_lazy("decision table"),
    "scriptTask": gettext_lazy("the system works out values"),
    "sendTask": gettext_lazy("the system tells somebody"),
    "receiveTask": gettext_lazy("waits for a message"),
    "callActivity": gettext_lazy("another procedure is carried out"),
    "subProcess": gettext_lazy("a part of this procedure"),
    "exclusiveGateway": gettext_lazy("fork: one way on"),
    "inclusiveGateway": gettext_lazy("fork: one or several ways on"),
    "parallelGateway": gettext_lazy("all ways at once"),
    "eventBasedGateway": gettext_lazy("waits for whichever comes first"),
    "startEvent": gettext_lazy("begins here"),
    "endEvent": gettext_lazy("ends here"),
    "boundaryEvent": gettext_lazy("if this happens meanwhile"),
    "intermediateThrowEvent": gettext_lazy("the system tells somebody"),
    "intermediateCatchEvent:message": gettext_lazy("waits for a message"),
    "intermediateCatchEvent:timer": gettext_lazy("waits until a day"),
    "intermediateCatchEvent": gettext_lazy("waits for an event"),
    "startEvent:message": gettext_lazy("begins with a message"),
}


@dataclass(frozen=True, slots=True)
class Onward:
    """One way on from a step: under which condition, and where to."""

    target_id: str
    target: str
    label: str = ""
    condition: str = ""
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the text twin."""

    element: Element
    number: int
    name: str
    kind: str
    who: str
    limit: str
    sop: str
    onward: tuple[Onward, ...] = ()
    meanwhile: tuple[str, ...] = ()  # ids of boundary events on it
    attached_to: str = ""
    depth: int = 0
    calls: str = ""
    decisions: tuple[str, ...] = field(default=())


def name_of(element: Element, english: bool) -> str:
    """The element's name in the reader's language, its id when it has none."""
    return (element.name_en if english else element.name_zh) or element.name_zh or element.id


def steps(process: ProcessModel, *, english: bool) -> list[Step]:
    """Every step that people see, in the order in which the work can reach it."""
    shown = [element for element in ordering.in_order(process) if element.shown]
    names = {element.id: name_of(element, english) for element in process.elements.values()}
    return [_step(process, element, number, names, english) for number, element in enumerate(shown, 1)]


def _step(process: ProcessModel, element: Element, number: int, names: dict[str, str], english: bool) -> Step:
    lane = process.lane_of(element)
    attached = process.elements.get(element.attached_to or "")
    return Step(
        element=element,
        number=number,
        name=names[element.id],
        kind=kind_words(element),
        who=words.who_does(lane.code or (lane.name_en if english else lane.name_zh)) if lane else "",
        limit=words.limit(element.limit.value, element.limit.unit.value) if element.limit else "",
        sop=(element.sop_en if english else element.sop_zh) or element.sop_zh,
        onward=tuple(_onward(process, element, names, english)),
        meanwhile=tuple(e.id for e in process.elements.values() if e.attached_to == element.id and e.shown),
        attached_to=names[attached.id] if attached else "",
        depth=_depth(process, element),
        calls=element.called_key or "",
        decisions=element.decisions,
    )


def kind_words(element: Element) -> str:
    """What kind of step this is, in plain words."""
    exact = f"{element.kind}:{element.events[0]}" if element.events else element.kind
    return str(KINDS.get(exact) or KINDS.get(element.kind) or _("step"))


def _depth(process: ProcessModel, element: Element) -> int:
    depth, parent = 0, element.parent
    while parent is not None and depth < 8:
        depth += process.elements[parent].shown
        parent = process.elements[parent].parent
    return depth


def _onward(process: ProcessModel, element: Element, names: dict[str, str], english: bool) -> Iterator[Onward]:
    """The ways on, through helper nodes that people do not see."""
    for flow, target in ordering.ways(process, element):
        label = (flow.name_en if english else flow.name_zh) or flow.name_zh
        yield Onward(
            target_id=target.id,
            target=names[target.id],
            label=label,
            condition="" if label else (flow.condition or ""),
            otherwise=flow.default and not label,
        )
