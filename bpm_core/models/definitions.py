"""Process definitions (immutable versions of a bundle) and the parameters their rules read."""

from __future__ import annotations

import uuid

from django.db import models


class ProcessDefinition(models.Model):
    """One version of one process; once published neither archive nor digest ever changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    family_zh = models.CharField(max_length=60, blank=True)
    family_en = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=12, default="draft")  # draft | published | retired
    is_current = models.BooleanField(default=False)  # the version new cases get
    callable_only = models.BooleanField(default=False)  # a shared part: called by others, never started alone
    archive = models.BinaryField()  # the bundle's files as a zip
    called = models.JSONField(default=dict)  # key of each called process -> its pinned version
    report = models.JSONField(default=dict)  # what the check found at upload
    uploaded_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    published_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="definition_version_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_current=True), name="definition_one_current"),
            models.CheckConstraint(
                condition=models.Q(is_current=False) | models.Q(status="published"),
                name="definition_current_is_published",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("uploaded_by")),
                name="definition_published_by_another",
            ),
        ]
        ordering = ["key", "-version"]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Parameter(models.Model):
    """A figure that rules read by name, valid from a day until the next row of the same name."""

    name = models.CharField(max_length=60)
    value = models.TextField()  # a FEEL literal
    unit = models.CharField(max_length=40, blank=True)
    label_zh = models.CharField(max_length=120)
    label_en = models.CharField(max_length=160)
    certainty = models.CharField(max_length=40)
    source = models.TextField(blank=True)
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "valid_from"], name="parameter_once_a_day")]
        ordering = ["name", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
