"""Names of offices by code, for frames and lists that hold codes only."""

from __future__ import annotations

from collections.abc import Iterable

from bpm_core.models.offices import OrgUnit


def names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Chinese and English name by code; unknown codes are left out."""
    rows = OrgUnit.objects.filter(code__in=set(codes)).values_list("code", "name_zh", "name_en")
    return {code: (zh, en) for code, zh, en in rows}


def name(code: str, language: str) -> str:
    """Name in "zh" or "en"; the code itself when the office is unknown."""
    zh, en = names([code]).get(code, ("", ""))
    return (en if language == "en" else zh) or code
