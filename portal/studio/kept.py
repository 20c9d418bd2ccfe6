"""Archives of other deployments as they were handed in: kept by their digest, so that the second person sees the same.

Nothing here is believed: whoever reads an archive verifies it again (portal/studio/imports.py).
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from bpm_core.domain.errors import InvalidData
from bpm_core.notation import library
from bpm_core.notation.library import Library

MEGABYTE = 1024 * 1024


def content_of(upload: UploadedFile | None) -> bytes:
    """What was handed in. Refuses with InvalidData: no_file, file_too_large."""
    if upload is None:
        raise InvalidData("no file was handed in", code="no_file")
    limit = int(settings.UPLOAD_MAX_BYTES)
    if (upload.size or 0) > limit:
        size = (upload.size or 0) / MEGABYTE
        raise InvalidData("the file is too large", code="file_too_large", size=f"{size:.1f}", limit=limit // MEGABYTE)
    return bytes(upload.read())


def keep(data: bytes) -> str:
    """Keep an archive; gives its digest. The same archive is kept once."""
    digest = hashlib.sha256(data).hexdigest()
    place = _place(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, place)
    return digest


def read(digest: str) -> bytes | None:
    """The archive of that digest; None when it is not here, as on another machine or after a clean-up."""
    with suppress(OSError):
        data = _place(digest).read_bytes()
        return data if hashlib.sha256(data).hexdigest() == digest else None
    return None


def verified(data: bytes) -> Library:
    """The library in an archive, of a signer that is trusted now; refuses with LibraryRefused."""
    return library.unpack(data, trusted())


def trusted() -> dict[str, str]:
    """Name -> public key of those whose libraries are taken: this deployment's own, and those of the settings."""
    own = library.signer(settings.LIBRARY_SIGNER, settings.LIBRARY_KEY)
    return {own.name: own.public, **settings.LIBRARY_TRUST}


def _place(digest: str) -> Path:
    folder: Path = settings.LIBRARIES_DIR
    return folder / f"{digest}.zip"
