"""`python -m bpm_core.verifier FILE [--head HASH] [--json]`: exit 0 = whole, 1 = breached, 2 = not an evidence file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bpm_core.domain import journal

#: Larger files are not evidence of one case; reading is refused rather than the memory filled.
_MOST_BYTES = 512 * 1024 * 1024


def main(arguments: list[str] | None = None) -> int:
    """Exit code of the check; prints what was found."""
    options = _options(arguments)
    try:
        document = _load(options.file)
        breaches = journal.check_evidence(document, known_head=options.head)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        _say(options.json, {"ok": False, "error": str(error)}, f"cannot be checked: {error}")
        return 2
    summary = {
        "ok": not breaches,
        "case": document["case"]["number"],
        "entries": len(document["entries"]),
        "head": document["head"]["hash"],
        "breaches": [{"code": one.code, "seq": one.seq, "message": one.message} for one in breaches],
    }
    lines = [f"{one.code}: {one.message}" for one in breaches]
    verdict = "BREACHED" if breaches else "whole and unchanged"
    text = f"case {summary['case']}: {summary['entries']} entries, {verdict}\nhead {summary['head']}"
    _say(options.json, summary, "\n".join([text, *lines]))
    return 1 if breaches else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bpm_core.verifier", description=__doc__)
    parser.add_argument("file", type=Path, help="evidence file (JSON) as exported")
    parser.add_argument(
        "--head", default=None, help="head hash noted elsewhere, on a print-out or in an earlier export"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser.parse_args(arguments)


def _load(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("the file is too large to be the evidence of one case")
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError("not an evidence file: an object is expected")
    return document


def _say(as_json: bool, summary: dict[str, Any], text: str) -> None:
    sys.stdout.write((json.dumps(summary, ensure_ascii=False) if as_json else text) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
