"""docs/rules.md says what the check says."""

from __future__ import annotations

import re
from pathlib import Path

from bpm_core.notation.rules.words import RULES

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")


def test_every_rule_is_on_the_page_in_its_words() -> None:
    rows = dict(re.findall(r"^\| (\d{3}) \| (.*) \|$", PAGE, re.MULTILINE))

    assert sorted(rows) == sorted(RULES)
    for number, rule in RULES.items():
        for text in (rule.severity, rule.zh, rule.en, rule.fix_zh, rule.fix_en):
            assert text.replace("|", "\\|").replace("<", "&lt;") in rows[number], number
