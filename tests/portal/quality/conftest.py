"""The office and log-ins of the studio's tests serve here too."""

from __future__ import annotations

from tests.portal.studio.conftest import Enter, enter, office

__all__ = ["Enter", "enter", "office"]
