"""A strip as SVG: black lines on white, signs instead of colours, text broken into lines by ourselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

from bpm_core.manual.markup import Html
from bpm_core.manual.picture import lettering, signs
from bpm_core.manual.picture.strips import LANE_HEAD, Band, Crossing, Node, Piece, Strip
from bpm_core.notation.model import Element, ProcessModel

MM = 0.2  # millimetres of paper a unit
MARGIN = 4.0
TALLEST = 1200.0  # units that fit on an A4 page at full scale
FONT = "WenQuanYi Micro Hei, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, DejaVu Sans, sans-serif"
_NAME_SIZES = (12.5, 11.5, 10.5, 9.5, 8.5)

#: Helpers of these kinds carry a meaning of their own; others only join lines.
_SAID = frozenset({"boundaryEvent", "intermediateCatchEvent"})

Name = Callable[[Element], str]


def svg(strip: Strip, process: ProcessModel, *, title: str, name: Name, lane_name: Callable[[Band], str]) -> Html:
    """The strip as one `svg` element with a title for those who do not see it."""
    return Html("".join(_parts(strip, process, title, name, lane_name)))


def _parts(
    strip: Strip, process: ProcessModel, title: str, name: Name, lane_name: Callable[[Band], str]
) -> Iterator[str]:
    width, height = LANE_HEAD + strip.width + 2 * MARGIN, strip.height + 2 * MARGIN
    scale = MM * min(1.0, TALLEST / height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" role="img" aria-label={quoteattr(title)} '
        f'width="{width * scale:.1f}mm" height="{height * scale:.1f}mm" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'font-family="{FONT}" fill="none" stroke="#000" stroke-width="1">'
    )
    yield f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">'
    for band in strip.bands:
        yield from _band(band, strip.width, lane_name(band))
    yield f'<g transform="translate({_n(LANE_HEAD)} 0)">'
    for node in strip.nodes:
        if node.container:
            yield from _container(node, process.elements[node.element], name, strip.width)
    for piece in strip.pieces:
        yield from _piece(piece)
    for crossing in _apart(strip.crossings):
        yield from _crossing(crossing, process, strip.width)
    for node in strip.nodes:
        if not node.container:
            yield from _node(node, process.elements[node.element], name)
    for piece in strip.pieces:
        yield from _flow_label(piece, name)
    yield "</g></g></svg>"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(x: float, y: float, text: str, size: float, *, anchor: str = "middle", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}" '
        f'fill="#000" stroke="none"{weight}>{escape(text)}</text>'
    )


def _lines(x: float, top: float, lines: list[str], size: float, *, anchor: str = "middle") -> Iterator[str]:
    for at, line in enumerate(lines):
        yield _text(x, top + size * (0.92 + 1.2 * at), line, size, anchor=anchor)


def _box(x: float, y: float, width: float, height: float, more: str = "") -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{more}/>'


def _band(band: Band, width: float, said: str) -> Iterator[str]:
    yield _box(0, band.top, LANE_HEAD + width, band.height, ' stroke="#444"')
    yield _box(0, band.top, LANE_HEAD, band.height, ' stroke="#444" fill="#eee"')
    lines = lettering.wrapped(said, LANE_HEAD - 12, 10.5)
    yield from _lines(LANE_HEAD / 2, band.top + (band.height - len(lines) * 12.6) / 2, lines, 10.5)


def _container(node: Node, element: Element, name: Name, width: float) -> Iterator[str]:
    box = node.box
    yield _box(box.x, box.y, box.width, box.height, ' rx="6" stroke="#666" stroke-dasharray="7 4"')
    if element.shown and box.x > 0:
        yield _text(box.x + 8, box.y + 12, f"{element.node} {name(element)}", 9.5, anchor="start")


# -- flows


def _piece(piece: Piece) -> Iterator[str]:
    path = " ".join(f"{'L' if at else 'M'}{_n(x)} {_n(y)}" for at, (x, y) in enumerate(piece.points))
    yield f'<path d="{path}" stroke-linejoin="round"/>'
    if piece.flow.default and len(piece.points) > 1:
        (x1, y1), (x2, y2) = piece.points[0], piece.points[1]
        if abs(x2 - x1) + abs(y2 - y1) > 14 and piece.ends_here:
            side = 1 if x2 > x1 else -1 if x2 < x1 else 0
            down = 1 if y2 > y1 else -1 if y2 < y1 else 0
            x, y = x1 + side * 8, y1 + down * 8
            yield f'<path d="M{_n(x - 3)} {_n(y + 5)} L{_n(x + 3)} {_n(y - 5)}"/>'
    if piece.ends_here:
        yield _arrow(piece.points[-2], piece.points[-1])


def _arrow(before: tuple[float, float], tip: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = before, tip
    if abs(x2 - x1) >= abs(y2 - y1):
        back = -8 if x2 >= x1 else 8
        return f'<path d="M{_n(x2)} {_n(y2)} l{back} -3.5 l0 7 z" fill="#000" stroke="none"/>'
    back = -8 if y2 >= y1 else 8
    return f'<path d="M{_n(x2)} {_n(y2)} l-3.5 {back} l7 0 z" fill="#000" stroke="none"/>'


def _flow_label(piece: Piece, name: Name) -> Iterator[str]:
    said = name(piece.flow)  # type: ignore[arg-type]
    if piece.label is None or not said:
        return
    box = piece.label
    lines = lettering.wrapped(said, max(box.width + 12, 60), 9.5)
    wide = max(lettering.width(line, 9.5) for line in lines)
    x, y = box.middle[0], box.y
    back = ' fill="#fff" fill-opacity="0.85" stroke="none"'
    yield _box(x - wide / 2 - 1, y - 1, wide + 2, len(lines) * 11.4 + 1, back)
    yield from _lines(x, y, lines, 9.5)


def _apart(crossings: tuple[Crossing, ...]) -> list[list[Crossing]]:
    """Crossings of one edge that would be written over each other, together."""
    groups: list[list[Crossing]] = []
    for crossing in sorted(crossings, key=lambda c: (c.left, c.inward, c.y)):
        last = groups[-1][-1] if groups else None
        if last and (last.left, last.inward) == (crossing.left, crossing.inward) and crossing.y - last.y < 9:
            groups[-1].append(crossing)
        else:
            groups.append([crossing])
    return groups


def _crossing(group: list[Crossing], process: ProcessModel, width: float) -> Iterator[str]:
    codes = list(dict.fromkeys(_code(process, each.element, forward=not each.inward) for each in group))
    codes = [code for code in codes if code]
    first = group[0]
    y = sum(each.y for each in group) / len(group)
    said = " ".join(codes[:3]) + ("…" if len(codes) > 3 else "")
    arrow = "→" if first.inward == first.left else "←"
    text = f"{said}{arrow}" if first.left == (arrow == "→") else f"{arrow}{said}"
    if not said:
        return
    wide = lettering.width(text, 8.5) + 3
    x = 1.0 if first.left else width - wide - 1
    yield _box(x, y - 6, wide, 11, ' fill="#fff" stroke="#444" stroke-width="0.6" rx="2"')
    yield _text(x + wide / 2, y + 2.6, text, 8.5)


def _code(process: ProcessModel, element_id: str, *, forward: bool) -> str:
    """The code of the step at the other end of a flow; beyond a helper, of the step that it leads to or comes from."""
    element, seen = process.elements[element_id], set()
    while not element.shown and element.id not in seen:
        seen.add(element.id)
        flows = [process.flow_by_id[flow] for flow in (element.outgoing if forward else element.incoming)]
        if not flows:
            break
        element = process.elements[flows[0].target if forward else flows[0].source]
    return element.node


# -- shapes


def _node(node: Node, element: Element, name: Name) -> Iterator[str]:
    if element.kind.endswith("Gateway"):
        yield from _gateway(node, element, name)
    elif element.kind.endswith("Event"):
        yield from _event(node, element, name)
    else:
        yield from _activity(node, element, name)


def _activity(node: Node, element: Element, name: Name) -> Iterator[str]:
    box = node.box
    bold = ' stroke-width="3"' if element.kind == "callActivity" else ' stroke-width="1.3"'
    yield _box(box.x, box.y, box.width, box.height, f' rx="7" fill="#fff"{bold}')
    yield signs.activity(element.kind, box.x + 5, box.y + 5)
    if element.shown:
        yield _text(box.right - 5, box.y + 13, element.node, 9.5, anchor="end", bold=True)
    marked = element.loop is not None or element.kind in ("subProcess", "transaction", "adHocSubProcess")
    room = box.height - 20 - (12 if marked else 0)
    size, lines = lettering.fitted(name(element), box.width - 8, room, _NAME_SIZES)
    top = box.y + 17 + (room - len(lines) * size * 1.2) / 2
    yield from _lines(box.x + box.width / 2, top, lines, size)
    if marked:
        yield signs.marker(element, box.x + box.width / 2, box.bottom - 12)


def _gateway(node: Node, element: Element, name: Name) -> Iterator[str]:
    box = node.box
    (x, y), half = box.middle, box.width / 2
    yield f'<path d="M{_n(x)} {_n(box.y)} l{_n(half)} {_n(half)} l{_n(-half)} {_n(half)} l{_n(-half)} {_n(-half)} z" '
    yield 'fill="#fff" stroke-width="1.3"/>'
    yield signs.gateway(element.kind, x, y)
    yield from _outside(node, element, name)


def _event(node: Node, element: Element, name: Name) -> Iterator[str]:
    box = node.box
    (x, y), radius = box.middle, box.width / 2
    dash = ' stroke-dasharray="4 3"' if element.kind == "boundaryEvent" and not element.interrupting else ""
    line = ' stroke-width="3"' if element.kind == "endEvent" else ' stroke-width="1.3"'
    yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="#fff"{line}{dash}/>'
    if element.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius - 3)}"{dash}/>'
    yield signs.event(element, x, y)
    yield from _outside(node, element, name)


def _outside(node: Node, element: Element, name: Name) -> Iterator[str]:
    """The name of an event or gateway, where the diagram puts it: below when it does not say."""
    box = node.box
    if not (element.shown or element.kind in _SAID):
        return
    said = " ".join(part for part in (element.node, name(element)) if part)
    label = node.label
    room = max(label.width + 10 if label else 0, 78.0)
    lines = lettering.wrapped(said, room, 9.5)
    x = label.middle[0] if label else box.middle[0]
    top = label.y if label else box.bottom + 3
    if label and label.bottom <= box.y + 2:  # written above: the last line stays where it was
        top = label.bottom - len(lines) * 11.4
    wide = max(lettering.width(line, 9.5) for line in lines)
    back = ' fill="#fff" fill-opacity="0.8" stroke="none"'
    yield _box(x - wide / 2 - 1, top, wide + 2, len(lines) * 11.4, back)
    yield from _lines(x, top, lines, 9.5)
