"""The library read ahead: what a web process does once it has begun to answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpm_core.queries import shelves


def test_everything_in_force_is_read_in_the_background(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[object] = []
    monkeypatch.setattr(shelves, "in_force", lambda: ["first", "second"])
    monkeypatch.setattr(shelves.bundles, "of", read.append)

    shelves.warm(tmp_path, rest=0).join(10)

    assert read == ["first", "second"]


def test_an_installation_without_a_library_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def none_yet() -> list[object]:
        raise shelves.DatabaseError("no such table")

    monkeypatch.setattr(shelves, "in_force", none_yet)

    shelves.warm(tmp_path).join(10)

    assert "the library was not read ahead: DatabaseError" in caplog.text
