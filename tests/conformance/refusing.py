"""The check alone, as the conformance pack's runner for refusals asks it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "shared" / "conformance" / "run"))

import adapter as interface  # the pack's

from bpm_core.notation import check


class Refusing:
    """Takes in diagrams and runs nothing. Connectors are not known here, so they are not asked for."""

    dialect = "feel"

    @classmethod
    def prepare(cls) -> None:
        """Nothing to prepare."""

    def close(self) -> None:
        """Nothing to close."""

    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        problems: list[Any] = []
        for path, content in files.items():
            report = check.check({"process.bpmn": content}, connectors=())
            problems += [
                interface.Problem(path, p.element or None, p.rule, p.line or None, p.message_en) for p in report.errors
            ]
        if problems:
            raise interface.Rejected(problems)
        return []
