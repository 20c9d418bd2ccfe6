from __future__ import annotations

import json

from portal.studio import parts
from portal.studio.parts import Said

_TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="D" name="标准"><decisionTable id="t" hitPolicy="{policy}">
    <input id="i" label="月数"><inputExpression id="x"><text>months</text></inputExpression></input>
    <output id="o" name="amount" label="金额"/>
    <rule id="r1"><inputEntry id="a"><text>&lt; 12</text></inputEntry>
      <outputEntry id="b"><text>{first}</text></outputEntry></rule>
    {more}</decisionTable></decision></definitions>"""
_SECOND = """<rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
  <outputEntry id="e"><text>900</text></outputEntry></rule>"""


def _table(policy: str = "FIRST", first: str = "100", more: str = "") -> bytes:
    return _TABLE.format(policy=policy, first=first, more=more).encode()


def _form(**field: object) -> bytes:
    component = {"type": "textfield", "key": "reason", "label": "理由", "validate": {"required": False}} | field
    return json.dumps({"type": "default", "id": "S1", "components": [component]}).encode()


def _said(path: str, before: bytes, after: bytes) -> list[Said]:
    return list(parts.differences(path, before, after, english=False))


def test_a_field_that_becomes_required_is_told_in_words() -> None:
    changed = _said("forms/S1.form", _form(), _form(validate={"required": True}))

    assert [(each.before, each.after) for each in changed] == [("否", "是")]
    assert changed[0].where.startswith("理由 · ")


def test_a_new_field_and_one_that_is_gone_are_told_by_their_labels() -> None:
    changed = _said("forms/S1.form", _form(), _form(key="ground", label="依据"))

    assert {(each.before, each.after) for each in changed} == {("理由", ""), ("", "依据")}


def test_a_changed_cell_is_told_with_its_rule_and_column() -> None:
    (changed,) = _said("decisions/D.dmn", _table(), _table(first="120"))

    assert (changed.before, changed.after) == ("100", "120")
    assert changed.where.startswith("标准 · ")
    assert changed.where.endswith("金额")


def test_a_new_rule_and_another_hit_policy_are_told() -> None:
    changed = _said("decisions/D.dmn", _table(), _table(policy="UNIQUE", more=_SECOND))

    assert [(each.before, each.after) for each in changed] == [("FIRST", "UNIQUE"), ("", "- | 900")]


def test_what_cannot_be_read_is_left_to_the_lines() -> None:
    assert _said("forms/S1.form", b"{", _form()) == []
    assert _said("decisions/D.dmn", b"<a", _table()) == []
    assert _said("guide.toml", b"a = 1", b"a = 2") == []
