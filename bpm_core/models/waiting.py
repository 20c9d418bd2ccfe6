"""What a case waits for besides people: messages, automatic jobs, and a person's look at what went wrong."""

from __future__ import annotations

from django.db import models


class Subscription(models.Model):
    """A case waits for a message or signal by this name; the row is gone once it came or is no longer awaited."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    token = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)  # message | signal | condition
    name = models.CharField(max_length=120, blank=True)
    correlation = models.CharField(max_length=120, blank=True)
    process_key = models.CharField(max_length=80)
    element_id = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="subscription_once")]
        indexes = [models.Index(fields=["name", "correlation"], name="subscription_name")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Job(models.Model):
    """An automatic step to be done by a connector; `attempt` is written before each try."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="jobs", db_index=False)
    token = models.CharField(max_length=80)
    process_key = models.CharField(max_length=80)
    element_id = models.CharField(max_length=80)
    topic = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="waiting")  # waiting | leased | done | failed | cancelled
    attempt = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="job_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="job_due", condition=models.Q(state__in=["waiting", "leased"])),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"


class Incident(models.Model):
    """Automation is stuck at a node; the case is kept and a person must look."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="incidents")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="incidents")
    element_id = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField()
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="incident_open", condition=models.Q(resolved_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.element_id}"


class LateMessage(models.Model):
    """A message nobody was waiting for: kept by name and digest, never silently dropped."""

    case = models.ForeignKey("bpm_core.Case", null=True, on_delete=models.PROTECT, related_name="late_messages")
    name = models.CharField(max_length=120)
    payload_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    reason = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"
