# ruff: noqa: E501  (cells, files and payloads are written one a line)
"""No text that stands where an expression may stand runs code, shows a Python object, hangs or crashes.

An audit hook of the interpreter watches each evaluation: code compiled or run, files opened for writing, processes and
sockets are seen whatever way they are reached.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest

from bpm_core import dmn, engine, feel
from bpm_core.notation import cleaning
from bpm_core.notation.fields import Field, FormSchema
from tests.bpm_core.dmn import making
from tests.bpm_core.engine import drawing
from tests.security.feel_payloads import PAYLOADS

NOW = datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MOST_SECONDS = 0.5  # of this thread's CPU time
VARIABLES: dict[str, Any] = {"x": {"a": Decimal(1), "b": ["text"]}, "y": True, "n": Decimal(3)}
WATCHED = frozenset(
    {"exec", "compile", "os.system", "os.exec", "os.fork", "subprocess.Popen", "socket.connect", "import"}
)
PYTHON_TRACES = (
    "<class",
    "<function",
    "<built-in",
    " object at 0x",
    "Traceback",
    "__main__",
    "site-packages",
    "root:x:",
)

seen: list[str] = []
watching = False


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not watching:
        return
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event in WATCHED or writes:
        seen.append(f"{event} {arguments!r:.80}")


sys.addaudithook(_audit)


@contextmanager
def watched() -> Iterator[None]:
    global watching
    seen.clear()
    watching = True
    try:
        yield
    finally:
        watching = False


def expression(text: str) -> Any:
    return feel.compile(text, names=frozenset(VARIABLES)).evaluate(VARIABLES, now=NOW)


def strictly(text: str) -> Any:
    return feel.compile(text, names=frozenset(VARIABLES)).evaluate(VARIABLES, now=NOW, strict=True)


def cell(text: str) -> Any:
    return feel.compile(text, kind=feel.Kind.UNARY_TESTS, names=frozenset(VARIABLES)).test(
        Decimal(1), VARIABLES, now=NOW
    )


def in_a_table(text: str) -> Any:
    xml = making.table_xml([(text, "Any")], [("r", "Any")], [[text, text], ["-", text]], policy="COLLECT")
    return dmn.load({"t.dmn": making.file(making.decision_xml(xml))}).decide("d", VARIABLES, now=NOW).value


def form_condition(text: str) -> Any:
    field = Field(key="f", type="string", label_zh="f", label_en="f", show_when=text)
    return cleaning.clean(FormSchema("S", (field,)), {"f": "a"}, context=VARIABLES, today=date(2026, 11, 21)).values


def in_a_process(body: str) -> Callable[[str], Any]:
    def run(text: str) -> Any:
        case = drawing.run(body.replace("PAYLOAD", escape(text, {'"': "&quot;"})), VARIABLES)
        return [case.variables, [str(wait.due_at) for wait in case.waits.values()]]

    return run


FLOW = """
<startEvent id="S"/>
<exclusiveGateway id="G"/>
<endEvent id="E"/>
<endEvent id="F"/>
S -> G
<sequenceFlow id="a" sourceRef="G" targetRef="E"><conditionExpression>PAYLOAD</conditionExpression></sequenceFlow>
G -> F !
"""
TIMER = """
<startEvent id="S"/>
<intermediateCatchEvent id="T"><timerEventDefinition><timeDuration>PAYLOAD</timeDuration></timerEventDefinition></intermediateCatchEvent>
<endEvent id="E"/>
S -> T
T -> E
"""
ASSIGNMENT = """
<startEvent id="S"/>
<task id="A"><extensionElements><guicheng:assign variable="r" value="PAYLOAD"/></extensionElements></task>
<userTask id="U"/>
<endEvent id="E"/>
S -> A
A -> U
U -> E
"""
LOOP = """
<startEvent id="S"/>
<userTask id="U"><multiInstanceLoopCharacteristics><loopCardinality>PAYLOAD</loopCardinality></multiInstanceLoopCharacteristics></userTask>
<endEvent id="E"/>
S -> U
U -> E
"""
CANDIDATES = """
<startEvent id="S"/>
<userTask id="U" camunda:candidateGroups="PAYLOAD" camunda:assignee="PAYLOAD"/>
<endEvent id="E"/>
S -> U
U -> E
"""
PLACES: dict[str, Callable[[str], Any]] = {
    "expression": expression,
    "expression, strict": strictly,
    "table cell": cell,
    "table: input, cell and result": in_a_table,
    "form condition": form_condition,
    "sequence flow": in_a_process(FLOW),
    "timer": in_a_process(TIMER),
    "assignment": in_a_process(ASSIGNMENT),
    "loop cardinality": in_a_process(LOOP),
    "candidate rule": in_a_process(CANDIDATES),
}


@pytest.fixture
def quiet_collector() -> Iterator[None]:
    """What earlier tests left in memory is not walked through by the garbage collector while a payload is timed."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_the_corpus_is_large_enough() -> None:
    assert len(PAYLOADS) >= 300


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_gets_anywhere(place: str, quiet_collector: None) -> None:
    PLACES[place]("1")  # whatever is imported late is imported now
    for text in PAYLOADS:
        began = time.thread_time()
        with watched():
            try:
                answer, refusal = PLACES[place](text), ""
            except Exception as error:
                assert type(error).__module__.startswith(("bpm_core", "xml", "lxml")), f"{text[:80]!r}: {error!r}"
                answer, refusal = None, str(error)
        spent = time.thread_time() - began

        assert not seen, f"{text[:80]!r} made Python do {seen}"
        assert spent < MOST_SECONDS, f"{text[:80]!r} took {spent:.2f} s"
        shown = refusal + (feel.values.literal(answer) if is_feel(answer) else repr(answer))
        assert not any(trace in shown.replace(text, "") for trace in PYTHON_TRACES), (
            f"{text[:80]!r} shows {shown[:200]}"
        )


def is_feel(value: Any) -> bool:
    """Every part of the value is of one of FEEL's exact types."""
    try:
        feel.values.check(value)
    except feel.FeelValueError:
        return False
    return True


@pytest.mark.parametrize("place", ["expression", "table cell", "table: input, cell and result", "form condition"])
def test_answers_are_feel_values_and_nothing_else(place: str) -> None:
    for text in PAYLOADS:
        try:
            answer = PLACES[place](text)
        except (feel.FeelError, dmn.DmnError):
            continue
        assert is_feel(answer), f"{text[:80]!r} gave {type(answer)}"


def test_the_watcher_sees_code_that_runs() -> None:
    with watched():
        eval("1")  # noqa: S307 - the point of the test
    assert seen


def test_engine_is_what_runs_the_processes() -> None:
    assert drawing.run(ASSIGNMENT.replace("PAYLOAD", "n + 1"), VARIABLES).variables["r"] == Decimal(4)
    assert engine.__name__ == "bpm_core.engine"
