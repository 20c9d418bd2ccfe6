"""Cases through the API: started, listed, read and followed; masked, paged, and answered alike under one key."""

from __future__ import annotations

from bpm_core.models import Case, Person
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import COUNTY, VILLAGE, Office
from tests.portal.api.conftest import Caller, add_machine, calling, token_of

NAME, NUMBER, PHONE = "程咬金", "110105194912310038", "13811112222"


def start(**more: object) -> dict[str, object]:
    applicant = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "residence_office": VILLAGE}
    return {"process": sample.KEY, "office": COUNTY, "applicant": applicant} | more


def test_a_case_is_started_and_its_address_told(real_office: Office) -> None:
    answer = calling(real_office, "window").post("/api/cases", start())

    case = Case.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/cases/{case.number}"
    assert answer.json()["case"] == case.number
    assert [item["element"] for item in answer.json()["opened"]] == ["S10"]
    assert (case.channel, case.person.id_masked) == ("api", Person.objects.get(pk=case.person_id).id_masked)


def test_the_same_request_under_the_same_key_is_answered_to_the_byte(real_office: Office) -> None:
    window = calling(real_office, "window")

    first = window.post("/api/cases", start(), key="k-1")
    real_office.do(Case.objects.get(), "S10", "window", **sample.APPLICATION)
    again = window.post("/api/cases", start(), key="k-1")

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert Case.objects.count() == 1


def test_another_request_under_a_used_key_is_refused(real_office: Office) -> None:
    window = calling(real_office, "window")
    window.post("/api/cases", start(), key="k-1")

    other = window.post("/api/cases", start(despite_open="second child"), key="k-1")

    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_conflict"


def test_keys_of_two_callers_do_not_meet(real_office: Office) -> None:
    first = calling(real_office, "window").post("/api/cases", start(), key="k-1")
    second = calling(real_office, "town").post(
        "/api/cases", start(office="410823901000", despite_open="moved"), key="k-1"
    )

    assert (first.status_code, second.status_code) == (201, 201)


def test_a_second_case_of_the_same_matter_is_refused_with_the_first(real_office: Office) -> None:
    window = calling(real_office, "window")
    window.post("/api/cases", start())

    answer = window.post("/api/cases", start())

    assert answer.status_code == 409
    assert answer.json()["facts"]["other_case"] == Case.objects.get().number


def test_a_case_is_read_masked(real_office: Office) -> None:
    window = calling(real_office, "window")
    window.post("/api/cases", start())
    case = Case.objects.get()
    real_office.do(case, "S10", "window", **sample.APPLICATION)

    answer = window.get(f"/api/cases/{case.number}")
    text = answer.content.decode()

    assert answer.status_code == 200
    assert answer.json()["access"] == "full"
    facts = {fact["name"]: fact for fact in answer.json()["facts"]}
    assert facts["bank_account"]["personal"] and facts["bank_account"]["value"] is None
    assert facts["start_month"]["value"] == "2026-12"
    assert not [value for value in (NAME, NUMBER, PHONE, sample.APPLICATION["bank_account"]) if value in text]


def test_a_machine_reads_no_free_text_and_no_names_of_staff(real_office: Office) -> None:
    case = real_office.applied()
    machine = Caller(token_of(add_machine(), machine=True))

    facts = {fact["name"]: fact for fact in machine.get(f"/api/cases/{case.number}").json()["facts"]}
    entries = machine.get(f"/api/cases/{case.number}/timeline").json()["items"]

    assert facts["remark"]["value"] is None
    assert entries and all(entry["actor"] is None for entry in entries)


def test_a_case_of_another_office_does_not_exist(real_office: Office) -> None:
    case = real_office.start()
    stranger = calling(real_office, "elsewhere")

    for path in (f"/api/cases/{case.number}", f"/api/cases/{case.number}/timeline"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/api/cases").json()["items"] == []


def test_a_machine_never_lists(real_office: Office) -> None:
    machine = Caller(token_of(add_machine(), machine=True))

    assert machine.get("/api/cases").status_code == 403
    assert machine.get("/api/cases").json()["code"] == "not_allowed"


def test_a_machine_starts_a_case_for_an_applicant(real_office: Office) -> None:
    machine = Caller(token_of(add_machine(), machine=True))

    answer = machine.post("/api/cases", start())

    assert answer.status_code == 201, answer.content


def test_pages_go_through_every_case_once(real_office: Office) -> None:
    for _ in range(7):
        real_office.start(despite_open="page test")
    window, seen, after = calling(real_office, "window"), [], ""

    while after is not None:
        page = window.get("/api/cases", limit=3, after=after) if after else window.get("/api/cases", limit=3)
        seen += [item["number"] for item in page.json()["items"]]
        after = page.json()["next"]

    assert seen == list(Case.objects.order_by("-opened_at", "-id").values_list("number", flat=True))


def test_lists_are_narrowed_by_what_is_asked(real_office: Office) -> None:
    case = real_office.start()
    window = calling(real_office, "window")

    def numbers(**asked: object) -> list[str]:
        return [item["number"] for item in window.get("/api/cases", **asked).json()["items"]]

    assert numbers(process=sample.KEY, status="running", open="true") == [case.number]
    assert numbers(opened_from="2026-11-16", opened_to="2026-11-16") == [case.number]
    assert numbers(process="another") == numbers(open="false") == numbers(opened_from="2026-11-17") == []


def test_the_timeline_is_told_in_order_and_in_pages(real_office: Office) -> None:
    case = real_office.reviewed()
    window = calling(real_office, "window")

    first = window.get(f"/api/cases/{case.number}/timeline", limit=2).json()
    rest = window.get(f"/api/cases/{case.number}/timeline", after=first["next"]).json()

    assert [entry["action"] for entry in first["items"]] == ["case.started", "work_item.claimed"]
    assert [entry["seq"] for entry in first["items"] + rest["items"]] == list(range(1, 2 + len(rest["items"]) + 1))
    assert rest["next"] is None


def test_the_office_that_took_a_case_in_gets_a_glimpse_of_it_elsewhere(real_office: Office) -> None:
    case = real_office.start(by="town", unit_code="410823901000")
    Case.objects.filter(pk=case.pk).update(l3="410823999000", l4="", opened_by=None)

    answer = calling(real_office, "town").get(f"/api/cases/{case.number}")

    assert answer.json()["access"] == "glimpse"
    assert answer.json()["facts"] == answer.json()["open_items"] == []
    assert answer.json()["materials"]
    assert calling(real_office, "town").get(f"/api/cases/{case.number}/timeline").status_code == 403
