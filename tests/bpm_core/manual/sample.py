"""The library of the repository as the manual reads it, read once a run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bpm_core.manual.context import Chapter
from bpm_core.manual.edition import UNIFIED, Edition
from bpm_core.manual.library import Library, read_library
from bpm_core.manual.voice import Voice

PROCESSES = Path(__file__).parents[3] / "processes"


@cache
def library() -> Library:
    return read_library(PROCESSES)


def chapter(key: str, lang: str = "en", edition: Edition = UNIFIED) -> Chapter:
    """A chapter whose links name the place alone."""
    bundle = library().get(key)
    assert bundle is not None
    return Chapter(bundle, library(), Voice(lang), lambda _key, place: f"#{place}", edition)
