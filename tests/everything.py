"""`make test`: what the tests need is installed and started, then everything runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
_PYTEST = [sys.executable, "-m", "pytest", "-q"]
_NO_TESTS = 5  # pytest's exit code
# These read no database; the second pass, on PostgreSQL, need not repeat them.
PURE = ["feel", "dmn", "domain", "notation", "engine", "manual", "verifier"]
PURE_LIBRARY = ["catalogue", "contents", "decisions", "figures", "random_walks", "scenarios", "wiring"]
PURE_FOLDERS = [
    *(f"tests/bpm_core/{name}" for name in PURE),
    *(f"tests/processes/test_{name}.py" for name in PURE_LIBRARY),
    "tests/architecture",
    "tests/conformance",
    "tests/portal/frontend",
    "tests/security/test_feel_payloads.py",
    "tests/workers/test_library.py",
]


def _run(title: str, command: list[str], environment: dict[str, str], *, none: bool = False) -> bool:
    """Run a command; whether it went well. `none`: pytest may find no test of that mark in the folders asked for."""
    print(f"\n== {title}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    ok = code == 0 or (none and code == _NO_TESTS)
    print(f"== {title}: {'ok' if ok else f'FAILED ({code})'} in {time.monotonic() - began:.0f} s", flush=True)
    return ok


def _test(title: str, marked: str, arguments: list[str], environment: dict[str, str], cache: Path) -> bool:
    """Run the tests so marked two at a time: first those without a browser, file by file, then those with one.

    What failed is run once more, alone, and only what fails then as well has failed: browsers, brokers and killed
    processes share two cores here, and a wait that is long enough alone can run out beside another. A breakage fails
    both times; what passed only alone is named in the report of the first run.
    """
    ok = True
    parts = (("", "not browser", ["loadfile", "--no-loadscope-reorder"]), (" in the browser", "browser", ["load"]))
    for part, mark, spread in parts:
        pytest = [*_PYTEST, "-m", f"({marked}) and {mark}", "-o", f"cache_dir={cache}{mark[:3]}"]
        if not _run(f"{title}{part}", [*pytest, "-n", "2", "--dist", *spread, *arguments], environment, none=True):
            again = [*pytest, "-n", "0", "--last-failed", "--last-failed-no-failures", "none", *arguments]
            ok &= _run(f"{title}{part}: what failed, alone", again, environment)
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nightly", action="store_true", help="run only the long tests")
    parser.add_argument("--only", nargs="*", default=["tests"], help="folders or files to run")
    parser.add_argument("--sqlite", action="store_true", help="leave the pass on PostgreSQL out")
    options = parser.parse_args()

    services.require_packages()
    binaries = Path(sys.executable).parent
    marked = "nightly" if options.nightly else "not nightly"
    endless = ["--timeout=0"] if options.nightly else []
    ok = True
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-test-") as data,
        services.postgres() as database,
        services.redis() as redis,
    ):
        base = {**os.environ, "GUICHENG_DATA": data, "CHROMIUM": services.chromium() or "", "PYTHONHASHSEED": "0"}
        base.pop("DATABASE_URL", None)
        base |= {"TEST_REDIS_URL": redis, "TEST_DATABASE_URL": database}
        whole = options.only == ["tests"]
        if whole and not options.nightly:
            ok &= _run("lint: ruff", [str(binaries / "ruff"), "check", "."], base)
            ok &= _run("lint: format", [str(binaries / "ruff"), "format", "--check", "."], base)
            ok &= _run("lint: types", [str(binaries / "mypy")], base)
        ok &= _test("tests on SQLite", marked, [*endless, *options.only], base, Path(data) / "sqlite-")
        if options.sqlite:
            return 0 if ok else 1
        ignored = [f"--ignore={folder}" for folder in PURE_FOLDERS] if whole else []
        ok &= _test(
            "tests on PostgreSQL",
            f"{marked} and not once",
            [*endless, *ignored, *options.only],
            {**base, "DATABASE_URL": database},
            Path(data) / "postgresql-",
        )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
