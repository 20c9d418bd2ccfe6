"""The shape of every answer, for the OpenAPI document; answers themselves are plain dicts made beside each view."""

from __future__ import annotations

from rest_framework import serializers as s


class Words(s.Serializer):
    zh = s.CharField()
    en = s.CharField()


class ProblemField(s.Serializer):
    field = s.CharField()
    code = s.CharField()
    detail = s.CharField()
    facts = s.DictField()


class Problem(s.Serializer):
    """RFC 9457: `code` is for programs, `title` and `detail` are for people, in the language asked for."""

    type = s.CharField(help_text="urn:guicheng:problem: and the code")
    title = s.CharField()
    status = s.IntegerField()
    code = s.CharField()
    detail = s.CharField(required=False)
    facts = s.DictField(required=False)
    errors = ProblemField(many=True, required=False)


class Process(s.Serializer):
    key = s.CharField()
    code = s.CharField()
    version = s.IntegerField()
    name = Words()
    family = Words()
    digest = s.CharField()
    published_at = s.DateTimeField(allow_null=True)
    url = s.CharField()


class ProcessStep(s.Serializer):
    element = s.CharField()
    kind = s.CharField()
    name = Words()
    lane = s.CharField()
    limit = s.IntegerField(allow_null=True)
    limit_unit = s.CharField()
    second_person = s.ListField(child=s.CharField(), help_text="groups of steps that different persons must do")


class ProcessMessage(s.Serializer):
    name = s.CharField()
    element = s.CharField()
    step = Words()
    payload = s.DictField(help_text="JSON Schema")


class ProcessWhole(Process):
    guide = s.DictField(allow_null=True, help_text="the service guide: who, evidence, limits, sources")
    steps = ProcessStep(many=True)
    messages = ProcessMessage(many=True)
    start_form = s.DictField(allow_null=True, help_text="JSON Schema")


class Office(s.Serializer):
    code = s.CharField()
    name = Words()


class CaseRow(s.Serializer):
    number = s.CharField()
    process = s.CharField()
    process_version = s.IntegerField()
    status = s.CharField()
    version = s.IntegerField()
    office = s.CharField()
    entry_office = s.CharField()
    applicant = s.CharField(help_text="masked")
    channel = s.CharField()
    urgent = s.BooleanField()
    opened_at = s.DateTimeField()
    ended_at = s.DateTimeField(allow_null=True)
    outcome = s.CharField()
    promised_due_on = s.DateField(allow_null=True)
    legal_due_on = s.DateField(allow_null=True)
    clock = s.CharField()
    url = s.CharField()


class Fact(s.Serializer):
    name = s.CharField()
    label = Words()
    personal = s.BooleanField()
    value = s.JSONField(help_text="always null for a personal fact")
    source = s.CharField()
    set_at = s.DateTimeField()


class OpenItem(s.Serializer):
    id = s.UUIDField()
    element = s.CharField()
    name = Words()
    lane = s.CharField()
    office = s.CharField()
    state = s.CharField()
    due_on = s.DateField(allow_null=True)
    url = s.CharField()


class Material(s.Serializer):
    code = s.CharField()
    name = Words()
    required = s.BooleanField()
    state = s.CharField()


class CaseWhole(CaseRow):
    access = s.ChoiceField(["full", "glimpse"], help_text="glimpse: state, dates and materials only")
    handled_at = Office()
    open_items = OpenItem(many=True)
    awaits = s.ListField(child=s.CharField(), help_text="names of messages the case waits for")
    materials = Material(many=True)
    facts = Fact(many=True)


class TimelineEntry(s.Serializer):
    seq = s.IntegerField()
    at = s.DateTimeField()
    action = s.CharField()
    actor_kind = s.CharField()
    actor = Words(allow_null=True, help_text="null for a machine that reads")
    office = Words()
    step = Words()
    work_item = s.UUIDField(allow_null=True)
    automatic = Words(many=True)
    clock = s.ListField(child=s.DictField())
    notices = s.ListField(child=s.CharField())
    facts = s.ListField(child=s.CharField())


class Timeline(s.Serializer):
    items = TimelineEntry(many=True)
    next = s.IntegerField(allow_null=True)


class ItemRow(s.Serializer):
    id = s.UUIDField()
    case = s.CharField()
    case_version = s.IntegerField()
    process = s.CharField()
    element = s.CharField()
    name = Words()
    applicant = s.CharField(help_text="masked")
    lane = s.CharField()
    office = s.CharField()
    state = s.CharField()
    mine = s.BooleanField()
    sign = s.CharField(help_text="overdue, soon, running, stopped, none")
    days_left = s.IntegerField(allow_null=True, help_text="working days; negative = overdue by so many")
    due_on = s.DateField(allow_null=True)
    opened_at = s.DateTimeField()
    visit = s.IntegerField()
    url = s.CharField()


class NextStep(s.Serializer):
    element = s.CharField()
    name = Words()
    lane = s.CharField()
    automatic = s.BooleanField()
    second_person = s.BooleanField()


class ItemWhole(ItemRow):
    may_claim = s.BooleanField()
    instruction = Words()
    clauses = s.ListField(child=s.CharField())
    laws = s.ListField(child=s.CharField())
    returned_reason = s.CharField()
    following = NextStep(many=True)
    form = s.DictField(allow_null=True, help_text="JSON Schema of `data` when it is completed")


class OpenedItem(s.Serializer):
    id = s.UUIDField()
    element = s.CharField()
    name = Words()
    lane = s.CharField()
    office = s.CharField()
    due_on = s.DateField(allow_null=True)
    url = s.CharField()


class Moved(s.Serializer):
    """The case after the step; asked again under the same key, the answer is the same to the byte."""

    case = s.CharField()
    status = s.CharField()
    version = s.IntegerField()
    work_item = s.UUIDField(allow_null=True)
    opened = OpenedItem(many=True)
    ended = s.CharField(allow_null=True)
    url = s.CharField()


class Delivered(s.Serializer):
    delivered = s.BooleanField()
    reason = s.CharField(allow_null=True, help_text="why nobody took it")
    moved = Moved(allow_null=True)


class Exchanged(s.Serializer):
    how = s.ChoiceField(["opened", "taken", "late"])
    case = s.CharField(allow_blank=True, help_text="number of our case")
    reason = s.CharField(allow_blank=True, help_text="why nobody took it")


class Broadcast(s.Serializer):
    event = s.IntegerField(help_text="id of the event; a worker hands it on")
    waiting = s.IntegerField(help_text="cases that wait for it now")


def paged(row: type[s.Serializer]) -> type[s.Serializer]:
    """A page of such rows."""
    fields = {"items": row(many=True), "next": s.CharField(allow_null=True, help_text="`after` of the next page")}
    return type(f"{row.__name__}Page", (s.Serializer,), fields)
