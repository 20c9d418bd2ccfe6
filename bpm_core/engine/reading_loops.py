"""Reading how an activity repeats, and how many tokens it takes and gives."""

from __future__ import annotations

from typing import Any

from bpm_core.engine.reading import Source, child_text, children, extensions
from bpm_core.engine.reading_events import events, one_event
from bpm_core.engine.scripting import Expression
from bpm_core.engine.specs.loops import Loop
from bpm_core.engine.specs.rules import EventRule
from bpm_core.notation.xml import BPMN, CAMUNDA, ZEEBE


def quantity(node: Any, name: str, source: Source) -> int:
    """startQuantity or completionQuantity, 1 unless said otherwise. Refuses less than one."""
    text = node.get(name, "1")
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise source.refuse(node, "quantity", f"{name} {text!r} is no number from 1 to 100")
    return int(text)


def loop(node: Any, source: Source) -> Loop | None:
    """How an activity repeats, or None."""
    for mark in children(node, BPMN, "standardLoopCharacteristics"):
        maximum = mark.get("loopMaximum")
        condition = source.optional(child_text(mark, "loopCondition"), node)
        if maximum is None and condition is None:
            raise source.refuse(node, "loop", "a loop needs a condition or a maximum")
        if maximum is not None and not maximum.isdigit():
            raise source.refuse(node, "loop", f"loopMaximum {maximum!r} is no number")
        before = mark.get("testBefore") == "true"
        limit = int(maximum) if maximum is not None else None
        return Loop(sequential=True, standard=True, condition=condition, maximum=limit, test_before=before)
    for mark in children(node, BPMN, "multiInstanceLoopCharacteristics"):
        return _multi_instance(node, mark, source)
    return None


def _multi_instance(node: Any, mark: Any, source: Source) -> Loop:
    collection = mark.get(f"{{{CAMUNDA}}}collection") or child_text(mark, "loopDataInputRef")
    item = mark.get(f"{{{CAMUNDA}}}elementVariable") or _name_of(mark, "inputDataItem")
    results, result = child_text(mark, "loopDataOutputRef"), _name_of(mark, "outputDataItem")
    for box in extensions(mark, ZEEBE, "loopCharacteristics"):
        collection, item = box.get("inputCollection") or collection, box.get("inputElement") or item
        results, result = box.get("outputCollection") or results, box.get("outputElement") or result
    cardinality = child_text(mark, "loopCardinality")
    if not collection and not cardinality:
        raise source.refuse(node, "loop", "a multi-instance needs a collection or a cardinality")
    return Loop(
        sequential=mark.get("isSequential") == "true",
        cardinality=None if collection else source.feel(cardinality, node),
        collection=source.optional(collection, node),
        item_variable=item or None,
        output_collection=results or None,
        output_item=source.optional(result, node),
        until=source.optional(child_text(mark, "completionCondition"), node),
        tells=_tells(node, mark, source),
    )


def _tells(node: Any, mark: Any, source: Source) -> tuple[tuple[Expression | None, bool, EventRule], ...]:
    """The events a multi-instance throws as its instances end: (condition, only for the first one, event)."""
    told: list[tuple[Expression | None, bool, EventRule]] = []
    shared = {d.get("id"): d for d in node.getroottree().getroot() if isinstance(d.tag, str)}
    for name, first in (("oneBehaviorEventRef", True), ("noneBehaviorEventRef", False)):
        definition = shared.get((mark.get(name) or "").split(":")[-1])
        if definition is not None and mark.get("behavior", "All") == ("One" if first else "None"):
            told.append((None, first, one_event(node, definition, source)))
    for case in children(mark, BPMN, "complexBehaviorDefinition"):
        condition = source.optional(child_text(case, "condition"), node)
        for thrown in children(case, BPMN, "event"):
            told.extend((condition, False, rule) for rule in events(thrown, source))
    return tuple(told)


def _name_of(mark: Any, name: str) -> str:
    found = mark.find(f"{{{BPMN}}}{name}")
    return (found.get("name") or found.get("id") or "") if found is not None else ""
