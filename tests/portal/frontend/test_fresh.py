"""The committed bundle is what its sources build: rebuilt here and compared byte for byte, and within its budget."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PORTAL = Path(__file__).resolve().parents[3] / "portal"
SOURCES = PORTAL / "frontend"
BUILT = ("static/portal/dist", "diagrams/bundle")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so the bundle cannot be rebuilt here (Node 20.19 or newer)")
    portal = tmp_path_factory.mktemp("rebuild") / "portal"
    shutil.copytree(SOURCES, portal / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]
    installed = subprocess.run(install, cwd=portal / "frontend", capture_output=True, text=True, timeout=300)
    if installed.returncode:
        pytest.skip(f"npm could not install the locked packages: {installed.stderr.strip()[-300:]}")
    subprocess.run([npm, "run", "build"], cwd=portal / "frontend", check=True, capture_output=True, timeout=120)
    return portal


@pytest.mark.parametrize("folder", BUILT)
def test_a_rebuild_gives_the_committed_files(rebuilt: Path, folder: str) -> None:
    assert _files(rebuilt / folder) == _files(PORTAL / folder)


def test_the_diagram_island_stays_within_its_budget() -> None:
    names = ("diagram.js", "diagram.css")
    sent = sum(len(gzip.compress((PORTAL / BUILT[0] / name).read_bytes(), 6)) for name in names)

    assert sent <= 75_000  # of the 180 KB a page with a diagram may weigh


def test_the_island_runs_under_a_strict_content_security_policy() -> None:
    code = (PORTAL / BUILT[0] / "diagram.js").read_text(encoding="utf-8")

    assert not re.search(r"\beval\(|new Function\(|\bimport\(", code)


def test_notices_travel_with_the_bundle() -> None:
    for folder in BUILT:
        assert "Copyright" in (PORTAL / folder / "LICENCES.txt").read_text(encoding="utf-8")
