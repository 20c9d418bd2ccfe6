"""One municipality a file, built once and taken back whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.security.municipality import Municipality, built


@pytest.fixture(scope="module")
def municipality(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with django_db_blocker.unblock(), built() as made:
        yield made
