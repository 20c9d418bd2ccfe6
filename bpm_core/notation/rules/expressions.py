"""8xx: every expression of a diagram, in every place one may stand, is FEEL that can be read, and within bounds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lxml import etree

from bpm_core import feel
from bpm_core.notation import dialects, juel
from bpm_core.notation.functions import TABLE
from bpm_core.notation.rules.activities import FEEL_FORMATS
from bpm_core.notation.rules.drawing import Drawing, Found, child
from bpm_core.notation.xml import BPMN, CAMUNDA, GUICHENG, XSI, ZEEBE, local, namespace, text_of

# where FEEL may stand as the text of an element: element -> words for people (Chinese, English)
TEXT_PLACES: dict[str, tuple[str, str]] = {
    "conditionExpression": ("连线条件", "The condition of the flow"),
    "condition": ("事件条件", "The condition of the event"),
    "timeDate": ("定时日期", "The date of the timer"),
    "timeDuration": ("定时时长", "The duration of the timer"),
    "timeCycle": ("定时周期", "The cycle of the timer"),
    "loopCardinality": ("多实例次数", "The number of instances"),
    "loopCondition": ("循环条件", "The loop condition"),
    "completionCondition": ("完成条件", "The completion condition"),
    "activationCondition": ("激活条件", "The activation condition"),
    "from": ("数据赋值", "The assigned value"),
    "messagePath": ("相关键取值", "The path of the correlation"),
    "dataPath": ("相关键取值", "The path of the correlation"),
    "transformation": ("数据转换", "The transformation"),
}
# where FEEL may stand in an attribute of an extension element: (namespace, element, attribute)
ATTRIBUTE_PLACES: dict[tuple[str, str, str], tuple[str, str]] = {
    (GUICHENG, "assign", "value"): ("赋值", "The assignment"),
    (CAMUNDA, "in", "sourceExpression"): ("调用输入", "The input of the call"),
    (CAMUNDA, "out", "sourceExpression"): ("调用输出", "The output of the call"),
    (CAMUNDA, "in", "source"): ("调用输入", "The input of the call"),
    (CAMUNDA, "out", "source"): ("调用输出", "The output of the call"),
    (CAMUNDA, "in", "businessKey"): ("业务编号", "The business key"),
    (ZEEBE, "subscription", "correlationKey"): ("相关键", "The correlation key"),
    (ZEEBE, "input", "source"): ("输入映射", "The input mapping"),
    (ZEEBE, "output", "source"): ("输出映射", "The output mapping"),
    (ZEEBE, "script", "expression"): ("脚本", "The script"),
    (ZEEBE, "loopCharacteristics", "inputCollection"): ("多实例集合", "The collection"),
    (ZEEBE, "loopCharacteristics", "outputElement"): ("多实例结果", "The result of an instance"),
}
WANTED = {
    "conditionExpression": "boolean",
    "condition": "boolean",
    "loopCondition": "boolean",
    "completionCondition": "boolean",
    "activationCondition": "boolean",
    "loopCardinality": "number",
}
# where the schema says "expression" and an executable process must say that it is a formal one (BPMN 2.0.2, 8.4.7)
FORMAL = frozenset(TEXT_PLACES) - {"messagePath", "dataPath", "transformation"}
# where FEEL may stand as the text of an extension element
EXTENSION_TEXTS: dict[tuple[str, str], tuple[str, str]] = {
    (CAMUNDA, "inputParameter"): ("输入参数", "The input parameter"),
    (CAMUNDA, "outputParameter"): ("输出参数", "The output parameter"),
}
TIMERS = frozenset({"timeDate", "timeDuration", "timeCycle"})
ISO = re.compile(r"R[0-9]*/.+|-?P[0-9YMDTHSW.,]+|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+|@[\w/]+)?)?")
SHORTEST = Decimal(60)
LONGEST = Decimal(100 * 366 * 86400)
MOST_REPEATS = 1000
NOW = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Place:
    """One expression: the element it belongs to, where it stands there, and its text."""

    at: etree._Element
    zh: str
    en: str
    text: str
    timer: str = ""
    wanted: str = ""  # "boolean" or "number" where nothing else makes sense


def places(drawing: Drawing) -> Iterator[Place]:
    """Every expression of the diagram. The engine evaluates nothing that is not listed here."""
    for element in drawing.bpmn:
        words = TEXT_PLACES.get(local(element))
        if words is not None and _is_place(element):
            timer = local(element) if local(element) in TIMERS else ""
            yield Place(_owner(element), *words, text_of(element), timer, WANTED.get(local(element), ""))
    for element in drawing.root.iter():
        if not isinstance(element.tag, str):
            continue
        for (space, name, attribute), words in ATTRIBUTE_PLACES.items():
            if namespace(element) == space and local(element) == name and element.get(attribute) is not None:
                yield Place(_owner(element), *words, str(element.get(attribute)))
        text_words = EXTENSION_TEXTS.get((namespace(element), local(element)))
        if text_words is not None and not len(element):
            yield Place(_owner(element), *text_words, text_of(element))
    for mark in drawing.named("multiInstanceLoopCharacteristics"):
        if mark.get(f"{{{CAMUNDA}}}collection") is not None:
            yield Place(_owner(mark), "多实例集合", "The collection", str(mark.get(f"{{{CAMUNDA}}}collection")))
    for node in drawing.of("scriptTask"):
        script = text_of(child(node.xml, "script"))
        if script and (node.xml.get("scriptFormat") or "").lower() in FEEL_FORMATS:
            lines = None if node.xml.get(f"{{{CAMUNDA}}}resultVariable") else dialects.assignments(script)
            for _, text in lines or [("", script)]:
                yield Place(node.xml, "脚本", "The script", text)


def rules(drawing: Drawing, names: Collection[str] | None) -> Iterator[Found]:
    """Every breach of the 8xx rules. `names` = what the process sets anywhere; None = not known, so not checked."""
    for element in drawing.bpmn:
        language = element.get("language")
        if language and local(element) in TEXT_PLACES and "feel" not in language.lower():
            yield Found("805", _owner(element), {"language": language})
        if local(element) in FORMAL and _is_place(element) and not _is_formal(element):
            zh, en = TEXT_PLACES[local(element)]
            yield Found("807", _owner(element), {"place": zh, "place_en": en})
    for place in places(drawing):
        yield from _check(place, names)


def _is_place(element: etree._Element) -> bool:
    if local(element) == "condition":
        parent = element.getparent()
        return parent is not None and local(parent) in ("conditionalEventDefinition", "complexBehaviorDefinition")
    return True


def _is_formal(element: etree._Element) -> bool:
    """Whether an expression is marked as one that a machine reads; a complex behaviour's condition always is."""
    parent = element.getparent()
    if local(element) == "condition" and parent is not None and local(parent) == "complexBehaviorDefinition":
        return True
    return (element.get(f"{{{XSI}}}type") or "").endswith("tFormalExpression")


def _owner(element: etree._Element) -> etree._Element:
    """The flow, event or activity an expression belongs to."""
    at: etree._Element | None = element
    while at is not None:
        name = local(at)
        own = namespace(at) == BPMN and at.get("id") is not None
        if own and not name.endswith(("EventDefinition", "Characteristics", "Association")) and name not in TEXT_PLACES:
            return at
        at = at.getparent()
    return element


def _check(place: Place, names: Collection[str] | None) -> Iterator[Found]:
    where = {"place": place.zh, "place_en": place.en}
    text = dialects.expression(place.text)
    if not text:
        yield Found("804", place.at, where)
        return
    language = _foreign(text)
    if language:
        hint = _suggestion(text)
        yield Found("802", place.at, {**where, "language": language, "found": text[:60], "example": hint})
        return
    if place.timer and ISO.fullmatch(text):
        yield from _bounds(place, text)
        return
    try:
        expression = feel.compile(text, functions=TABLE)
    except feel.FeelError as error:
        hints = {"hint_zh": "改正表达式。", "hint_en": "Mend it."}
        facts = {"message": error.text("zh"), "message_en": error.text("en"), **hints}
        yield Found("801", place.at, {**where, **facts})
        return
    if place.timer:
        yield from _bounds(place, text, expression)
    elif place.wanted and not expression.names and not expression.called:
        yield from _constant(place, expression)
    if names is not None:
        for problem in expression.problems({*names, *TABLE.names}, TABLE):
            zh, en = problem.text("zh"), problem.text("en")
            yield Found("803", place.at, {**where, "name": problem.found, "hint_zh": zh, "hint_en": en})


def _foreign(text: str) -> str:
    """The language an expression is plainly written in when it is not FEEL; "" otherwise."""
    if re.search(r"[$#]\{", text):
        return "JUEL"
    if re.search(r"__\w+__|\bimport\s+\w|\blambda\b|\bexec\s*\(|\beval\s*\(", text):
        return "Python"
    if re.search(r"===|!==|\bfunction\s*\(\s*\)\s*\{|\btypeof\b|\bnew\s+\w+\(", text):
        return "JavaScript"
    return ""


def _suggestion(text: str) -> str:
    """FEEL that says the like: what the translator suggests, or an example."""
    try:
        juel.to_feel(text)
    except juel.NotTranslatable as error:
        return error.suggestion or "amount > 1000"
    return "amount > 1000"


def _constant(place: Place, expression: feel.Expression) -> Iterator[Found]:
    """A text without variables always gives the same: it must at least be of the right kind."""
    value = expression.evaluate({}, now=NOW)
    fits = isinstance(value, bool) if place.wanted == "boolean" else isinstance(value, Decimal)
    if not fits:
        zh, en = {"boolean": ("是或否", "true or false"), "number": ("数字", "a number")}[place.wanted]
        facts = {"place": place.zh, "place_en": place.en, "wanted": zh, "wanted_en": en, "found": place.text[:60]}
        yield Found("806", place.at, facts)


def _bounds(place: Place, text: str, expression: feel.Expression | None = None) -> Iterator[Found]:
    """Timers whose length is written down must be of a length somebody can mean."""
    repeats = re.match(r"R([0-9]*)/(.*)", text)
    if repeats and repeats[1] and int(repeats[1][:9]) > MOST_REPEATS:
        yield Found("513", place.at, {"detail": f"R{repeats[1][:9]} > {MOST_REPEATS}"})
    duration = repeats[2].rsplit("/", 1)[-1] if repeats else text
    if expression is None and duration.lstrip("-").startswith("P"):
        try:
            expression = feel.compile(f'duration("{duration}")')
        except feel.FeelError:
            return
    if expression is None or expression.names:
        return
    value = expression.evaluate({}, now=NOW)
    if isinstance(value, str) and ISO.fullmatch(value):
        yield from _bounds(place, value)
        return
    if place.timer == "timeDate" or isinstance(value, str) or value is None:
        if not isinstance(value, date):
            yield Found("513", place.at, {"detail": text[:60]})
        return
    seconds = _seconds(value)
    if seconds is not None and seconds > LONGEST:
        yield Found("513", place.at, {"detail": f"{duration} > P100Y"})
    elif seconds is not None and (seconds < 0 or (place.timer == "timeCycle" and seconds < 1)):
        yield Found("513", place.at, {"detail": duration})
    elif seconds is not None and place.timer == "timeCycle" and seconds < SHORTEST:
        yield Found("525", place.at, {"detail": duration})
    elif seconds is None and (place.timer == "timeDuration" or repeats):
        yield Found("513", place.at, {"detail": duration})


def _seconds(value: feel.Value) -> Decimal | None:
    if isinstance(value, feel.DaysTimeDuration):
        return Decimal(value.nanos) / 1_000_000_000
    if isinstance(value, feel.YearsMonthsDuration):
        return Decimal(value.months) * 30 * 86400
    return None
