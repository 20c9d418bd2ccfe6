"""The check of a bundle somebody handed in, as the report that is kept with the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpm_core.notation import bpmn, gate
from bpm_core.notation.bundle import PROCESS
from bpm_core.queries import definitions

#: Rules of the check (bpm_core.notation.rules.words) that say the files could not be read at all.
UNREADABLE = frozenset({"101", "102", "103", "104", "105", "109"})


def examine(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the gate found, as JSON: {"ok", "problems": [...]}; the files were read in a limited child process."""
    return gate.check_untrusted(files, known=definitions.published_keys()).to_json()


def examine_each(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """What the gate found in each diagram, by its path; what one of them calls may stand in another."""
    diagrams = [path for path in files if path.endswith(".bpmn")]
    if len(diagrams) == 1:
        return {diagrams[0]: examine(files)}
    first = {path: _of_diagram(files, path, None) for path in diagrams}
    if not all(is_readable(report) for report in first.values()):
        return first
    together = frozenset().union(*(bpmn.callable_here(files[path]) for path in diagrams))
    known = definitions.published_keys() | together
    return {path: _of_diagram(files, path, known) for path in diagrams}


def _of_diagram(files: Mapping[str, bytes], path: str, known: frozenset[str] | None) -> dict[str, Any]:
    beside = {p: d for p, d in files.items() if not p.endswith(".bpmn")}
    own = beside if path == PROCESS else {p: d for p, d in beside.items() if p.endswith((".dmn", ".form"))}
    report = gate.check_untrusted({PROCESS: files[path], **own}, known=known).to_json()
    for problem in report["problems"]:
        problem["file"] = path if problem.get("file", PROCESS) == PROCESS else problem["file"]
    return report


def merged(reports: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The reports of several diagrams as one."""
    problems = [problem for report in reports.values() for problem in report["problems"]]
    return {"ok": all(report["ok"] for report in reports.values()), "problems": problems}


def is_readable(report: Mapping[str, Any]) -> bool:
    """False when this process must not even try to read the files: the child could not, or refused them."""
    return not any(problem["rule"] in UNREADABLE for problem in report["problems"])
