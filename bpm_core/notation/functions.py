"""The legal arithmetic of the process library, written in FEEL so that designers can read and check it.

Source of the figures: the domain pack of the unified processes. Retirement: Decision on gradually raising the
statutory retirement age (13 Sep 2024, in force 1 Jan 2025), text verified; the formula is derived from it, the official
table of birth months was not compared. Payout months: State Council document 2005 no. 38 (statute-knowledge); part
years by straight line, rounded to 0.1 (assumption). Minimum contribution months: the same Decision, art. 2 (verified).
"""

from __future__ import annotations

from typing import Final

from bpm_core import feel

SOURCES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "days_between": (("a", "b"), '(b - a) / duration("P1D")'),
    "months_between": (("a", "b"), 'years and months duration(a, b) / duration("P1M")'),
    "age_on": (("birth", "d"), "years and months duration(birth, d).years"),
    "add_months": (("d", "n"), 'd + duration((if n < 0 then "-P" else "P") + string(abs(n)) + "M")'),
    "add_days": (("d", "n"), 'd + duration((if n < 0 then "-P" else "P") + string(abs(n)) + "D")'),
    "min_contribution_months": (("year",), "if year < 2030 then 180 else min(180 + 6 * (year - 2029), 240)"),
    "retirement_rule": (
        ("category",),
        """if category = "male60" then {base: 1965, step: 4, cap: 36, age: 720}
           else if category = "female55" then {base: 1970, step: 4, cap: 36, age: 660}
           else if category = "female50" then {base: 1975, step: 2, cap: 60, age: 600}
           else null""",
    ),
    "retirement_delay": (
        ("birth", "rule"),
        """{n: 12 * (birth.year - rule.base) + birth.month - 1,
            delay: if n < 0 then 0 else min(floor(n / rule.step) + 1, rule.cap)}.delay""",
    ),
    "statutory_retirement_date": (
        ("birth", "category"),
        """{rule: retirement_rule(category),
            on: add_months(birth, rule.age + retirement_delay(birth, rule))}.on""",
    ),
    "payout_table": (
        (),
        """[233, 230, 226, 223, 220, 216, 212, 208, 204, 199, 195, 190, 185, 180, 175, 170, 164, 158, 152, 145, 139,
            132, 125, 117, 109, 101, 93, 84, 75, 65, 56]""",
    ),
    "payout_months": (
        ("age",),
        """if age < 40 then payout_table()[1]
           else if age >= 70 then payout_table()[31]
           else {years: floor(age), part: age - years,
                 here: payout_table()[years - 39], next: payout_table()[years - 38],
                 months: round half up(here - part * (here - next), 1)}.months""",
    ),
}

TABLE: Final = feel.functions.from_sources(SOURCES)
