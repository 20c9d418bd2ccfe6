"""Whom services are for (Person) and who logs in (Account)."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(models.Model):
    """A resident or an enterprise in the real-name register; identifying values are sealed, only masks are readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, default="person")  # person | enterprise
    name_enc = models.BinaryField()
    name_masked = models.CharField(max_length=60)
    id_type = models.CharField(max_length=16, default="resident_id")  # resident_id | uscc
    id_number_enc = models.BinaryField()
    id_masked = models.CharField(max_length=24)
    id_index = models.CharField(max_length=64, unique=True)  # blind index: HMAC-SHA256
    phone_enc = models.BinaryField(null=True)
    phone_masked = models.CharField(max_length=16, blank=True)
    phone_tail = models.CharField(max_length=4, blank=True, db_index=True)
    initials = models.CharField(max_length=60, blank=True, db_index=True)  # pinyin; readings apart by a space
    name_index = models.CharField(max_length=64, blank=True, db_index=True)  # blind index of the whole name
    birth_enc = models.BinaryField(null=True)
    sex = models.CharField(max_length=1, blank=True)  # m | f
    residence_code = models.CharField(max_length=12, blank=True)
    synthetic = models.BooleanField(default=False)  # made by `manage.py demo`: never a real person
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name_masked} {self.id_masked}"


class Account(AbstractUser):
    """A log-in; staff accounts carry a staff number, and every account may name the person behind it."""

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts")
    staff_no = models.CharField(max_length=12, unique=True, null=True, blank=True)
    display_zh = models.CharField(max_length=60, blank=True)
    display_en = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    token_version = models.PositiveIntegerField(default=0)  # API tokens carry it: adding one revokes them all

    def __str__(self) -> str:
        return self.username
