"""The benefit ledger: who was granted what for which months, and what excludes what."""

from __future__ import annotations

from django.db import models


class BenefitRule(models.Model):
    """A benefit and the group it belongs to: within one group nobody gets two for the same month."""

    benefit = models.CharField(max_length=60, unique=True)
    exclusion_group = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    source = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.benefit} ({self.exclusion_group})"


class Grant(models.Model):
    """One benefit reserved or running for one person over a span of months."""

    person = models.ForeignKey("bpm_core.Person", on_delete=models.PROTECT, related_name="grants")
    benefit = models.CharField(max_length=60)
    case = models.ForeignKey("bpm_core.Case", on_delete=models.PROTECT, related_name="grants")
    period_start = models.DateField()
    period_end = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    status = models.CharField(max_length=12, default="reserved")  # reserved | active | ended | revoked
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "benefit"], name="grant_once_a_case"),
            models.CheckConstraint(condition=models.Q(period_end__gte=models.F("period_start")), name="grant_period"),
        ]

    def __str__(self) -> str:
        return f"{self.benefit} {self.period_start}..{self.period_end}"


class GrantMonth(models.Model):
    """One month of one grant: the database itself refuses a second one of the same group."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="months")
    person = models.ForeignKey("bpm_core.Person", on_delete=models.PROTECT, related_name="+")
    exclusion_group = models.CharField(max_length=60)
    month = models.CharField(max_length=7)  # "2026-11"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "exclusion_group", "month"], name="benefit_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.exclusion_group} {self.month}"
