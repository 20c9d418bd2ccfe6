# ruff: noqa: E501  (cells, files and payloads are written one a line)
"""Graphs of decisions: requirements, knowledge models, services, imports, types, boxes, and what files are refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpm_core import dmn, feel
from tests.bpm_core.dmn import making
from tests.bpm_core.dmn.making import decision_xml, literal_xml


def test_a_decision_sees_what_it_requires() -> None:
    made = making.model(
        '<inputData id="i" name="wage"><variable name="wage" typeRef="number"/></inputData>',
        decision_xml(literal_xml("wage * 2"), "base")
        .replace("</decision>", "</decision>")
        .replace("<literal", '<informationRequirement><requiredInput href="#i"/></informationRequirement><literal'),
        decision_xml(literal_xml("base + 1"), "total", requires=["base"]),
    )

    decided = making.decide(made, "total", wage=10)

    assert decided.value == Decimal(21)
    assert decided.requires["base"].value == Decimal(20)
    assert made.decisions["total"].reads == {"wage"}


def test_a_decision_does_not_see_what_it_does_not_require() -> None:
    made = making.model(decision_xml(literal_xml("1"), "other"), decision_xml(literal_xml("other"), "d"))

    assert making.value(made) == "null"


def test_variables_no_element_declares_are_seen_by_every_decision() -> None:
    assert making.value(making.model(decision_xml(literal_xml("x + 1"))), x=1) == "2"


def test_a_knowledge_model_is_a_function_and_may_call_itself() -> None:
    knowledge = (
        '<businessKnowledgeModel id="k" name="fac"><variable name="fac" typeRef="number"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="number"/><literalExpression><text>if n &lt; 2 then 1 else n * fac(n - 1)</text>'
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    made = making.model(knowledge, decision_xml(literal_xml("fac(x)"), knowledge=["k"]))

    assert making.value(made, x=5) == "120"


def test_a_service_takes_its_input_decisions_as_given() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#total"/><inputDecision href="#base"/>'
        "</decisionService>"
    )
    made = making.model(
        service, decision_xml(literal_xml("1"), "base"), decision_xml(literal_xml("base + 1"), "total", requires=["base"]),
        decision_xml(literal_xml("s(40)"), "caller", knowledge=["s"]),
    )  # fmt: skip

    assert making.value(made, "s", base=9) == "10"
    assert making.value(made, "caller") == "41"
    assert making.value(made, "total") == "2"


def test_imported_elements_are_called_by_the_name_of_the_import() -> None:
    library = making.file(decision_xml(literal_xml("40"), "rate"), namespace="urn:library")
    main = making.file(
        decision_xml(literal_xml("my lib.rate + 2")).replace(
            "<literal",
            '<informationRequirement><requiredDecision href="urn:library#rate"/></informationRequirement><literal',
        ),
        head=f'<import name="my lib" namespace="urn:library" importType="{making.MODEL}"/>',
    )

    made = dmn.load({"main.dmn": main, "library.dmn": library})

    assert making.value(made) == "42"


def test_item_definitions_convert_and_refuse() -> None:
    types = (
        '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
        '</itemDefinition><inputData id="i" name="age"><variable name="age" typeRef="tAge"/></inputData>'
    )
    decision = decision_xml(literal_xml("age")).replace(
        "<literal", '<informationRequirement><requiredInput href="#i"/></informationRequirement><literal'
    )
    made = making.model(types, decision)

    assert making.value(made, age=40) == "40"
    assert making.value(made, age=[40]) == "40"
    assert making.value(made, age=200) == "null"
    assert making.value(made, age="40") == "null"


BOXES = {
    "context": (
        "<context><contextEntry><variable name='a'/><literalExpression><text>2</text></literalExpression></contextEntry>"
        "<contextEntry><literalExpression><text>a + x</text></literalExpression></contextEntry></context>",
        "3",
    ),
    "list": (
        "<list><literalExpression><text>x</text></literalExpression><literalExpression><text>2</text></literalExpression></list>",
        "[1, 2]",
    ),
    "relation": (
        "<relation><column name='a'/><column name='b'/><row><literalExpression><text>x</text></literalExpression>"
        "<literalExpression><text>2</text></literalExpression></row></relation>",
        '[{"a": 1, "b": 2}]',
    ),
    "conditional": (
        "<conditional><if><literalExpression><text>x = 1</text></literalExpression></if><then><literalExpression>"
        "<text>\"yes\"</text></literalExpression></then><else><literalExpression><text>\"no\"</text></literalExpression>"
        "</else></conditional>",
        '"yes"',
    ),
    "filter": (
        "<filter><in><literalExpression><text>[1, 2, 3]</text></literalExpression></in><match><literalExpression>"
        "<text>item &gt; x</text></literalExpression></match></filter>",
        "[2, 3]",
    ),
    "for": (
        "<for iteratorVariable='n'><in><literalExpression><text>1..3</text></literalExpression></in><return>"
        "<literalExpression><text>n + x</text></literalExpression></return></for>",
        "[2, 3, 4]",
    ),
    "some": (
        "<some iteratorVariable='n'><in><literalExpression><text>[1, 5]</text></literalExpression></in><satisfies>"
        "<literalExpression><text>n &gt; 4</text></literalExpression></satisfies></some>",
        "true",
    ),
    "function": (
        "<invocation><functionDefinition><formalParameter name='n'/><literalExpression><text>n * 10</text></literalExpression>"
        "</functionDefinition><binding><parameter name='n'/><literalExpression><text>x</text></literalExpression></binding>"
        "</invocation>",
        "10",
    ),
}  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
def test_boxed_expressions(box: str) -> None:
    xml, expected = BOXES[box]

    assert making.value(making.model(decision_xml(xml)), x=1) == expected


@pytest.mark.parametrize(
    "xmlns",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(xmlns: str) -> None:
    content = making.file(decision_xml(literal_xml("1 + 1")), xmlns=xmlns)

    assert making.value(dmn.load({"old.dmn": content})) == "2"


def test_functions_written_in_feel_may_be_called_from_tables() -> None:
    functions = feel.functions.from_sources({"double": (("x",), "x * 2")})
    made = making.model(decision_xml(making.table_xml([("double(n)", "number")], [("r", "number")], [["> 4", "double(n)"]])),
                        functions=functions)  # fmt: skip

    assert making.value(made, n=3) == "6"


def refusal(content: bytes) -> dmn.DmnError:
    with pytest.raises(dmn.DmnError) as caught:
        dmn.load({"bad.dmn": content})
    return caught.value


def test_a_bad_cell_is_refused_with_file_decision_rule_column_and_position() -> None:
    content = making.file(
        decision_xml(making.table_xml([("age", "number")], [("r", "number")], [["< 1", "1"], ["== 3", "2"]]))
    )

    error = refusal(content)

    assert (error.file, error.decision, error.rule, error.column, error.position) == ("bad.dmn", "d", 2, "age", 0)
    assert error.text("en").startswith(
        "bad.dmn, decision d, rule 2, column age: at character 1: expected a value, found =="
    )
    assert error.text("zh").startswith("bad.dmn，决策 d，规则 2，列 age：第 1 个字符处")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<definitions", "not_xml"),
        (
            b"<!DOCTYPE d [<!ENTITY a 'b'>]><definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
            "not_xml",
        ),
        (b"<definitions xmlns='urn:other'/>", "not_dmn"),
        (b"x" * (2 * 1024 * 1024 + 1), "too_large"),
        (making.file(decision_xml(making.table_xml([], [("r", "number")], [["1"]], policy="BEST"))), "hit_policy"),
        (making.file(decision_xml(making.table_xml([("a", "number")], [("r", "number")], [["1"]]))), "rule_width"),
        (making.file(decision_xml(making.table_xml([("a", "number")], [], []))), "incomplete"),
        (
            making.file(decision_xml(making.table_xml([], [("r", "number")], [["1"]], policy="PRIORITY"))),
            "priority_values",
        ),
        (making.file(decision_xml(literal_xml("1"), requires=["nobody"])), "unknown_reference"),
        (making.file(decision_xml(literal_xml("1")), decision_xml(literal_xml("2"))), "duplicate_id"),
        (
            making.file(
                decision_xml(literal_xml("1"), "a", requires=["b"]), decision_xml(literal_xml("1"), "b", requires=["a"])
            ),
            "cycle",
        ),
        (
            making.file(
                decision_xml("<literalExpression expressionLanguage='python'><text>1</text></literalExpression>")
            ),
            "language",
        ),
        (making.file("<itemDefinition name='t'><typeRef>nothing</typeRef></itemDefinition>"), "unknown_type"),
    ],
)
def test_faulty_files_are_refused_with_a_code(content: bytes, code: str) -> None:
    error = refusal(content)

    assert error.code == code
    assert error.text("zh") and error.text("en")


def test_an_external_function_is_refused_at_load() -> None:
    xml = (
        "<businessKnowledgeModel id='k' name='k'><encapsulatedLogic kind='Java'><literalExpression><text>{}</text>"
        "</literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )

    assert refusal(making.file(xml)).code == "unsupported"


def test_a_decision_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(dmn.DecisionError, match="nobody"):
        making.decide(making.model(decision_xml(literal_xml("1"))), "nobody")


def test_the_same_inputs_give_the_same_answer_and_the_digest_says_by_which_file() -> None:
    made = making.table([("age", "number")], [("r", "date")], [["> 1", "today()"]])

    first, second = making.decide(made, age=5), making.decide(made, age=5)

    assert first == second
    assert len(first.digest) == 64


def test_a_decision_taken_keeps_what_it_read_and_is_taken_again_to_the_same_result() -> None:
    made = making.model(
        decision_xml(literal_xml("x + 1"), "base"),
        decision_xml(
            making.table_xml([("base", "number")], [("r", "number")], [["> 1", "base * y"]]), requires=["base"]
        ),
    )

    first = making.decide(made, x=5, y=2, other="not read")
    again = made.decide("d", feel.values.decode(feel.values.encode(first.read)), now=making.NOW)

    assert first.read == {"x": Decimal(5), "y": Decimal(2)}
    assert again == first


def test_one_budget_covers_the_whole_decision() -> None:
    made = making.model(decision_xml(literal_xml("count(for a in 1..1000, b in 1..1000 return a)")))

    with pytest.raises(feel.FeelBudgetError):
        making.decide(made)
