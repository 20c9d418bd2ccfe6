"""The published library as one signed file for another deployment."""

from __future__ import annotations

from collections.abc import Collection

from bpm_core.domain.errors import NotFound
from bpm_core.models import ProcessDefinition, reference
from bpm_core.notation import bundle as bundles
from bpm_core.notation import guide, library
from bpm_core.notation.library import Packed, Signer


def export(by: Signer, *, keys: Collection[str] = ()) -> tuple[bytes, tuple[Packed, ...]]:
    """The file and what is in it: every current version, or those of `keys` with all they call; reference files always.

    The same library gives the same bytes. Refuses with NotFound a key that is not published.
    """
    rows = {row.key: row for row in ProcessDefinition.objects.filter(is_current=True).order_by("key")}
    if missing := sorted(set(keys) - set(rows)):
        raise NotFound(f"no published process {missing[0]}", kind="definition", definition=missing[0])
    wanted = _with_called(rows, set(keys)) if keys else set(rows)
    processes = tuple(_packed(rows[key]) for key in sorted(wanted))
    files = {
        f"{folder}/{path}": content for folder in reference.FOLDERS for path, content in reference.files(folder).items()
    }
    return library.pack(processes, files, by), processes


def _with_called(rows: dict[str, ProcessDefinition], keys: set[str]) -> set[str]:
    found: set[str] = set()
    open_ = list(keys)
    while open_:
        key = open_.pop()
        if key in rows and key not in found:
            found.add(key)
            open_ += rows[key].called
    return found


def _packed(row: ProcessDefinition) -> Packed:
    files = bundles.unzip(bytes(row.archive))
    told = guide.read(files[bundles.GUIDE]).version if bundles.GUIDE in files else ""
    return Packed(row.key, row.code, told, row.name_zh, row.name_en, row.digest, files)
