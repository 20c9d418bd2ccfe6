"""The picture of a process for paper: drawn from the diagram's own layout, in black on white, cut into strips."""

from __future__ import annotations

from bpm_core.manual.picture.strips import Strip, strips

__all__ = ["Strip", "strips"]
