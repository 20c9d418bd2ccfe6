"""Running cases taken to another version of their process: the run, and for each case what became of it."""

from __future__ import annotations

import uuid

from django.db import models


class MigrationRun(models.Model):
    """One decision to take the cases of a version to another; unfinished until every case has been looked at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    old = models.ForeignKey("bpm_core.ProcessDefinition", on_delete=models.PROTECT, related_name="+")
    new = models.ForeignKey("bpm_core.ProcessDefinition", on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)  # element of the old version -> element of the new one
    reason = models.TextField(blank=True)
    started_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"], condition=models.Q(finished_at__isnull=True), name="migration_unfinished_once"
            ),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="migration_changes_version"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} to {self.new_id}"


class MigratedCase(models.Model):
    """One case of a run. What it takes to put it back exactly as it was is kept until it has been put back."""

    run = models.ForeignKey(MigrationRun, on_delete=models.PROTECT, related_name="cases", db_index=False)
    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12)  # moved | refused | undone
    reasons = models.JSONField(default=list)  # refused: [code, element, process, facts]
    version = models.IntegerField()  # of the case, once moved or refused
    prior_state = models.BinaryField(null=True)  # the engine's encoding before the move
    prior_rows = models.JSONField(default=dict)  # columns before the move (commands/putting_back.py)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    kept_because = models.CharField(max_length=40, blank=True)  # code of the refusal to put it back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="migrated_case_once")]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="migrated_case_outcome")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
