"""The sample process in force; nobody logs in here."""

from __future__ import annotations

from tests.portal.studio.conftest import office

__all__ = ["office"]
