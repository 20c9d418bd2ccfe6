"""Small BPMN texts for these tests."""

from __future__ import annotations

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:guicheng="urn:guicheng:bpmn:1" id="d" targetNamespace="urn:test">'
)

PLAIN = f"""{HEAD}<process id="p" isExecutable="true">
  <startEvent id="s" name="申请"/>
  <userTask id="a" name="受理" guicheng:nameEn="Accept"><documentation>看材料</documentation></userTask>
  <exclusiveGateway id="g" name="齐全？" default="f4"/>
  <endEvent id="e" name="办结"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
  <sequenceFlow id="f2" sourceRef="a" targetRef="g"/>
  <sequenceFlow id="f3" sourceRef="g" targetRef="a" name="不齐全">
    <conditionExpression>complete = false</conditionExpression></sequenceFlow>
  <sequenceFlow id="f4" sourceRef="g" targetRef="e"/>
</process></definitions>"""
