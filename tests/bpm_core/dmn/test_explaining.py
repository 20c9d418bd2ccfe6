"""Why a decision came out as it did."""

from __future__ import annotations

import json

from bpm_core import dmn
from tests.bpm_core.dmn import making


def decided() -> dmn.Decided:
    inputs = [("insured_months", "number"), ("reason", "string")]
    rules = [["< 12", "-", "0"], [">= 12", '"R01"', "insured_months / 5"]]
    made = making.table(inputs, [("months", "number")], rules)
    return making.decide(made, insured_months=60, reason="R01")


def test_lines_for_people_name_the_rule_and_what_met_it() -> None:
    assert dmn.as_lines(decided()) == [
        "insured_months = 60",
        'reason = "R01"',
        "rule 2: months = 12 (note 2)",
        "  insured_months: 60 meets >= 12",
        '  reason: "R01" meets "R01"',
    ]
    assert dmn.as_lines(decided(), "zh-hans")[2] == "规则 2：months = 12（note 2）"


def test_data_for_programs_is_plain_json() -> None:
    data = json.loads(json.dumps(dmn.as_data(decided())))

    assert (data["value"], data["outputs"], data["inputs"]["insured_months"]) == (12, {"months": 12}, 60)
    assert [hit["rule"] for hit in data["hits"]] == [2]


def test_no_rule_and_its_reason_are_said() -> None:
    made = making.table([("kind", "string", '"a"')], [("r", "number")], [['"a"', "1"]])

    lines = dmn.as_lines(making.decide(made, kind="b"), "zh")

    assert lines == ['kind = "b"', "没有规则命中", '空值：kind 的值 "b" 不在该列的取值清单中']


def test_templates_in_values_stay_text() -> None:
    made = making.table([("kind", "string")], [("r", "string")], [["-", "kind"]])

    assert dmn.as_lines(making.decide(made, kind="{result}{note}"))[0] == 'kind = "{result}{note}"'
