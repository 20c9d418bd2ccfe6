"""What requests may hold: the shape only. Whether it is permitted and true is asked of the commands."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.domain.lifecycle import CaseStatus, ItemState
from bpm_core.queries.visibility import Scope
from portal.api.paging import DEFAULT, MOST

_KEY = r"^[A-Za-z_][A-Za-z0-9_.-]{0,79}$"
_OFFICE = r"^[0-9]{12}$"
#: Messages and signals are called what their diagram calls them: any printed characters.
EVENT_NAME = r"^[^\x00-\x1f\x7f]{1,120}$"
NUMBER = r"[A-Z0-9][A-Z0-9-]{2,39}"


class Asked(serializers.Serializer):
    """A request; names it does not know are refused, so that a typing error is never silently ignored."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = sorted(str(name)[:80] for name in data if name not in self.fields) if hasattr(data, "keys") else []
        if unknown:
            raise serializers.ValidationError(
                {name: [serializers.ErrorDetail("there is no such field", "unknown_field")] for name in unknown}
            )
        return super().to_internal_value(data)


def read(kind: type[Asked], data: Any) -> dict[str, Any]:
    """What the request says, or ValidationError field by field."""
    asked = kind(data=data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


class Page(Asked):
    """Where a list begins and how long it is."""

    after = serializers.CharField(max_length=200, required=False, help_text="`next` of the page before")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=DEFAULT)


class CasesAsked(Page):
    process = serializers.RegexField(_KEY, required=False, help_text="key of the process")
    status = serializers.ChoiceField([status.value for status in CaseStatus], required=False)
    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    opened_from = serializers.DateField(required=False)
    opened_to = serializers.DateField(required=False)


class ItemsAsked(Page):
    scope = serializers.ChoiceField([scope.value for scope in Scope], default=Scope.OFFICE.value)
    process = serializers.RegexField(_KEY, required=False)
    lane = serializers.RegexField(r"^[A-Z0-9_-]{1,12}$", required=False)
    state = serializers.ChoiceField([state.value for state in ItemState], required=False)


class TimelineAsked(Asked):
    after = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0, help_text="`seq` of the last entry")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=DEFAULT)


class Applicant(Asked):
    """Whom the case is for. The same number is the same person, whatever else is said."""

    kind = serializers.ChoiceField(["person", "enterprise"], default="person")
    name = serializers.CharField(max_length=60)
    id_number = serializers.CharField(max_length=18, help_text="GB 11643 number, or unified social credit code")
    phone = serializers.CharField(max_length=20, default="", allow_blank=True)
    residence_office = serializers.RegexField(_OFFICE, required=False, help_text="office code of the residence")


class CaseStart(Asked):
    process = serializers.RegexField(_KEY, help_text="key of a published process")
    office = serializers.RegexField(_OFFICE, help_text="code of the office that takes the application in")
    applicant = Applicant(required=False)
    form = serializers.DictField(required=False, help_text="answers to the process's start form, where it has one")
    despite_open = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="reason for a second open case of the same matter"
    )


class Seen(Asked):
    """Which state of the case the caller has seen; when it has moved on since, nothing is done (409)."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class Completion(Seen):
    data = serializers.DictField(help_text="answers by field, as the work item's form says")


class Message(Asked):
    """A message for the one case that is named by number, or by the key the process correlates with."""

    name = serializers.RegexField(EVENT_NAME)
    case = serializers.RegexField(f"^{NUMBER}$", required=False)
    correlation = serializers.CharField(max_length=120, required=False)
    payload = serializers.DictField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("case" in attrs) == ("correlation" in attrs):
            wrong = FieldError("case", "one_of", {"fields": ["case", "correlation"]})
            raise InvalidData("a message names one case, or one correlation key", [wrong], code="addressee")
        return attrs


class Subject(Asked):
    """Whom a message of another office is about."""

    kind = serializers.ChoiceField(["person", "enterprise"], default="person")
    name = serializers.CharField(max_length=60)
    id_number = serializers.CharField(max_length=18)


class Parcel(Asked):
    """A message of another office: for a case it answers, or to open one here."""

    id = serializers.RegexField(r"^[0-9A-Za-z:_-]{1,80}$", help_text="the same for every try")
    process = serializers.RegexField(_KEY, help_text="key of the service that takes it")
    message = serializers.RegexField(r"^[A-Z][A-Z0-9_]{0,79}$", help_text="as the receiver calls it")
    case = serializers.RegexField(f"^{NUMBER}$", help_text="number of the case that sent it")
    answers = serializers.RegexField(f"^{NUMBER}$", required=False, allow_null=True, help_text="our case it is for")
    subject = Subject(required=False, allow_null=True)
    values = serializers.DictField(required=False)
    sent_at = serializers.DateTimeField()


class Signal(Asked):
    """A signal for every case that waits for it in the caller's offices."""

    name = serializers.RegexField(EVENT_NAME)
    office = serializers.RegexField(_OFFICE, required=False, help_text="office of the cases that begin with it")
    payload = serializers.DictField(required=False)
