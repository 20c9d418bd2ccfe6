"""The policy table, walked cell by cell against the table of roles written out a second time."""

from __future__ import annotations

import pytest

from bpm_core.domain import authority, roles
from bpm_core.domain.actors import SYSTEM, TIMER, Actor, ActorKind, PostFact
from bpm_core.domain.authority import Record, Relation
from bpm_core.domain.errors import NotAllowed
from bpm_core.domain.roles import Role

CITY, COUNTY, TOWN, VILLAGE = "/41/", "/41/4108/", "/41/4108/41089/", "/41/4108/41089/4108901/"
OTHER = "/41/4109/"


def somebody(role: Role, path: str = COUNTY, lane: str = "", account_id: int = 7) -> Actor:
    return Actor(
        ActorKind.PERSON, account_id, "person-7", (PostFact(path.strip("/").split("/")[-1], path, role, lane),)
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [(COUNTY, "own"), (TOWN, "below"), (VILLAGE, "below"), (CITY, "above"), (OTHER, "other"), ("/41/41080/", "other")],
)
def test_an_office_stands_in_one_relation_to_another(record: str, expected: str) -> None:
    assert authority.relation(COUNTY, record) is Relation(expected)


def test_every_role_is_refused_what_the_table_does_not_grant() -> None:
    for role in Role:
        for action, grants in authority.POLICY.items():
            if action.startswith("item."):
                continue
            for path in (COUNTY, TOWN, CITY, OTHER):
                where = grants.get(role, frozenset())
                expected = authority.relation(COUNTY, path) in where
                if action == "case.glimpse" or role is Role.INTEGRATOR:
                    continue
                assert authority.may(somebody(role), action, Record(path=path)) is expected, (role, action, path)


def test_an_action_nobody_wrote_down_is_refused_to_everybody() -> None:
    for role in Role:
        assert not authority.may(somebody(role), "case.delete", Record(path=COUNTY))
    assert not authority.may(SYSTEM, "case.delete")


# Who never does what, in the words of the security reference, section 6.
NEVER = {
    Role.CASEWORKER: "case.cancel definition.upload definition.publish journal.verify evidence.export account.manage",
    Role.REVIEWER: "case.start definition.publish finding.raise account.manage list.export",
    Role.FINANCE: "case.start case.reject case.correct supplement.request finding.raise",
    Role.DESIGNER: "case.read case.search case.start person.find definition.publish item.claim",
    Role.PUBLISHER: "case.read definition.upload item.claim",
    Role.QUALITY_CONTROLLER: "case.start case.correct case.suspend case.return supplement.request person.reveal",
    Role.AUDITOR: "case.start case.correct case.suspend finding.raise item.claim incident.retry",
    Role.MANAGER: "person.reveal item.claim item.complete case.correct definition.publish",
    Role.SYSTEM_ADMIN: "case.read person.find account.manage audit_setting.set post.grant journal.read",
    Role.SECURITY_ADMIN: "case.read setting.set audit_setting.set person.reveal health.read",
    Role.AUDIT_ADMIN: "case.read setting.set account.manage person.reveal item.claim",
}


@pytest.mark.parametrize("role", sorted(NEVER))
def test_what_a_role_never_does_is_refused(role: Role) -> None:
    for action in NEVER[role].split():
        for path in (COUNTY, TOWN):
            assert not authority.may(somebody(role), action, Record(path=path, lane="WIN", holder=7)), action


def test_a_quality_controller_changes_no_case() -> None:
    changing = {"case.start", "case.withdraw", "case.reject", "case.suspend", "case.resume", "case.cancel"}
    changing |= {"case.correct", "case.return", "case.transfer_unit", "supplement.request", "document.add"}

    for role in (Role.QUALITY_CONTROLLER, Role.AUDITOR):
        assert not any(authority.may(somebody(role), action, Record(path=COUNTY)) for action in changing)


def test_a_case_above_or_beside_the_office_is_not_seen() -> None:
    for path in (CITY, OTHER):
        assert not authority.may(somebody(Role.CASEWORKER), "case.read", Record(path=path))


def test_the_entry_office_sees_state_and_dates_of_a_case_handled_elsewhere() -> None:
    record = Record(path=CITY, entry_path=TOWN)

    assert authority.may(somebody(Role.CASEWORKER, TOWN), "case.glimpse", record)
    assert not authority.may(somebody(Role.CASEWORKER, TOWN), "case.read", record)
    assert not authority.may(somebody(Role.CASEWORKER, VILLAGE), "case.glimpse", record)
    assert not authority.may(somebody(Role.DESIGNER, TOWN), "case.glimpse", record)


def test_a_work_item_is_claimed_by_a_post_of_its_lane_at_its_office() -> None:
    review = Record(path=COUNTY, lane="C1")

    assert authority.may(somebody(Role.REVIEWER, COUNTY, "C1"), "item.claim", review)
    assert authority.may(somebody(Role.REVIEWER, COUNTY), "item.claim", review)
    assert not authority.may(somebody(Role.REVIEWER, COUNTY, "C2"), "item.claim", review)
    assert not authority.may(somebody(Role.CASEWORKER, COUNTY, "WIN"), "item.claim", review)
    assert not authority.may(somebody(Role.REVIEWER, CITY, "M1"), "item.claim", review)
    assert not authority.may(somebody(Role.REVIEWER, OTHER, "C1"), "item.claim", review)


def test_a_window_enters_what_the_applicant_enters() -> None:
    entry = Record(path=VILLAGE, lane="APP")

    assert authority.may(somebody(Role.CASEWORKER, VILLAGE, "VIL"), "item.claim", entry)
    assert not authority.may(somebody(Role.CASEWORKER, VILLAGE, "COACH"), "item.claim", entry)


def test_the_township_stands_in_for_a_village_without_staff_and_the_county_does_not() -> None:
    step = Record(path=VILLAGE, lane="VIL")

    assert authority.may(somebody(Role.CASEWORKER, TOWN, "TWN"), "item.claim", step)
    assert not authority.may(somebody(Role.CASEWORKER, COUNTY, "WIN"), "item.claim", step)
    assert not authority.may(somebody(Role.CASEWORKER, TOWN, "MEDIATOR"), "item.claim", step)


def test_only_the_holder_completes() -> None:
    own, anothers = Record(path=COUNTY, lane="C1", holder=7), Record(path=COUNTY, lane="C1", holder=8)
    reviewer = somebody(Role.REVIEWER, COUNTY, "C1")

    for action in ("item.complete", "item.release", "item.save_draft", "item.entrust"):
        assert authority.may(reviewer, action, own)
        assert not authority.may(reviewer, action, anothers)


def test_the_system_does_only_what_a_timer_or_a_message_can() -> None:
    assert authority.may(TIMER, "timer.fire")
    assert not authority.may(SYSTEM, "item.complete", Record(path=COUNTY, lane="C1"))


def test_a_machine_has_its_scopes_and_its_offices_and_no_search() -> None:
    post = PostFact("4108", COUNTY, Role.INTEGRATOR)
    machine = Actor(ActorKind.INTEGRATOR, 9, "", (post,), scopes=frozenset({"cases:read"}))

    assert authority.may(machine, "case.read", Record(path=TOWN))
    assert not authority.may(machine, "case.read", Record(path=OTHER))
    assert not authority.may(machine, "case.start", Record(path=COUNTY))
    assert not authority.may(machine, "case.search", Record(path=COUNTY))


def test_a_refusal_names_the_roles_that_could() -> None:
    with pytest.raises(NotAllowed) as caught:
        authority.require(somebody(Role.CASEWORKER), "definition.publish")

    assert caught.value.facts == {
        "action": "definition.publish",
        "roles": ["publisher"],
        "held": ["caseworker"],
    }


def test_reach_is_the_outermost_offices() -> None:
    both = Actor(
        ActorKind.PERSON,
        1,
        "p",
        (
            PostFact("41089", TOWN, Role.CASEWORKER),
            PostFact("4108", COUNTY, Role.REVIEWER),
            PostFact("4109", OTHER, Role.DESIGNER),
        ),
    )

    assert authority.reach(both) == (COUNTY,)
    assert authority.reach(somebody(Role.DESIGNER)) == ()


def test_every_lane_of_the_library_has_a_role_and_its_own_post_serves_it() -> None:
    for code, lane in roles.LANES.items():
        assert roles.serves(lane.role, "WIN" if lane.outside else code, code)
