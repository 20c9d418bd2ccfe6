"""The sample tree of offices: one municipality, 11 counties, 102 townships, 1,826 villages, from offices.csv.

The names of the eleven areas are real; township and village offices are numbered samples, and their codes (6 + 9nn +
nnn digits) can never be taken for, nor collide with, those of real places. An installation adds its own by more rows.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from bpm_core.commands import places
from bpm_core.models import OrgUnit

FILE = Path(__file__).with_name("offices.csv")


def load() -> int:
    """Enter the offices that are not there yet, a level at a time; gives how many were new."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if OrgUnit.objects.count() >= len(rows):
        return 0
    known = {unit.code: unit for unit in OrgUnit.objects.all()}
    fresh = 0
    with transaction.atomic():
        for level in (1, 2, 3, 4):
            units = [
                _unit(row, known.get(row["parent"]))
                for row in rows
                if int(row["level"]) == level and row["code"] not in known
            ]
            OrgUnit.objects.bulk_create(units, batch_size=500)
            known |= {unit.code: unit for unit in OrgUnit.objects.filter(level=level)}
            fresh += len(units)
    places.forget()
    return fresh


def _unit(row: dict[str, str], parent: OrgUnit | None) -> OrgUnit:
    level = int(row["level"])
    above = [code for code in parent.levels if code] if parent else []
    levels = [*above, row["code"], *[""] * 4][:4]
    return OrgUnit(
        code=row["code"],
        parent=parent,
        level=level,
        path=f"{parent.path if parent else '/'}{row['code']}/",
        l1=levels[0],
        l2=levels[1],
        l3=levels[2],
        l4=levels[3],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        area_zh=row["area_zh"],
        area_en=row["area_en"],
        area_kind=row["area_kind"],
        is_sample=row["sample"] == "1",
    )
