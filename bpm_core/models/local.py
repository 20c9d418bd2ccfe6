"""Local editions: what a county sets for itself within the locked core; one person proposes, another approves."""

from __future__ import annotations

import uuid

from django.db import models


class LocalEdition(models.Model):
    """A set of local values of one process at one office, from a day on. Decided once; never changed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)  # of the process
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()  # 1, 2, 3 ... of the office and process
    changes = models.JSONField()  # name -> value as text; "" = the office's own value is taken back
    before = models.JSONField(default=dict)  # name -> what held there when it was proposed
    reason = models.TextField()
    valid_from = models.DateField()
    status = models.CharField(max_length=12, default="proposed")  # domain.editions.EditionStatus
    proposed_by = models.ForeignKey("bpm_core.Account", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "unit", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(status="withdrawn")
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="edition_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed") | models.Q(decided_at__isnull=False),
                name="edition_decided_has_day",
            ),
        ]
        indexes = [models.Index(fields=["status", "-proposed_at"], name="edition_status")]
        ordering = ["key", "unit", "-number"]

    def __str__(self) -> str:
        return f"{self.key} @{self.unit_id} #{self.number}"


class LocalSetting(models.Model):
    """One approved local value in force from a day; written when its edition is approved, never changed."""

    edition = models.ForeignKey(LocalEdition, on_delete=models.PROTECT, related_name="settings")
    key = models.CharField(max_length=80)
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="local_setting_once")]
        indexes = [models.Index(fields=["key", "unit", "valid_from"], name="local_setting_place")]

    def __str__(self) -> str:
        return f"{self.key} {self.name} = {self.value or 'as above'}"
