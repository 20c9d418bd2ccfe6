"""Open cases taken to the next version of their process and put back, one transaction each, in one process.

Aim: ten thousand within five minutes on two cores. Opening so many takes longer than moving them, so that a fifth is
measured unless BENCH_CASES=10000 asks for all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run(cases: int = int(os.environ.get("BENCH_CASES", 2_000))) -> list[dict[str, object]]:
    """Seconds on PostgreSQL (BENCH_DATABASE_URL, fsync on) and on SQLite, each in a process of its own."""
    figures: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="guicheng-bench-") as folder:
        urls = {"SQLite": f"sqlite:///{folder}/migration.sqlite3"}
        if os.environ.get("BENCH_DATABASE_URL"):
            urls = {"PostgreSQL": os.environ["BENCH_DATABASE_URL"]} | urls
        for name, url in urls.items():
            figures += _child(name, url, folder, cases)
    return figures


def _child(name: str, url: str, folder: str, cases: int) -> list[dict[str, object]]:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "GUICHENG_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-m", "tests.bench.migration_child", name, str(cases)]
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.PIPE)
    return list(json.loads(answer.stdout.splitlines()[-1]))


if __name__ == "__main__":
    for figure in run():
        print(figure)
