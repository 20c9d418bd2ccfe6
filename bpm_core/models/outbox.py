"""What the world outside is to be told after commit: ids and names of events, never data."""

from __future__ import annotations

from django.db import models

#: Topic of the rows by which a worker carries a run of migration on.
CARRIED_ON = "migration.carried_on"


class Outbox(models.Model):
    """One event to hand out at least once; its id is the idempotency key the receiver sees."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey("bpm_core.Case", null=True, on_delete=models.PROTECT, related_name="outbox")
    topic = models.CharField(max_length=60)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_unsent", condition=models.Q(sent_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"
