"""What is said about libraries of other deployments: refusals, standings, states."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bpm_core.commands.library_import import Standing
from bpm_core.domain.errors import InvalidData
from bpm_core.notation.library import LibraryRefused
from bpm_core.queries.imports import State
from portal import refusals

#: Why a file was not taken: code -> sentence with facts in braces.
REFUSALS: Mapping[str, Promise] = {
    "no_file": _("Choose the signed library file first."),
    "file_too_large": _(
        "The file has {size} MB; at most {limit} MB are taken here. The operator takes a larger one by import_library."
    ),
    "too_big": _("The library is larger than what is read."),
    "not_a_library": _("This is no library file, or it was damaged on its way. Ask for the file once more."),
    "compressed": _(
        "The library was packed again by another program: {place} is compressed. Ask for the original file."
    ),
    "encrypted": _("The library is protected by a password. Ask for the original file."),
    "twice": _("The library names {place} twice and is not taken."),
    "path": _("The library holds a file that belongs to none: {place}. It is not taken."),
    "unknown_signer": _(
        "The library is signed with a key that is not trusted here. The file calls its signer “{signer}”, key {key}. "
        "Compare the key with the sender by another way; then the operator adds it to LIBRARY_TRUST."
    ),
    "bad_signature": _("The signature does not fit: the library was changed after it was signed. It is not taken."),
    "manifest": _("The list of contents can't be read. The library is not taken."),
    "missing": _("Something listed in the library is not in the file: {place}. Ask for the file once more."),
    "unlisted": _("Something in the file is not listed: {place}. The library was changed and is not taken."),
    "wrong_hash": _("A file is not as it was signed: {place}. The library was changed and is not taken."),
    "wrong_digest": _("A process is not as it was signed: {place}. The library was changed and is not taken."),
    "nothing_new": _("Everything in this library is here already."),
    "check_failed": _("The check found errors; nothing of the library was taken. What is wrong stands below."),
}
#: How a process of the library stands to ours: sign, colour, word, what happens to it.
STANDINGS: Mapping[Standing, tuple[str, str, Promise, Promise]] = {
    Standing.NEW: ("＋", "ok", _("New"), _("is handed in")),
    Standing.CHANGED: ("≠", "amber", _("Changed"), _("is handed in as a new version")),
    Standing.RENEWED: (
        "↻",
        "amber",
        _("Renewed"),
        _("its files are ours; what it calls changes, so it gets a new version"),
    ),
    Standing.OLDER: ("↓", "plain", _("Older"), _("ours is newer; never taken")),
    Standing.SAME: ("≡", "plain", _("The same"), _("stays")),
}
#: How far a library is: sign, colour, word.
STATES: Mapping[State, tuple[str, str, Promise]] = {
    State.WAITING: ("✎", "amber", _("Waits for a second person")),
    State.PUBLISHED: ("✓", "ok", _("Published")),
    State.TURNED_DOWN: ("✕", "red", _("Turned down")),
}
FILES: Mapping[str, Promise] = {"new": _("new"), "changed": _("changed"), "gone": _("gone")}


def sentence(refused: LibraryRefused | InvalidData) -> str:
    """The refusal in the reader's words."""
    facts = refused.facts | ({"place": refused.place} if isinstance(refused, LibraryRefused) else {})
    code = refused.code if isinstance(refused, LibraryRefused) else refused.reason
    text = REFUSALS.get(code)
    if text:
        return str(text).format_map(facts)
    return refusals.sentence(refused) if isinstance(refused, InvalidData) else str(refused)
