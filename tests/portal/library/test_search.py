from __future__ import annotations

import pytest

from bpm_core.models import ProcessDefinition
from portal.library import search


def row(code: str, key: str, zh: str, en: str, family_zh: str, family_en: str) -> ProcessDefinition:
    return ProcessDefinition(code=code, key=key, name_zh=zh, name_en=en, family_zh=family_zh, family_en=family_en)


BENEFIT = ("失业保险金申领与发放", "Unemployment insurance benefit", "失业保险", "Unemployment insurance")
TRAINING = ("职业培训补贴（实名制）申领", "Vocational training subsidy", "职业培训与技能评价", "Training and skills")
ROWS = [row("UNE-01", "unemployment_benefit", *BENEFIT), row("TRN-01", "training_subsidy", *TRAINING)]
NUMBER, CHINESE, PINYIN = ("UNE-01", "une01"), ("失业保险金",), ("shiyebaoxian", "sybxj")
ENGLISH = ("insurance benefit", "benefit 失业", "unemployment_b")


@pytest.mark.parametrize("query", [*NUMBER, *CHINESE, *PINYIN, *ENGLISH])
def test_a_process_is_found_by_number_name_pinyin_and_english(query: str) -> None:
    assert [row.code for row in search.find(ROWS, query)] == ["UNE-01"]


def test_every_word_has_to_be_found() -> None:
    assert search.find(ROWS, "benefit training") == []


def test_without_a_query_everything_is_there_in_its_order() -> None:
    assert search.find(ROWS, "  ") == ROWS


def test_a_query_of_any_length_and_kind_is_survived() -> None:
    assert search.find(ROWS, "💥" * 10_000 + "\0") == []
