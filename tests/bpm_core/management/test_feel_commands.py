"""The command-line doors to FEEL and decisions."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.bpm_core.dmn import making


def said(*arguments: str, **options: object) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rules = [["< 18", "1"], ["[18..60]", "2"], [">= 60", "3"]]
    xml = making.table_xml([("age", "number", ">= 0")], [("rate", "number")], rules)
    path = tmp_path / "rates.dmn"
    path.write_bytes(making.file(making.decision_xml(xml)))
    return path


def test_feel_prints_the_value() -> None:
    assert said("feel", "0.1 + x", "--context", '{"x": 0.2}') == "0.3"
    assert said("feel", "[1, 2.5]", "--json") == '[1, "2.5"]'
    assert said("feel", "> 3", "--test", "4") == "true"


def test_feel_understands_dates_in_the_context() -> None:
    assert said("feel", 'd + duration("P1D")', "--context", '{"d": {"$d": "2026-11-21"}}') == '@"2026-11-22"'


def test_feel_marks_the_place_of_a_mistake() -> None:
    with pytest.raises(CommandError) as caught:
        said("feel", "失业 == 1", "--language", "zh")

    assert str(caught.value).splitlines() == [
        "失业 == 1",
        "     ^",
        "第 4 个字符处：应为运算符或结尾，实为==。比较相等请用单个 =",
    ]


def test_decide_explains_which_rule_hit_and_why(table: Path) -> None:
    lines = said("decide", str(table), "d", "--inputs", '{"age": 20}', "--explain", "--language", "zh").splitlines()

    assert lines[:4] == ["2", "  age = 20", "  规则 2：rate = 2（note 2）", "    age：20 满足 [18..60]"]


def test_decide_answers_programs_in_json(table: Path) -> None:
    answer = json.loads(said("decide", str(table), "d", "--inputs", '{"age": 5}', "--json"))

    assert (answer["value"], answer["hits"][0]["rule"], answer["hits"][0]["cells"][0]["test"]) == (1, 1, "< 18")


def test_decide_refuses_what_contradicts_the_hit_policy(table: Path) -> None:
    with pytest.raises(CommandError, match="more than one rule applies: 2, 3"):
        said("decide", str(table), "d", "--inputs", '{"age": 60}')


def test_check_decisions_shows_the_overlap_and_fails(table: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_decisions", str(table), "--json", stdout=out)

    [report] = json.loads(out.getvalue())
    assert [(one["code"], one["rules"], one["example"]) for one in report["problems"]] == [
        ("overlap", [2, 3], {"age": "60"})
    ]


def test_every_table_of_the_process_library_passes() -> None:
    assert "0 problem(s)" in said("check_decisions")


def test_a_file_that_is_no_model_is_a_problem_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "bad.dmn"
    path.write_bytes(b"<nothing/>")
    with pytest.raises(CommandError, match="1 problem"):
        said("check_decisions", str(path))
