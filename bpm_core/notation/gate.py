"""The door for files of strangers: the check runs in a child process with little memory, little time and no files.

Source of the limits: the project's security note on uploads (512 MiB, 5 s of CPU, 8 s in all, nothing written).
A child that dies, hangs or answers nonsense means that the file is refused; the parent is never harmed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from bpm_core.notation.check import CONNECTORS, Report, report
from bpm_core.notation.rules.drawing import Found

MEMORY = 512 * 1024 * 1024
CPU_S = 5
WALL_S = 8
ROOT = Path(__file__).resolve().parents[2]


def check_untrusted(
    files: Mapping[str, bytes], *, connectors: Collection[str] = CONNECTORS, known: Collection[str] | None = None
) -> Report:
    """The report of `check.check`, made in a limited child process."""
    question = json.dumps(
        {
            "files": {path: base64.b64encode(data).decode("ascii") for path, data in files.items()},
            "connectors": sorted(connectors),
            "known": None if known is None else sorted(known),
        }
    )
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    try:
        child = subprocess.run(
            [sys.executable, "-c", _START.format(root=str(ROOT))],
            input=question.encode("ascii"),
            capture_output=True,
            timeout=WALL_S,
            env=environment,
            cwd="/",
            close_fds=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused("time")
    if child.returncode != 0:
        return _refused(f"exit {child.returncode}")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return Report.from_json(json.loads(child.stdout))
    return _refused("no answer")


_START = """
import sys
sys.path.insert(0, {root!r})
from bpm_core.notation import gate
gate.main()
"""


def _refused(why: str) -> Report:
    return report([Found("109", None, {"message": why})], None)


def _limit() -> None:
    """Put this process under the limits. After it nothing can be written but to the open standard output."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(resource, "RLIMIT_NPROC"):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main() -> None:
    """The child: read the question, take the limits, answer with JSON."""
    from bpm_core.notation import check

    question = json.loads(sys.stdin.buffer.read())
    _limit()
    files = {path: base64.b64decode(data) for path, data in question["files"].items()}
    answer = check.check(files, connectors=question["connectors"], known=question["known"])
    sys.stdout.write(json.dumps(answer.to_json(), ensure_ascii=True))
    sys.stdout.flush()
