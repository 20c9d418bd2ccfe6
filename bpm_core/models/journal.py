"""The audit trail: one chained entry for every change of a case, and one for every look at unmasked data."""

from __future__ import annotations

from typing import Any

from django.db import models

from bpm_core.domain import journal

#: What the first access entry is chained to (journal.genesis).
ACCESS_GENESIS = "guicheng.access"


class JournalEntry(models.Model):
    """What one step changed. `seq` is the case's version after it, so a lost race can't leave two successors.

    Rows are only ever added: triggers on both databases refuse update, delete and truncate (models/append_only.py).
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="journal", db_index=False)
    seq = models.IntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # account, without a foreign key: the trail outlives accounts
    actor_kind = models.CharField(max_length=12)  # person | system | integrator | timer
    unit_code = models.CharField(max_length=12, blank=True)
    action = models.CharField(max_length=40)
    element_id = models.CharField(max_length=80, blank=True)
    work_item_id = models.UUIDField(null=True)  # without a foreign key too
    body = models.JSONField(default=dict)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "-at"], name="journal_actor"),
            models.Index(fields=["at"], name="journal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.action}"


class AccessEntry(models.Model):
    """Somebody looked at unmasked data, searched by an ID number, or took data out; a chain of its own."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    unit_code = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=24)  # unmask | id_search | export | view_evidence
    purpose = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=80, blank=True)  # an id or a count, never the value
    case_id = models.BigIntegerField(null=True, db_index=True)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-at"], name="access_account")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    def as_json(self) -> dict[str, Any]:
        """The entry as it is digested."""
        names = ("seq", "account_id", "actor_name", "unit_code", "kind", "purpose", "subject", "case_id")
        return {"at": journal.stamp(self.at)} | {name: getattr(self, name) for name in names}
