"""What waits for a person: work items, the drafts kept for them and the lists people saved."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db import models

# Sorts after every real limit: work items without one come last, and the keyset never meets a null.
NO_LIMIT = datetime(9999, 12, 31, tzinfo=UTC)

OPEN = models.Q(closed_at__isnull=True)


class WorkItem(models.Model):
    """One step of one case that waits for a person of a lane at an office; l1..l4 are that office's own levels.

    Foreign keys have no index of their own where a constraint or a list's index begins with them: each one would be
    written again with every step.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=80)  # the engine's word for this wait
    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="work_items", db_index=False)
    definition = models.ForeignKey(
        "bpm_core.ProcessDefinition", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    process_key = models.CharField(max_length=80)
    element_id = models.CharField(max_length=80)
    path = models.CharField(max_length=400, blank=True)  # enclosing calls and sub-processes, apart by "/"
    item_index = models.IntegerField(null=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    lane = models.CharField(max_length=12)
    role = models.CharField(max_length=24, blank=True)
    unit = models.ForeignKey("bpm_core.OrgUnit", on_delete=models.PROTECT, related_name="work_items", db_index=False)
    l1 = models.CharField(max_length=12, blank=True)
    l2 = models.CharField(max_length=12, blank=True)
    l3 = models.CharField(max_length=12, blank=True)
    l4 = models.CharField(max_length=12, blank=True)
    sod_groups = models.CharField(max_length=200, blank=True)  # apart by a space
    state = models.CharField(max_length=12, default="offered")  # domain.lifecycle.ItemState
    holder = models.ForeignKey(
        "bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="held_items", db_index=False
    )
    closed_by = models.ForeignKey(
        "bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="closed_items", db_index=False
    )
    closer_key = models.CharField(max_length=80, blank=True)  # the person behind the account that closed it
    entrusted_by = models.ForeignKey(
        "bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    sort_at = models.DateTimeField(default=NO_LIMIT)  # by when, for the order of lists
    limit_value = models.IntegerField(null=True)
    limit_unit = models.CharField(max_length=16, blank=True)
    priority = models.SmallIntegerField(default=0)
    visit = models.PositiveIntegerField(default=1)  # how often this case has come to this step
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="work_item_token_once")]
        indexes = [
            models.Index(fields=["lane", "unit", "sort_at", "id"], name="item_unit_open", condition=OPEN),
            models.Index(fields=["lane", "l1", "sort_at", "id"], name="item_l1_open", condition=OPEN),
            models.Index(fields=["lane", "l2", "sort_at", "id"], name="item_l2_open", condition=OPEN),
            models.Index(fields=["lane", "l3", "sort_at", "id"], name="item_l3_open", condition=OPEN),
            models.Index(fields=["holder", "sort_at", "id"], name="item_holder_open", condition=OPEN),
            models.Index(fields=["l2", "sort_at", "id"], name="item_area_open", condition=OPEN),
            models.Index(fields=["closed_by", "-closed_at"], name="item_closed_by"),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.state}"


class Draft(models.Model):
    """What somebody has typed for a work item and not yet handed in, sealed."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="drafts")
    account = models.ForeignKey("bpm_core.Account", on_delete=models.CASCADE, related_name="+")
    data_enc = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work_item", "account"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.work_item_id}"


class SavedView(models.Model):
    """A named set of filters of one person's lists."""

    account = models.ForeignKey("bpm_core.Account", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
