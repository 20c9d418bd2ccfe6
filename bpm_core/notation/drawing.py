"""Where a BPMN file draws its elements: boxes, bends and labels as numbers. Names and meaning are in model.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from bpm_core.notation.xml import BPMNDI, DC, DI, parse

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the units of the diagram; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """An element drawn as a box; `label` is where its name stands when that is not inside."""

    element: str
    box: Box
    label: Box | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A flow drawn through its bends, from source to target."""

    element: str
    points: tuple[Point, ...]
    label: Box | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture of one diagram: shapes by the id of what they show, and lines in the order of the file."""

    shapes: Mapping[str, Shape]
    lines: tuple[Line, ...]


def read(xml: bytes) -> Drawing:
    """The drawing in a BPMN file; without shapes when it has none. Refuses with xml.XmlRefused."""
    root = parse(xml)
    shapes = [_shape(node) for node in root.iter(f"{{{BPMNDI}}}BPMNShape")]
    lines = [_line(node) for node in root.iter(f"{{{BPMNDI}}}BPMNEdge")]
    return Drawing({shape.element: shape for shape in shapes if shape is not None}, tuple(x for x in lines if x.points))


def _shape(node: etree._Element) -> Shape | None:
    box = _box(node)
    return None if box is None else Shape(node.get("bpmnElement", ""), box, _label(node))


def _line(node: etree._Element) -> Line:
    points = tuple((_number(each, "x"), _number(each, "y")) for each in node.iterchildren(f"{{{DI}}}waypoint"))
    return Line(node.get("bpmnElement", ""), points, _label(node))


def _label(node: etree._Element) -> Box | None:
    label = next(node.iterchildren(f"{{{BPMNDI}}}BPMNLabel"), None)
    return None if label is None else _box(label)


def _box(node: etree._Element) -> Box | None:
    bounds = next(node.iterchildren(f"{{{DC}}}Bounds"), None)
    return None if bounds is None else Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(node: etree._Element, name: str) -> float:
    try:
        return float(node.get(name, "0"))
    except ValueError:
        return 0.0
