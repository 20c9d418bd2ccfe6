"""Regular expressions of XPath in linear time."""

from __future__ import annotations

import time

import pytest

from bpm_core.feel import patterns


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abc", "b", "", True),
        ("ABC", "b", "", False),
        ("ABC", "b", "i", True),
        ("a\nb", "a.b", "", False),
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b$", "m", True),
        ("a\nb", "^b$", "", False),
        ("hello world", "hello \\s world", "x", True),
        ("a.c", "a.c", "q", True),
        ("abc", "a.c", "q", False),
        ("x", "^[a-z-[aeiou]]$", "", True),
        ("e", "^[a-z-[aeiou]]$", "", False),
        ("失业登记", "^\\p{IsCJKUnifiedIdeographs}+$", "", True),
        ("410802199001011234", "^\\d{17}[\\dX]$", "", True),
        ("٣", "^\\d$", "", True),
    ],
)
def test_patterns(text: str, pattern: str, flags: str, expected: bool) -> None:
    assert (patterns.compiled(pattern, flags).search(text) is not None) is expected


@pytest.mark.parametrize(
    "pattern", ["(a)\\1", "(?=a)", "(?i)a", "[", "a{2,1}", "\\y", "[\\0]", "(?P<n>a)", "a" * 1_001, "\\p{IsNothing}"]
)
def test_what_linear_time_or_xpath_excludes_is_refused(pattern: str) -> None:
    with pytest.raises(patterns.BadPattern):
        patterns.compiled(pattern, "")


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(patterns.BadPattern):
        patterns.compiled("a", "g")


def test_a_pattern_that_hangs_other_engines_does_not_hang_this_one() -> None:
    began = time.process_time()

    assert patterns.compiled("^(a+)+$", "").search("a" * 50_000 + "!") is None
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "pieces"), [("$1-$0", [1, "-", 0]), ("\\$1", ["$", "1"]), ("$9", []), ("a\\\\b", ["a", "\\", "b"])]
)
def test_replacement_texts(text: str, pieces: list[str | int]) -> None:
    assert patterns.replacement(text, 2) == pieces


@pytest.mark.parametrize("text", ["$", "\\x", "$a"])
def test_replacement_texts_that_are_none(text: str) -> None:
    with pytest.raises(patterns.BadPattern):
        patterns.replacement(text, 2)
