"""The check of a bundle somebody handed in, as the report that is kept with the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpm_core.notation import gate
from bpm_core.queries import definitions

#: Rules of the check (bpm_core.notation.rules.words) that say the files could not be read at all.
UNREADABLE = frozenset({"101", "102", "103", "104", "105", "109"})


def examine(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the gate found, as JSON: {"ok", "problems": [...]}; the files were read in a limited child process."""
    return gate.check_untrusted(files, known=definitions.published_keys()).to_json()


def is_readable(report: Mapping[str, Any]) -> bool:
    """False when this process must not even try to read the files: the child could not, or refused them."""
    return not any(problem["rule"] in UNREADABLE for problem in report["problems"])
