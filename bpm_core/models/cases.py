"""A case: its place, its state and version, the facts recorded about it and the submissions they came from."""

from __future__ import annotations

from django.db import models

ENDED_STATUSES = ("completed", "rejected", "withdrawn", "cancelled", "transferred")


class Case(models.Model):
    """One run of a process for one person or enterprise. `version` counts its steps: every change adds exactly one."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    definition = models.ForeignKey("bpm_core.ProcessDefinition", on_delete=models.PROTECT, related_name="cases")
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="cases")  # where it is handled
    entry_unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="entered_cases")
    l1 = models.CharField(max_length=12, blank=True)
    l2 = models.CharField(max_length=12, blank=True)
    l3 = models.CharField(max_length=12, blank=True)
    l4 = models.CharField(max_length=12, blank=True)
    person = models.ForeignKey("bpm_core.Person", null=True, on_delete=models.PROTECT, related_name="cases")
    enterprise = models.ForeignKey(
        "bpm_core.Person", null=True, on_delete=models.PROTECT, related_name="enterprise_cases"
    )
    applicant_masked = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=16)  # domain.lifecycle.CaseStatus
    version = models.IntegerField(default=0)
    state = models.BinaryField()  # the engine's encoding, authenticated (models/states.py)
    codec = models.PositiveSmallIntegerField(default=1)
    head_hash = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=16, default="window")
    urgent = models.BooleanField(default=False)
    opened_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_element = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    promised_due_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    clock_state = models.CharField(max_length=12, default="waiting")  # waiting | running | stopped | ended
    synthetic = models.BooleanField(default=False)
    local = models.JSONField(default=dict)  # local values it began with: name -> {value, office, since, edition}

    class Meta:
        indexes = [
            models.Index(fields=["l1", "-opened_at", "id"], name="case_l1"),
            models.Index(fields=["l2", "-opened_at", "id"], name="case_l2"),
            models.Index(fields=["l3", "-opened_at", "id"], name="case_l3"),
            models.Index(fields=["l4", "-opened_at", "id"], name="case_l4"),
            models.Index(fields=["definition", "-opened_at", "id"], name="case_definition"),
            models.Index(
                fields=["legal_due_on", "id"], name="case_open_due", condition=models.Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """The last number given out under a prefix in a year."""

    prefix = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:07d}"


class CaseFact(models.Model):
    """The latest value of one named fact of a case; a personal one is sealed and never readable in the database."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="facts", db_index=False)
    name = models.CharField(max_length=120)
    value = models.JSONField(null=True)  # feel.values.encode; null when sealed
    value_enc = models.BinaryField(null=True)
    personal = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)  # salted commitment; the same one stands in the journal
    salt = models.BinaryField()
    source = models.CharField(max_length=12)  # form | register | decision | correction | call | start | message
    element_id = models.CharField(max_length=80, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        "bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "name"], name="fact_once")]

    def __str__(self) -> str:
        return self.name


class FormRecord(models.Model):
    """One submission of a form, whole and sealed, as it was handed in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="form_records", db_index=False)
    work_item = models.ForeignKey("bpm_core.WorkItem", null=True, on_delete=models.PROTECT, related_name="form_records")
    seq = models.IntegerField()  # of the journal entry that tells of it
    element_id = models.CharField(max_length=80)
    data_enc = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="form_record_once")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq}"


class IdempotencyKey(models.Model):
    """The answer given under a caller's key: the same request again gets the same answer, another one is refused."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key
