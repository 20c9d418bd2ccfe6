"""What a controller found and what was done about it."""

from __future__ import annotations

from django.db import models


class Finding(models.Model):
    """A controller's result on a case or on one entry of its journal."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="findings")
    entry_seq = models.IntegerField(null=True)
    element_id = models.CharField(max_length=80, blank=True)
    severity = models.CharField(max_length=12)  # minor | major | critical
    kind = models.CharField(max_length=40)
    text = models.TextField()
    state = models.CharField(max_length=12, default="open")  # open | assigned | closed
    raised_by = models.ForeignKey("bpm_core.Account", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["-raised_at", "-id"]

    def __str__(self) -> str:
        return f"{self.severity} {self.kind}"


class CorrectiveAction(models.Model):
    """Who is to put a finding right, by when, and the evidence that it was."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    assigned_to = models.ForeignKey(
        "bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="corrective_actions"
    )
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="corrective_actions")
    due_on = models.DateField()
    text = models.TextField()
    state = models.CharField(max_length=12, default="open")  # open | closed
    assigned_by = models.ForeignKey("bpm_core.Account", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    evidence = models.TextField(blank=True)
    document = models.ForeignKey("bpm_core.Document", null=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.state} until {self.due_on}"
