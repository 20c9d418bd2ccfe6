"""Names of offices by code, for frames and lists that hold codes only."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from bpm_core.models.offices import OrgUnit


def names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Chinese and English name by code; unknown codes are left out."""
    rows = OrgUnit.objects.filter(code__in=set(codes)).values_list("code", "name_zh", "name_en")
    return {code: (zh, en) for code, zh, en in rows}


def name(code: str, language: str) -> str:
    """Name in "zh" or "en"; the code itself when the office is unknown."""
    zh, en = names([code]).get(code, ("", ""))
    return (en if language == "en" else zh) or code


def around(code: str) -> dict[str, tuple[str, str]]:
    """Offices a case may go to from one: those beside it and the one above, names (zh, en) by code."""
    here = OrgUnit.objects.filter(code=code).select_related("parent").first()
    if here is None or here.parent is None:
        return {}
    found = OrgUnit.objects.filter(parent=here.parent).exclude(pk=here.pk).order_by("code")
    return {unit.code: (unit.name_zh, unit.name_en) for unit in (here.parent, *found)}


def below(paths: Iterable[str], *, deepest: int = 3) -> list[OrgUnit]:
    """Offices of these subtrees down to a level (4 = villages), by code: for a list to choose from."""
    found = Q(pk__in=())
    for path in paths:
        found |= Q(path__startswith=path)
    rows = OrgUnit.objects.filter(found, level__lte=deepest).order_by("code")
    return list(rows.only("code", "name_zh", "name_en", "level"))
