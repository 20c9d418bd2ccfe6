from __future__ import annotations

import threading

import pytest
from lxml import etree

from portal.diagrams import quickjs_runner
from tests.portal.diagrams.models import PLAIN


def _change(kind: str, ident: str, changes: list[dict]) -> dict:
    return next(change for change in changes if change["kind"] == kind and change["id"] == ident)


def test_a_renamed_step_is_told_with_its_old_name_before_and_its_new_name_after() -> None:
    renamed = PLAIN.replace('name="受理"', 'name="受理申请"')

    changes = quickjs_runner.run("diff", before=PLAIN, after=renamed)

    assert _change("changed", "a", changes)["attributes"] == [{"name": "name", "before": "受理", "after": "受理申请"}]


def test_a_new_condition_is_told_in_the_right_order() -> None:
    changed = PLAIN.replace("complete = false", "complete != true")

    changes = quickjs_runner.run("diff", before=PLAIN, after=changed)

    attributes = {
        item["name"]: (item["before"], item["after"]) for item in _change("changed", "f3", changes)["attributes"]
    }
    assert attributes["conditionExpression.body"] == ("complete = false", "complete != true")


def test_a_change_in_another_namespace_is_seen() -> None:
    changes = quickjs_runner.run("diff", before=PLAIN, after=PLAIN.replace('nameEn="Accept"', 'nameEn="Admit"'))

    assert _change("changed", "a", changes)["attributes"] == [
        {"name": "guicheng:nameEn", "before": "Accept", "after": "Admit"}
    ]


def test_changed_instructions_are_told_in_full() -> None:
    changes = quickjs_runner.run("diff", before=PLAIN, after=PLAIN.replace("看材料", "看材料原件"))

    assert _change("changed", "a", changes)["attributes"] == [
        {"name": "documentation.text", "before": "看材料", "after": "看材料原件"}
    ]


def test_added_and_removed_steps_are_not_confused() -> None:
    longer = PLAIN.replace("<endEvent", '<userTask id="b" name="复核"/><endEvent')

    assert _change("added", "b", quickjs_runner.run("diff", before=PLAIN, after=longer))["name"] == "复核"
    assert _change("removed", "b", quickjs_runner.run("diff", before=longer, after=PLAIN))["name"] == "复核"


def test_a_file_with_no_drawing_gets_every_step_and_flow_drawn() -> None:
    drawn = quickjs_runner.run("layout", xml=PLAIN)

    for ident in ("s", "a", "g", "e", "f1", "f2", "f3", "f4"):
        assert f'bpmnElement="{ident}"' in drawn


def test_lint_names_the_element() -> None:
    found = quickjs_runner.run("lint", xml=PLAIN.replace('name="受理"', ""))

    assert {"rule": "label-required", "id": "a", "message": "Element is missing label/name"} in found


def test_text_that_is_no_bpmn_is_refused_and_the_next_call_works() -> None:
    with pytest.raises(quickjs_runner.ToolFailed):
        quickjs_runner.run("layout", xml="<a")

    assert quickjs_runner.run("lint", xml=PLAIN) is not None


def test_an_endless_piece_of_work_is_stopped_and_its_context_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickjs_runner, "TIME_LIMIT_S", 0.05)
    steps = "".join(f'<userTask id="t{n}" name="{n}"/>' for n in range(4000))
    flows = "".join(f'<sequenceFlow id="q{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(3999))
    huge = PLAIN.replace("</process>", steps + flows + "</process>")

    with pytest.raises(quickjs_runner.ToolFailed):
        quickjs_runner.run("layout", xml=huge)

    monkeypatch.undo()
    assert quickjs_runner.run("lint", xml=PLAIN) is not None


def test_too_long_a_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(quickjs_runner.ToolFailed, match="too large"):
        quickjs_runner.run("lint", xml=" " * (quickjs_runner.MAX_TEXT + 1))


def test_several_threads_work_each_in_its_own_context() -> None:
    answers: list[object] = []

    def work() -> None:
        answers.append(quickjs_runner.run("lint", xml=PLAIN))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4 and all(answer == answers[0] for answer in answers)


LANES = """<laneSet id="ls"><lane id="l1" name="窗口"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
  <lane id="l2" name="审核"><flowNodeRef>g</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>"""


def test_an_automatic_layout_keeps_every_step_inside_its_lane() -> None:
    drawn = etree.fromstring(
        quickjs_runner.run("layout", xml=PLAIN.replace("<startEvent", LANES + "<startEvent")).encode()
    )

    boxes = {
        shape.get("bpmnElement"): {name: float(value) for name, value in shape[0].attrib.items()}
        for shape in drawn.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")
    }
    for lane, steps in {"l1": "sa", "l2": "ge"}.items():
        band = boxes[lane]
        for step in steps:
            assert band["y"] <= boxes[step]["y"]
            assert boxes[step]["y"] + boxes[step]["height"] <= band["y"] + band["height"]
    assert boxes["l1"]["y"] + boxes["l1"]["height"] == boxes["l2"]["y"]
