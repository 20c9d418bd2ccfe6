"""The office of the studio's tests: the sample process in force, and log-ins."""

from __future__ import annotations

from tests.portal.studio.conftest import enter, office

__all__ = ["enter", "office"]
