"""guide.toml: nothing missing, nothing unknown, every figure marked."""

from __future__ import annotations

import pytest

from bpm_core.notation import guide

LEAST = """
key = "k"
code = "K"
version = "1"
name = { zh = "甲", en = "A" }
family = { zh = "乙", en = "B" }
purpose = { zh = "丙", en = "C" }
"""


def test_a_guide_needs_only_its_names() -> None:
    read = guide.read(LEAST.encode())

    assert (read.name.zh, read.name.en, read.time_limits) == ("甲", "A", None)


def test_a_legal_limit_without_a_figure_stays_without() -> None:
    limits = """
[time_limits.legal]
certainty = "none"
note = { zh = "未查到", en = "not found" }
[time_limits.promised]
value = 5
certainty = "illustrative"
"""

    read = guide.read((LEAST + limits).encode())

    assert read.time_limits is not None
    assert (read.time_limits.legal.value, read.time_limits.promised.value) == (None, 5)


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ("colour = 1", "unknown", "guide.colour"),
        ('who = "all"', "wrong_type", "guide.who"),
        ('who = { zh = "全部" }', "missing", "guide.who.en"),
        ('[[figures]]\nfact = { zh = "", en = "" }', "missing", "guide.figures[0].value"),
        ('[time_limits.legal]\ncertainty = "sure"', "wrong_type", "guide.time_limits.legal.certainty"),
        ("x", "not_toml", ""),
    ],
)
def test_a_guide_that_says_too_little_or_too_much_is_refused(more: str, code: str, place: str) -> None:
    with pytest.raises(guide.GuideRefused) as refused:
        guide.read((LEAST + more).encode())

    assert (refused.value.code, refused.value.place) == (code, place)
