"""Reference files of the library and figures for all, as they hold here; imported files go before those on disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from bpm_core.models.definitions import Parameter
from bpm_core.models.library import LibraryFile
from bpm_core.notation import floors, localising, standards
from bpm_core.notation.floors import Floors
from bpm_core.notation.guide import Guide
from bpm_core.notation.localising import Variable

STANDARDS, LIBRARY = "_standards", "_library"
FOLDERS = (STANDARDS, LIBRARY)


def files(folder: str) -> dict[str, bytes]:
    """Files of a reference folder by their path in it; those of an import, where there was one, else those on disk."""
    prefix = f"{folder}/"
    rows = LibraryFile.objects.filter(path__startswith=prefix).values_list("path", "content")
    if found := {path.removeprefix(prefix): bytes(content) for path, content in rows}:
        return found
    place = Path(settings.PROCESSES_DIR) / folder
    if folder == STANDARDS:
        return standards.files_of(place)
    return {one.name: one.read_bytes() for one in sorted(place.glob("*.toml")) if not one.is_symlink()}


def variables(guide: Guide, on: date) -> dict[str, Variable]:
    """What of a process may vary from place to place, with the figures set for all on that day and the floors."""
    rows = Parameter.objects.filter(name__in=[one.name for one in guide.parameters], valid_from__lte=on)
    settings_for_all = dict(rows.order_by("name", "valid_from").values_list("name", "value"))
    return localising.variables(guide, national_floors(), settings_for_all)


def national_floors() -> Floors:
    """The floors that hold here; none when the library has no such file."""
    data = files(LIBRARY).get(floors.FILE)
    return floors.read_bytes(data) if data is not None else Floors()
