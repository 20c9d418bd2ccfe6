"""Employment, unemployment, training, subsidies and the shared parts: every form is handed in with a browser.

The studio's trial reads and judges as the desk does. Each form in one language, by turns; nightly in both.
"""

from __future__ import annotations

import os

import pytest

from tests.acceptance.form_filling import Clerk, codes

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(ON_POSTGRESQL, reason="no answer reaches a database")]
CODES = codes("EMP", "UNE", "TRN", "SUP", "SUB")


@pytest.mark.parametrize("code", CODES)
def test_every_form_is_taken_with_its_examples_and_says_what_is_missing(clerk: Clerk, code: str) -> None:
    assert clerk.try_all(code, turn=CODES.index(code) % 2) == []


@pytest.mark.nightly
@pytest.mark.parametrize("code", CODES)
def test_every_form_speaks_both_languages(clerk: Clerk, code: str) -> None:
    assert clerk.try_all(code, turn=None) == []
