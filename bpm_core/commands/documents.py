"""Files handed in for a case and the state of its materials; bytes lie outside the web root under the file's own id."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.conf import settings

from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.domain import attachments, authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, Unavailable, WrongState
from bpm_core.domain.lifecycle import OPEN_CASE, CaseStatus
from bpm_core.models import Document, Material

#: State of a material as a person may set it by hand.
STATES = frozenset({"missing", "received", "shared", "promised", "waived", "returned"})


def place_of(document_id: UUID) -> Path:
    """Where the bytes of a file lie."""
    name = str(document_id)
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def _document_again(answer: dict[str, Any]) -> Document:
    return Document.objects.get(pk=answer["more"]["document"])


@command(recall=_document_again)
def add(
    case_id: int,
    *,
    upload: BinaryIO,
    name: str,
    material_code: str = "",
    work_item_id: UUID | None = None,
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Document:
    """Keep a file with a case; a file for a material makes it "received". Size, kind and content are checked.

    Refuses with InvalidData: file_too_big, and the codes of domain.attachments.recognise.
    """
    content, kind = examine(upload, name)
    document_id = uuid4()
    _store(document_id, content)
    try:
        _record(case_id, document_id, content, kind, tidy_name(name), material_code, work_item_id, actor, at, key)
    except BaseException:
        place_of(document_id).unlink(missing_ok=True)
        raise
    return Document.objects.get(pk=document_id)


def examine(upload: BinaryIO, name: str) -> tuple[bytes, attachments.FileKind]:
    """Content and kind of a file that could be kept; refuses like `add`, and keeps nothing."""
    content = _read(upload)
    return content, attachments.recognise(name, content)


def keep_evidence(case_id: int, *, upload: BinaryIO, name: str, actor: Actor, at: datetime) -> Document:
    """Keep a file that shows that a finding on a case was put right. It lies beside the case and changes nothing in it.

    The caller has checked the right and is inside a transaction. Refuses like `add`.
    """
    content, kind = examine(upload, name)
    document_id = uuid4()
    _store(document_id, content)
    try:
        return Document.objects.create(
            id=document_id, case_id=case_id, kind="evidence", **_facts(content, kind, tidy_name(name), actor, at)
        )
    except BaseException:
        place_of(document_id).unlink(missing_ok=True)
        raise


def _facts(content: bytes, kind: attachments.FileKind, name: str, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "content_type": kind.content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "uploaded_by_id": actor.account_id,
        "uploaded_at": at,
    }


def _record(
    case_id: int,
    document_id: UUID,
    content: bytes,
    kind: attachments.FileKind,
    name: str,
    material_code: str,
    work_item_id: UUID | None,
    actor: Actor,
    at: datetime,
    key: str | None,
) -> None:
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        _require(unit, "document.add")
        material = _material(case_id, material_code) if material_code else None
        row = {
            "id": document_id,
            "case_id": case_id,
            "material_id": material.pk if material else None,
            "work_item_id": work_item_id,
            "kind": "attachment",
            **_facts(content, kind, name, actor, at),
        }
        unit.rows.add(Document, row)
        if material is not None and material.state in ("missing", "promised", "returned"):
            _set(unit, material, "received", "")
        told = {"document": str(document_id), "size": len(content), "sha256": row["sha256"], "type": kind.content_type}
        unit.record("document.added", work_item_id=work_item_id, material=material_code, **told)
        unit.more["document"] = str(document_id)


def _read(upload: BinaryIO) -> bytes:
    most = settings.UPLOAD_MAX_BYTES
    upload.seek(0)  # a command that lost a race runs again
    content = upload.read(most + 1)
    if len(content) > most:
        raise InvalidData("the file is too big", code="file_too_big", max_mb=most // (1024 * 1024))
    return content


def _store(document_id: UUID, content: bytes) -> None:
    """Write the bytes whole or not at all, before the row that names them."""
    place = place_of(document_id)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = place.with_suffix(".part")
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(place)
    except OSError as error:
        raise Unavailable("the file could not be stored", code="no_storage") from error


def tidy_name(name: str) -> str:
    """A file name that is safe to show and to offer for download: no path, no control characters, at most 120."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", plain).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[:110]}{dot}{extension[:8]}" if dot else plain[:120] or "file"


@command()
def set_material(
    case_id: int,
    *,
    code: str,
    state: str,
    note: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Say how a material stands: handed in, read from a register, promised in writing, not needed, given back."""
    if state not in STATES:
        raise InvalidData("no such state of a material", [FieldError("state", "not_option")])
    if state in ("waived", "returned", "promised") and not note.strip():
        raise InvalidData("say why", [FieldError("note", "required")])
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "material.set")
        material = _material(case_id, code)
        unit.record("material.set", material=code, before=material.state, state=state, note=bool(note.strip()))
        _set(unit, material, state, note.strip()[:500])
    return unit.result()


def _set(unit: Unit, material: Material, state: str, note: str) -> None:
    columns = {"state": state, "note": note, "set_at": unit.at, "set_by_id": unit.actor.account_id}
    unit.rows.patch(Material, {"id": material.pk, **columns})


def _material(case_id: int, code: str) -> Material:
    found = Material.objects.filter(case_id=case_id, code=code).first()
    if found is None:
        raise NotFound("the case needs no such material", kind="material", material=code)
    return found


def _require(unit: Unit, action: str) -> None:
    """The handling office, or the window that took the case in, while the case is open."""
    record = Record(path=unit.handling.path)
    if not authority.may(unit.actor, action, Record(path=unit.entry.path)):
        authority.require(unit.actor, action, record)
    if CaseStatus(unit.status) not in OPEN_CASE:
        raise WrongState("the case is closed", noun="case", state=str(unit.status), verb=action)
