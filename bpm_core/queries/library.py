"""The library's journal to read and to check: its chain, and whether editions and versions are as it tells."""

from __future__ import annotations

from typing import Any

from bpm_core.domain import journal
from bpm_core.models import LibraryEntry, LocalEdition, LocalSetting, ProcessDefinition
from bpm_core.models.library import LIBRARY_GENESIS
from bpm_core.queries import evidence

#: What an entry makes of an edition.
_STATUS = {
    "edition.proposed": "proposed",
    "edition.approved": "approved",
    "edition.refused": "refused",
    "edition.withdrawn": "withdrawn",
}


def entries(subject: str = "", *, most: int = 100) -> list[LibraryEntry]:
    """The latest entries, of one process or of all."""
    rows = LibraryEntry.objects.order_by("-seq")
    return list((rows.filter(subject=subject) if subject else rows)[:most])


def check() -> tuple[int, list[tuple[str, str]]]:
    """How many entries there are, and what is wrong: (rule, message) where the chain or what it tells is broken."""
    found: list[tuple[str, str]] = []
    told: dict[str, tuple[str, Any]] = {}
    since: dict[str, str] = {}
    published: dict[tuple[str, int], str] = {}
    previous, count = journal.genesis(LIBRARY_GENESIS, evidence.algorithm()), 0
    for count, entry in enumerate(LibraryEntry.objects.order_by("seq").iterator(), start=1):
        linked = journal.link_json(bytes(entry.prev_hash), entry.as_json(), evidence.algorithm())
        if entry.seq != count or bytes(entry.prev_hash) != previous or linked != bytes(entry.hash):
            found.append(("library", f"entry {entry.seq} of the library's journal breaks the chain"))
        previous = bytes(entry.hash)
        if entry.action in _STATUS:
            told[entry.body["edition"]] = (_STATUS[entry.action], entry.body["changes"])
            since[entry.body["edition"]] = entry.body.get("in_force_from", "")
        elif entry.action == "definition.published":
            published[entry.subject, entry.body["version"]] = entry.body["digest"]
    return count, found + _editions(told, since) + _versions(published)


def _editions(told: dict[str, tuple[str, Any]], since: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    rows = {str(row.pk): row for row in LocalEdition.objects.all()}
    if set(rows) != set(told):
        found.append(("edition", f"editions differ from the library's journal: {sorted(set(rows) ^ set(told))}"))
    for identity, row in rows.items():
        if identity in told and told[identity] != (row.status, row.changes):
            found.append(("edition", f"edition {identity} is not as the library's journal tells"))
    for setting in LocalSetting.objects.select_related("edition"):
        identity = str(setting.edition_id)
        status, changes = told.get(identity, ("", {}))
        as_told = (changes.get(setting.name), since.get(identity))
        if status != "approved" or as_told != (setting.value, setting.valid_from.isoformat()):
            found.append(("edition", f"{setting.name} of edition {identity} is not as the library's journal tells"))
    return found


def _versions(published: dict[tuple[str, int], str]) -> list[tuple[str, str]]:
    rows = ProcessDefinition.objects.values_list("key", "version", "digest")
    digests = {(key, version): digest for key, version, digest in rows}
    return [
        ("version", f"version {version} of {key} is not the one the library's journal tells of")
        for (key, version), digest in sorted(published.items())
        if digests.get((key, version)) != digest
    ]
