"""What must be true of every process folder: both languages, sources, diagrams, duties, rules that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from bpm_core.domain import roles
from bpm_core.notation import check
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.guide import Certainty, Words
from bpm_core.notation.xml import BPMN, BPMNDI, DC, DI
from tests.processes.walk import FOLDERS, LIBRARY, library

KEYS = sorted(library())
SERVICES = [key for key in KEYS if not key.startswith("shared_")]

#: Nobody applies: the office or a date opens the case, so there is no way or place to apply that an office could vary.
OPENED_BY_THE_OFFICE = {
    *("EMP-03", "EMP-04", "EMP-08", "EMP-09", "SUP-08"),
    *("INS-04", "MED-01", "PEN-07", "UNE-03"),
}


def chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


@pytest.mark.parametrize("key", KEYS)
def test_the_check_finds_nothing_in_the_library(key: str) -> None:
    report = check.check(library()[key].files, known=KEYS)

    assert report.problems == ()


def test_there_is_no_program_in_the_library() -> None:
    kinds = {path.suffix for path in LIBRARY.rglob("*") if path.is_file()}

    assert kinds == {".bpmn", ".dmn", ".form", ".toml"}


@pytest.mark.parametrize("key", KEYS)
def test_every_element_is_named_in_both_languages(key: str) -> None:
    process = library()[key].process

    for element in process.elements.values():
        assert chinese(element.name_zh), element.id
        assert element.name_en and not chinese(element.name_en), element.id
    for flow in process.flows:
        assert bool(flow.name_zh) == bool(flow.name_en), flow.id
        assert flow.name_zh or not (flow.condition or flow.default), flow.id
    for lane in process.lanes.values():
        assert chinese(lane.name_zh) and not chinese(lane.name_en)


@pytest.mark.parametrize("key", KEYS)
def test_every_step_says_in_both_languages_how_it_is_done(key: str) -> None:
    for element in library()[key].process.elements.values():
        if element.kind.endswith("Task") and element.shown:
            assert chinese(element.sop_zh), element.id
            assert element.sop_en and not chinese(element.sop_en.replace("一次性告知", "")), element.id
            assert len(element.clauses) == len(element.clauses_en) > 0, element.id


@pytest.mark.parametrize("key", KEYS)
def test_every_question_and_value_is_named_in_both_languages(key: str) -> None:
    bundle = library()[key]
    asked = [field for schema in bundle.forms.values() for field in schema.fields]
    told = [spec for element in bundle.process.elements.values() for spec in element.outputs]

    for item in [*asked, *told, *bundle.process.variables]:
        name = item.key if hasattr(item, "key") else item.name
        assert chinese(item.label_zh) and item.label_en and not chinese(item.label_en), name
        for _, zh, en in item.options:
            assert zh and en and not chinese(en), (name, zh)


def _words(value: Any, place: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield place, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _words(item, f"{place}[{number}]")


@pytest.mark.parametrize("key", KEYS)
def test_the_guide_speaks_both_languages(key: str) -> None:
    for place, words in _words(library()[key].guide, "guide"):
        assert words.zh and words.en, place
        assert not chinese(words.en), place
        assert chinese(words.zh) or re.fullmatch(r"[A-Z/]+ [0-9]+(-[0-9]{4})?", words.zh), place  # number of a standard


@pytest.mark.parametrize("key", SERVICES)
def test_no_legal_limit_stands_without_basis_and_none_is_taken_from_a_promise(key: str) -> None:
    guide = library()[key].guide
    assert guide is not None and guide.time_limits is not None

    legal, promised = guide.time_limits.legal, guide.time_limits.promised
    if legal.value is None:
        assert legal.certainty is Certainty.NONE and legal.note is not None
    else:
        assert legal.basis is not None and legal.certainty is not Certainty.ILLUSTRATIVE
    assert promised.certainty is Certainty.ILLUSTRATIVE


def test_the_legal_limits_are_those_of_the_regulation() -> None:
    named = ("job_seeker_registration", "training_subsidy", "unemployment_benefit")
    limits = {key: library()[key].guide.time_limits.legal.value for key in named}  # type: ignore[union-attr]

    assert limits == {"job_seeker_registration": None, "training_subsidy": 10, "unemployment_benefit": 10}


@pytest.mark.parametrize("key", KEYS)
def test_every_refusal_code_that_a_rule_or_step_gives_is_in_the_guide(key: str) -> None:
    bundle = library()[key]
    text = "".join(data.decode() for path, data in bundle.files.items() if path.endswith((".dmn", ".bpmn")))
    given = {f"RC{number}" for number in _codes(text)}
    known = {reason.code for reason in bundle.guide.reason_codes} if bundle.guide else set()

    assert given <= known


def _codes(text: str) -> set[str]:
    return {part[:3] for part in text.split('"RC')[1:] if part[:3].isdigit()}


@pytest.mark.parametrize("key", KEYS)
def test_every_audit_point_hangs_on_exactly_one_step(key: str) -> None:
    bundle = library()[key]
    hung = [(ref, e.id) for e in bundle.process.elements.values() for ref in e.audit_points]
    told = [(point.id, step) for point in (bundle.guide.audit_points if bundle.guide else ()) for step in point.steps]

    assert sorted(hung) == sorted(told)
    assert len({ref for ref, _ in hung}) == len(hung)
    assert bundle.guide is None or {ref for ref, _ in hung} == {point.id for point in bundle.guide.audit_points}


def test_no_audit_point_of_the_catalogue_is_lost() -> None:
    assert sum(len(library()[key].guide.audit_points) for key in SERVICES) == 166  # type: ignore[union-attr]


def test_ways_and_places_to_apply_are_open_to_offices_wherever_somebody_applies() -> None:
    guides = [guide for key in SERVICES if (guide := library()[key].guide)]
    locked = {guide.code for guide in guides if not (guide.local.channels and guide.local.where)}

    assert locked == OPENED_BY_THE_OFFICE


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_element_and_flow_is_drawn(folder: Any) -> None:
    root = etree.parse(str(folder / "process.bpmn")).getroot()
    drawn = {e.get("bpmnElement") for e in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")}
    process = root.find(f"{{{BPMN}}}process")
    assert process is not None
    parts = [e.get("id") for e in process.iter() if e.find(f"{{{BPMN}}}outgoing") is not None]
    parts += [e.get("id") for e in process.iter(f"{{{BPMN}}}sequenceFlow", f"{{{BPMN}}}endEvent", f"{{{BPMN}}}lane")]

    assert set(parts) <= drawn


def _boxes(root: etree._Element) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(name) or 0) for name in ("x", "y", "width", "height"))
        found[str(shape.get("bpmnElement"))] = (x, y, x + width, y + height)
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_boxes_do_not_overlap_and_flows_run_straight(folder: Any) -> None:
    root = etree.parse(str(folder / "process.bpmn")).getroot()
    boxes = {k: b for k, b in _boxes(root).items() if not k.startswith(("Lane_", "Pool", "Body")) and k[0] != "H"}
    for one, (x1, y1, x2, y2) in boxes.items():
        for other, (a1, b1, a2, b2) in boxes.items():
            assert one == other or x2 <= a1 or a2 <= x1 or y2 <= b1 or b2 <= y1, (one, other)
    for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        points = [(w.get("x"), w.get("y")) for w in edge.findall(f"{{{DI}}}waypoint")]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), edge.get("id")


@pytest.mark.parametrize("key", KEYS)
def test_personal_answers_never_reach_the_engine(key: str) -> None:
    bundle = library()[key]
    personal = {f.key for schema in bundle.forms.values() for f in schema.fields if f.personal}
    personal |= {o.name for e in bundle.process.elements.values() for o in e.outputs if o.personal}

    assert not personal & bundle.routing_names


@pytest.mark.parametrize("key", KEYS)
def test_names_numbers_and_accounts_of_people_are_marked_personal(key: str) -> None:
    named = {"person_name", "id_number", "mobile", "bank_account", "social_card_no", "claimant_name", "agent_name"}

    for schema in library()[key].forms.values():
        for field in schema.fields:
            assert field.personal or field.key not in named, (schema.id, field.key)


@pytest.mark.parametrize("key", KEYS)
def test_every_post_of_a_lane_is_known(key: str) -> None:
    for lane in library()[key].process.lanes.values():
        assert lane.code == "SYS" or lane.code in roles.LANES, lane.code


def _duties(*bundles: Bundle) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for bundle in bundles:
        for element in bundle.process.elements.values():
            for group in element.sod_groups:
                found.setdefault(group, set()).add(f"{bundle.key}/{element.id}")
    return found


def test_acceptance_reviews_and_payment_of_a_case_are_in_different_hands() -> None:
    bundles = library()
    benefit = _duties(bundles["unemployment_benefit"], bundles["shared_payment"])
    subsidy = _duties(bundles["training_subsidy"], bundles["shared_payment"], bundles["shared_disclosure"])

    assert benefit["accept_review"] == {f"unemployment_benefit/{s}" for s in ("S10", "S60", "S70")}
    assert {"unemployment_benefit/S70", "shared_payment/S20", "shared_payment/S30"} <= benefit["review_payment"]
    assert {"training_subsidy/S60", "shared_payment/S20", "shared_payment/S30"} <= subsidy["review_payment"]
    assert "shared_disclosure/S40" in subsidy["objection_check"]


@pytest.mark.parametrize("key", KEYS)
def test_every_called_process_is_in_the_library(key: str) -> None:
    assert set(library()[key].called) <= set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_call_gives_back_what_the_called_process_sets(key: str) -> None:
    for element in library()[key].process.elements.values():
        for source, _ in element.call_outputs:
            called = library()[str(element.called_key)].process
            set_by = {v for e in called.elements.values() for v, _ in e.assigns}
            set_by |= {o.name for e in called.elements.values() for o in e.outputs}
            set_by |= {f.key for schema in library()[called.id].forms.values() for f in schema.fields}
            assert source in set_by, (element.id, source)


def test_worked_cases_are_set_on_one_day() -> None:
    days = {scenario.at.date() for bundle in library().values() for scenario in bundle.scenarios}

    assert days == {date(2026, 11, 20)}
