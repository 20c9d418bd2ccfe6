"""The legal arithmetic: expected values written out by hand."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bpm_core import feel
from bpm_core.notation.functions import TABLE

NOW = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "statement",
    [
        'days_between(date("2026-01-01"), date("2026-03-01")) = 59',
        'months_between(date("2026-01-15"), date("2026-03-14")) = 1',
        'months_between(date("2026-01-15"), date("2026-03-15")) = 2',
        'age_on(date("1990-03-07"), date("2026-03-06")) = 35',
        'age_on(date("1990-03-07"), date("2026-03-07")) = 36',
        'add_months(date("2026-01-31"), 1) = date("2026-02-28")',
        'add_months(date("2026-08-31"), -6) = date("2026-02-28")',
        'add_days(date("2026-12-31"), 1) = date("2027-01-01")',
        "min_contribution_months(2029) = 180",
        "min_contribution_months(2030) = 186",
        "min_contribution_months(2039) = 240",
        "min_contribution_months(2050) = 240",
        # men born before 1965 retire at 60; each four months of birth add one month, at most 36
        'statutory_retirement_date(date("1964-12-15"), "male60") = date("2024-12-15")',
        'statutory_retirement_date(date("1965-01-15"), "male60") = date("2025-02-15")',
        'statutory_retirement_date(date("1965-05-15"), "male60") = date("2025-07-15")',
        'statutory_retirement_date(date("1976-12-15"), "male60") = date("2039-12-15")',
        'statutory_retirement_date(date("1970-01-15"), "female55") = date("2025-02-15")',
        'statutory_retirement_date(date("1975-01-15"), "female50") = date("2025-02-15")',
        'statutory_retirement_date(date("1990-05-15"), "female50") = date("2045-05-15")',
        "payout_months(60) = 139",
        "payout_months(50) = 195",
        "payout_months(61.5) = 128.5",
        "payout_months(39) = 233",
        "payout_months(75) = 56",
    ],
)
def test_legal_functions_give_the_values_of_their_sources(statement: str) -> None:
    assert feel.compile(statement, functions=TABLE).evaluate({}, now=NOW) is True
