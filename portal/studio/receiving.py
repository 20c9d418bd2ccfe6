"""Files from a browser -> paths and contents of a bundle. What the files say is judged elsewhere; nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile

from bpm_core.domain.errors import InvalidData
from bpm_core.notation import bundle
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.xml import MAX_BYTES

MAX_FILES = 60
MAX_ZIP_BYTES = 10 * 1024 * 1024
_PLACES = {".dmn": "decisions/", ".form": "forms/"}
_SAFE_NAME = re.compile(r"[^\w.-]+")


def collect(uploads: Iterable[UploadedFile]) -> Mapping[str, bytes]:
    """The bundle's files: from one zip of a process folder, or from diagrams with the files that belong to them.

    The first diagram is process.bpmn; others keep their names. Refuses with InvalidData: no_file, too_many_files,
    file_too_large, no_diagram, two_diagrams (of one name), unknown_file and the codes of bundle.unzip.
    """
    given = list(uploads)
    if not given:
        raise InvalidData("no file was handed in", code="no_file")
    if len(given) > MAX_FILES:
        raise InvalidData("too many files", code="too_many_files", limit=MAX_FILES)
    if len(given) == 1 and _suffix(given[0]) == ".zip":
        return _unzip(given[0])
    files: dict[str, bytes] = {}
    for upload in given:
        path = _place(upload)
        if path == bundle.PROCESS and path in files:
            path = f"{_clean(upload).removesuffix('.xml').removesuffix('.bpmn')}.bpmn"
            if path in files:
                raise InvalidData("two diagrams of one name were handed in", code="two_diagrams")
        files[path] = _content(upload, MAX_BYTES)
    if bundle.PROCESS not in files:
        raise InvalidData("there is no diagram among the files", code="no_diagram")
    return files


def _suffix(upload: UploadedFile) -> str:
    return PurePosixPath(upload.name or "").suffix.lower()


def _place(upload: UploadedFile) -> str:
    """Where the file belongs in a process folder; its name is cleaned and never used as a path on disk."""
    suffix, name = _suffix(upload), _clean(upload)
    if suffix in (".bpmn", ".xml"):
        return bundle.PROCESS
    if suffix in _PLACES:
        return _PLACES[suffix] + name
    if suffix == ".toml":
        return bundle.GUIDE if name == bundle.GUIDE else f"scenarios/{name}"
    raise InvalidData("a file is none that belongs to a process", code="unknown_file", name=name[:80])


def _clean(upload: UploadedFile) -> str:
    return _SAFE_NAME.sub("_", PurePosixPath(upload.name or "").name)


def _content(upload: UploadedFile, limit: int) -> bytes:
    if (upload.size or 0) > limit:
        raise InvalidData("a file is too large", code="file_too_large", name=(upload.name or "")[:80], limit=limit)
    return bytes(upload.read())


def _unzip(upload: UploadedFile) -> Mapping[str, bytes]:
    try:
        return bundle.unzip(_content(upload, MAX_ZIP_BYTES))
    except NotationError as error:
        raise InvalidData(str(error), code=error.code) from error
