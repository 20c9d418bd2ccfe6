"""Work items through the API: one caller wins, the form says what it wants, and nothing is done twice."""

from __future__ import annotations

from uuid import uuid4

import jsonschema

from bpm_core.models import WorkItem
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.portal.api.conftest import calling


def open_item(office: Office) -> str:
    return f"/api/work-items/{office.item(office.start(), 'S10')}"


def test_a_work_item_is_read_with_its_form_as_json_schema(real_office: Office) -> None:
    answer = calling(real_office, "window").get(open_item(real_office))

    form = answer.json()["form"]
    assert answer.status_code == 200
    assert answer.json()["may_claim"]
    jsonschema.Draft202012Validator.check_schema(form)
    jsonschema.validate(sample.APPLICATION, form)
    assert form["properties"]["bank_account"]["x-personal"]
    assert form["required"] == ["bank_account", "start_month"]


def test_a_work_item_is_claimed_completed_and_its_case_goes_on(real_office: Office) -> None:
    path, window = open_item(real_office), calling(real_office, "window")

    claimed = window.post(f"{path}/claim", {})
    done = window.post(f"{path}/complete", {"data": sample.APPLICATION})

    assert (claimed.status_code, done.status_code) == (200, 200), done.content
    assert done.json()["version"] == claimed.json()["version"] + 1
    assert WorkItem.objects.get(element_id="S10").state == "completed"


def test_one_caller_wins_a_claim(real_office: Office) -> None:
    case = real_office.reviewed()
    path = f"/api/work-items/{real_office.item(case, 'S30')}/claim"

    answers = [calling(real_office, name).post(path, {}) for name in ("first", "both")]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["type"].startswith("urn:guicheng:problem:")


def test_a_claim_sent_twice_is_one_claim(real_office: Office) -> None:
    path, window = f"{open_item(real_office)}/claim", calling(real_office, "window")

    first, again = window.post(path, {}, key="k"), window.post(path, {}, key="k")

    assert first.content == again.content
    assert window.post(path, {}).status_code == 409


def test_a_released_item_is_offered_again(real_office: Office) -> None:
    path, window = open_item(real_office), calling(real_office, "window")
    window.post(f"{path}/claim", {})

    released = window.post(f"{path}/release", {})

    assert released.status_code == 200
    assert window.get(path).json()["state"] == "offered"


def test_wrong_answers_are_named_field_by_field(real_office: Office) -> None:
    path, window = open_item(real_office), calling(real_office, "window")
    window.post(f"{path}/claim", {})

    answer = window.post(f"{path}/complete", {"data": {"start_month": "soon", "__builtins__": {}}})

    wrong = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert wrong == {"__builtins__": "unknown_field", "bank_account": "required", "start_month": "not_month"}


def test_a_state_that_has_moved_on_is_told(real_office: Office) -> None:
    path, window = open_item(real_office), calling(real_office, "window")
    seen = window.get(path).json()["case_version"]
    window.post(f"{path}/claim", {"version": seen})

    answer = window.post(f"{path}/complete", {"data": sample.APPLICATION, "version": seen})

    assert answer.status_code == 409
    assert answer.json()["code"] == "stale_version"
    assert answer.json()["facts"] == {"seen": seen, "now": seen + 1}


def test_the_same_person_does_not_review_twice(real_office: Office) -> None:
    case = real_office.reviewed()
    both = calling(real_office, "both")
    first, second = (f"/api/work-items/{real_office.item(case, 'S30')}", "/api/work-items/{}")
    both.post(f"{first}/claim", {})
    both.post(f"{first}/complete", {"data": {"first_result": "pass"}})

    answer = both.post(f"{second.format(real_office.item(case, 'S40'))}/claim", {})

    assert answer.status_code == 403
    assert answer.json()["code"] == "same_person"


def test_items_of_another_office_are_not_found(real_office: Office) -> None:
    path = f"/api/work-items/{real_office.item(real_office.reviewed(), 'S30')}"
    stranger = calling(real_office, "elsewhere")

    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/claim", {}).status_code in (403, 404)
    assert stranger.get(f"/api/work-items/{uuid4()}").status_code == 404


def test_lists_show_ones_own_lanes(real_office: Office) -> None:
    real_office.reviewed()

    def elements(name: str, **asked: object) -> list[str]:
        return [item["element"] for item in calling(real_office, name).get("/api/work-items", **asked).json()["items"]]

    assert elements("first") == elements("both", lane="C1") == ["S30"]
    assert elements("window") == elements("first", scope="mine") == elements("second") == []
    assert elements("manager", scope="below") == []


def test_a_list_costs_as_few_queries_for_fifty_rows_as_for_one(
    real_office: Office, django_assert_max_num_queries: object
) -> None:
    for _ in range(12):
        real_office.start(despite_open="many")
    window = calling(real_office, "window")
    window.get("/api/work-items")

    with django_assert_max_num_queries(4):
        assert len(window.get("/api/work-items").json()["items"]) == 12
