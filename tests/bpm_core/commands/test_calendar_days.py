"""The working calendar changed by hand, and the limits that run through the changed days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bpm_core.commands import actors, calendar_days, clocks
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound
from bpm_core.models import AccessEntry, Account, CalendarDay, Clock, JournalEntry, OrgUnit, Outbox, Post
from bpm_core.queries import verify
from tests.bpm_core.commands.conftest import AT, Office

NOTICE = "国办发明电〔2026〕1号"


@pytest.fixture
def sysadmin(office: Office) -> Actor:
    account = Account.objects.create(username="sysadmin")
    unit = OrgUnit.objects.get(code="410800000000")
    Post.objects.create(account=account, unit=unit, role="system_admin", from_on=date(2020, 1, 1))
    return actors.actor_for(account, AT.date())


def off(first: date, last: date, actor: Actor, **more: str) -> None:
    given = {"name": "元旦", "source": NOTICE} | more
    calendar_days.set_days(first, last, working=False, actor=actor, at=AT, **given)


def test_days_off_move_the_limits_that_run_through_them(office: Office, sysadmin: Actor) -> None:
    case = office.reviewed()  # legal limit: 10 working days from Monday 16 November 2026
    before = Clock.objects.get(case=case, kind="legal").due_on

    off(date(2026, 11, 19), date(2026, 11, 20), sysadmin)
    assert clocks.recount(since=date(2026, 11, 19), at=AT) == 1

    after = Clock.objects.get(case=case, kind="legal").due_on
    assert (before, after) == (date(2026, 11, 30), date(2026, 12, 2))
    case.refresh_from_db()
    assert case.legal_due_on == after
    entry = JournalEntry.objects.get(case=case, action="clock.recounted")
    assert entry.body["limits"][0]["now"] == "2026-12-02"


def test_counting_anew_twice_changes_nothing_more(office: Office, sysadmin: Actor) -> None:
    office.reviewed()
    off(date(2026, 11, 19), date(2026, 11, 20), sysadmin)
    clocks.recount(since=date(2026, 11, 19), at=AT)

    assert clocks.recount(since=date(2026, 11, 19), at=AT) == 0


def test_a_loaded_year_makes_a_provisional_limit_certain(office: Office, sysadmin: Actor) -> None:
    case = office.reviewed()
    assert Clock.objects.get(case=case, kind="legal").provisional  # the fixture's calendar is empty

    off(date(2026, 1, 1), date(2026, 1, 3), sysadmin)
    clocks.recount(since=date(2026, 1, 1), at=AT)

    assert not Clock.objects.get(case=case, kind="legal").provisional


def test_the_journal_still_tells_the_state_of_the_case(office: Office, sysadmin: Actor) -> None:
    office.reviewed()
    off(date(2026, 11, 19), date(2026, 11, 20), sysadmin)
    clocks.recount(since=date(2026, 11, 19), at=AT)

    assert verify.run().ok


def test_a_change_is_recorded_and_the_worker_told(office: Office, sysadmin: Actor) -> None:
    off(date(2027, 1, 1), date(2027, 1, 3), sysadmin)

    assert AccessEntry.objects.get().subject == "2027-01-01+2:off"
    assert Outbox.objects.get(topic=calendar_days.CHANGED).body == {"first": "2027-01-01", "days": 3}


def test_a_day_taken_out_follows_the_plain_week_again(office: Office, sysadmin: Actor) -> None:
    off(date(2026, 11, 19), date(2026, 11, 19), sysadmin)

    calendar_days.clear_day(date(2026, 11, 19), reason="misread", actor=sysadmin, at=AT)

    assert not CalendarDay.objects.exists()
    with pytest.raises(NotFound):
        calendar_days.clear_day(date(2026, 11, 19), reason="again", actor=sysadmin, at=AT)


@pytest.mark.parametrize(
    ("last", "more", "key"),
    [
        (date(2026, 11, 18), {}, "last"),
        (date(2026, 11, 19) + timedelta(days=15), {}, "last"),
        (date(2026, 11, 19), {"name": ""}, "name"),
        (date(2026, 11, 19), {"source": "x" * 201}, "source"),
    ],
)
def test_what_cannot_be_right_is_refused(
    last: date, more: dict[str, str], key: str, office: Office, sysadmin: Actor
) -> None:
    with pytest.raises(InvalidData) as caught:
        off(date(2026, 11, 19), last, sysadmin, **more)

    assert caught.value.errors[0].key == key


def test_only_the_system_administrator_changes_the_calendar(office: Office) -> None:
    with pytest.raises(NotAllowed):
        off(date(2027, 1, 1), date(2027, 1, 1), office.actor("manager"))
