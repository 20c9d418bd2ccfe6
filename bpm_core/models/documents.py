"""Evidence: the materials a case needs, the files handed in, the notices given out."""

from __future__ import annotations

import uuid

from django.db import models


class Material(models.Model):
    """One material a case needs and whether it is there."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="materials")
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    required = models.BooleanField(default=True)
    state = models.CharField(max_length=12, default="missing")  # missing|received|shared|promised|waived|returned
    note = models.TextField(blank=True)
    set_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="material_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Document(models.Model):
    """A stored file; its bytes lie outside the web root under its own id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="documents")
    material = models.ForeignKey(Material, null=True, on_delete=models.PROTECT, related_name="documents")
    work_item = models.ForeignKey("bpm_core.WorkItem", null=True, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, default="attachment")  # attachment | evidence (of a corrective action)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A paper the office gave out, numbered; one-time notices of what is missing say until when to answer."""

    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=12)  # one_time | acceptance | completion | rejection | stop
    body = models.JSONField(default=dict)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    until_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["issued_at", "id"]

    def __str__(self) -> str:
        return self.number
