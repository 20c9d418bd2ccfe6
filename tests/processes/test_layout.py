"""The diagrams as pictures: every step in its lane, flows off the borders, names clear of everything else."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from bpm_core.manual.picture import lettering
from bpm_core.notation import bpmn, drawing
from bpm_core.notation.drawing import Box, Drawing, Point
from bpm_core.notation.model import ProcessModel
from tests.processes.walk import FOLDERS

LETTERS = 11.0  # the viewer's size of names outside boxes
LINE = 13.0

EACH = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@cache
def _read(folder: Path) -> tuple[ProcessModel, Drawing]:
    data = (folder / "process.bpmn").read_bytes()
    return bpmn.read(data), drawing.read(data)


def _frame(element: str) -> bool:
    return element.startswith(("Lane_", "Pool", "Body"))


@EACH
def test_every_element_stands_in_its_lane(folder: Path) -> None:
    process, drawn = _read(folder)

    for element in process.elements.values():
        shape, lane = drawn.shapes.get(element.id), drawn.shapes.get(f"Lane_{element.lane}")
        lane = lane or drawn.shapes.get(str(element.lane))
        if shape and lane and not _frame(element.id) and element.kind != "boundaryEvent":
            assert lane.box.x <= shape.box.x and shape.box.right <= lane.box.right, element.id
            assert lane.box.y <= shape.box.y and shape.box.bottom <= lane.box.bottom, element.id


@EACH
def test_no_flow_runs_along_the_border_of_a_lane(folder: Path) -> None:
    _, drawn = _read(folder)
    borders = {y for shape in drawn.shapes.values() if _frame(shape.element) for y in (shape.box.y, shape.box.bottom)}

    for line in drawn.lines:
        for (x1, y1), (x2, y2) in pairwise(line.points):
            assert y1 != y2 or abs(x1 - x2) <= 10 or all(abs(y1 - y) >= 4 for y in borders), line.element


def _labels(process: ProcessModel, drawn: Drawing) -> dict[str, Box]:
    """Where the names outside boxes are written, by element: centred in the label, the first line at its top."""
    names = {each.id: each.name_zh for each in (*process.elements.values(), *process.flows)}
    found = {}
    for thing in (*drawn.shapes.values(), *drawn.lines):
        said = names.get(thing.element, "")
        if thing.label is None or not said:
            continue
        lines = lettering.wrapped(said, thing.label.width, LETTERS)
        wide = max(lettering.width(line, LETTERS) for line in lines)
        x, _ = thing.label.middle
        found[thing.element] = Box(x - wide / 2, thing.label.y + 2, wide, len(lines) * LINE - 4)
    return found


def _apart(one: Box, other: Box) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def _crossed(label: Box, start: Point, end: Point) -> bool:
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return left < label.right and label.x < right + 0.01 and top < label.bottom and label.y < bottom + 0.01


def _covered(label: Box, shape: drawing.Shape) -> bool:
    """A gateway is a diamond: the corners of its box are free."""
    if not (shape.box.width == shape.box.height == 50):
        return not _apart(label, shape.box)
    x, y = shape.box.middle
    aside = max(label.x - x, x - label.right, 0.0) + max(label.y - y, y - label.bottom, 0.0)
    return aside < shape.box.width / 2


@EACH
def test_names_stand_clear_of_lines_boxes_and_each_other(folder: Path) -> None:
    process, drawn = _read(folder)
    labels = _labels(process, drawn)

    for one, other in combinations(labels, 2):
        assert _apart(labels[one], labels[other]), (one, other)
    for name, label in labels.items():
        for shape in drawn.shapes.values():
            large = _frame(shape.element) or shape.box.width > 300
            assert large or not _covered(label, shape), (name, shape.element)
        for line in drawn.lines:
            assert not any(_crossed(label, a, b) for a, b in pairwise(line.points)), (name, line.element)
