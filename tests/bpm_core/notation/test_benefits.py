"""The matrix of benefits that rule one another out: what the file says and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from bpm_core.notation import benefits
from bpm_core.notation.benefits import Effect
from bpm_core.notation.guide import Certainty, GuideRefused

MATRIX = benefits.read_folder(Path(settings.PROCESSES_DIR))

_TWO = """
[[benefit]]
key = "a"
process = "AAA-01"
name = { zh = "甲", en = "A" }
"""


def test_a_pension_and_unemployment_benefit_exclude_each_other_with_the_clause() -> None:
    (rule,) = (
        one
        for one in MATRIX.of("unemployment_benefit", Effect.REFUSE)
        if one.other("unemployment_benefit") == "pension"
    )

    assert rule.clause.zh == "《社会保险法》第51条第（四）项"
    assert rule.certainty is Certainty.VERIFIED
    assert rule in MATRIX.of("pension", Effect.REFUSE)


def test_every_rule_says_in_both_languages_why() -> None:
    for rule in MATRIX.exclusions:
        assert rule.rule.zh and rule.rule.en and rule.clause.zh and rule.clause.en and rule.source, rule.id


def test_a_rule_about_a_benefit_that_is_not_listed_is_refused() -> None:
    text = (
        _TWO
        + """
[[exclusion]]
id = "X01"
benefits = ["a", "b"]
effect = "refuse"
rule = { zh = "不得并享", en = "Not both" }
source = "L01"
clause = { zh = "第1条", en = "Art. 1" }
certainty = "verified"
"""
    )
    with pytest.raises(GuideRefused, match="must name two benefits"):
        benefits.read(text.encode())


def test_a_rule_that_refuses_goes_by_months_not_by_a_fact() -> None:
    text = (
        _TWO
        + """
[[benefit]]
key = "b"
process = "BBB-01"
name = { zh = "乙", en = "B" }

[[exclusion]]
id = "X01"
benefits = ["a", "b"]
effect = "refuse"
same = "cert_no"
rule = { zh = "不得并享", en = "Not both" }
source = "L01"
clause = { zh = "第1条", en = "Art. 1" }
certainty = "verified"
"""
    )
    with pytest.raises(GuideRefused, match="refuses by month"):
        benefits.read(text.encode())


def test_a_library_without_the_file_has_no_rules(tmp_path: Path) -> None:
    assert benefits.read_folder(tmp_path).of("a", Effect.REFUSE) == ()
