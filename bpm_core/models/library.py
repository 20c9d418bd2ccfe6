"""The process library as a whole: its journal, what was brought from another deployment, and its reference files."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from bpm_core.domain import journal

#: What the first entry of the library's journal is chained to.
LIBRARY_GENESIS = "library"


class LibraryEntry(models.Model):
    """One act on the library: a version handed in, published or retired, a local edition, an import. Append-only."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)  # without a foreign key: the trail outlives accounts
    actor_name = models.CharField(max_length=80, blank=True)
    unit_code = models.CharField(max_length=12, blank=True)
    action = models.CharField(max_length=40)  # definition.published, edition.approved, library.imported ...
    subject = models.CharField(max_length=120)  # key of the process, or what else it is about
    body = models.JSONField(default=dict)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject", "-seq"], name="library_entry_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"

    def as_json(self) -> dict[str, Any]:
        """The entry as it is digested."""
        names = ("seq", "account_id", "actor_name", "unit_code", "action", "subject", "body")
        return {"at": journal.stamp(self.at)} | {name: getattr(self, name) for name in names}


#: Entry of the library's journal by which an import that waited is over without being published.
TURNED_DOWN = "library.turned_down"


class Imports(models.QuerySet["LibraryImport"]):
    """Archives that were handed in."""

    def waiting(self) -> Imports:
        """Those nobody has published or turned down yet."""
        over = LibraryEntry.objects.filter(action=TURNED_DOWN).values_list("body__identity", flat=True)
        return self.filter(published_at=None).exclude(pk__in=[uuid.UUID(identity) for identity in over])


class LibraryImport(models.Model):
    """An archive of another deployment, verified and handed in: which versions of ours came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)  # SHA-256 of the archive
    signer = models.CharField(max_length=80)  # name of the trusted key
    contents = models.JSONField()  # key of each process handed in -> digest of its files
    applied_by = models.ForeignKey("bpm_core.Account", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    published_by = models.ForeignKey("bpm_core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = Imports.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("applied_by")),
                name="library_published_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} by {self.signer}"


class LibraryFile(models.Model):
    """A reference file of an imported library (standards, floors, families); goes before the one in the folder."""

    path = models.CharField(max_length=200, primary_key=True)  # "_library/floors.toml"
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.path
