"""Decision tables for pages: how a hit policy reads in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bpm_core.notation import tables
from bpm_core.notation.tables import Table

POLICIES: dict[str, Promise] = {
    "UNIQUE": _("Exactly one rule can apply."),
    "FIRST": _("Read from the top: the first rule that applies decides."),
    "PRIORITY": _("Several rules may apply; the outcome listed first wins."),
    "ANY": _("Several rules may apply if they say the same."),
    "COLLECT": _("Every rule that applies counts."),
    "RULE ORDER": _("Every rule that applies counts, in the order of the table."),
    "OUTPUT ORDER": _("Every rule that applies counts, in the order of the outcomes."),
}
AGGREGATIONS: dict[str, Promise] = {
    "SUM": _("Every rule that applies counts; the outcomes are added up."),
    "MIN": _("Every rule that applies counts; the smallest outcome is taken."),
    "MAX": _("Every rule that applies counts; the largest outcome is taken."),
    "COUNT": _("The outcome is how many rules apply."),
}


def of(files: Mapping[str, bytes]) -> list[dict[str, object]]:
    """Each table with its hit policy in words."""
    return [{"table": table, "policy": policy(table)} for table in tables.read(files)]


def policy(table: Table) -> str:
    """What the hit policy means for somebody who reads the table."""
    return str(AGGREGATIONS.get(table.aggregation) or POLICIES.get(table.hit_policy, table.hit_policy))
