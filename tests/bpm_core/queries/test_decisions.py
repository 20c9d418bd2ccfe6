"""Every decision of a case can be taken again from its journal, to the same result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection

from bpm_core.commands import definitions
from bpm_core.models import Case, JournalEntry, append_only
from bpm_core.queries import decisions, verify
from bpm_core.queries.decisions import Verdict
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office

_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:guicheng="urn:guicheng:bpmn:1" namespace="urn:sample" name="sample">
  <decision id="MONTHS" name="领取月数" guicheng:nameEn="Months of benefit">
    <decisionTable hitPolicy="UNIQUE">
      <input label="缴费月数" guicheng:labelEn="Contribution months">
        <inputExpression typeRef="number"><text>insured_months</text></inputExpression></input>
      <output name="months_due" label="月数" guicheng:labelEn="months" typeRef="number"/>
      <rule id="few"><inputEntry><text>&lt; 12</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
      <rule id="enough"><inputEntry><text>&gt;= 12</text></inputEntry><outputEntry><text>{months}</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="REMARKED" name="有无说明" guicheng:nameEn="Whether remarked">
    <decisionTable hitPolicy="UNIQUE">
      <input label="说明"><inputExpression typeRef="string"><text>remark</text></inputExpression></input>
      <output name="remarked" typeRef="boolean"/>
      <rule id="any"><inputEntry><text>-</text></inputEntry><outputEntry><text>remark != null</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501
_SCRIPT = '<bpmn:scriptTask id="S25" name="计算" guicheng:nameEn="Work out">\n        <bpmn:extensionElements>'
_MONTHS = '<guicheng:assign variable="months_due" value="if insured_months &gt;= 12 then 3 else 0"/>'


def deciding(months: str = "insured_months / 8", *asked: str) -> dict[str, bytes]:
    """The sample process with a table where it worked the months out."""
    diagram = sample.files()["process.bpmn"].decode()
    assert _SCRIPT in diagram and _MONTHS in diagram
    refs = "".join(f'<guicheng:decision ref="{one}"/>' for one in ("MONTHS", *asked))
    diagram = diagram.replace(_SCRIPT, _SCRIPT.replace("scriptTask", "businessRuleTask"))
    head, tail = diagram.split(_MONTHS)
    diagram = head + refs + tail.replace("</bpmn:scriptTask>", "</bpmn:businessRuleTask>", 1)
    table = _TABLE.replace("{months}", months).encode()
    return sample.files() | {"process.bpmn": diagram.encode(), "decisions/months.dmn": table}


def publish(office: Office, files: dict[str, bytes]) -> None:
    draft = definitions.upload(files, actor=office.actor("designer"), at=AT)
    office.definition = definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)


def decided(office: Office) -> Case:
    """A case in which the table has decided."""
    publish(office, deciding())
    return office.reviewed()


def retaken(case: Case) -> list[decisions.Retaken]:
    return [one for _case, _entry, one in decisions.of_cases([case.number])]


@pytest.fixture
def unlocked(db: None) -> Iterator[None]:
    append_only.remove(connection)
    yield
    append_only.install(connection)


def test_a_decision_is_journaled_with_what_it_read_and_gave(office: Office) -> None:
    case = decided(office)

    [taken] = [one for entry in JournalEntry.objects.filter(case=case) for one in entry.body.get("decisions", ())]

    assert taken == {
        "element": "S25",
        "process": sample.KEY,
        "decision": "MONTHS",
        "digest": hashlib.sha256(deciding()["decisions/months.dmn"]).hexdigest(),
        "rules": ["enough"],
        "numbers": [2],
        "read": {"insured_months": {"$n": "24"}},
        "outputs": {"months_due": {"$n": "3"}},
    }


def test_taking_it_again_gives_the_same_with_rule_and_cells(office: Office) -> None:
    [found] = retaken(decided(office))

    assert (found.verdict, found.outputs) == (Verdict.SAME, {"months_due": Decimal(3)})
    assert found.table is not None and found.table.name_zh == "领取月数"
    assert [rule.id for rule in found.rules] == ["enough"]
    assert found.decided is not None
    assert [cell.value for cell in found.decided.hits[0].cells] == [Decimal(24)]


def test_a_later_version_with_another_table_changes_nothing(office: Office) -> None:
    case = decided(office)
    publish(office, deciding("99"))
    Case.objects.filter(pk=case.pk).update(definition=office.definition)  # as after a migration

    [found] = retaken(case)

    assert found.verdict is Verdict.SAME
    assert office.definition.version == 3


def test_what_a_decision_read_of_free_text_is_withheld_from_the_journal(office: Office) -> None:
    publish(office, deciding("3", "REMARKED"))
    case = office.reviewed()

    body = JournalEntry.objects.get(case=case, body__decisions__isnull=False).body
    months, remarked = body["decisions"]

    assert "withheld" not in months
    assert (remarked["withheld"], remarked["read"], remarked["outputs"]) == (["remark"], {}, {"remarked": True})
    assert [one.verdict for one in retaken(case)] == [Verdict.SAME, Verdict.WITHHELD]


def test_verify_finds_a_decision_that_its_table_did_not_take(office: Office, unlocked: None) -> None:
    case = decided(office)
    entry = next(one for one in JournalEntry.objects.filter(case=case) if one.body.get("decisions"))
    entry.body["decisions"][0]["outputs"] = {"months_due": {"$n": "24"}}
    JournalEntry.objects.filter(pk=entry.pk).update(body=entry.body)

    report = verify.Report()
    verify.retake(report)

    assert (report.decisions, [breach.rule for breach in report.breaches]) == (1, ["decision"])
    assert "the journal says" in report.breaches[0].message


def test_the_command_says_how_many_were_taken_again(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    decided(office)

    call_command("verify", decisions=True)

    assert "1 decisions taken again: all whole" in capsys.readouterr().out
