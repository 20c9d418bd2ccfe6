"""What kind of file somebody hands in, judged by its content; what can't be told or could run is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from bpm_core.domain.errors import InvalidData


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is accepted. `shown` = a browser may show it beside the page; others are only downloaded."""

    content_type: str
    extensions: tuple[str, ...]
    shown: bool = False


PDF = FileKind("application/pdf", ("pdf",), shown=True)
JPEG = FileKind("image/jpeg", ("jpg", "jpeg"), shown=True)
PNG = FileKind("image/png", ("png",), shown=True)
OFD = FileKind("application/ofd", ("ofd",))  # GB/T 33190-2016, the office's own page format
DOCX = FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
KINDS = (PDF, JPEG, PNG, OFD, DOCX, XLSX)

_SIGNATURES = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_INSIDE = (("OFD.xml", OFD), ("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_MOST_PARTS = 10_000
_MOST_UNPACKED = 500 * 1024 * 1024


def recognise(name: str, content: bytes) -> FileKind:
    """The kind of a file by what is in it; the name must not claim another one.

    Refuses with InvalidData: file_empty, file_type (none of those accepted), file_name (says otherwise),
    file_macros (a document that carries a program), file_bomb (unpacks to more than anybody reads).
    """
    if not content:
        raise InvalidData("the file is empty", code="file_empty")
    kind = next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), None)
    if kind is None and content.startswith(b"PK\x03\x04"):
        kind = _packed(content)
    if kind is None:
        raise InvalidData("this kind of file is not accepted", code="file_type", accepted=accepted())
    extension = name.rpartition(".")[2].lower()
    if extension not in kind.extensions:
        raise InvalidData(
            f"the file is a {kind.extensions[0]}, its name says {extension[:8]}",
            code="file_name",
            found=kind.extensions[0],
            said=extension[:8],
        )
    return kind


def accepted() -> str:
    """Extensions of the accepted kinds, for a sentence."""
    return ", ".join(extension for kind in KINDS for extension in kind.extensions)


def _packed(content: bytes) -> FileKind | None:
    """The kind of a zip container by the part that makes it one. Nothing is unpacked."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise InvalidData("the file unpacks to more than is accepted", code="file_bomb")
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise InvalidData("the document carries a macro", code="file_macros")
    return next((kind for part, kind in _INSIDE if part in names), None)
