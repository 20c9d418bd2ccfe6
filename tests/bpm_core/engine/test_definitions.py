# ruff: noqa: E501  (diagrams are written one element a line)
"""Loading: what runs, what is refused with element, rule and line, and that running changes nothing."""

from __future__ import annotations

import pytest

from bpm_core import engine
from bpm_core.engine import NotExecutable
from tests.bpm_core.engine.drawing import Files, process, run


def refusal(body: str, root: str = "") -> tuple[str | None, str]:
    with pytest.raises(NotExecutable) as caught:
        engine.load(process(body, root=root))
    return caught.value.facts["element"], caught.value.facts["rule"]


@pytest.mark.parametrize(
    ("body", "element", "rule"),
    [
        ('<userTask id="A"/>\ns -> A', None, "dangling"),
        ('<startEvent id="s"/>\n<scriptTask id="S" scriptFormat="python"><script>import os</script></scriptTask>\ns -> S', "S", "script_language"),
        ('<startEvent id="s"/>\n<scriptTask id="S"><script>__import__("os").system("id")</script></scriptTask>\ns -> S', "S", "script"),
        ('<startEvent id="s"/>\n<serviceTask id="J"/>\ns -> J', "J", "connector"),
        ('<startEvent id="s"/>\n<businessRuleTask id="R" camunda:decisionRef="none"/>\ns -> R', "R", "decision"),
        ('<startEvent id="s"/>\n<receiveTask id="R" messageRef="none"/>\ns -> R', "R", "message"),
        ('<startEvent id="s"/>\n<task id="A"/>\n<task id="B"/>\n<complexGateway id="X"/>\ns -> A\ns -> B\nA -> X\nB -> X', "X", "condition"),
        ('<startEvent id="s"/>\n<exclusiveGateway id="X"/>\n<task id="A"/>\n<task id="B"/>\ns -> X\nX -> A\nX -> B : n = 1', "X", "condition"),
        ('<startEvent id="s"/>\n<intermediateCatchEvent id="T"><timerEventDefinition/></intermediateCatchEvent>\ns -> T', "T", "timer"),
        ('<startEvent id="s"/>\n<task id="A"><standardLoopCharacteristics/></task>\ns -> A', "A", "loop"),
        ('<startEvent id="s"/>\n<eventBasedGateway id="G"/>\n<task id="A"/>\ns -> G\nG -> A', "G", "event_gateway"),
    ],
)  # fmt: skip
def test_what_will_not_run_is_refused_with_its_place(body: str, element: str | None, rule: str) -> None:
    found, why = refusal(body)

    assert why == rule
    assert element is None or found == element


def test_a_bad_expression_is_refused_with_its_line() -> None:
    with pytest.raises(NotExecutable) as caught:
        engine.load(process('<startEvent id="s"/>\n<exclusiveGateway id="x"/>\n<task id="A"/>\ns -> x\nx -> A : n >'))

    assert caught.value.facts["rule"] == "expression"
    assert caught.value.facts["line"] is not None


@pytest.mark.parametrize(
    "content",
    [
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    ],
)
def test_what_is_no_process_is_refused(content: bytes) -> None:
    with pytest.raises(NotExecutable):
        engine.load(Files("p", {"process.bpmn": content}))


def test_the_same_content_is_parsed_once() -> None:
    body = '<startEvent id="s"/>\n<userTask id="A"/>\ns -> A'

    assert engine.load(process(body)) is engine.load(process(body))
    assert engine.load(process(body)) is not engine.load(process(body + '\n<endEvent id="e"/>'))


def test_flows_without_an_id_are_not_lost() -> None:
    bundle = process('<startEvent id="s"/>\n<userTask id="A"/>\n<sequenceFlow sourceRef="s" targetRef="A"/>')

    advance = engine.start(engine.load(bundle), case_id="1", variables={}, now=run('<startEvent id="s"/>').now)

    assert [wait.element_id for wait in advance.opened] == ["A"]


def test_prefixed_references_and_shared_event_definitions_are_found() -> None:
    body = """
        <startEvent id="s"/>
        <intermediateCatchEvent id="c"><eventDefinitionRef>tns:shared</eventDefinitionRef></intermediateCatchEvent>
        s -> c
    """
    root = '<message id="m" name="PAID"/><messageEventDefinition id="shared" messageRef="tns:m"/>'

    case = run(body, root=root)

    assert case.waits[case.token("c")].name == "PAID"


def test_five_hundred_steps_in_a_row_are_parsed_and_run() -> None:
    names = [f"t{number}" for number in range(500)]
    tasks = "\n".join(f'<task id="{name}"/>' for name in names)
    flows = "\n".join(f"{one} -> {two}" for one, two in zip(["s", *names], [*names, "e"], strict=True))

    case = run(f'<startEvent id="s"/>\n{tasks}\n<endEvent id="e"/>\n{flows}')

    assert case.end == "e"


def test_python_is_never_reached_even_if_the_library_asks() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')
    assert case.last is not None
    live = case.last.live

    with pytest.raises(Exception, match="Python"):
        live.script_engine.environment.evaluate("1 + 1", {})
    with pytest.raises(Exception, match="Python"):
        live.script_engine.environment.execute("x = 1", {})


def test_variables_with_the_names_of_python_internals_are_just_variables() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\n<userTask id="B"/>\ns -> A\nA -> B : "x" = "x"')

    case.complete("A", {"__builtins__": "x", "max": 3})

    assert case.open == ["B"]
    assert case.variables["__builtins__"] == "x"


def test_a_definition_that_runs_cannot_be_changed() -> None:
    definition = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A').definition
    start, task = definition.spec.task_specs["s"], definition.spec.task_specs["A"]

    with pytest.raises(AttributeError):
        task.outgoing = ()
    with pytest.raises(AttributeError):
        task.connect(start)
    with pytest.raises(TypeError):
        definition.spec.task_specs["x"] = start
    assert definition.intact()
