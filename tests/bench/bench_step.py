"""A whole step through the real command and database: against the same rows with no engine, and against stock's blob.

CPU time of this process and of its database server together; variants in turn, medians of rounds; ratios of one run
alone are worth quoting. Each database runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def run() -> list[dict[str, object]]:
    """The figures on PostgreSQL (BENCH_DATABASE_URL, fsync on) and on SQLite (WAL, synchronous FULL)."""
    figures: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="guicheng-bench-") as folder:
        urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
        if os.environ.get("BENCH_DATABASE_URL"):
            urls = {"PostgreSQL": os.environ["BENCH_DATABASE_URL"]} | urls
        for name, url in urls.items():
            figures += _child(name, url, folder)
    return figures


def _child(name: str, url: str, folder: str) -> list[dict[str, object]]:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "GUICHENG_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-m", "tests.bench.step_child", name]
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.PIPE)
    return list(json.loads(answer.stdout.splitlines()[-1]))


if __name__ == "__main__":
    for figure in run():
        print(figure)
