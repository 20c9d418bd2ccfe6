"""A wide diagram cut into strips that fit a page: where to cut, what each strip shows, how much room each lane needs.

Space in which nothing is drawn is squeezed, and a lane without a step in a strip is drawn narrow, so that names stay
legible on paper.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpm_core.manual.picture import lettering
from bpm_core.manual.picture.scale import Ruler, Span, ruler
from bpm_core.notation.drawing import Box, Drawing, Point, Shape
from bpm_core.notation.model import Flow, Lane, ProcessModel

LANE_HEAD = 76.0
INSET = 30.0  # room at an edge that is cut, for the names of the steps beyond
ROOM = 786.0 - 2 * INSET  # units of the diagram in a strip: 174 mm of paper at 0.2 mm a unit
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_PAD, _LABEL_PAD = 10.0, 3.0


@dataclass(frozen=True, slots=True)
class Node:
    """A shape as it stands in a strip."""

    element: str
    box: Box
    label: Box | None
    container: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a flow in a strip. `comes` and `goes`: it is cut at the strip's left or right edge there."""

    flow: Flow
    points: tuple[Point, ...]
    label: Box | None
    ends_here: bool


@dataclass(frozen=True, slots=True)
class Crossing:
    """A flow that enters or leaves the strip at its edge, and the steps at the other end."""

    y: float
    left: bool
    inward: bool
    element: str


@dataclass(frozen=True, slots=True)
class Band:
    """A lane of the strip; None: the process has no lanes."""

    lane: Lane | None
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Strip:
    number: int
    width: float
    height: float
    bands: tuple[Band, ...]
    nodes: tuple[Node, ...]
    pieces: tuple[Piece, ...]
    crossings: tuple[Crossing, ...]


def strips(process: ProcessModel, drawing: Drawing, *, lane_names: dict[str, str]) -> list[Strip]:
    """The strips of a diagram from left to right; empty when nothing of it is drawn.

    lane_names    lane id -> name as written at its head, which decides how narrow a lane may become
    """
    shapes = [shape for shape in drawing.shapes.values() if shape.element in process.elements]
    if not shapes:
        return []
    flat = _Flat(process, drawing, shapes)
    edges = flat.cuts()
    return [
        _strip(number, flat, left, right, lane_names)
        for number, (left, right) in enumerate(itertools.pairwise(edges), 1)
    ]


class _Flat:
    """The whole diagram with its empty columns squeezed, before it is cut."""

    def __init__(self, process: ProcessModel, drawing: Drawing, shapes: Sequence[Shape]) -> None:
        self.process = process
        inner = [shape for shape in shapes if process.elements[shape.element].kind not in CONTAINERS]
        known = [line for line in drawing.lines if line.element in process.flow_by_id and len(line.points) > 1]
        spans = [(s.box.x - _PAD, s.box.right + _PAD) for s in inner]
        spans += [_across(label) for label in (*(s.label for s in inner), *(line.label for line in known)) if label]
        for line in known:
            spans += [(x - 4, x + 4) for (x, y), (x2, y2) in _pairs(line.points) if x == x2 and y != y2]
        start, end = min(low for low, _ in spans), max(high for _, high in spans)
        self.x: Ruler = ruler(start, end, spans, free=14.0, squeeze=0.2)
        self.width = self.x.length
        self.solid = [self._wide(s) for s in inner]
        self.shapes = [(shape, self._box(shape.box), self._label(shape.label)) for shape in shapes]
        self.lines = [
            (process.flow_by_id[line.element], [(self.x(x), y) for x, y in line.points], self._label(line.label))
            for line in known
        ]
        lanes = [(lane, drawing.shapes[lane.id].box) for lane in process.lanes.values() if lane.id in drawing.shapes]
        self.lanes: list[tuple[Lane | None, float, float]] = [
            (lane, box.y, box.bottom) for lane, box in sorted(lanes, key=lambda each: each[1].y)
        ]
        if not self.lanes:
            tops = [s.box.y for s in shapes] + [y for line in known for _, y in line.points]
            bottoms = [s.box.bottom for s in shapes] + [y for line in known for _, y in line.points]
            bottoms += [s.label.bottom for s in shapes if s.label]
            self.lanes = [(None, min(tops) - 16, max(bottoms) + 16)]

    def _wide(self, shape: Shape) -> Span:
        low, high = self.x(shape.box.x) - 4, self.x(shape.box.right) + 4
        if shape.label:
            low, high = min(low, self.x(shape.label.x)), max(high, self.x(shape.label.right))
        return low, high

    def _box(self, box: Box) -> Box:
        return Box(self.x(box.x), box.y, self.x(box.right) - self.x(box.x), box.height)

    def _label(self, box: Box | None) -> Box | None:
        return None if box is None else self._box(box)

    def cuts(self) -> list[float]:
        """Where the strips begin and end: where the fewest shapes and flows are cut, as far right as there is room."""
        found = [0.0]
        while self.width - found[-1] > ROOM:
            least, most = found[-1] + ROOM * 0.65, found[-1] + ROOM
            places = [least + step * 6 for step in range(int((most - least) // 6) + 1)]
            found.append(min(places, key=lambda place: (self._cost(place) + (most - place) / ROOM * 40, -place)))
        return [*found, self.width]

    def _cost(self, place: float) -> float:
        shapes = sum(low < place < high for low, high in self.solid)
        flows = sum(min(a, b) < place < max(a, b) for _, points, _ in self.lines for (a, _), (b, _) in _pairs(points))
        bends = sum(a == b and abs(a - place) < 8 for _, points, _ in self.lines for (a, _), (b, _) in _pairs(points))
        labels = sum(label.x < place < label.right for _, _, label in self.lines if label)
        return shapes * 1000 + labels * 3 + bends * 4 + flows


def _across(label: Box) -> Span:
    return label.x - _LABEL_PAD, label.right + _LABEL_PAD


def _pairs(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return itertools.pairwise(points)


def _strip(number: int, flat: _Flat, left: float, right: float, lane_names: dict[str, str]) -> Strip:
    process = flat.process
    inside = [each for each in flat.shapes if left <= each[1].middle[0] < right or _reaches(flat, each, left, right)]
    clipped = [(flow, piece, label) for flow, points, label in flat.lines for piece in clip(points, left, right)]
    y = _height(flat, inside, clipped, lane_names, left, right)
    top = flat.lanes[0][1]
    before, after = INSET if left > 0 else 0.0, INSET if right < flat.width else 0.0
    width = right - left + before + after

    def across(x: float) -> float:
        """What is cut off reaches to the edge; what is not keeps away from it."""
        return 0.0 if x <= left and before else width if x >= right and after else x - left + before

    def place(box: Box) -> Box:
        low, high = across(max(box.x, left)), across(min(box.right, right))
        return Box(low, y(box.y) - y(top), high - low, y(box.bottom) - y(box.y))

    nodes = [
        Node(shape.element, place(box), place(label) if label else None, _contains(process, shape))
        for shape, box, label in inside
    ]
    pieces: list[Piece] = []
    crossings: list[Crossing] = []
    seen: set[str] = set()
    for flow, points, label in clipped:
        moved = tuple((across(px), y(py) - y(top)) for px, py in points)
        holds = label is not None and left <= label.middle[0] < right and flow.id not in seen
        ends = points[-1] == next(p for f, p, _ in flat.lines if f is flow)[-1]
        pieces.append(Piece(flow, moved, place(label) if label is not None and holds else None, ends))
        if holds:
            seen.add(flow.id)
        crossings += _crossings(flow, points, moved, left, right, flat.width)
    bands = tuple(Band(lane, y(low) - y(top), y(high) - y(low)) for lane, low, high in flat.lanes)
    ordered = tuple(sorted(nodes, key=lambda node: not node.container))
    height = y(flat.lanes[-1][2]) - y(top)
    return Strip(number, width, height, bands, ordered, tuple(pieces), tuple(dict.fromkeys(crossings)))


def _contains(process: ProcessModel, shape: Shape) -> bool:
    return process.elements[shape.element].kind in CONTAINERS and any(
        element.parent == shape.element for element in process.elements.values()
    )


def _reaches(flat: _Flat, each: tuple[Shape, Box, Box | None], left: float, right: float) -> bool:
    """A container stands in every strip that it reaches into."""
    return _contains(flat.process, each[0]) and each[1].x < right and each[1].right > left


def _height(
    flat: _Flat,
    inside: Iterable[tuple[Shape, Box, Box | None]],
    clipped: Iterable[tuple[Flow, list[Point], Box | None]],
    lane_names: dict[str, str],
    left: float,
    right: float,
) -> Ruler:
    """The vertical ruler of a strip: rows with something in them keep their height."""
    spans: list[Span] = []
    for shape, box, label in inside:
        if _contains(flat.process, shape):
            spans += [(box.y - 3, box.y + 3), (box.bottom - 3, box.bottom + 3)]
            continue
        spans.append((box.y - _PAD, box.bottom + _PAD))
        if label:
            spans.append((label.y - _LABEL_PAD, label.bottom + 14))
    for _flow, points, label in clipped:
        spans += [(y - 5, y + 5) for (x, y), (x2, y2) in _pairs(points) if y == y2 and x != x2]
        if label and left <= label.middle[0] < right:
            spans.append((label.y - _LABEL_PAD, label.bottom + _LABEL_PAD))
    least = [(low, high, _lane_least(lane_names.get(lane.id, "") if lane else "")) for lane, low, high in flat.lanes]
    return ruler(flat.lanes[0][1], flat.lanes[-1][2], spans, free=6.0, squeeze=0.06, least=least)


def _lane_least(name: str) -> float:
    return len(lettering.wrapped(name, LANE_HEAD - 12, 10.5)) * 13.0 + 10.0


def clip(points: Sequence[Point], left: float, right: float) -> list[list[Point]]:
    """The stretches of a line that lie between two verticals."""
    found: list[list[Point]] = []
    for first, second in _pairs(points):
        part = _clip_one(first, second, left, right)
        if part is None:
            continue
        if found and found[-1][-1] == part[0]:
            found[-1].append(part[1])
        else:
            found.append(list(part))
    return found


def _clip_one(first: Point, second: Point, left: float, right: float) -> tuple[Point, Point] | None:
    (x1, y1), (x2, y2) = first, second
    if x1 == x2:
        return (first, second) if left <= x1 < right else None
    if max(x1, x2) <= left or min(x1, x2) >= right:
        return None

    def at(x: float) -> float:
        return y1 + (y2 - y1) * (x - x1) / (x2 - x1)

    def held(x: float, y: float) -> Point:
        bound = min(max(x, left), right)
        return (bound, y if bound == x else at(bound))

    return held(x1, y1), held(x2, y2)


def _crossings(
    flow: Flow, points: Sequence[Point], moved: Sequence[Point], left: float, right: float, width: float
) -> Iterator[Crossing]:
    """Where a piece is cut at an edge of the strip, and which step lies beyond."""
    for end, inward in ((0, True), (-1, False)):
        x = points[end][0]
        beyond = flow.source if inward else flow.target
        if x == left and left > 0:
            yield Crossing(round(moved[end][1], 2), True, inward, beyond)
        elif x == right and right < width:
            yield Crossing(round(moved[end][1], 2), False, inward, beyond)
