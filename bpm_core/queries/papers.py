"""What a case is proved with and what the office gave out: materials, files, notices, saved lists."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import NotFound
from bpm_core.models.cases import Case
from bpm_core.models.documents import Document, Material, Notice
from bpm_core.notation.guide import Evidence
from bpm_core.queries import bundles
from bpm_core.queries.visibility import access


@dataclass(frozen=True, slots=True)
class Checked:
    """A material of a case with what the guide says of it and the files handed in for it."""

    material: Material
    evidence: Evidence | None
    documents: tuple[Document, ...]


def materials(case: Case) -> list[Checked]:
    """The checklist of a case, in the guide's order."""
    guide = bundles.of(case.definition).guide
    said = {evidence.code: evidence for evidence in guide.evidence} if guide else {}
    rows = Material.objects.filter(case=case).prefetch_related("documents")
    return [Checked(row, said.get(row.code), tuple(row.documents.all())) for row in rows]


def documents(case: Case) -> list[Document]:
    """Files of the case, the oldest first."""
    return list(Document.objects.filter(case=case, kind="attachment").select_related("material", "uploaded_by"))


def document(actor: Actor, document_id: UUID) -> Document:
    """One file for this actor; refuses with NotFound when its case does not exist for them.

    Evidence of a corrective action belongs to the finding: who may not read findings is not shown it.
    """
    related = ("case__unit", "case__entry_unit", "case__definition")
    found = Document.objects.select_related(*related).defer("case__state").filter(pk=document_id).first()
    if found is None or access(actor, found.case) is None or not _of_their_kind(actor, found):
        raise NotFound("no such file", kind="document")
    return found


def _of_their_kind(actor: Actor, found: Document) -> bool:
    return found.kind != "evidence" or authority.may(actor, "finding.read", Record(path=found.case.unit.path))


def notices(case: Case) -> list[Notice]:
    """Papers given out in the case, the oldest first."""
    return list(Notice.objects.filter(case=case).select_related("issued_by"))


def notice(actor: Actor, number: str) -> Notice:
    """One paper for this actor; refuses with NotFound when its case does not exist for them."""
    related = ("case__unit", "case__entry_unit", "case__definition", "case__person", "case__enterprise", "issued_by")
    found = Notice.objects.select_related(*related).defer("case__state").filter(number=number).first()
    if found is None or access(actor, found.case) is None:
        raise NotFound("no such paper", kind="notice")
    return found
