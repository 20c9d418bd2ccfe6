"""The working calendar changed by hand: days off and make-up days as the State Council's notice for a year has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from bpm_core.commands import access, calendars
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import FieldError, InvalidData, NotFound
from bpm_core.models import CalendarDay, Outbox

#: The longest public holiday so far had ten days; more in one go is a slip of the pen.
_MOST_DAYS = 15
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)

#: Topic of the event by which the worker counts running limits anew.
CHANGED = "calendar.changed"


def set_days(
    first: date, last: date, *, working: bool, name: str, source: str, actor: Actor, at: datetime
) -> list[CalendarDay]:
    """Enter the days from first to last as worked or off, with the notice that says so; what was there is overwritten.

    Limits that run through them are counted anew by the worker. The change is an entry of the access journal.
    """
    authority.require(actor, "calendar.set")
    _check(first, last, name, source)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [CalendarDay(day=day, working=working, name=name.strip(), source=source.strip()) for day in days]
    with transaction.atomic():
        CalendarDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["working", "name", "source"],
        )
        _tell(first, "worked" if working else "off", len(days), source, actor, at)
    calendars.forget()
    return rows


def clear_day(day: date, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take an exceptional day out again: the plain week holds for it. Refuses with NotFound when it is none."""
    authority.require(actor, "calendar.set")
    if not reason.strip():
        raise InvalidData("a reason is needed", [FieldError("reason", "required")])
    with transaction.atomic():
        if not CalendarDay.objects.filter(day=day).delete()[0]:
            raise NotFound("this day is no exception of the calendar", kind="calendar day")
        _tell(day, "plain", 1, reason, actor, at)
    calendars.forget()


def _check(first: date, last: date, name: str, source: str) -> None:
    wrong = []
    if not _FIRST <= first <= last <= _LAST:
        wrong.append(FieldError("last", "not_after", {"first": first.isoformat()}))
    elif (last - first).days >= _MOST_DAYS:
        wrong.append(FieldError("last", "too_many_days", {"max": _MOST_DAYS}))
    for key, text, most in (("name", name, 60), ("source", source, 200)):
        if not text.strip():
            wrong.append(FieldError(key, "required"))
        elif len(text) > most:
            wrong.append(FieldError(key, "too_long", {"max": most, "found": len(text)}))
    if wrong:
        raise InvalidData("these days cannot be entered", wrong)


def _tell(first: date, how: str, days: int, source: str, actor: Actor, at: datetime) -> None:
    subject = f"{first.isoformat()}+{days - 1}:{how}"
    access.record("calendar_set", actor=actor, at=at, purpose=source[:300], subject=subject)
    Outbox.objects.create(topic=CHANGED, body={"first": first.isoformat(), "days": days}, created_at=at, due_at=at)
