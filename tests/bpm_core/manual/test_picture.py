from __future__ import annotations

import itertools
import re
from functools import cache
from xml.etree import ElementTree

import pytest

from bpm_core.manual.picture import lettering, strips
from bpm_core.manual.picture.scale import ruler
from bpm_core.manual.picture.strips import CONTAINERS, LANE_HEAD, Strip, clip
from bpm_core.manual.sections import course
from bpm_core.notation import drawing
from bpm_core.notation.bundle import PROCESS
from tests.bpm_core.manual.sample import chapter, library

KEYS = [each.key for each in library().bundles]
A4_MM = (174.5, 245.0)


@cache
def cut(key: str, lang: str = "en") -> list[Strip]:
    found = chapter(key, lang)
    process = found.bundle.process
    names = {lane.id: found.voice.name(lane) for lane in process.lanes.values()}
    return strips(process, drawing.read(found.bundle.files[PROCESS]), lane_names=names)


def test_a_ruler_keeps_what_is_drawn_and_squeezes_what_is_empty() -> None:
    made = ruler(0, 200, [(50, 100)], free=10, squeeze=0.1)

    assert made(100) - made(50) == 50
    assert made(50) == 14  # 10 free and a tenth of 40
    assert made.length == 14 + 50 + 19


def test_a_ruler_never_folds() -> None:
    made = ruler(0, 300, [(20, 60), (50, 90), (200, 220)], free=5, squeeze=0.05, least=[(90, 200, 40.0)])

    places = [made(value) for value in range(301)]

    assert places == sorted(places)
    assert made(200) - made(90) >= 40


def test_words_are_broken_between_letters_in_chinese_and_between_words_in_english() -> None:
    assert lettering.wrapped("核查缴费登记与待遇", 60, 12) == ["核查缴费登", "记与待遇"]
    assert lettering.wrapped("Read contributions and benefits", 100, 10) == ["Read contributions", "and benefits"]


def test_no_line_begins_with_a_mark_of_punctuation() -> None:
    lines = lettering.wrapped("县区审批（签发）岗，复核", 72, 12)

    assert not any(line[0] in "，。）" for line in lines)


def test_a_name_that_fits_no_size_is_cut_off_and_says_so() -> None:
    _size, lines = lettering.fitted("很长的名称" * 20, 60, 30, (12.0, 8.0))

    assert lines[-1].endswith("…")


def test_a_line_is_cut_at_the_edges_of_a_strip_and_comes_back_into_it() -> None:
    away = [(0.0, 5.0), (100.0, 5.0), (100.0, 20.0), (40.0, 20.0)]

    assert clip(away, 30, 60) == [[(30, 5), (60, 5)], [(60, 20), (40, 20)]]


@pytest.mark.parametrize("key", KEYS)
def test_every_element_stands_whole_in_one_strip(key: str) -> None:
    process = chapter(key).bundle.process
    drawn = set(drawing.read(chapter(key).bundle.files[PROCESS]).shapes) & set(process.elements)

    where = [node.element for strip in cut(key) for node in strip.nodes if not node.container]

    assert sorted(where) == sorted(each for each in drawn if process.elements[each].kind not in CONTAINERS)
    for strip in cut(key):
        for node in strip.nodes:
            if not node.container:
                assert node.box.x >= -0.01 and node.box.right <= strip.width + 0.01, node.element
                assert node.box.height > 20, node.element


@pytest.mark.parametrize("key", KEYS)
def test_every_strip_fits_a_page(key: str) -> None:
    html = str(course.picture(chapter(key, "zh")).body)

    sizes = re.findall(r'width="([\d.]+)mm" height="([\d.]+)mm"', html)
    assert sizes
    assert all(float(width) <= A4_MM[0] and float(height) <= A4_MM[1] for width, height in sizes), sizes


@pytest.mark.parametrize("key", KEYS)
def test_every_cut_flow_says_on_both_sides_where_it_comes_from_and_leads_to(key: str) -> None:
    found = cut(key)

    for left, right in itertools.pairwise(found):
        out = {c.inward for c in left.crossings if not c.left}
        into = {not c.inward for c in right.crossings if c.left}
        assert out == into, left.number
        assert all(strip.bands[0].height > 0 and strip.width > LANE_HEAD for strip in (left, right))


def test_a_picture_is_well_formed_and_black_on_white() -> None:
    html = str(course.picture(chapter("UNE-01", "zh")).body)

    for picture in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(picture)
    colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', html))
    assert colours <= {"#000", "#fff", "#444", "#666", "#eee"}


def test_a_diagram_without_a_drawing_has_no_strips() -> None:
    bundle = chapter("UNE-01").bundle
    bare = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", bundle.files[PROCESS], flags=re.DOTALL)

    assert strips(bundle.process, drawing.read(bare), lane_names={}) == []
