# ruff: noqa: E501  (a diagram is written one element a line)
"""A small process with everything a command meets: forms, a register, two reviewers, a message, a timer, a benefit."""

from __future__ import annotations

import json
from typing import Any

KEY = "sample_allowance"

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:guicheng="urn:guicheng:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="t">
  <bpmn:message id="M_withdraw" name="WITHDRAW"/>
  <bpmn:message id="M_result" name="RESULT"/>
  <bpmn:process id="sample_allowance" name="样例津贴" guicheng:nameEn="Sample allowance" guicheng:code="SAM-01" isExecutable="true">
    <bpmn:startEvent id="Start" guicheng:node=""><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Body"/>
    <bpmn:subProcess id="Body" name="办理" guicheng:nameEn="Handling" guicheng:node="">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
      <bpmn:startEvent id="BodyStart" guicheng:node=""><bpmn:outgoing>b1</bpmn:outgoing></bpmn:startEvent>
      <bpmn:userTask id="S10" name="填写申请" guicheng:nameEn="Apply" camunda:formKey="S10" camunda:candidateGroups="APP"
          guicheng:clock="start"><bpmn:incoming>b1</bpmn:incoming><bpmn:outgoing>b2</bpmn:outgoing></bpmn:userTask>
      <bpmn:serviceTask id="S20" name="核查缴费" guicheng:nameEn="Read contributions" camunda:type="external"
          camunda:topic="registers">
        <bpmn:extensionElements>
          <guicheng:system code="SIDB" query="months"/>
          <guicheng:output name="insured_months" type="integer" labelZh="缴费月数" labelEn="Contribution months" example="24"/>
        </bpmn:extensionElements>
        <bpmn:incoming>b2</bpmn:incoming><bpmn:outgoing>b3</bpmn:outgoing></bpmn:serviceTask>
      <bpmn:scriptTask id="S25" name="计算" guicheng:nameEn="Work out">
        <bpmn:extensionElements>
          <guicheng:assign variable="months_due" value="if insured_months &gt;= 12 then 3 else 0"/>
          <guicheng:assign variable="amount" value="months_due * sample_rate"/>
        </bpmn:extensionElements>
        <bpmn:incoming>b3</bpmn:incoming><bpmn:outgoing>b4</bpmn:outgoing></bpmn:scriptTask>
      <bpmn:userTask id="S30" name="初审" guicheng:nameEn="First review" camunda:formKey="S30" camunda:candidateGroups="C1"
          guicheng:limit="2" guicheng:limitUnit="working_day" guicheng:sod="review">
        <bpmn:incoming>b4</bpmn:incoming><bpmn:outgoing>b5</bpmn:outgoing></bpmn:userTask>
      <bpmn:userTask id="S40" name="复核" guicheng:nameEn="Second review" camunda:formKey="S40" camunda:candidateGroups="C2"
          guicheng:limit="1" guicheng:limitUnit="working_day" guicheng:sod="review">
        <bpmn:incoming>b5</bpmn:incoming><bpmn:outgoing>b6</bpmn:outgoing></bpmn:userTask>
      <bpmn:sequenceFlow id="b1" sourceRef="BodyStart" targetRef="S10"/>
      <bpmn:sequenceFlow id="b2" sourceRef="S10" targetRef="S20"/>
      <bpmn:sequenceFlow id="b3" sourceRef="S20" targetRef="S25"/>
      <bpmn:sequenceFlow id="b4" sourceRef="S25" targetRef="S30"/>
      <bpmn:sequenceFlow id="b5" sourceRef="S30" targetRef="S40"/>
      <bpmn:sequenceFlow id="b6" sourceRef="S40" targetRef="BodyEnd"/>
      <bpmn:endEvent id="BodyEnd" guicheng:node=""><bpmn:incoming>b6</bpmn:incoming></bpmn:endEvent>
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="f2" sourceRef="Body" targetRef="G1"/>
    <bpmn:exclusiveGateway id="G1" default="f4"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:outgoing>f4</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="f3" sourceRef="G1" targetRef="S50">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">second_result = "pass" and months_due &gt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="G1" targetRef="S60"/>
    <bpmn:sendTask id="S50" name="送达" guicheng:nameEn="Send the result" messageRef="M_result">
      <bpmn:extensionElements><guicheng:payload name="amount"/><guicheng:party code="APP"/></bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing></bpmn:sendTask>
    <bpmn:sequenceFlow id="f5" sourceRef="S50" targetRef="T1"/>
    <bpmn:intermediateCatchEvent id="T1" name="等待" guicheng:nameEn="Wait"><bpmn:incoming>f5</bpmn:incoming>
      <bpmn:outgoing>f6</bpmn:outgoing><bpmn:timerEventDefinition id="T1d" guicheng:count="working_day">
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P2D")</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f6" sourceRef="T1" targetRef="E1"/>
    <bpmn:endEvent id="E1" name="发放" guicheng:nameEn="Paid" guicheng:outcome="completed"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
    <bpmn:sendTask id="S60" name="不予" guicheng:nameEn="Refuse" messageRef="M_result">
      <bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f7</bpmn:outgoing></bpmn:sendTask>
    <bpmn:sequenceFlow id="f7" sourceRef="S60" targetRef="E2"/>
    <bpmn:endEvent id="E2" name="不予核准" guicheng:nameEn="Refused" guicheng:outcome="rejected"><bpmn:incoming>f7</bpmn:incoming></bpmn:endEvent>
    <bpmn:boundaryEvent id="H1" name="撤回" guicheng:nameEn="Withdrawn" attachedToRef="Body"><bpmn:outgoing>f8</bpmn:outgoing>
      <bpmn:messageEventDefinition id="H1d" messageRef="M_withdraw"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f8" sourceRef="H1" targetRef="E3"/>
    <bpmn:endEvent id="E3" name="撤回" guicheng:nameEn="Withdrawn" guicheng:outcome="withdrawn"><bpmn:incoming>f8</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""

_GUIDE = """
key = "sample_allowance"
code = "SAM-01"
version = "1.0.0"
name = { zh = "样例津贴", en = "Sample allowance" }
family = { zh = "样例", en = "Samples" }
purpose = { zh = "测试", en = "Tests" }
entry_level = "township"
deciding_level = "county"

[[evidence]]
code = "M1"
name = { zh = "身份证", en = "Identity card" }
obtained_from = { zh = "本人", en = "applicant" }

[[evidence]]
code = "M2"
name = { zh = "证明", en = "Proof" }
obtained_from = { zh = "共享", en = "shared" }
shared = true

[time_limits.legal]
certainty = "verified"
value = 10
unit = "working_day"
basis = { zh = "社会保险经办条例", en = "Regulation on Handling Social Insurance Affairs" }

[time_limits.promised]
certainty = "illustrative"
value = 5
unit = "working_day"

[[parameters]]
name = "sample_rate"
label = { zh = "标准", en = "Rate" }
value = "100"
unit = "yuan"
certainty = "illustrative"
source = { zh = "样例", en = "sample" }

[benefit]
benefit = "sample_allowance"
exclusion_group = "living"
name = { zh = "样例津贴", en = "Sample allowance" }
rule = { zh = "同月不得重复享受", en = "Not two in one month" }
source = "sample"
certainty = "illustrative"
reserve_at = "S40"
reserve_when = 'second_result = "pass" and months_due > 0'
activate_at = "S50"
period_start = "start_month"
months = "months_due"
amount = "amount"
release_at = ["E2", "E3"]
"""


def _form(form_id: str, *components: dict[str, Any]) -> bytes:
    body = {"type": "default", "id": form_id, "schemaVersion": 16, "components": list(components)}
    return json.dumps(body, ensure_ascii=False).encode()


def _field(key: str, kind: str, label: str, *, required: bool = True, **properties: str) -> dict[str, Any]:
    return {
        "type": kind,
        "key": key,
        "label": label,
        "validate": {"required": required},
        "properties": {"labelEn": key, **properties},
    }


def _choice(key: str, *values: str) -> dict[str, Any]:
    options = [{"value": value, "label": value} for value in values]
    return _field(key, "select", key) | {"values": options}


def files() -> dict[str, bytes]:
    """The process folder as path -> content."""
    return {
        "process.bpmn": _BPMN.encode(),
        "guide.toml": _GUIDE.encode(),
        "forms/S10.form": _form(
            "S10",
            _field("bank_account", "textfield", "账号", personal="true"),
            _field("start_month", "textfield", "起始月", type="month"),
            _field("remark", "textarea", "说明", required=False),
        ),
        "forms/S30.form": _form("S30", _choice("first_result", "pass", "return")),
        "forms/S40.form": _form("S40", _choice("second_result", "pass", "reject")),
    }


APPLICATION = {"bank_account": "6222020200112233445", "start_month": "2026-12", "remark": "请尽快"}
