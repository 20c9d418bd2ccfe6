"""Labour relations, insurance, medical care, pensions, injuries and the card: every form is handed in with a browser.

The studio's trial reads and judges as the desk does, and keeps no answer. Each form in both languages.
"""

from __future__ import annotations

import pytest

from tests.acceptance.form_filling import Clerk, codes

pytestmark = [pytest.mark.browser, pytest.mark.once]
CODES = codes("REL", "INS", "MED", "PEN", "WIN", "CRD")


@pytest.mark.parametrize("code", CODES)
def test_every_form_is_taken_in_both_languages_and_says_what_is_missing(clerk: Clerk, code: str) -> None:
    assert clerk.try_all(code) == []
