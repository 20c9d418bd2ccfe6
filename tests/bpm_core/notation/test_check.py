"""The check: each rule fires where it should, names its element and line, and leaves good diagrams alone."""

from __future__ import annotations

import pytest

from bpm_core.notation import bpmn, check
from bpm_core.notation.rules.words import RULES, Severity
from tests.bpm_core.commands import sample
from tests.bpm_core.notation.diagrams import around, flow, process

END = '<bpmn:endEvent id="e" name="End"/>'
START = '<bpmn:startEvent id="s"/>'
TASK = '<bpmn:userTask id="t"/>'


def errors(data: bytes) -> list[tuple[str, str]]:
    report = check.check({"process.bpmn": data})
    return [(p.rule, p.element) for p in report.problems if p.severity == "error"]


def rules(data: bytes) -> set[str]:
    return {p.rule for p in check.check({"process.bpmn": data}).problems}


def gateway(first: str, second: str = "", default: str = "") -> bytes:
    mark = f' default="{default}"' if default else ""
    inside = START + f'<bpmn:exclusiveGateway id="g"{mark}/>' + TASK + END
    return process(inside + flow("s", "g") + flow("g", "t", first) + flow("g", "e", second) + flow("t", "e"))


def test_a_plain_good_process_runs() -> None:
    report = check.check({"process.bpmn": around(TASK)})

    assert report.ok
    assert all(p.severity == "warning" for p in report.problems)


def test_a_problem_names_element_line_and_mending_in_both_languages() -> None:
    script = "<bpmn:script>x = 1 + y</bpmn:script>"
    step = f'<bpmn:scriptTask id="t" name="算" scriptFormat="python">\n{script}</bpmn:scriptTask>'

    (problem,) = check.check({"process.bpmn": around(step)}).errors

    assert (problem.rule, problem.element, problem.name, problem.line) == ("610", "t", "算", 1)
    assert "FEEL" in problem.message_zh and "FEEL" in problem.message_en
    assert "1 + y" in problem.fix_zh and "1 + y" in problem.fix_en


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_speaks_both_languages(rule: str) -> None:
    words = RULES[rule]

    assert words.severity in set(Severity)
    assert all(text.strip() for text in (words.zh, words.en, words.fix_zh, words.fix_en))
    assert any("一" <= c <= "鿿" for c in words.zh + words.fix_zh)
    assert not any("一" <= c <= "鿿" for c in words.en.replace("“", "") + words.fix_en)


def test_no_file_is_said_so() -> None:
    assert [p.rule for p in check.check({}).problems] == ["101"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"<a", "103"), (b"<!DOCTYPE a><a/>", "104"), (b"<a><?x y?></a>", "105"), (b"x" * (3 << 20), "102")],
)
def test_what_is_not_read_at_all_is_refused(data: bytes, rule: str) -> None:
    assert rules(data) == {rule}


def test_the_schema_of_the_omg_is_asked() -> None:
    assert ("106", "t") in errors(around('<bpmn:userTask id="t" colour="red"/>'))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (process(START + END + flow("s", "e"), attributes='isExecutable="false"'), ("201", "p")),
        (process(START + END + END + flow("s", "e")), ("202", "e")),
        (process(START + END + flow("s", "x")), ("204", "s_x")),
        (process(START + END + TASK + flow("s", "e")), ("303", "t")),
        (process(START + END + flow("s", "e") + flow("e", "s")), ("306", "e")),
        (process(TASK + END + flow("t", "e")), ("301", "p")),
        (around('<bpmn:subProcess id="t"/>'), ("614", "t")),
        (around('<bpmn:callActivity id="t"/>'), ("601", "t")),
        (around('<bpmn:callActivity id="t" calledElement="p"/>'), ("603", "t")),
        (around('<bpmn:serviceTask id="t"/>'), ("607", "t")),
        (around('<bpmn:serviceTask id="t" camunda:topic="shell"/>'), ("608", "t")),
        (around('<bpmn:serviceTask id="t" camunda:class="java.lang.Runtime"/>'), ("609", "t")),
        (around('<bpmn:serviceTask id="t" camunda:expression="${x.run()}"/>'), ("609", "t")),
        (around('<bpmn:intermediateCatchEvent id="t"/>'), ("501", "t")),
        (around('<bpmn:userTask id="t" guicheng:limit="-1" guicheng:limitUnit="working_day"/>'), ("904", "t")),
        (around('<bpmn:userTask id="t" guicheng:limit="1" guicheng:limitUnit="lightyear"/>'), ("904", "t")),
        (around('<bpmn:task id="t" guicheng:activeUntil="zz"/>'), ("907", "t")),
    ],
)
def test_a_broken_rule_is_found_at_its_element(data: bytes, expected: tuple[str, str]) -> None:
    assert expected in errors(data)


def test_a_gateway_flow_without_condition_is_an_error_and_without_default_a_warning() -> None:
    assert ("401", "g") in errors(gateway("x > 1".replace(">", "&gt;")))
    assert "402" in rules(gateway("x = 1", "x = 2"))
    assert errors(gateway("x = 1", default="g_e")) == []
    assert ("404", "g") in errors(gateway("x = 1", "x = 2", default="g_e"))


@pytest.mark.parametrize(
    ("condition", "rule", "word"),
    [
        ("x ==", "801", ""),
        ("${names.contains(x)}", "802", "list contains"),
        ("#{bean.run()}", "802", "a variable"),
        ("__import__('os').system('id')", "802", ""),
        ("function() { return 1 }", "802", ""),
        ("23", "806", ""),
    ],
)
def test_conditions_are_feel_and_other_languages_are_translated(condition: str, rule: str, word: str) -> None:
    report = check.check({"process.bpmn": gateway(condition, default="g_e")})

    found = [p for p in report.errors if p.rule == rule]
    assert found and word in found[0].fix_en
    assert found[0].element == "g_t"


@pytest.mark.parametrize("condition", ["= x &gt; 1", "${x == 1 &amp;&amp; y}", "#{!done}", "x &gt; 1"])
def test_conditions_of_other_engines_run_when_they_can_be_put_into_feel(condition: str) -> None:
    assert errors(gateway(condition, default="g_e")) == []


def test_a_script_of_feel_assignments_runs_and_is_read() -> None:
    step = '<bpmn:scriptTask id="t" scriptFormat="feel"><bpmn:script>a = 1\nb = a + x</bpmn:script></bpmn:scriptTask>'

    assert errors(around(step)) == []
    assert bpmn.read(around(step)).elements["t"].assigns == (("a", "1"), ("b", "a + x"))


def test_an_escalation_that_is_thrown_undeclared_is_a_warning_and_one_that_is_caught_an_error() -> None:
    definition = '<bpmn:escalationEventDefinition escalationRef="late"/>'
    thrown = f'<bpmn:intermediateThrowEvent id="t" name="Late">{definition}</bpmn:intermediateThrowEvent>'
    caught = f'{TASK}<bpmn:boundaryEvent id="b" attachedToRef="t">{definition}</bpmn:boundaryEvent>' + flow("b", "e")

    assert errors(around(thrown)) == [] and "527" in rules(around(thrown))
    assert "204" in rules(around(caught))


def timer(kind: str, text: str) -> bytes:
    inside = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    event = f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"
    return around(f'<bpmn:intermediateCatchEvent id="t">{event}</bpmn:intermediateCatchEvent>')


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("timeDuration", 'duration("P10D")', []),
        ("timeDuration", "P10D", []),
        ("timeDuration", 'duration("P" + string(days) + "D")', []),
        ("timeDate", "next_contact", []),
        ("timeDate", "2026-12-31T08:00:00", []),
        ("timeCycle", "R3/PT10M", []),
        ("timeDuration", "P999999999M", ["513"]),
        ("timeDuration", '"soon"', ["513"]),
        ("timeCycle", "R5000/PT10M", ["513"]),
        ("timeCycle", "R/PT0S", ["513"]),
        ("timeDate", '"INVALID"', ["513"]),
        ("timeDuration", "", ["511", "804"]),
    ],
)
def test_timers_are_within_reason(kind: str, text: str, expected: list[str]) -> None:
    assert [rule for rule, _ in errors(timer(kind, text))] == expected


def test_steps_that_go_round_without_waiting_are_refused() -> None:
    inside = START + '<bpmn:scriptTask id="a"/><bpmn:scriptTask id="b"/>' + END
    circle = flow("s", "a") + flow("a", "b") + flow("b", "a")

    assert "308" in {rule for rule, _ in errors(process(inside + circle + flow("s", "e")))}


def test_a_circle_with_a_way_out_or_a_person_in_it_is_left_alone() -> None:
    inside = START + '<bpmn:userTask id="t"/><bpmn:exclusiveGateway id="g" default="g_e"/>' + END
    circle = flow("s", "t") + flow("t", "g") + flow("g", "t", "again") + flow("g", "e")

    assert errors(process(inside + circle)) == []


def test_a_thousand_and_one_nodes_are_too_many() -> None:
    tasks = "".join(f'<bpmn:task id="t{n}"/>' for n in range(1001))
    chain = "".join(flow(f"t{n}", f"t{n + 1}") for n in range(1000))

    assert "110" in rules(process(START + tasks + END + flow("s", "t0") + chain + flow("t1000", "e")))


def test_what_lies_beside_the_diagram_is_checked_too() -> None:
    files = {
        "process.bpmn": around('<bpmn:userTask id="t" camunda:formKey="F"/>'),
        "forms/G.form": b'{"components": [{"type": "textfield", "key": "x", "properties": {"showWhen": "a =="}}]}',
        "decisions/D.dmn": b"<a/>",
        "guide.toml": b"key = 1",
        "scenarios/a.toml": b"x",
    }

    report = check.check(files)

    found = {(p.rule, p.file) for p in report.problems if p.severity == "error"}
    assert {
        ("606", "process.bpmn"),
        ("908", "forms/G.form"),
        ("909", "decisions/D.dmn"),
        ("910", "guide.toml"),
        ("911", "scenarios/a.toml"),
    } <= found


def test_words_of_other_engines_without_effect_are_said_once() -> None:
    step = '<bpmn:userTask id="t" camunda:dueDate="${x}" camunda:assignee="li"/>'

    found = [p for p in check.check({"process.bpmn": around(step)}).problems if p.rule == "921"]

    assert [p.message_en for p in found] == [
        "camunda:dueDate has no effect here.",
        "camunda:assignee has no effect here.",
    ]
    assert "guicheng:limit" in found[0].fix_zh


def test_a_name_nothing_sets_is_a_warning_with_the_likely_one() -> None:
    form = b'{"id": "F", "components": [{"type": "number", "key": "amount_due"}]}'
    step = '<bpmn:userTask id="t" camunda:formKey="F"/><bpmn:exclusiveGateway id="g" default="g_e"/>'
    inside = START + step + '<bpmn:endEvent id="f" name="F"/>' + END
    flows = flow("s", "t") + flow("t", "g") + flow("g", "f", "amount_deu = 1") + flow("g", "e")

    report = check.check({"process.bpmn": process(inside + flows), "forms/F.form": form})

    (problem,) = [p for p in report.problems if p.rule == "803"]
    assert problem.severity == "warning" and "amount_due" in problem.message_en


def test_facts_of_strangers_are_never_read_as_a_format() -> None:
    step = '<bpmn:callActivity id="t" name="{0.__class__}" calledElement="{x}"/>'

    report = check.check({"process.bpmn": around(step)}, known=())

    assert any("{x}" in p.message_en for p in report.problems)


def _guided(change: tuple[str, str]) -> set[str]:
    """Rules broken by the sample process when its guide is changed."""
    files = sample.files()
    assert change[0] in files["guide.toml"].decode()
    guide = files["guide.toml"].decode().replace(*change)
    return {problem.rule for problem in check.check(files | {"guide.toml": guide.encode()}).problems}


def test_a_promise_longer_than_the_law_or_in_other_days_is_an_error() -> None:
    assert "922" not in _guided(("value = 5", "value = 10"))
    assert "922" in _guided(("value = 5", "value = 11"))
    assert "922" in _guided(('value = 5\nunit = "working_day"', 'value = 5\nunit = "calendar_day"'))


def test_a_figure_that_may_vary_must_be_one_of_the_guide() -> None:
    assert "916" not in _guided(("[benefit]", '[local]\nparameters = ["sample_rate"]\n\n[benefit]'))
    assert "916" in _guided(("[benefit]", '[local]\nparameters = ["no_such_rate"]\n\n[benefit]'))


def test_whom_a_benefit_is_for_must_be_asked_somewhere() -> None:
    assert "916" in _guided(("[benefit]", '[benefit]\nholder = "nobody_asks"'))
    assert "916" in _guided(("[benefit]", '[benefit]\nstruck = "nobody_asks"'))
