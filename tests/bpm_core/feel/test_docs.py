"""docs/feel.md names every built-in function and nothing that is none."""

from __future__ import annotations

import re
from pathlib import Path

from bpm_core import feel

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_every_built_in_is_listed_and_nothing_else() -> None:
    text = (DOCS / "feel.md").read_text(encoding="utf-8")
    section = text.split("## Built-in functions")[1].split("- of Guicheng")[0]

    assert set(re.findall(r"`([a-z ]+)`", section)) == set(feel.BUILT_INS)


def test_examples_of_the_table_for_designers_are_feel() -> None:
    for name in ("feel.md", "feel.zh.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line][:11]
        examples = [one for row in rows for one in re.findall(r"`([^`]+)`", row) if "…" not in one and "..." not in one]
        assert len(examples) > 20
        for example in examples:
            if example not in ("=", "else"):
                feel.compile(example)
