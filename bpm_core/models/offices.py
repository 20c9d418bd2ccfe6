"""The tree of offices and who holds which post in it."""

from __future__ import annotations

from datetime import date

from django.db import models


class OrgUnit(models.Model):
    """An office. `path` holds the codes from the root down, so a subtree is one prefix; l1..l4 say it by level."""

    code = models.CharField(max_length=12, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField()  # 1 municipal, 2 county, 3 township, 4 village
    path = models.CharField(max_length=64, db_index=True)  # "/410800000000/410802000000/"
    l1 = models.CharField(max_length=12, blank=True)
    l2 = models.CharField(max_length=12, blank=True)
    l3 = models.CharField(max_length=12, blank=True)
    l4 = models.CharField(max_length=12, blank=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    area_zh = models.CharField(max_length=60)
    area_en = models.CharField(max_length=100)
    area_kind = models.CharField(max_length=24, blank=True)
    is_sample = models.BooleanField(default=False)  # a numbered sample office, not a real place

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def levels(self) -> tuple[str, str, str, str]:
        return (self.l1, self.l2, self.l3, self.l4)


class PostQuerySet(models.QuerySet):
    def held_on(self, day: date) -> PostQuerySet:
        return self.filter(from_on__lte=day).filter(models.Q(to_on__isnull=True) | models.Q(to_on__gte=day))


class Post(models.Model):
    """An account holds a role in an office for a time; `lane` is the swim lane whose steps it is offered."""

    account = models.ForeignKey("bpm_core.Account", on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=24)  # domain.roles.Role
    lane = models.CharField(max_length=12, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "unit", "role", "lane", "from_on"], name="post_once"),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="post_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.lane} @{self.unit_id}"
